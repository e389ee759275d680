"""Write rules, switch them on and off, and let them look back when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.casework.conditions import MOST_WORDS, Conditions
from moksori.act.models import CaseRule
from moksori.act.writes.firing import READER, fire, read_rules
from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.storable import storable
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback

LONGEST_LOOK = 366  # days
AT_ONCE = 5_000  # feedbacks of a look back in one go


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as somebody wrote it. Hours are working hours."""

    name: str
    conditions: Conditions = field(default_factory=Conditions)
    trigger: str = CaseRule.Trigger.FEEDBACK
    give_to: str = CaseRule.GiveTo.REMIT
    owner: Member | None = None
    answer_hours: int = 8
    close_hours: int = 40
    remind_hours: int = 2
    escalate_hours: int = 8
    max_age_days: int = 14


@transaction.atomic
def write_rule(unit: Unit, draft: Draft, *, by: Member) -> CaseRule:
    """A new rule of a unit. It is off until somebody switches it on."""
    row = CaseRule(unit=unit, written_by=by)
    by.must(Ability.ASSIGN, row)
    return _written(row, draft, "write_rule", by=by)


@transaction.atomic
def change_rule(rule: CaseRule, draft: Draft, *, by: Member) -> CaseRule:
    """Changed, a rule judges what comes from now on; it never fires twice."""
    row = CaseRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    by.must(Ability.ASSIGN, row)
    if row.is_on:
        row.on_since = timezone.now()
    return _written(row, draft, "change_rule", by=by)


def _written(row: CaseRule, draft: Draft, verb: str, *, by: Member) -> CaseRule:
    _check(row, draft)
    values = {each.name: getattr(draft, each.name) for each in fields(draft)}
    values["name"] = storable(draft.name)
    values["conditions"] = draft.conditions.to_json()
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_at = timezone.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise UserError(
            _("This unit has a rule of this name already. Choose another name."),
            field="name",
        ) from None
    audit.record(verb, row, by=by, hours=[row.answer_hours, row.close_hours])
    return row


def _check(row: CaseRule, draft: Draft) -> None:
    if not storable(draft.name):
        raise UserError(_("Give the rule a name."), field="name")
    if draft.close_hours < draft.answer_hours:
        raise UserError(
            _("A case cannot have to be closed before it has to be answered."),
            field="close_hours",
        )
    if len(draft.conditions.words) > MOST_WORDS:
        raise UserError(
            _("These are more than %(most)s words. Make two rules of it.")
            % {"most": MOST_WORDS},
            field="words",
        )
    is_named = draft.give_to == CaseRule.GiveTo.MEMBER
    if is_named and draft.owner is None:
        raise UserError(_("Choose who gets the cases."), field="owner")
    if is_named and draft.owner and not draft.owner.may(Ability.ACT, row):
        raise UserError(
            _("This member cannot work on this. Choose somebody who can."),
            field="owner",
        )


@transaction.atomic
def switch_on(rule: CaseRule, *, by: Member) -> CaseRule:
    """From now on; what came before opens nothing."""
    row = CaseRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    by.must(Ability.ASSIGN, row)
    is_bare = not row.conditions and row.trigger == CaseRule.Trigger.FEEDBACK
    if is_bare:
        raise UserError(
            _("This rule has no condition: every feedback would open a case. "
              "Add one first.")
        )  # fmt: skip
    if not row.is_on:
        row.on_since = timezone.now()
        row.save(update_fields=["on_since"])
        audit.record("switch_rule_on", row, by=by)
    return row


@transaction.atomic
def switch_off(rule: CaseRule, *, by: Member) -> CaseRule:
    """Paused: what comes meanwhile opens nothing later either. Its cases stay."""
    row = CaseRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    by.must(Ability.ASSIGN, row)
    if row.is_on or row.is_looking_back:
        row.on_since = row.back_from = row.back_to = row.back_since = None
        row.save(update_fields=["on_since", "back_from", "back_to", "back_since"])
        audit.record("switch_rule_off", row, by=by)
    return row


@transaction.atomic
def look_back(rule: CaseRule, days: int, *, by: Member) -> CaseRule:
    """Let the rule judge what came in the last `days` days, because somebody asks."""
    row = CaseRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    by.must(Ability.ASSIGN, row)
    if row.trigger != CaseRule.Trigger.FEEDBACK or not row.is_on:
        raise Conflict(_("Switch the rule on first."))
    if not 1 <= days <= LONGEST_LOOK:
        raise UserError(
            _("Choose between 1 and %(most)s days.") % {"most": LONGEST_LOOK},
            field="days",
        )
    since = timezone.now() - timedelta(days=days)
    ends = _rows(row, since).aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return row
    row.back_from, row.back_to, row.back_since = ends["first"], ends["last"], since
    row.save(update_fields=["back_from", "back_to", "back_since"])
    audit.record("rule_looks_back", row, by=by, days=days)
    return row


def is_anybody_looking_back() -> bool:
    return CaseRule.objects.filter(back_to__isnull=False).exists()


def look_back_next(at_once: int = AT_ONCE) -> bool:
    """A piece of every look back that was asked for; False when none is left."""
    with outbox.reading(READER) as is_ours:
        rows = list(CaseRule.objects.filter(back_to__isnull=False)) if is_ours else []
        for row in rows:
            _look(row, at_once)
        return bool(rows)


def _look(row: CaseRule, at_once: int) -> None:
    since: datetime = row.back_since or timezone.now()
    ahead = _rows(row, since).filter(pk__gte=row.back_from, pk__lte=row.back_to)
    ids = list(ahead.order_by("pk").values_list("pk", flat=True)[:at_once])
    fire(ids, read_rules([row]), backwards=True)
    is_over = len(ids) < at_once
    # Where somebody paused it meanwhile, it stays paused.
    same = CaseRule.objects.filter(pk=row.pk, back_to=row.back_to)
    if is_over:
        same.update(back_from=None, back_to=None, back_since=None)
    else:
        same.update(back_from=ids[-1] + 1)


def _rows(row: CaseRule, since: datetime) -> QuerySet[Feedback]:
    return Feedback.objects.filter(
        unit__path__startswith=row.unit.path, occurred_at__gte=since
    )


@transaction.atomic
def delete_rule(rule: CaseRule, *, by: Member) -> None:
    """Only a rule that never opened a case; others are switched off and stay."""
    row = CaseRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    by.must(Ability.ASSIGN, row)
    if row.hits.exists():
        raise Conflict(
            _("Cases were opened by this rule, and say so. Switch it off instead.")
        )
    audit.record("delete_rule", row, by=by)
    row.delete()
