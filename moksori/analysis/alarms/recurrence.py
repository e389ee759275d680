"""Does what was resolved come back? A binomial CUSUM with a limit by simulation."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson

Floats = NDArray[np.float64]
RATE = 0.05
DRAWS = 4000
FEWEST = 30
"""With fewer feedbacks behind the resolved share, a watch would guess its level."""

METHOD = "Binomial CUSUM, limit by simulation"
ASSUMED = (
    "Who gives feedback, and where, stays as it was when the watch began.",
    "A return is worth knowing when the share becomes at least so much higher.",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a watch looks for: a share that goes from `usual` to `returned`.

    `limit` is passed by the sum in at most `rate` of the watches of `weeks` weeks in
    which nothing came back. `usual_n` is the n that `usual` rests on (0: it is known).
    `dispersion` is how much more weeks differ than coin tosses (1: no more).
    """

    usual: float
    returned: float
    limit: float
    rate: float
    weeks: int
    usual_n: int
    dispersion: float

    @property
    def weight(self) -> tuple[float, float]:
        """What a hit and a miss add to the sum: log-likelihood ratios."""
        return (
            log(self.returned / self.usual) / self.dispersion,
            log((1 - self.returned) / (1 - self.usual)) / self.dispersion,
        )


@dataclass(frozen=True, slots=True)
class Watched:
    """The sum week by week, and where it passed the limit first (None: nowhere).

    `since` is the week from which on the sum grew to the limit: about when it began.
    `recent` is the share in those weeks (or in the last four) with its interval.
    """

    sums: tuple[float, ...]
    signal: int | None
    since: int | None
    recent: Estimate | None

    @property
    def now(self) -> float:
        return self.sums[-1] if self.sums else 0.0


def cusum_sums(cases: ArrayLike, totals: ArrayLike, plan: Plan) -> Floats:
    """The sum after each week (…, weeks): never below zero, larger when it returns."""
    hit, miss = plan.weight
    x = np.asarray(cases, dtype=np.float64)
    step = x * hit + (np.asarray(totals, dtype=np.float64) - x) * miss
    sums = np.zeros(step.shape)
    last = np.zeros(step.shape[:-1])
    for week in range(step.shape[-1]):
        last = np.maximum(0.0, last + step[..., week])
        sums[..., week] = last
    return sums


def plan_watch(  # noqa: PLR0913 – each is a part of the question
    usual: float,
    totals: ArrayLike,
    *,
    returned: float | None = None,
    rate: float = RATE,
    usual_n: int = 0,
    dispersion: float = 1.0,
    draws: int = DRAWS,
    seed: int = 0,
) -> Plan:
    """The limit for a watch over weeks with about `totals` feedbacks each.

    `returned` is the share worth knowing (None: twice the usual). The limit is the
    1 − `rate` quantile of the largest sum in `draws` simulated watches without a
    return. With `usual_n` the usual share is drawn anew in each of them (Jeffreys), for
    it is itself an estimate; with a `dispersion` above 1 weeks are beta-binomial.
    Raises ValueError for shares outside 0–1, a return that is not higher, and totals
    that are negative or all zero.
    """
    n = np.asarray(totals, dtype=np.float64).ravel()
    # A share of nought would call the first case a return without end.
    usual = max(usual, 0.5 / (usual_n + 1) if usual_n else 1e-4)
    returned = min(2 * usual, (1 + usual) / 2) if returned is None else returned
    _must_be_watchable(usual, returned, n, rate)
    open_plan = Plan(usual, returned, np.inf, rate, n.size, usual_n, dispersion)
    rng = np.random.default_rng(seed)
    level = np.full((draws, 1), usual)
    if usual_n:
        hits = usual * usual_n
        level = rng.beta(hits + 0.5, usual_n - hits + 0.5, (draws, 1))
    size = np.broadcast_to(np.round(n).astype(np.int64), (draws, n.size))
    cases = rng.binomial(size, _weekly(level, n, dispersion, rng))
    highest = cusum_sums(cases, size, open_plan).max(axis=1)
    limit = float(np.quantile(highest, 1 - rate, method="higher"))
    # A sum moves in steps: just above what may be reached, never at it.
    return Plan(usual, returned, max(limit, 1e-9), rate, n.size, usual_n, dispersion)


