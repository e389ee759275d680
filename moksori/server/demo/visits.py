"""Visits of the invented company: who met whom, what was said, what was promised.

Every customer here is invented, and their words say so (`data/visits.toml`). They are
written down through the same door as a phone's.
"""

from __future__ import annotations

import tomllib
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from moksori.act.models import Promise
from moksori.act.writes.promises import end_promise
from moksori.base.customers.models import Account
from moksori.base.people.models import Member
from moksori.collect.field.told import NoteTold, VisitTold, hash_of, visit_from
from moksori.collect.models import Guide, Visit
from moksori.collect.writes.guides import Planned, make_guide, plan_visit
from moksori.collect.writes.notes import take_note
from moksori.collect.writes.visiting import record_visit
from moksori.server.demo.people import Company

DATA = Path(__file__).parent / "data" / "visits.toml"


def bring_visits(company: Company) -> str:
    """A guide, visits that took place and that are planned, promises, and notes."""
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))
    accounts = list(
        Account.objects.filter(unit=company.units["finance"], left_on=None).order_by(
            "-annual_revenue", "pk"
        )[: told["accounts"]]
    )
    guide = make_guide(
        told["guide"]["name"],
        told["guide"]["lines"],
        unit=company.units["group"],
        by=company.people["haneul"],
    )
    visits = [_visit(row, company, accounts) for row in told["visit"]]
    for row in told["plan"]:
        _plan(row, company, accounts, guide)
    for number, row in enumerate(told["note"]):
        take_note(
            NoteTold(row["text"]),
            name=f"demo-note-{number}",
            proof=hash_of(row["text"]),
            by=company.people[row["by"]],
        )
    return f"{guide.name} · {len(visits)} · {Promise.objects.count()}"


def _visit(row: dict[str, Any], company: Company, accounts: list[Account]) -> Visit:
    by = company.people[row["by"]]
    visit = record_visit(_told(row, company, accounts), by=by)
    for promised in row.get("promises", ()):
        if "kept" in promised:
            promise = Promise.objects.get(visit_id=visit.pk, text=promised["text"])
            end_promise(promise, Promise.State.KEPT, promised["kept"], by=by)
    return visit


def _told(row: dict[str, Any], company: Company, accounts: list[Account]) -> VisitTold:
    """As a phone tells it: ids instead of names, days instead of distances."""
    day = timezone.localdate() - timedelta(days=row["ago"])
    at = timezone.make_aware(datetime.combine(day, time(row.get("hour", 14))))
    given = {
        **row,
        "started_at": at.isoformat(),
        "account": accounts[row["account"]].pk if "account" in row else None,
        "companions": _ids(company, row.get("companions", ())),
        "verbatims": _numbered(row.get("verbatims", ())),
        "promises": [
            {
                **one,
                "due": (timezone.localdate() + timedelta(days=one["in"])).isoformat(),
                "owner": company.people[one.get("owner", row["by"])].pk,
            }
            for one in _numbered(row.get("promises", ()))
        ],
        "handovers": [
            {**one, "to": company.people[one["to"]].pk}
            for one in _numbered(row.get("handovers", ()))
        ],
    }
    return visit_from(given)


def _ids(company: Company, names: list[str]) -> list[int]:
    return [company.people[name].pk for name in names]


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": f"demo-{number}", **one} for number, one in enumerate(rows)]


def _plan(
    row: dict[str, Any], company: Company, accounts: list[Account], guide: Guide
) -> None:
    by: Member = company.people[row["by"]]
    told = Planned(
        on=timezone.localdate() + timedelta(days=row["in"]),
        whom=row.get("whom", ""),
        purpose=row["purpose"],
        account=accounts[row["account"]] if "account" in row else None,
        guide=guide,
    )
    plan_visit(told, by=by)
