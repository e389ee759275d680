"""What is compared where an action applies in some places only, or moves a score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from moksori.account.reads.panel import WEEK, Counts, kept_weeks, weeks_around
from moksori.act.models import Action
from moksori.act.reads.whole import facts_of
from moksori.act.writes.places import Where, places_of
from moksori.analysis.proof.choose import MANY_CONTROLS
from moksori.analysis.proof.panel import Measure, Panel
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.conditions import Between, Equals
from moksori.base.warehouse.cube import Cube
from moksori.understand.reads.facts import Facts

THEME = "theme"
AT_ONCE = timedelta(weeks=12)
REGULAR = 0.2  # of what is usual; less is a trickle


@dataclass(frozen=True)
class Compared:
    """A panel by `kind` (theme, region, product), `ids` its rows, `weeks` Mondays.

    `touched` were left out because another action reached them, `too_small` because
    too few were heard there; `same_pain_point` other actions cannot be told apart from
    this one.
    """

    panel: Panel
    kind: str
    ids: tuple[int, ...]
    weeks: list[date]
    touched: int
    too_small: int
    same_pain_point: int


def compared_places(action: Action) -> Compared:
    """The action's places beside those like them that it does not reach.

    Counts everything said in the affiliate, whoever asks: an effect is one fact.
    """
    places = places_of(action)
    kind = places[0].kind
    weeks = weeks_around(action.start_on)
    facts = facts_of(action.pain_point)
    others = _others(action, weeks)
    reached = {
        where.id for other in others for where in places_of(other) if where.kind == kind
    }
    own = {where.id for where in places}
    values, totals, ids = _measured(action, facts, kind, weeks)
    rows = [at for at, pk in enumerate(ids) if pk in own or pk not in reached]
    ids = tuple(ids[at] for at in rows)
    kept, split = kept_weeks(weeks, totals.sum(axis=0), action.start_on)
    kept &= _regular(totals.sum(axis=0))
    heard = [week for week, is_kept in zip(weeks, kept, strict=True) if is_kept]
    panel = Panel(
        values[rows][:, kept],
        _starts(ids, places, heard, int(kept[:split].sum())),
        totals[rows][:, kept],
        Measure.MEAN if action.measure == Action.Measure.SCORE else Measure.SHARE,
        1 if action.measure == Action.Measure.SCORE else -1,
    )
    panel, ids, small = _steady(panel, ids)
    return Compared(
        panel,
        kind,
        ids,
        heard,
        touched=len(values) - len(rows),
        too_small=small,
        same_pain_point=sum(_overlaps(places, places_of(other)) for other in others),
    )


def compared_scores(action: Action) -> Compared:
    """The mean score of those who speak of the theme, beside other themes'."""
    weeks = weeks_around(action.start_on)
    facts = facts_of(action.pain_point)
    values, totals, ids = _measured(action, facts, THEME, weeks)
    own = action.pain_point.theme_id
    acted = {other.pain_point.theme_id for other in _started(action, weeks)}
    rows = [at for at, pk in enumerate(ids) if pk == own or pk not in acted]
    kept, split = kept_weeks(weeks, totals.sum(axis=0), action.start_on)
    kept &= _regular(totals.sum(axis=0))
    ids, touched = tuple(ids[at] for at in rows), len(ids) - len(rows)
    start = float(kept[:split].sum())
    starts = np.array([start if pk == own else np.inf for pk in ids])
    panel = Panel(values[rows][:, kept], starts, totals[rows][:, kept], Measure.MEAN, 1)
    panel, ids, small = _steady(panel, ids)
    heard = [week for week, is_kept in zip(weeks, kept, strict=True) if is_kept]
    same = len(_others(action, weeks))
    return Compared(panel, THEME, ids, heard, touched, small, same)


def inseparable(action: Action, weeks: list[date]) -> int:
    """Other actions on the same theme at about the same time, reaching the same."""
    own = places_of(action)
    return sum(_overlaps(own, places_of(other)) for other in _others(action, weeks))


def _overlaps(own: tuple[Where, ...], other: tuple[Where, ...]) -> bool:
    """Whether two actions cannot be told apart by where they apply.

    One that applies everywhere reaches the compared places just as much, and cancels
    out of a comparison among places.
    """
    if not own:
        return True
    if not other:
        return False
    same_kind = own[0].kind == other[0].kind
    return not same_kind or bool({w.id for w in own} & {w.id for w in other})


def _started(action: Action, weeks: list[date]) -> Iterable[Action]:
    acted = Action.objects.filter(
        started_at__isnull=False,
        start_on__range=(weeks[0], weeks[-1] + WEEK),
        pain_point__unit_id=action.pain_point.unit_id,
    )
    return acted.exclude(pk=action.pk).select_related("pain_point")


