"""Alarms as a member may see them: why each was raised, and what is behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.base.errors import NotFound
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.scope import Scope
from moksori.understand.models import Alarm, AlarmWatch, PainPoint
from moksori.understand.reads.copies import Copies, copies_of, folded, mentions_about
from moksori.understand.reads.facts import Facts
from moksori.understand.reads.places import home_affiliate, labels
from moksori.understand.reads.series import Key
from moksori.understand.reads.trends import FEWEST, where_of
from moksori.understand.reads.verbatims import Verbatim, verbatims
from moksori.understand.reads.window import Filters, Window, sees_all, unit_ids_of

CLOSED_FOR = timedelta(days=90)
QUOTED = 3
BEFORE = 26  # weeks to compare with
PLACES = 3
_PLACE_SHARE = 0.25
State = Alarm.State


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm in words and numbers.

    `share` is the share of feedback of the weeks since it began, `expected` what it
    should have been; `times` how many times that (None: nothing was expected).
    """

    row: Alarm
    name: str
    where: str
    share: Estimate | None
    expected: float | None
    pain_point: int | None

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def times(self) -> float | None:
        if self.share is None or not self.expected:
            return None
        return self.share.value / self.expected

    @property
    def is_more(self) -> bool:
        return self.row.direction > 0

    @property
    def weeks(self) -> int:
        return len(beyond(self.row))

    @property
    def one_in(self) -> int:
        """One series and week in so many shows as much by chance; at most a million."""
        return int(min(1 / max(self.row.chance, 1e-9), 1_000_000))


@dataclass(frozen=True, slots=True)
class Part:
    """A value of an attribute: its share of what is beyond, and how it rose itself.

    `is_new` says that nothing came from there in the half year before.
    """

    dimension: str
    label: str
    seen: int
    expected: float
    share: float
    is_new: bool


@dataclass(frozen=True, slots=True)
class AlarmPage:
    """One alarm with what is behind it, from what the member may read."""

    line: AlarmLine
    parts: list[Part]
    copies: Copies | None
    typical: list[Verbatim]
    series: int
    rate: float


@dataclass(frozen=True, slots=True)
class AlarmList:
    """The alarms of one affiliate in one state, those that run on first."""

    unit: Unit
    state: str
    lines: list[AlarmLine]
    counts: dict[str, int]
    watch: AlarmWatch | None
    is_part: bool


def alarm_list(
    *, by: Member, unit: int | None = None, state: str = State.OPEN
) -> AlarmList:
    """What is open (or in another state); NotFound for who reads nothing."""
    home = home_affiliate(by=by, unit=unit)
    state = state if state in State.values else State.OPEN
    rows = _seen(by, home.pk)
    counts = Counter(row.state for row in rows)
    shown = [row for row in rows if row.state == state]
    shown.sort(key=lambda row: (not row.is_running, -row.direction, row.chance, row.pk))
    whole = sees_all(by.scope(), home.pk)
    return AlarmList(
        unit=home,
        state=state,
        lines=_lines(shown),
        counts=dict(counts),
        watch=AlarmWatch.objects.filter(pk=home.pk).first(),
        is_part=not whole,
    )


def open_alarms(affiliate: int, *, by: Member) -> list[AlarmLine]:
    """What is open and runs on in an affiliate, as far as this member may see."""
    rows = [row for row in _seen(by, affiliate) if row.state == State.OPEN]
    return _lines([row for row in rows if row.is_running])


def alarm_row(alarm_id: int, *, by: Member) -> Alarm:
    """The row behind the gate; NotFound for who may not see all it counts."""
    row: Alarm = one(Alarm.objects.visible_to(by).select_related("theme"), pk=alarm_id)
    if not _may_see(row, by.scope(), sees_all(by.scope(), row.unit_id)):
        raise NotFound
    return row


def alarm_line(alarm_id: int, *, by: Member) -> AlarmLine:
    return _lines([alarm_row(alarm_id, by=by)])[0]


def alarm_page(alarm_id: int, *, by: Member) -> AlarmPage:
    """Why it was raised, and what is behind it."""
    row = alarm_row(alarm_id, by=by)
    line = _lines([row])[0]
    window = window_of_alarm(row)
    filters = _filters(row)
    about = mentions_about(row.theme_id, by=by, window=window, kind="complaint")
    about = about.filter(filters.q("feedback__"))
    words = verbatims(
        by=by,
        theme=row.theme_id,
        kind="complaint",
        window=window,
        filters=filters,
        limit=40,
    )
    watch = AlarmWatch.objects.filter(pk=row.unit_id).first()
    state = watch.state if watch else {}
    return AlarmPage(
        line=line,
        parts=behind(row, by=by),
        copies=copies_of(about),
        typical=folded(words, about, limit=QUOTED),
        series=watch.series if watch else 0,
        rate=float(state.get("rate", 0.05)),
    )


