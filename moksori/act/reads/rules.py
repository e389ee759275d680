"""Questions about rules: which there are, what one would have opened, why a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.casework.conditions import Conditions, conditions_from, why
from moksori.act.models import Case, CaseRule, RuleHit
from moksori.act.reads.hearing import heard, in_pieces, likely
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback

DAYS = 30
MOST = 200_000  # feedbacks that a preview looks at closely, newest first


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule, and how many feedbacks it has caught so far."""

    id: int
    name: str
    unit_id: int
    unit_name: str
    trigger: str
    conditions: dict[str, Any]
    give_to: str
    answer_hours: int
    close_hours: int
    on_since: datetime | None
    is_looking_back: bool
    hits: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What conditions would have caught: `n` of `of` feedbacks of the last `days`.

    `is_whole` is False where there were too many to look at; then it is a lower bound.
    """

    n: int
    of: int
    days: int
    is_whole: bool


def rule_row(rule_id: int, *, by: Member) -> CaseRule:
    rows = CaseRule.objects.visible_to(by, Ability.ASSIGN)
    return one(rows.select_related("unit"), pk=rule_id)


def rule_lines(*, by: Member) -> list[RuleLine]:
    rows = CaseRule.objects.visible_to(by, Ability.ASSIGN).select_related("unit")
    return [rule_line(row) for row in rows.annotate(n=Count("hits"))]


def rule_line(row: CaseRule) -> RuleLine:
    count = getattr(row, "n", None)
    return RuleLine(
        id=row.pk,
        name=row.name,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        trigger=row.trigger,
        conditions=row.conditions,
        give_to=row.give_to,
        answer_hours=row.answer_hours,
        close_hours=row.close_hours,
        on_since=row.on_since,
        is_looking_back=row.is_looking_back,
        hits=row.hits.count() if count is None else count,
    )


def preview(unit: Unit, asked: Conditions, *, by: Member, days: int = DAYS) -> Preview:
    """How many cases it would have opened; counted within what `by` may read."""
    rows = Feedback.objects.visible_to(by).filter(
        unit__path__startswith=unit.path,
        occurred_at__gte=timezone.now() - timedelta(days=days),
    )
    found = likely(asked, rows).order_by("-occurred_at").values_list("pk", flat=True)
    ids = list(found[: MOST + 1])
    count = sum(
        why(asked, each) is not None
        for part in in_pieces(ids[:MOST])
        for each in heard(part, [asked])
    )
    return Preview(count, rows.count(), days, is_whole=len(ids) <= MOST)


def preview_of(rule: CaseRule, *, by: Member) -> Preview:
    return preview(rule.unit, conditions_from(rule.conditions), by=by)


def rules_of(case: Case) -> list[str]:
    """The names of the rules that opened the case, or met it later."""
    hits = RuleHit.objects.filter(case=case).select_related("rule")
    return list(dict.fromkeys(hit.rule.name for hit in hits))


def why_owner(case: Case) -> str:
    """Why the owner was chosen, in a sentence; "" where a person chose."""
    found = case.owner_why
    if not found or case.owner_id is None:
        return ""
    if found.get("promised"):
        return _("They made the promise.")
    if found.get("rule"):
        return _("The rule names this person.")
    names = {
        "unit": _("unit"), "product": _("product"), "region": _("region"),
        "theme": _("theme"),
    }  # fmt: skip
    fits = ", ".join(names[name] for name in found.get("fits", ()) if name in names)
    told = _("Chosen among %(among)s who can, with %(open)s open cases then.") % {
        "among": found.get("among", 1), "open": found.get("open", 0),
    }  # fmt: skip
    if fits:
        told += " " + _("It touches their remit: %(fits)s.") % {"fits": fits}
    if found.get("turn"):
        told += " " + _("It was their turn.")
    return told