def _others(action: Action, weeks: list[date]) -> list[Action]:
    """On the same theme, from three months before this one's start on."""
    since = action.start_on - AT_ONCE
    theme = action.pain_point.theme_id
    return [
        other
        for other in _started(action, weeks)
        if other.pain_point.theme_id == theme and other.start_on >= since
    ]


def _measured(
    action: Action, facts: Facts, kind: str, weeks: list[date]
) -> tuple[Counts, Counts, tuple[int, ...]]:
    """Values and totals (units, weeks), and the units' ids."""
    if action.measure == Action.Measure.SCORE:
        means = _cube(facts, kind, ("mean_score", "n_scored"), weeks)
        totals = _table(means, kind, "n_scored", weeks)
        values = _table(means, kind, "mean_score", weeks)
    else:
        totals = _table(
            _cube(facts, kind, ("n_feedback",), weeks), kind, "n_feedback", weeks
        )
        theme = Equals("theme", action.pain_point.theme_id)
        rows = _cube(facts, kind, ("n_negative_feedback",), weeks, theme)
        values = _table(rows, kind, "n_negative_feedback", weeks)
    ids = tuple(sorted(totals))
    empty = np.zeros(len(weeks))
    of = np.array([totals[pk] for pk in ids]).reshape(len(ids), len(weeks))
    found = np.array([values.get(pk, empty) for pk in ids]).reshape(of.shape)
    if action.measure != Action.Measure.SCORE:
        found = np.minimum(found, of) / np.maximum(of, 1)
    return found, of, ids


def _cube(
    facts: Facts,
    kind: str,
    measures: tuple[str, ...],
    weeks: list[date],
    *only: Equals,
) -> list[dict[str, object]]:
    where = (*facts.place, Between("week", weeks[0], weeks[-1]), *only)
    cube = Cube("mentions", ("week", kind), measures, where)
    return warehouse().rows(cube.within(facts.scope))


def _table(
    rows: list[dict[str, object]], kind: str, measure: str, weeks: list[date]
) -> dict[int, Counts]:
    at = {week: place for place, week in enumerate(weeks)}
    found: dict[int, Counts] = {}
    for row in rows:
        pk, week, value = row[kind], row["week"], row[measure]
        if isinstance(pk, int) and isinstance(week, date) and value is not None:
            counts = found.setdefault(pk, np.zeros(len(weeks)))
            counts[at[week]] = value
    return found


def _starts(
    ids: tuple[int, ...], places: tuple[Where, ...], weeks: list[date], first: int
) -> Counts:
    """In which kept week each began; the week of a later start counts as after."""
    days = {where.id: where.start_on for where in places}
    starts = np.full(len(ids), np.inf)
    for at, pk in enumerate(ids):
        if pk not in days:
            continue
        day = days[pk]
        starts[at] = first
        if day is not None:
            begun = sum(week + WEEK <= day for week in weeks)
            starts[at] = max(first, begun)
    return starts


def _regular(totals: Counts) -> NDArray[np.bool_]:
    """From when on feedback comes in regularly: a trickle before is no level."""
    heard = totals[totals > 0]
    found = np.zeros(totals.size, dtype=bool)
    if not heard.size:
        return found
    usual = float(np.median(np.sort(heard)[heard.size // 2 :]))
    months = np.convolve(totals, np.ones(4) / 4, mode="full")[3:]
    enough = np.flatnonzero(months >= REGULAR * usual)
    found[int(enough[0]) if enough.size else 0 :] = True
    return found


def _steady(panel: Panel, ids: tuple[int, ...]) -> tuple[Panel, tuple[int, ...], int]:
    """Without untouched places that were silent for a month, where enough remain.

    A share of nothing would be made up; methods that take weeks together need none.
    """
    steady = panel.steady | panel.treated
    enough = (steady & ~panel.treated).sum() >= MANY_CONTROLS
    heard = np.ones(len(ids), dtype=bool)
    if panel.totals is not None:
        heard = panel.totals.sum(axis=1) > 0
    kept = steady if enough and panel.steady[panel.treated].all() else heard
    left = tuple(pk for pk, is_kept in zip(ids, kept, strict=True) if is_kept)
    return panel.only(kept), left, int((~kept).sum())


def of_themes(counts: Counts, totals: Counts, start: int) -> Panel:
    """Counts (themes, weeks), the acted-upon in row 0, as a panel of shares."""
    if not totals.size:  # nobody said anything yet: one silent week
        counts, totals = np.zeros((len(counts), 1)), np.zeros(1)
    whole = np.broadcast_to(totals, counts.shape)
    starts = np.full(len(counts), np.inf)
    starts[0] = start
    shares = np.minimum(counts, whole) / np.maximum(whole, 1)
    panel = Panel(shares, starts, np.array(whole, dtype=float))
    return replace(panel, is_shared=True)
