"""The section "what changed": only what is more than chance, then what stays."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.analysis.trend import Direction
from moksori.base.people.models import Unit
from moksori.base.web.text import change as signed
from moksori.base.web.text import number, points, share
from moksori.share.sections import Asked, findings, periods
from moksori.share.sections.blocks import Line, Part, Say, Tone
from moksori.understand.models import PainPoint
from moksori.understand.reads.pains import PainLine

KEY = "changes"
MOST = 3
STAYING = 2


@dataclass(frozen=True, slots=True)
class Change:
    """How a pain point changed; the lower `order`, the sooner it is told."""

    order: int
    words: str
    tone: Tone


def compose(asked: Asked) -> Part | None:
    """Up to three changes; with fewer than two, also what hurts most as before."""
    if not findings.heard(asked):
        return Part(KEY, "", (Say(_unheard(asked)),))
    pains = findings.pains(asked)
    changed = changes(asked)[:MOST]
    blocks: list[Line | Say] = [_line(asked, pain, change) for pain, change in changed]
    if not changed:
        blocks.append(Say(_nothing(asked)))
    known = {pain.id for pain, _change in changed}
    staying = [pain for pain in pains if pain.id not in known]
    as_before = Change(9, _("hurts as before"), Tone.PLAIN)
    room = max(STAYING - len(changed), 0)
    blocks += [_line(asked, pain, as_before) for pain in staying[:room]]
    return Part(KEY, "", tuple(blocks))


def changes(asked: Asked) -> list[tuple[PainLine, Change]]:
    """Pain points that came back, rise, are new or fall; the gravest first."""
    pains = findings.pains(asked)
    newborn = _newborn(asked, pains)
    found = [(pain, _change(pain, is_new=pain.id in newborn)) for pain in pains]
    told = [(pain, change) for pain, change in found if change is not None]
    return sorted(told, key=lambda pair: (pair[1].order, pair[0].rank))


def _change(pain: PainLine, *, is_new: bool) -> Change | None:
    if pain.state == PainPoint.State.REOPENED:
        return Change(0, _("▲ came back"), Tone.HURT)
    if pain.trend.direction == Direction.RISING:
        return Change(1, _("▲ more often"), Tone.HURT)
    if is_new:
        return Change(2, _("● new"), Tone.HURT)
    if pain.trend.direction == Direction.FALLING:
        return Change(3, _("▼ less often"), Tone.GOOD)
    return None


def _newborn(asked: Asked, pains: list[PainLine]) -> set[int]:
    """Found since the edition before; in a first edition everything would be new."""
    if asked.previous_at is None:
        return set()
    rows = PainPoint.objects.filter(
        pk__in=[pain.id for pain in pains], detected_at__gt=asked.previous_at
    )
    return set(rows.values_list("pk", flat=True))


def _line(asked: Asked, pain: PainLine, change: Change) -> Line:
    is_trend = pain.trend.change is not None and change.order in {1, 3}
    notes = [_trend_words(asked, pain)] if is_trend else []
    notes.append(reach_words(asked, pain))
    return Line(
        title=pain.name,
        change=change.words,
        note=_at(asked, pain) + " · ".join(notes),
        tone=change.tone.value,
        path=findings.path("understand:pain_point", pain.id),
    )


def _at(asked: Asked, pain: PainLine) -> str:
    """Where, when the remit spans several affiliates."""
    units = {line.unit for line in findings.pains(asked)}
    if len(units) < 2:
        return ""
    unit = Unit.objects.filter(pk=pain.unit).first()
    return f"{unit.name}: " if unit else ""


def reach_words(asked: Asked, pain: PainLine) -> str:
    """Whose share, of how many, when, and the interval, in one breath."""
    reach = pain.reach
    return _("%(share)s of %(n)s complained, %(period)s (%(low)s–%(high)s)") % {
        "share": share(reach.value),
        "low": number(reach.low * 100, 1),
        "high": share(reach.high),
        "n": number(reach.n),
        "period": periods.window(asked),
    }


def _trend_words(asked: Asked, pain: PainLine) -> str:
    change, weeks = pain.trend.change, pain.trend.window
    if change is None:
        return ""
    return _(
        "%(change)s %(period)s against the %(weeks)s weeks before "
        "(%(low)s to %(high)s, of %(n)s)"
    ) % {
        "change": points(change.value),
        "weeks": weeks,
        "period": periods.last_weeks(asked, weeks),
        "low": signed(change.low * 100, 1),
        "high": signed(change.high * 100, 1),
        "n": number(change.n),
    }


def _unheard(asked: Asked) -> str:
    things = ", ".join(asked.remit.things) or _("all that you may read")
    return _("No feedback fits what you care for (%(things)s), %(period)s.") % {
        "things": things,
        "period": periods.window(asked),
    }


def _none_hurts(asked: Asked) -> str:
    count = findings.heard(asked)
    text = ngettext(
        "In %(n)s piece of feedback, %(period)s, no complaint comes up often.",
        "In %(n)s pieces of feedback, %(period)s, no complaint comes up often.",
        count,
    )
    return text % {"n": number(count), "period": periods.window(asked)}


def _nothing(asked: Asked) -> str:
    """What is compared is named; with too little to compare, that is said."""
    pains = findings.pains(asked)
    if not pains:
        return _none_hurts(asked)
    compared = [pain.trend for pain in pains if pain.trend.change is not None]
    if not compared:
        return _("There is too little feedback yet to tell whether anything changed.")
    weeks = compared[0].window
    return _(
        "Against the %(weeks)s weeks before, nothing has changed by more than chance "
        "%(period)s."
    ) % {"weeks": weeks, "period": periods.last_weeks(asked, weeks)}
