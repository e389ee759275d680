"""What is compared: the acted-upon theme and the untouched ones, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from moksori.act.models import Action
from moksori.act.reads.whole import FEWEST, facts_of
from moksori.analysis.proportions import wilson
from moksori.understand.models import PainPoint, Theme

Counts = NDArray[Any]
WEEKS_BEFORE = 52
WEEKS_AFTER = 26
ENOUGH_IN_A_POINT = 25
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Panel:
    """Feedback that is hurt, (themes × weeks), the acted-upon theme in row 0.

    `weeks` are Mondays; `totals` is all feedback of each; `start` is the first week
    that lay wholly after the action took effect. `touched` other themes are left out,
    for somebody acted on them in the same time; `same_pain_point` other actions took
    effect on this very pain point, and cannot be told apart from this one.
    """

    weeks: list[date]
    counts: Counts
    totals: Counts
    start: int
    touched: int
    same_pain_point: int

    @property
    def weeks_after(self) -> int:
        return len(self.weeks) - self.start


def panel_of(action: Action) -> Panel:
    """The year before the action and up to half a year after it.

    Counts everything said in the affiliate, whoever asks: an effect is one fact.
    """
    pain = action.pain_point
    weeks = weeks_around(action.start_on)
    facts = facts_of(pain)
    totals = facts.weekly_totals(weeks)
    weekly = facts.weekly(weeks, "n_negative_feedback")
    acted_on = _acted_on(action, weeks)
    themes = _themes(pain)
    untouched = [theme for theme in themes if theme not in acted_on]
    zeros = np.zeros(len(weeks))
    rows = [weekly.get(theme, zeros) for theme in (pain.theme_id, *untouched)]
    kept, split = kept_weeks(weeks, totals, action.start_on)
    return Panel(
        weeks=[week for week, is_kept in zip(weeks, kept, strict=True) if is_kept],
        counts=np.array(rows)[:, kept],
        totals=totals[kept],
        start=int(kept[:split].sum()),
        touched=len(themes) - len(untouched),
        same_pain_point=acted_on.count(pain.theme_id),
    )


def weeks_around(start_on: date) -> list[date]:
    monday = start_on - timedelta(days=start_on.weekday())
    return [monday + n * WEEK for n in range(-WEEKS_BEFORE, WEEKS_AFTER + 2)]


def kept_weeks(
    weeks: list[date], totals: Counts, start_on: date
) -> tuple[NDArray[np.bool_], int]:
    """Which weeks count, and where "after" begins among all of them.

    From the first to the last week with any feedback at all; the week in which the
    action took effect is neither before nor after.
    """
    kept = np.zeros(len(weeks), dtype=bool)
    heard = np.flatnonzero(totals)
    if heard.size:
        kept[heard[0] : heard[-1] + 1] = True
    split = next(i for i, week in enumerate(weeks) if week >= start_on)
    if weeks[split] != start_on and split > 0:
        kept[split - 1] = False
    return kept, split


def _themes(pain: PainPoint) -> list[int]:
    active = Theme.objects.filter(
        unit_id=pain.unit_id, state=Theme.State.ACTIVE, is_group=False
    )
    others = active.exclude(pk=pain.theme_id).order_by("pk")
    return list(others.values_list("pk", flat=True))


def _acted_on(action: Action, weeks: list[date]) -> list[int]:
    """Themes on which other actions took effect within these weeks, one for each."""
    acted = Action.objects.filter(
        started_at__isnull=False,
        start_on__range=(weeks[0], weeks[-1] + WEEK),
        pain_point__unit_id=action.pain_point.unit_id,
    )
    others = acted.exclude(pk=action.pk)
    return list(others.values_list("pain_point__theme_id", flat=True))


def chart_series(panel: Panel) -> dict[str, Any]:
    """The picture: measured share, and what moving like the untouched would have been.

    Weeks are joined (1, 2 or 4) until a point holds enough to be more than noise;
    points are counted from the start, so that none lies on both sides of it.
    """
    if not panel.weeks or not panel.start > 0:
        return {}
    joined = _joined(panel)
    starts = [*range(panel.start % joined, len(panel.weeks), joined)]
    parts = [slice(at, min(at + joined, len(panel.weeks))) for at in starts]
    own, total = panel.counts[0], panel.totals
    base = _log_share(panel, 0, slice(0, panel.start))
    others = _log_share(panel, slice(1, None), slice(0, panel.start))
    points, expected = [], []
    for part in parts:
        n = int(total[part].sum())
        points.append(_point(own[part].sum(), n))
        moved = _log_share(panel, slice(1, None), part) - others
        expected.append(round(float(expit(base + moved)), 5) if n else None)
    return {
        "weeks": [panel.weeks[at].isoformat() for at in starts],
        "points": points,
        "expected": expected if len(panel.counts) > 1 else [],
        "start": starts.index(panel.start) if panel.start in starts else len(starts),
        "joined": joined,
    }


def large_enough(series: dict[str, Any]) -> dict[str, Any]:
    """The picture without shares of so few that they would tell of persons."""
    if not series.get("points"):
        return series
    points = [
        [value, low, high, n] if n >= FEWEST else [None, None, None, n]
        for value, low, high, n in series["points"]
    ]
    # What would have been expected goes with it, so that both lines end together.
    expected = [
        value if point[0] is not None else None
        for value, point in zip(series["expected"], points, strict=False)
    ]
    shown = {**series, "points": points, "expected": expected}
    if series.get("band"):
        shown["band"] = [
            ends if point[0] is not None else [None, None]
            for ends, point in zip(series["band"], points, strict=False)
        ]
    return shown


def _joined(panel: Panel) -> int:
    rate = float(panel.counts[0].mean()) if panel.counts.size else 0.0
    return next((n for n in (1, 2) if rate * n >= ENOUGH_IN_A_POINT), 4)


def _log_share(panel: Panel, rows: int | slice, weeks: slice) -> float:
    """Log odds of the share in these weeks; half a count keeps it finite."""
    counts = np.atleast_2d(panel.counts[rows])
    x = float(counts[:, weeks].sum())
    n = float(panel.totals[weeks].sum()) * len(counts)
    return float(logit((x + 0.5) / (n + 1)))


def _point(x: float, n: int) -> list[float | int | None]:
    """Share, its interval, and n."""
    if not n:
        return [None, None, None, 0]
    found = wilson(x, n)
    return [round(found.value, 5), round(found.low, 5), round(found.high, 5), n]
