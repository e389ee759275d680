"""Cox's partial likelihood with Efron's ties, in sums over sorted times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.customers.survival import Spans

Numbers = NDArray[np.float64]
Found = tuple[float, Numbers, Numbers]


class Partial:
    """The likelihood of who left when, given who could have.

    `times` are the distinct times of leaving. A tie of d leavers is d steps, the k-th
    of which takes k/d of the leavers out of those at risk (Efron 1977).
    """

    def __init__(self, features: Numbers, spans: Spans) -> None:
        self.features = features
        self.times, which = np.unique(spans.end[spans.left], return_inverse=True)
        self.deaths = np.flatnonzero(spans.left)
        self.which = which
        counts = np.bincount(which, minlength=self.times.size)
        # One step for each death: the time it belongs to, and the share taken out.
        self.step = np.repeat(np.arange(self.times.size), counts)
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        self.taken = (np.arange(self.step.size) - starts) / counts[self.step]
        self.counts = counts
        # At risk at times first … last − 1.
        self.last = np.searchsorted(self.times, spans.end, side="right")
        self.first = np.searchsorted(self.times, spans.start, side="right")

    def at(self, beta: Numbers) -> Found:
        """Log likelihood, its slope and its curvature (information) at `beta`."""
        log = self.features @ beta
        top = float(log.max())
        risk = np.exp(log - top)
        below, means = self._steps(risk)
        value = float(log[self.deaths].sum() - (np.log(below) + top).sum())
        score = self.features[self.deaths].sum(axis=0) - means.sum(axis=0)
        return value, score, self._information(risk, below, means)

    def hazard(self, beta: Numbers) -> Numbers:
        """The cumulative baseline hazard, of a row of zeros, at each time."""
        log = self.features @ beta
        top = float(log.max())
        below, _means = self._steps(np.exp(log - top))
        each = np.bincount(self.step, 1 / below, minlength=self.times.size)
        return np.asarray(np.cumsum(each) * np.exp(-top))

    def residuals(self, beta: Numbers) -> Numbers:
        """Schoenfeld residuals, one row a death in order of time."""
        log = self.features @ beta
        _below, means = self._steps(np.exp(log - log.max()))
        order = np.argsort(self.which, kind="stable")
        usual = np.array(
            [
                np.bincount(self.step, column, minlength=self.times.size)
                for column in means.T
            ]
        )
        usual = usual / self.counts
        return np.asarray(
            self.features[self.deaths][order] - usual.T[self.which[order]]
        )

    def with_clock(self, beta: Numbers, clock: Numbers) -> tuple[Numbers, Numbers]:
        """Slope and information when each effect may also grow with `clock`."""
        log = self.features @ beta
        risk = np.exp(log - log.max())
        below, means = self._steps(risk)
        plain = self.features[self.deaths].sum(axis=0) - means.sum(axis=0)
        grown = clock[self.which] @ self.features[self.deaths]
        grown = grown - clock[self.step] @ means
        blocks = [
            self._information(risk, below, means, weight=clock[self.step] ** power)
            for power in (0, 1, 2)
        ]
        whole = np.block([[blocks[0], blocks[1]], [blocks[1], blocks[2]]])
        return np.concatenate([plain, grown]), whole

    def per_death(self, clock: Numbers) -> Numbers:
        """A number for each time as one for each death, in order of time."""
        return np.asarray(np.repeat(clock, self.counts))

    def leaving(self) -> Numbers:
        """One minus the Kaplan–Meier share just before each time."""
        risk = self._sum_at_risk(np.ones(self.features.shape[0]))
        share = np.cumprod(1 - self.counts / risk)
        return 1 - np.concatenate([[1.0], share[:-1]])

    def ranks(self) -> Numbers:
        """Among all ends watched, the rank of each time (ties share the mean)."""
        ends = np.cumsum(self.counts)
        return np.asarray(ends - (self.counts - 1) / 2, dtype=np.float64)

    def _steps(self, risk: Numbers) -> tuple[Numbers, Numbers]:
        """For each step the sum at risk, and the mean features of those at risk."""
        weighted = self.features * risk[:, None]
        below = self._sum_at_risk(risk)[self.step]
        below = below - self.taken * self._sum_of_deaths(risk)[self.step]
        sums = np.array(
            [
                self._sum_at_risk(column)[self.step]
                - self.taken * self._sum_of_deaths(column)[self.step]
                for column in weighted.T
            ]
        )
        return below, np.asarray((sums / below).T)

    def _information(
        self,
        risk: Numbers,
        below: Numbers,
        means: Numbers,
        *,
        weight: Numbers | None = None,
    ) -> Numbers:
        """Σ weight × covariance at risk, without a matrix for each time."""
        weight = np.ones(below.size) if weight is None else weight
        size = self.times.size
        each = np.bincount(self.step, weight / below, minlength=size)
        gone = np.bincount(self.step, weight * self.taken / below, minlength=size)
        grown = np.concatenate([[0.0], np.cumsum(each)])
        share = risk * (grown[self.last] - grown[np.minimum(self.first, self.last)])
        share[self.deaths] -= risk[self.deaths] * gone[self.which]
        raw = self.features.T @ (self.features * share[:, None])
        return np.asarray(raw - means.T @ (means * weight[:, None]))

    def _sum_at_risk(self, column: Numbers) -> Numbers:
        size = self.times.size
        ends = np.bincount(self.last, column, minlength=size + 1)
        found = ends[::-1].cumsum()[::-1][1:]
        if self.first.any():
            starts = np.bincount(self.first, column, minlength=size + 1)
            found = found - starts[::-1].cumsum()[::-1][1:]
        return np.asarray(found)

    def _sum_of_deaths(self, column: Numbers) -> Numbers:
        size = self.times.size
        gone = np.bincount(self.which, column[self.deaths], minlength=size)
        return np.asarray(gone, dtype=np.float64)
