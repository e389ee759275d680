"""The effect of what began at different times in different places.

Callaway and Sant'Anna (2021), "Difference-in-Differences with Multiple Time Periods",
Journal of Econometrics 225(2), with the standard errors by influence functions of
their R package `did` (`att_gt` and `aggte`, without bootstrap).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from moksori.analysis.estimate import Estimate
from moksori.analysis.proof.doubly import difference_of_means, effect_on_treated

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
METHOD = "Staggered difference-in-differences (Callaway and Sant'Anna)"
ASSUMED = (
    "Without the action all would have moved alike, whenever they began.",
    "Nobody changed before their own start.",
    "The action changed none of the untouched ones.",
)


class Against(StrEnum):
    """Who stands for "untouched": those never treated, or also those not yet."""

    NEVER = "never"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Cell:
    """The effect on those that began in `group`, seen in period `time`.

    Before the start (`time` < `group`) it is a check: it should be about zero.
    """

    group: float
    time: float
    value: float
    se: float


@dataclass(frozen=True, slots=True)
class Staggered:
    """Effects by group and period; ask it for what they come to.

    `influence` (cells, units) is each unit's part in a cell's error.
    """

    cells: tuple[Cell, ...]
    influence: Floats
    starts: Floats
    n: int

    def overall(self) -> Estimate:
        """One number: each group and period weighed by the group's size ("simple")."""
        after = [k for k, cell in enumerate(self.cells) if cell.time >= cell.group]
        return self._estimate(*self._weighed(after))

    def by_group(self) -> dict[float, Estimate]:
        """For each time of start, the mean over its periods."""
        return {
            group: self._estimate(*self._weighed(cells))
            for group, cells in self._sorted(lambda cell: cell.group, after=True)
        }

    def by_age(self) -> dict[float, Estimate]:
        """By periods since the start; negative ones are checks ("dynamic")."""
        return {
            age: self._estimate(*self._weighed(cells))
            for age, cells in self._sorted(lambda cell: cell.time - cell.group)
        }

    def by_time(self) -> dict[float, Estimate]:
        """In each period, over all that had begun ("calendar")."""
        return {
            time: self._estimate(*self._weighed(cells))
            for time, cells in self._sorted(lambda cell: cell.time, after=True)
        }

    def overall_by_group(self) -> Estimate:
        """The mean over groups, weighed by size: Callaway and Sant'Anna's advice."""
        found = self._sorted(lambda cell: cell.group, after=True)
        parts = [self._weighed(cells) for _, cells in found]
        shares = np.array([(self.starts == group).mean() for group, _ in found])
        weights = shares / shares.sum()
        values = np.array([value for value, _ in parts])
        influence = np.array([one for _, one in parts])
        drawn = self._drawn(np.array([group for group, _ in found]), shares)
        return self._estimate(
            float(weights @ values), weights @ influence + values @ drawn
        )

    def overall_by_age(self) -> Estimate:
        """The plain mean over the periods since the start."""
        return self._mean_of(self._sorted(lambda c: c.time - c.group, after=True))

    def overall_by_time(self) -> Estimate:
        """The plain mean over the periods in which some had begun."""
        return self._mean_of(self._sorted(lambda cell: cell.time, after=True))

    def _mean_of(self, found: list[tuple[float, list[int]]]) -> Estimate:
        parts = [self._weighed(cells) for _, cells in found]
        value = float(np.mean([value for value, _ in parts]))
        return self._estimate(value, np.mean([one for _, one in parts], axis=0))

    def _sorted(
        self, key: Any, *, after: bool = False
    ) -> list[tuple[float, list[int]]]:
        found: dict[float, list[int]] = {}
        for place, cell in enumerate(self.cells):
            if not after or cell.time >= cell.group:
                found.setdefault(float(key(cell)), []).append(place)
        return sorted(found.items())

    def _weighed(self, cells: list[int]) -> tuple[float, Floats]:
        """The mean of cells by the size of their groups, which are themselves drawn."""
        groups = np.array([self.cells[k].group for k in cells])
        values = np.array([self.cells[k].value for k in cells])
        shares = np.array([(self.starts == group).mean() for group in groups])
        weights = shares / shares.sum()
        influence = weights @ self.influence[cells]
        return float(weights @ values), influence + values @ self._drawn(groups, shares)

    def _drawn(self, groups: Floats, shares: Floats) -> Floats:
        """The influence of each unit on the weights (groups, units)."""
        of_one = (self.starts[None, :] == groups[:, None]) - shares[:, None]
        total = shares.sum()
        found: Floats = of_one / total - np.outer(shares / total**2, of_one.sum(axis=0))
        return found

    def _estimate(
        self, value: float, influence: Floats, level: float = 0.95
    ) -> Estimate:
        margin = float(ndtri(0.5 + level / 2)) * _error(influence)
        return Estimate(
            value, value - margin, value + margin, self.n, METHOD, level, ASSUMED
        )


