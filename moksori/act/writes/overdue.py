"""Promises past their day open cases, as rules say."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from moksori.act.models import Case, CaseRule, Promise, RuleHit
from moksori.act.reads.hands import Wanted
from moksori.act.writes.firing import Desk, give, set_deadlines
from moksori.base.audit import writes as audit
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability


def fire_for_promises() -> int:
    """Cases for promises that became overdue since a rule is on; each rule once."""
    rows = CaseRule.objects.filter(
        on_since__isnull=False, trigger=CaseRule.Trigger.PROMISE
    ).select_related("unit", "owner")
    desk = Desk() if rows else None
    return sum(_fire(rule, desk) for rule in rows) if desk else 0


def _fire(rule: CaseRule, desk: Desk) -> int:
    today = timezone.localdate()
    on = timezone.localdate(rule.on_since)
    late = Promise.objects.filter(
        state=Promise.State.OPEN,
        unit__path__startswith=rule.unit.path,
        due__lt=today,
        # Its day passed after the rule was switched on, and not long ago.
        due__gte=max(on, today - timedelta(days=rule.max_age_days)) - timedelta(days=1),
    )
    known = RuleHit.objects.filter(rule=rule, promise__isnull=False)
    fresh = late.exclude(pk__in=known.values("promise"))
    return sum(_open(rule, one, desk) for one in fresh.select_related("unit", "owner"))


def _open(rule: CaseRule, promise: Promise, desk: Desk) -> bool:
    try:
        with transaction.atomic():
            case = _case_of(promise) or _new_case(rule, promise, desk)
            RuleHit.objects.create(
                rule=rule, promise=promise, case=case,
                why={"due": promise.due.isoformat()},
            )  # fmt: skip
            audit.record(
                "open_case_by_rule", case, by=None, rules=[rule.pk],
                owner=case.owner_id, due=case.due,
            )  # fmt: skip
    except IntegrityError:
        return False  # another worker was faster; the hit is there
    return True


def _case_of(promise: Promise) -> Case | None:
    open_ones = Case.objects.exclude(status=Case.Status.CLOSED)
    return open_ones.filter(promise=promise).first()


def _new_case(rule: CaseRule, promise: Promise, desk: Desk) -> Case:
    """Whoever promised keeps it, unless they are away or the rule says otherwise."""
    case = Case(
        promise=promise, unit_id=promise.unit_id, region_id=promise.region_id,
        opened_at=timezone.now(),
    )  # fmt: skip
    set_deadlines(case, [rule], desk.office, promise.unit.path)
    if rule.give_to == CaseRule.GiveTo.REMIT and _can(promise.owner, case, desk):
        case.owner = promise.owner
        case.owner_why = {"promised": True}
        case.owned_since = case.opened_at
    else:
        wanted = Wanted(promise.unit.path, promise.region_id)
        give(case, [rule], desk.hands, wanted)
    case.save(force_insert=True)
    return case


def _can(owner: Member | None, case: Case, desk: Desk) -> bool:
    if owner is None or owner.pk in desk.hands.away:
        return False
    return owner.may(Ability.ACT, case)
