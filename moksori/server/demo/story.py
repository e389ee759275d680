"""The demo from beginning to end, in the order of the loop."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone, translation

from moksori.account import writes as account
from moksori.server.demo import (
    actions,
    asked,
    customers,
    editions,
    feedback,
    segments,
    sheets,
    survey,
    visits,
    ways,
)
from moksori.server.demo.people import Company, found_company
from moksori.understand import writes as understand
from moksori.understand.models import PainPoint
from moksori.understand.reads import pain_lines
from moksori.understand.reads.window import Filters
from moksori.understand.writes.alarms import judge_weeks


def load_demo(*, tell: Callable[[str], None]) -> None:
    """Everything, in the order of the loop, through the same doors as everybody."""
    company = found_company()
    tell(f"{len(company.people)} · {len(company.units)}")
    feedback.load(
        feedback.exports(timezone.localdate()),
        company.units,
        by=company.people["haneul"],
        tell=tell,
    )
    survey.load(
        timezone.localdate(),
        company.units,
        by=company.people["haneul"],
        tell=tell,
    )
    with translation.override("ko"):
        tell(ask(company))
    understand.catch_up()
    for affiliate in understand.learned_affiliates():
        judge_weeks(affiliate)
    pains = {key: worst(company, key) for key in ("cinema", "finance")}
    tell(" · ".join(pain.name for found in pains.values() for pain in found[:3]))
    with translation.override("ko"):
        planned = actions.plan(company, pains)
        actions.open_cases(company, pains)
        segments.appraise(company, pains)
        tell(segments.watch(company, key="finance"))
    for action in planned:
        if action.has_started:
            account.measure(action, by=None)
    with translation.override("ko"):
        actions.watch_again(company, pains)
    tell(customers.bring_customers(company, today=timezone.localdate()))
    tell(visits.bring_visits(company))
    tell(" · ".join(editions.compose(company)))


def ask(company: Company) -> str:
    """Surveys with their answers, people to ask, and what waits for a person."""
    analyst, unit = company.people["haneul"], company.units[asked.UNIT]
    visit, yearly = asked.add_surveys(company)
    told = asked.answer(company, visit, yearly)
    sheets.bring_sheets(company, visit)
    ways.ask_people(visit, yearly, unit=unit, by=analyst)
    ways.put_to_decide(unit=unit, by=analyst)
    ways.open_ways(unit=unit, by=analyst)
    return f"{told} · /s/{visit.slug}/"


def worst(company: Company, unit: str, *, most: int = 6) -> list[PainPoint]:
    """The highest ranked pain points of an affiliate."""
    found = pain_lines(
        by=company.people["haneul"],
        filters=Filters(unit=company.units[unit].pk),
        limit=most,
    )
    rows = PainPoint.objects.select_related("theme").in_bulk([one.id for one in found])
    return [rows[one.id] for one in found]