def staggered(
    outcomes: NDArray[Any],
    starts: NDArray[Any],
    *,
    times: NDArray[Any] | None = None,
    covariates: NDArray[Any] | None = None,
    against: Against = Against.NEVER,
) -> Staggered:
    """Effects by group and period from `outcomes` (units, periods), without gaps.

    `starts` says of each unit in which of `times` (by default 0, 1, 2 …) it began;
    NaN, infinity or a later time: never. `covariates` (units, k) do not change with
    time. As R's `did` with `base_period = "varying"`: after the start a unit is
    compared with its last period before; before, each period with the one before it.
    Units treated from the first period on are left out. Raises ValueError when no
    unit is left to treat or to compare with.
    """
    y, began, when = _checked(outcomes, starts, times)
    kept = began > when[0]
    y, began = y[kept], began[kept]
    x = _with_ones(covariates, kept)
    if not np.isinf(began).any():
        y, began, when = _last_as_untouched(y, began, when, against)
    cells: list[Cell] = []
    influence: list[Floats] = []
    for group in np.unique(began[np.isfinite(began)]):
        for at in range(1, len(when)):
            found = _cell(y, began, when, (group, at), x, against)
            if found is not None:
                cells.append(Cell(group, when[at], found[0], _error(found[1])))
                influence.append(found[1])
    if not any(cell.time >= cell.group for cell in cells):
        raise ValueError("No period after a start can be compared with the untouched.")
    return Staggered(tuple(cells), np.array(influence), began, int(y.size))


def chance_of_overall(
    outcomes: NDArray[Any], starts: NDArray[Any], *, draws: int = 499, seed: int = 0
) -> tuple[float, Floats]:
    """How often starts dealt out at random show as strong an overall effect.

    Two-sided, the real one counted among the draws; with it the effects of the draws.
    Few places make errors by formula too small: this does not depend on them. Without
    covariates, against the never treated.
    """
    random = np.random.default_rng(seed)
    y, began, _ = _checked(outcomes, starts, None)
    own = _statistic(y, began)
    found = np.array([_statistic(y, random.permutation(began)) for _ in range(draws)])
    return float((1 + (np.abs(found) >= abs(own) - 1e-12).sum()) / (1 + draws)), found


def _statistic(y: Floats, began: Floats) -> float:
    """The overall effect, quickly."""
    never = np.isinf(began)
    value, cells = 0.0, 0
    for group in np.unique(began[(began > 0) & ~never]):
        at, treated = int(group), began == group
        change = y[:, at:].sum(axis=1) - (y.shape[1] - at) * y[:, at - 1]
        apart = change[treated].mean() - change[never].mean()
        value += float(apart) * int(treated.sum())
        cells += int(treated.sum()) * (y.shape[1] - at)
    return value / cells if cells else 0.0


def _cell(
    y: Floats,
    began: Floats,
    when: Floats,
    which: tuple[float, int],
    x: Floats | None,
    against: Against,
) -> tuple[float, Floats] | None:
    group, at = which
    base = int(np.searchsorted(when, group)) - 1 if when[at] >= group else at - 1
    others = np.isinf(began)
    if against is Against.NOT_YET:
        others = others | ((began > max(when[at], when[base])) & (began != group))
    treated = began == group
    part = treated | others
    if not others.any() or base < 0:
        return None
    change = y[part, at] - y[part, base]
    if x is None:
        value, influence = difference_of_means(change, treated[part])
    else:
        value, influence = effect_on_treated(change, treated[part], x[part])
    whole = np.zeros(len(y))
    whole[part] = influence * len(y) / part.sum()
    return value, whole


def _error(influence: Floats) -> float:
    return float(np.sqrt((influence**2).mean() / len(influence)))


def _with_ones(covariates: NDArray[Any] | None, kept: Bools) -> Floats | None:
    if covariates is None:
        return None
    given = np.asarray(covariates, dtype=np.float64).reshape(len(kept), -1)[kept]
    if not np.isfinite(given).all():
        raise ValueError("Every unit needs a value of every covariate.")
    return np.column_stack([np.ones(len(given)), given])


def _last_as_untouched(
    y: Floats, began: Floats, when: Floats, against: Against
) -> tuple[Floats, Floats, Floats]:
    """Where all begin some time, those that begin last stand for the untouched."""
    if against is Against.NEVER or not began.size:
        raise ValueError("No unit was never treated; compare with those not yet.")
    last = began.max()
    early = when < last
    return y[:, early], np.where(began == last, np.inf, began), when[early]


def _checked(
    outcomes: NDArray[Any], starts: NDArray[Any], times: NDArray[Any] | None
) -> tuple[Floats, Floats, Floats]:
    y = np.asarray(outcomes, dtype=np.float64)
    began = np.array(starts, dtype=np.float64)
    if y.ndim != 2 or began.shape != (len(y),) or y.shape[1] < 2:
        raise ValueError("Outcomes must be (units, periods), with one start a unit.")
    if not np.isfinite(y).all():
        raise ValueError("Every unit needs a value in every period.")
    known = np.arange(y.shape[1]) if times is None else times
    when = np.asarray(known, dtype=np.float64)
    if when.shape != (y.shape[1],) or (np.diff(when) <= 0).any():
        raise ValueError("Times must grow, one a period.")
    began[np.isnan(began) | (began > when[-1])] = np.inf
    return y, began, when