def watch(cases: ArrayLike, totals: ArrayLike, plan: Plan) -> Watched:
    """Follow the weeks since the watch began; weeks without feedback change nothing.

    Raises ValueError for counts that are no counts.
    """
    x, n = _weeks(cases, totals)
    if not x.size:
        return Watched((), None, None, None)
    sums = cusum_sums(x, n, plan)
    beyond = np.flatnonzero(sums > plan.limit)
    signal = int(beyond[0]) if beyond.size else None
    since = None
    if signal is not None:
        resting = np.flatnonzero(sums[: signal + 1] == 0)
        since = int(resting[-1]) + 1 if resting.size else 0
    first = since if since is not None else max(x.size - 4, 0)
    part = slice(first, None if signal is None else signal + 1)
    return Watched(
        tuple(float(one) for one in sums), signal, since, _recent(x[part], n[part])
    )


def dispersion_of(cases: ArrayLike, totals: ArrayLike) -> float:
    """How much more weekly shares differ than by chance (Pearson), at least 1."""
    x, n = _weeks(cases, totals)
    x, n = x[n > 0], n[n > 0]
    if x.size < 2 or not 0 < x.sum() < n.sum():
        return 1.0
    p = x.sum() / n.sum()
    chi = float(((x - n * p) ** 2 / (n * p * (1 - p))).sum())
    return max(chi / (x.size - 1), 1.0)


def _recent(x: Floats, n: Floats) -> Estimate | None:
    if not n.sum() > 0:
        return None
    found = wilson(float(x.sum()), float(n.sum()))
    return Estimate(
        found.value, found.low, found.high, found.n, found.method, assumed=ASSUMED[:1]
    )


def _weekly(
    level: Floats, n: Floats, dispersion: float, rng: np.random.Generator
) -> Floats:
    """The share of each simulated week (draws, weeks)."""
    shares = np.broadcast_to(level, (level.shape[0], n.size))
    if dispersion <= 1:
        return np.asarray(shares)
    # Beta-binomial: variance n p q (1 + (n − 1) r), with r from the mean total.
    r = min((dispersion - 1) / max(float(n.mean()) - 1, 1.0), 0.5)
    size = (1 - r) / r
    safe = np.clip(shares, 1e-6, 1 - 1e-6)
    return np.asarray(rng.beta(safe * size, (1 - safe) * size))


def _weeks(cases: ArrayLike, totals: ArrayLike) -> tuple[Floats, Floats]:
    x: Any = np.asarray(cases, dtype=np.float64).ravel()
    n: Any = np.asarray(totals, dtype=np.float64).ravel()
    if x.shape != n.shape:
        raise ValueError("A watch needs one count and one total for every week.")
    if not (np.isfinite(x).all() and np.isfinite(n).all()):
        raise ValueError("Counts and totals must be finite.")
    if (x < 0).any() or (x > n).any():
        raise ValueError("A weekly count must lie between 0 and its total.")
    return x, n


def _must_be_watchable(
    usual: float, returned: float, totals: Floats, rate: float
) -> None:
    if not 0 < usual < returned < 1:
        raise ValueError("A watch needs 0 < usual share < returned share < 1.")
    if not 0 < rate < 1:
        raise ValueError("The rate of false alarms must lie between 0 and 1.")
    if not totals.size or not np.isfinite(totals).all() or (totals < 0).any():
        raise ValueError("A watch needs the weekly totals to come, none negative.")
    if not totals.sum() > 0:
        raise ValueError("A watch needs weeks with feedback.")
