"""Micro-segments: the small groups of customers whom something hits much harder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.estimator import Estimator
from moksori.analysis.groups.shrinkage import NormalPrior, normal_prior
from moksori.analysis.proportions import newcombe, wilson
from moksori.analysis.segments.cells import (
    Cells,
    Everything,
    count_cells,
    gap_chances,
    share_chances,
    starts_of,
    welch,
)
from moksori.analysis.segments.disproportion import GammaMixture, gamma_mixture
from moksori.analysis.segments.explained import (
    Candidates,
    Reported,
    Strata,
    unexplained,
)
from moksori.analysis.segments.levels import (
    Attribute,
    Encoding,
    Missing,
    Rare,
    attribute,
    columns,
)
from moksori.analysis.segments.numbers import (
    MicroSegment,
    difference_of_means,
    ratio,
    score_gap,
    signed,
    stability_of_mean,
    stability_of_share,
)
from moksori.analysis.segments.rules import Part, members, rows_of

Floats = NDArray[np.float64]
Control = Literal["BH", "BY"]
_FEW_CELLS = 20
_SAMPLED_CELLS = 3000


class MicroSegments(Estimator):
    """Finds cells of up to three attributes where an outcome is more frequent.

    All cells with at least `minimum` rows (and as many outside) are tested, by the
    hypergeometric tail for yes/no outcomes and by Welch's test for numbers; at most
    `rate` of what is found is false, by Benjamini and Hochberg over every cell tested
    (`control` "BY": also when tests err against each other). Cells that a stronger one
    explains are left out, by the test given it. `direction` "less" looks for the
    opposite: lower means, rarer outcomes.

    Missing values are a level of their own (`missing` "level") or in no cell
    ("exclude"); values with fewer than `minimum` rows are pooled as "other" (`rare`
    "pool") or in no cell ("drop"). Numbers are cut into `bins` parts at round numbers.

    Sources: Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001), DuMouchel
    (1999) for `shrunken`, Shah and Samworth (2013) for halves as the measure of
    stability.
    """

    def __init__(  # noqa: PLR0913 - settings of an estimator, all by name
        self,
        *,
        depth: int = 3,
        minimum: int = 30,
        rate: float = 0.05,
        control: Control = "BH",
        direction: Literal["more", "less"] = "more",
        bins: int = 4,
        missing: Missing = "level",
        rare: Rare = "pool",
        most: int = 100,
        halves: int = 100,
        seed: int = 0,
    ) -> None:
        self.depth = depth
        self.minimum = minimum
        self.rate = rate
        self.control = control
        self.direction = direction
        self.bins = bins
        self.missing = missing
        self.rare = rare
        self.most = most
        self.halves = halves
        self.seed = seed

    def fit(self, X: Any, y: ArrayLike, *, scores: ArrayLike | None = None) -> Self:  # noqa: N803 - as scikit-learn
        """Learn from columns `X` (a mapping, a data frame or an array) and outcomes.

        `y` is one column or several of 0 and 1, or one column of numbers, of which NaN
        is left out. `scores` (NaN: none) are only described. ValueError for columns of
        unequal length and infinite values.
        """
        self._must_be_sensible()
        values, self.is_share_ = _outcomes(y, self.direction)
        known = np.isfinite(values[0]) if not self.is_share_ else None
        self.attributes_ = self._encoded(X, len(values[0]), known)
        if known is not None:
            values = [values[0][known]]
        self.n_ = len(values[0])
        self.scores_ = _scores(scores, known, self.n_)
        self.cells_ = count_cells(
            self.attributes_, values, depth=self.depth, minimum=max(self.minimum, 1)
        ) if self.n_ else _no_cells(self.depth, len(values))  # fmt: skip
        self._test(values)
        found = [
            (outcome, one)
            for outcome in range(len(values))
            for one in self._reported(outcome, values[outcome])
        ]
        self.segments_ = self._described(found)
        return self

    def transform(self, X: Any) -> NDArray[np.bool_]:  # noqa: N803 - as scikit-learn
        """Which rows are in which segment, shape (rows, segments)."""
        table = dict(columns(X))
        return np.stack(
            [members(segment.rule, table) for segment in self.segments_], axis=1
        ) if self.segments_ else np.zeros((rows_of(table), 0), bool)  # fmt: skip

    @property
    def tested_(self) -> int:
        """How many cells were tested, over all outcomes."""
        return int(self.p_.size)

    def _must_be_sensible(self) -> None:
        if self.depth not in (1, 2, 3):
            raise ValueError("Segments join one, two or three attributes.")
        if not 0 < self.rate < 1:
            raise ValueError("The rate of false findings lies between 0 and 1.")
        if self.control not in ("BH", "BY"):
            raise ValueError("Control false findings by BH or by BY.")

    def _encoded(
        self, X: Any, rows: int, known: NDArray[np.bool_] | None  # noqa: N803
    ) -> list[Attribute]:  # fmt: skip
        how = Encoding(max(self.minimum, 1), self.bins, self.missing, self.rare)
        found = []
        for name, values in columns(X):
            one = attribute(name, values, how)
            if len(one.codes) != rows:
                raise ValueError(f"The column {name} has another number of rows.")
            if known is not None:
                one = Attribute(one.name, one.levels, one.codes[known])
            found.append(one)
        return found

    def _test(self, values: Sequence[Floats]) -> None:
        """p and z of each cell (rows) and outcome (columns), and the cut-off."""
        self.every_ = [
            Everything(float(len(y)), float(y.sum()), float((y * y).sum()))
            for y in values
        ]
        cells = self.cells_
        self.p_ = np.ones((len(cells), len(values)))
        self.z_ = np.zeros_like(self.p_)
        for k, every in enumerate(self.every_):
            if self.is_share_:
                tested = share_chances(cells.n, cells.sums[:, k], every)
            else:
                tested = gap_chances(
                    cells.n, cells.sums[:, k], cells.squares[:, k], every
                )
            self.p_[:, k], self.z_[:, k] = tested
        self.cutoff_ = self._limit(self.p_.ravel())

    def _limit(self, p: Floats) -> float:
        """The largest p that is believed; 0 where none is."""
        ordered = np.sort(p)
        limits = self.rate * np.arange(1, p.size + 1) / max(self._tests, 1)
        below = np.flatnonzero(ordered <= limits)
        return float(ordered[below[-1]]) if below.size else 0.0

    @property
    def _tests(self) -> float:
        """How many tests there are; under BY each counts for more."""
        tests = self.p_.size
        if self.control == "BH" or not tests:
            return float(tests)
        return tests * float((1 / np.arange(1, tests + 1)).sum())

    def _reported(self, outcome: int, values: Floats) -> list[Reported]:
        p, z = self.p_[:, outcome], self.z_[:, outcome]
        beyond = np.flatnonzero((p <= self.cutoff_) & (z > 0))
        if not beyond.size or not self.cutoff_:
            return []
        order = beyond[np.argsort(-z[beyond], kind="stable")]
        found = Candidates(
            cells=self.cells_,
            outcome=outcome,
            order=order,
            p=p[order],
            every=self.every_[outcome],
            is_share=self.is_share_,
            rows=self._members,
        )
        return unexplained(
            found, values.astype(np.float64), cutoff=self.cutoff_, most=self.most
        )

    def _members(self, cell: int) -> NDArray[np.bool_]:
        inside = np.ones(self.n_, bool)
        for at, level in self._places(cell):
            inside &= self.attributes_[at].codes == level
        return inside

    def _places(self, cell: int) -> list[tuple[int, int]]:
        """The attributes and levels of a cell."""
        starts = starts_of(self.attributes_)
        conditions = [int(one) for one in self.cells_.conditions[cell] if one >= 0]
        places = [int(np.searchsorted(starts, one, "right")) - 1 for one in conditions]
        return [
            (at, one - int(starts[at]))
            for at, one in zip(places, conditions, strict=True)
        ]

    def _described(self, found: list[tuple[int, Reported]]) -> list[MicroSegment]:
        """What stays beyond chance among all tests, given what explains what."""
        ordered = sorted(found, key=lambda pair: (pair[1].p, -self._strength(pair)))
        tests = max(self._tests, 1)
        raw = np.array([one.p for _, one in ordered]) * tests
        q = raw / np.arange(1, len(ordered) + 1)
        q = np.minimum(np.minimum.accumulate(q[::-1])[::-1], 1.0)
        self.prior_ = self._prior() if (q <= self.rate).any() else None
        return [
            self._segment(outcome, one, float(share))
            for (outcome, one), share in zip(ordered, q, strict=True)
            if share <= self.rate
        ]

    def _strength(self, pair: tuple[int, Reported]) -> float:
        return float(self.z_[pair[1].cell, pair[0]])

    def _prior(self) -> GammaMixture | NormalPrior:
        """How cells differ: learned from a sample of all that were tested."""
        cells, rng = self.cells_, np.random.default_rng(self.seed)
        if not self.is_share_:
            error = self._gaps()
            return normal_prior(error[0], error[1])
        expected = np.stack([cells.n * e.total / e.n for e in self.every_], axis=1)
        counts, expected = cells.sums.ravel(), expected.ravel()
        telling = np.flatnonzero(expected > 0)
        if telling.size < _FEW_CELLS:
            return GammaMixture(2.0, 2.0, 2.0, 2.0, 0.5)
        if telling.size > _SAMPLED_CELLS:
            telling = np.sort(rng.choice(telling, _SAMPLED_CELLS, replace=False))
        # Most cells are as usual, a few are not: the spike at 1 may be narrow.
        starts = [(2.0, 1.0, 60.0, 60.0, 0.05), (1.0, 0.3, 8.0, 8.0, 0.02)]
        return gamma_mixture(
            counts[telling], expected[telling], smallest=0, starts=starts, most=np.inf
        )

    def _gaps(self) -> tuple[Floats, Floats, Floats]:
        cells = self.cells_
        return welch(cells.n, cells.sums[:, 0], cells.squares[:, 0], self.every_[0])

    def _segment(self, outcome: int, one: Reported, q: float) -> MicroSegment:
        cells, every = self.cells_, self.every_[outcome]
        n, hits = float(cells.n[one.cell]), float(cells.sums[one.cell, outcome])
        rule = tuple(
            Part(self.attributes_[at].name, self.attributes_[at].levels[level])
            for at, level in self._places(one.cell)
        )
        stability = self._stability(one.strata)
        if not self.is_share_:
            gap = self._gap(one.cell)
            return MicroSegment(
                rule, outcome, int(n), hits, None, None, None,
                gap[0], gap[1], None, one.p, q, stability,
            )  # fmt: skip
        rest, other = every.n - n, every.total - hits
        if self.direction == "less":
            hits, other = n - hits, rest - other
        counted = Everything(every.n, hits + other, hits + other)
        return MicroSegment(
            rule=rule,
            outcome=outcome,
            n=int(n),
            hits=hits,
            share=wilson(hits, n),
            elsewhere=wilson(other, rest),
            times=ratio(hits, n, other, rest),
            difference=newcombe(hits, n, other, rest),
            shrunken=self._shrunken(hits, n, counted),
            gap=self._score_gap(one.cell),
            p=one.p,
            q=q,
            stability=stability,
        )

    def _shrunken(self, hits: float, n: float, every: Everything) -> Estimate:
        """EBGM against everybody's share, said as `times` is: against the rest."""
        prior = self.prior_
        if self.direction == "less" or not isinstance(prior, GammaMixture):
            prior = GammaMixture(2.0, 2.0, 2.0, 2.0, 0.5)
        usual = every.total / every.n
        found = prior.estimate(hits, n * usual, n=int(n))

        def against_the_rest(against_all: float) -> float:
            # A Poisson count knows no upper end; a share does.
            inside = min(against_all * n * usual, n, every.total)
            outside = max(every.total - inside, 0.5)
            return inside / n / (outside / (every.n - n))

        low, value, high = map(against_the_rest, (found.low, found.value, found.high))
        return Estimate(
            value, low, high, found.n, found.method, found.level, found.assumed
        )

    def _gap(self, cell: int) -> tuple[Estimate, Estimate]:
        """A mean less that of the rest, and the same shrunken."""
        value, error, freedom = (float(part[cell]) for part in self._gaps())
        sign, n = -1.0 if self.direction == "less" else 1.0, int(self.cells_.n[cell])
        prior = self.prior_
        if not isinstance(prior, NormalPrior):
            prior = NormalPrior(0.0, abs(value))
        shrunken = prior.estimate(value, error, n=n)
        return (
            signed(difference_of_means(value, error, freedom, n), sign),
            signed(shrunken, sign),
        )

    def _score_gap(self, cell: int) -> Estimate | None:
        if self.scores_ is None:
            return None
        return score_gap(self.scores_, self._members(cell))

    def _stability(self, strata: Strata) -> float:
        if not self.is_share_:
            return stability_of_mean(strata, self.cutoff_)
        return stability_of_share(
            strata, self.cutoff_, halves=self.halves, seed=self.seed
        )


