"""What a phone takes along, so that it can do without a network for days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from moksori.base.customers.models import Account, Product
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.field.known import known_pains
from moksori.collect.models import Guide, VisitPlan
from moksori.collect.reads.guides import guides_for, nearest_first

MOST_ACCOUNTS = 3_000
MOST_PEOPLE = 1_000
MOST_PRODUCTS = 1_000
AHEAD = timedelta(days=90)
BEHIND = timedelta(days=30)


def pack(*, by: Member) -> dict[str, Any]:
    """Names to choose from (companies, people, products, pain points), guides and plans
    of this member; nothing else leaves.

    Where there are more names than a phone should carry, the rest can be typed.
    """
    units = by.scope(Ability.READ).units
    accounts = Account.objects.visible_to(by).filter(left_on=None).order_by("name")
    people = Member.objects.filter(unit__in=units, is_active=True).order_by("name")
    products = Product.objects.filter(unit__in=units).order_by("name")
    return {
        "made_at": timezone.now().isoformat(),
        "member": {"id": by.pk, "name": by.name, "language": by.language},
        "accounts": _named(accounts[:MOST_ACCOUNTS]),
        "people": _named(people[:MOST_PEOPLE]),
        "products": _named(products[:MOST_PRODUCTS]),
        "guides": [_guide(one) for one in nearest_first(guides_for(by=by))],
        "plans": [_plan(one) for one in _plans(by)],
        # Looked through on the phone itself: nothing that is being typed leaves it,
        # and the token of a lost phone stays one that can read nothing.
        "known": [
            {"theme": one.theme, "name": one.name, "words": list(one.words)}
            for one in known_pains(by=by)
        ],
    }


def _named(rows: Any) -> list[dict[str, Any]]:
    return [{"id": pk, "name": name} for pk, name in rows.values_list("pk", "name")]


def _guide(guide: Guide) -> dict[str, Any]:
    version = guide.version
    return {
        "id": guide.pk,
        "name": guide.name,
        "unit": guide.unit.name,
        "version": version.number if version else 0,
        "questions": version.questions if version else [],
    }


def _plans(by: Member) -> list[VisitPlan]:
    today = timezone.localdate()
    rows = VisitPlan.objects.filter(
        member=by,
        state=VisitPlan.State.PLANNED,
        on__range=(today - BEHIND, today + AHEAD),
    )
    return list(rows.select_related("account")[:200])


def _plan(plan: VisitPlan) -> dict[str, Any]:
    return {
        "id": plan.pk,
        "on": plan.on.isoformat(),
        "account": plan.account_id,
        "whom": plan.account.name if plan.account else plan.whom,
        "purpose": plan.purpose,
        "guide": plan.guide_id,
    }
