"""How long customers stay: Kaplan–Meier curves, restricted means, log-rank test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtri

from moksori.analysis.estimate import Estimate

LEVEL = 0.95
Numbers = NDArray[np.float64]
_TOLERANCE = float(np.sqrt(np.finfo(float).eps))
_STAYED = "Who has not left yet is like the others who stayed as long."


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """A Kaplan–Meier curve: the share still here after each time that somebody left.

    All arrays run over `times`, the distinct times of leaving. `error` is the standard
    error of log S (Greenwood), `low`–`high` the band at `level`, each point by itself,
    by the named `transform`. `followed` is the longest time anybody was watched.
    """

    times: Numbers
    at_risk: Numbers
    events: Numbers
    share: Numbers
    error: Numbers
    low: Numbers
    high: Numbers
    n: int
    followed: float
    transform: str
    level: float = LEVEL

    def at(self, time: float) -> Estimate:
        """The share still here after `time`."""
        if not time >= 0:
            raise ValueError("A time to look at must not be negative.")
        place = int(np.searchsorted(self.times, time, side="right")) - 1
        if place < 0:
            return self._estimate(1.0, 1.0, 1.0)
        return self._estimate(
            float(self.share[place]), float(self.low[place]), float(self.high[place])
        )

    def median(self) -> Estimate:
        """The time after which half have left; infinite while more than half stay.

        As R's survfit prints it: where the curve is flat at one half, the middle of
        the flat part; the interval is where the band crosses one half.
        """
        value, low, high = (
            self._half(curve) for curve in (self.share, self.low, self.high)
        )
        return self._estimate(value, low, high)

    def restricted_mean(self, until: float) -> Estimate:
        """The mean time stayed of the first `until`, the area under the curve.

        Variance as in R's `print(survfit, rmean=)` (Klein and Moeschberger 2003).
        Raises ValueError when nobody was watched that long.
        """
        if not 0 < until <= self.followed:
            raise ValueError(
                "A restricted mean ends within the time that was watched: "
                f"between 0 and {self.followed:g}."
            )
        kept = self.times <= until
        edges = np.concatenate([[0.0], self.times[kept], [until]])
        heights = np.concatenate([[1.0], self.share[kept]])
        areas = np.diff(edges) * heights
        after = areas[::-1].cumsum()[::-1][1:]
        hazard = _greenwood(self.at_risk[kept], self.events[kept])
        value = float(areas.sum())
        margin = _z(self.level) * sqrt(float((after**2 * hazard).sum()))
        return Estimate(
            value=value,
            low=max(value - margin, 0.0),
            high=min(value + margin, until),
            n=self.n,
            method="Restricted mean of a Kaplan–Meier curve",
            level=self.level,
            assumed=(_STAYED,),
        )

    def _half(self, curve: Numbers) -> float:
        below = np.flatnonzero(curve < 0.5 + _TOLERANCE)
        if not below.size:
            return inf
        first = below[0]
        lower = below[curve[below] < curve[first]]
        if abs(curve[first] - 0.5) < _TOLERANCE and lower.size:
            return float(self.times[first] + self.times[lower[0]]) / 2
        return float(self.times[first])

    def _estimate(self, value: float, low: float, high: float) -> Estimate:
        return Estimate(
            value=value,
            low=low,
            high=high,
            n=self.n,
            method=METHODS[self.transform],
            level=self.level,
            assumed=(_STAYED,),
        )


METHODS = {
    "log": "Kaplan–Meier, log band",
    "log-log": "Kaplan–Meier, log-log band",
    "plain": "Kaplan–Meier, plain band",
}


def kaplan_meier(
    durations: ArrayLike,
    left: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    transform: str = "log",
    level: float = LEVEL,
) -> Survival:
    """The curve of those who were watched for `durations`; `left` says who then left.

    `entry` is when each came under watch (0: from the start), for customers whose
    relation is older than the records. `transform` names the band: "log" is R's
    default, "log-log" that of lifelines and Stata, "plain" the untransformed one.
    Raises ValueError for no customers, negative, infinite or missing times, or an
    entry that is not before the end.
    """
    if transform not in METHODS:
        raise ValueError(f"A band is one of {', '.join(METHODS)}.")
    spans = Spans.of(durations, left, entry)
    times = np.unique(spans.end[spans.left])
    risk = spans.at_risk(times)
    gone = spans.gone(times)
    share: Numbers = np.asarray(np.cumprod(1 - gone / risk))
    error: Numbers = np.asarray(np.sqrt(np.cumsum(_greenwood(risk, gone))))
    # The last one leaving has no Greenwood error: the curve ends at zero.
    share = np.asarray(np.where(share < 1e-15, 0.0, share))
    low, high = _BANDS[transform](share, _z(level) * error)
    return Survival(
        times=times,
        at_risk=risk,
        events=gone,
        share=share,
        error=error,
        low=np.where(share > 0, np.clip(low, 0, 1), 0.0),
        high=_held(np.where(share > 0, np.clip(high, 0, 1), np.nan)),
        n=spans.end.size,
        followed=float(spans.end.max()),
        transform=transform,
        level=level,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Times under watch, checked: from `start` to `end`, and whether it ended."""

    start: Numbers
    end: Numbers
    left: NDArray[np.bool_]

    @classmethod
    def of(
        cls, durations: ArrayLike, left: ArrayLike, entry: ArrayLike | None = None
    ) -> Spans:
        end = np.asarray(durations, dtype=np.float64).ravel()
        gone = np.asarray(left).ravel().astype(bool)
        start = (
            np.full(end.size, -inf)
            if entry is None
            else np.asarray(entry, dtype=np.float64).ravel()
        )
        if not end.size:
            raise ValueError("A survival curve needs at least one customer.")
        if not end.size == gone.size == start.size:
            raise ValueError("Durations, left and entry need the same length.")
        if not np.isfinite(end).all() or (end < 0).any() or np.isnan(start).any():
            raise ValueError("Times must be finite and not negative.")
        if (start >= end).any():
            raise ValueError("Everybody must come under watch before the end.")
        return cls(start, end, gone)

    def at_risk(self, times: Numbers) -> Numbers:
        """How many are watched just before each time."""
        ends = np.sort(self.end)
        found = ends.size - np.searchsorted(ends, times, side="left")
        starts = np.sort(self.start)
        late = starts.size - np.searchsorted(starts, times, side="left")
        return np.asarray(found - late, dtype=np.float64)

    def gone(self, times: Numbers) -> Numbers:
        """How many leave at each time."""
        ends = np.sort(self.end[self.left])
        after = np.searchsorted(ends, times, side="right")
        before = np.searchsorted(ends, times, side="left")
        return np.asarray(after - before, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class LogRank:
    """Whether groups leave at different rates; `p` small says that they do."""

    groups: tuple[Any, ...]
    n: NDArray[np.int64]
    observed: Numbers
    expected: Numbers
    statistic: float
    df: int
    p: float


def log_rank(durations: ArrayLike, left: ArrayLike, groups: ArrayLike) -> LogRank:
    """The log-rank test (Mantel 1966), as R's `survdiff` with rho = 0.

    Raises ValueError with fewer than two groups, or when nobody left.
    """
    spans = Spans.of(durations, left)
    names, code = np.unique(np.asarray(groups), return_inverse=True)
    if names.size < 2:
        raise ValueError("A comparison needs at least two groups.")
    times = np.unique(spans.end[spans.left])
    if not times.size:
        raise ValueError("Nobody has left, so there is nothing to compare.")
    each = [_of(spans, code == one) for one in range(names.size)]
    risk = np.array([one.at_risk(times) for one in each])
    gone = np.array([one.gone(times) for one in each])
    total, d = risk.sum(axis=0), gone.sum(axis=0)
    expected = (risk * d / total).sum(axis=1)
    observed = gone.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(total > 1, d * (total - d) / (total - 1) / total**2, 0.0)
    cross = -(risk * scale) @ risk.T
    cross[np.diag_indices(names.size)] += (risk * scale * total).sum(axis=1)
    used = expected > 0
    short = np.flatnonzero(used)[1:]
    gap = (observed - expected)[short]
    statistic = float(gap @ np.linalg.pinv(cross[np.ix_(short, short)]) @ gap)
    df = max(int(used.sum()) - 1, 1)
    return LogRank(
        groups=tuple(names.tolist()),
        n=np.bincount(code),
        observed=observed,
        expected=expected,
        statistic=statistic,
        df=df,
        p=float(chdtrc(df, statistic)),
    )


def _of(spans: Spans, who: NDArray[np.bool_]) -> Spans:
    return Spans(spans.start[who], spans.end[who], spans.left[who])


def _greenwood(risk: Numbers, gone: Numbers) -> Numbers:
    stay = risk - gone
    return np.where(stay > 0, gone / (risk * np.where(stay > 0, stay, 1)), 0.0)


def _log(share: Numbers, margin: Numbers) -> tuple[Numbers, Numbers]:
    return share * np.exp(-margin), share * np.exp(margin)


def _log_log(share: Numbers, margin: Numbers) -> tuple[Numbers, Numbers]:
    inner = (share > 0) & (share < 1)
    log = np.log(np.where(inner, share, 0.5))
    low = np.exp(log * np.exp(-margin / log))
    high = np.exp(log * np.exp(margin / log))
    return np.where(inner, low, share), np.where(inner, high, share)


def _plain(share: Numbers, margin: Numbers) -> tuple[Numbers, Numbers]:
    return share - share * margin, share + share * margin


_BANDS: Mapping[str, Callable[[Numbers, Numbers], tuple[Numbers, Numbers]]] = {
    "log": _log,
    "log-log": _log_log,
    "plain": _plain,
}


def _held(high: Numbers) -> Numbers:
    """Where the curve has reached zero, the band above stays where it was."""
    if high.size and np.isnan(high[0]):
        high = np.concatenate([[1.0], high[1:]])
    place = np.maximum.accumulate(np.where(np.isnan(high), 0, np.arange(high.size)))
    return high[place] if high.size else high


def _z(level: float) -> float:
    return float(ndtri(0.5 + level / 2))