def _outcomes(y: ArrayLike, direction: str) -> tuple[list[Floats], bool]:
    """The outcomes as columns, so that more is what is looked for."""
    if direction not in ("more", "less"):
        raise ValueError("Look for more or for less.")
    given = np.asarray(y)
    if given.dtype.kind not in "biuf":
        raise ValueError("Outcomes must be numbers, or yes and no as 1 and 0.")
    if given.ndim not in (1, 2):
        raise ValueError("Give one outcome per row, or several columns of them.")
    is_share = bool(np.isin(given, (0, 1)).all())
    if given.ndim == 2 and not is_share:
        raise ValueError("Several outcomes at once must be 0 or 1.")
    if given.dtype.kind == "f" and np.isinf(given).any():
        raise ValueError("The outcome has infinite values.")
    table = given[:, None] if given.ndim == 1 else given
    parts = [np.ascontiguousarray(table[:, k]) for k in range(table.shape[1])]
    if is_share:
        sign = [
            (~p.astype(bool) if direction == "less" else p.astype(bool)) for p in parts
        ]
        return [one.astype(np.float64) for one in sign], True
    return [(-1.0 if direction == "less" else 1.0) * parts[0].astype(np.float64)], False


def _scores(
    scores: ArrayLike | None, known: NDArray[np.bool_] | None, rows: int
) -> Floats | None:
    if scores is None:
        return None
    found = np.asarray(scores, dtype=np.float64)
    found = found if known is None else found[known]
    if found.shape != (rows,):
        raise ValueError("Give one score per row.")
    return found


def _no_cells(depth: int, outcomes: int) -> Cells:
    nothing = np.zeros((0, outcomes))
    return Cells(np.zeros((0, depth), np.int32), np.zeros(0), nothing, nothing)