def window_of_alarm(row: Alarm) -> Window:
    """From the first to the last day on which it was beyond."""
    last = row.ended_on - timedelta(days=1) if row.ended_on else None
    until = last or row.last_week + timedelta(days=6)
    return Window(row.first_week, max(until, row.first_week))


def behind(row: Alarm, *, by: Member) -> list[Part]:
    """Where what is beyond comes from, beside the half year before it began.

    A value counts when it brings a quarter of what is beyond, or is new; of each
    attribute at most three.
    """
    window = window_of_alarm(row)
    before = Window.last(7 * BEFORE, window.since - timedelta(days=1))
    inside, filters = by.scope(), _filters(row)
    now = Facts(inside, row.unit_id, window, filters)
    then = Facts(inside, row.unit_id, before, filters)
    found: list[Part] = []
    for dimension in ("product", "region", "channel"):
        if dimension != row.dimension:
            found += _parts(row, now, then, dimension)
    return found


def _parts(row: Alarm, now: Facts, then: Facts, dimension: str) -> list[Part]:
    seen, total = _counted(now, row.theme_id, dimension)
    usual, usual_total = _counted(then, row.theme_id, dimension)
    if len(total) < 2:
        return []
    common = sum(usual.values()) / max(sum(usual_total.values()), 1)
    names = labels(dimension, list(total))
    found = []
    for value, n in total.items():
        base = usual_total.get(value, 0)
        rate = usual.get(value, 0) / base if base else common
        found.append((value, seen.get(value, 0), rate * n, base == 0))
    excess = sum(max((x - e) * row.direction, 0.0) for _, x, e, _ in found) or 1.0
    parts = [
        Part(
            dimension,
            str(names.get(value, value)),
            x,
            e,
            max((x - e) * row.direction, 0.0) / excess,
            is_new,
        )
        for value, x, e, is_new in found
        if max(x, e) >= FEWEST
    ]
    kept = [one for one in parts if one.share >= _PLACE_SHARE or one.is_new]
    return sorted(kept, key=lambda one: -one.share)[:PLACES]


def _counted(
    facts: Facts, theme: int, dimension: str
) -> tuple[dict[Any, int], dict[Any, int]]:
    complaints = facts.complaints_by(dimension)
    return (
        {value: n for (of, value), n in complaints.items() if of == theme},
        facts.totals_by(dimension),
    )


def _filters(row: Alarm) -> Filters:
    if row.dimension == "region":
        return Filters(region=row.value)
    return Filters(product=row.value) if row.dimension == "product" else Filters()


def _seen(by: Member, affiliate: int) -> list[Alarm]:
    scope = by.scope()
    whole = sees_all(scope, affiliate)
    rows = Alarm.objects.visible_to(by).filter(unit_id=affiliate)
    return [
        row
        for row in rows.select_related("theme")
        if _may_see(row, scope, whole) and _is_lately(row)
    ]


def _is_lately(row: Alarm) -> bool:
    if row.state != State.CLOSED or row.ended_on is None:
        return True
    return row.changed_at is None or row.last_week - row.ended_on < CLOSED_FOR


def _may_see(row: Alarm, scope: Scope, whole: bool) -> bool:  # noqa: FBT001
    """Its numbers count everything there: who reads a part of it may not see them."""
    if whole:
        return True
    if row.dimension != "region":
        return False
    units = unit_ids_of(row.unit_id)
    return any(
        units <= reach.units and (not reach.regions or row.value in reach.regions)
        for reach in scope.reaches
    )


def _lines(rows: Iterable[Alarm]) -> list[AlarmLine]:
    rows = list(rows)
    pains = dict(
        PainPoint.objects.filter(
            theme_id__in=[row.theme_id for row in rows], segment={}
        ).values_list("theme_id", "pk")
    )
    return [_line(row, pains.get(row.theme_id)) for row in rows]


def _line(row: Alarm, pain_point: int | None) -> AlarmLine:
    weeks = beyond(row)
    x, n = (sum(entry[name] for entry in weeks) for name in ("seen", "total"))
    known = [entry for entry in weeks if entry["expected"] is not None]
    mean = sum(entry["expected"] for entry in known)
    total = sum(entry["total"] for entry in known)
    return AlarmLine(
        row=row,
        name=row.theme.name,
        where=where_of(Key(row.theme_id, row.dimension, row.value)),
        share=wilson(x, n) if n >= FEWEST else None,
        expected=mean / total if total >= FEWEST else None,
        pain_point=pain_point,
    )


def beyond(row: Alarm) -> list[dict[str, Any]]:
    """The weeks from its beginning to its end."""
    end = row.ended_on.isoformat() if row.ended_on else "9999"
    first = row.first_week.isoformat()
    kept = [entry for entry in row.history if first <= entry["week"] < end]
    return kept or row.history[-1:]
