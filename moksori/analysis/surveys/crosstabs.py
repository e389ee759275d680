"""Answers by groups: shares with intervals, tests that know weights and clusters."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, fdtrc

from moksori.analysis.proportions import (
    beyond_chance,
    chance_of_difference,
    wilson,
)
from moksori.analysis.surveys.design import Design, Surveyed, share, simple

Floats = NDArray[np.float64]
Statistic = Literal["F", "Chisq"]
RATE = 0.05
LEAST = 5
MOST = 60  # groups side by side; nobody reads more, and a test of more says little
FIRST_ORDER = "Pearson's chi-squared, Rao–Scott first-order correction"
SECOND_ORDER = "Rao–Scott F test of independence"


@dataclass(frozen=True, slots=True)
class Test:
    """Whether rows and columns of a table go together.

    `pearson` is Pearson's statistic of the weighted table scaled to n, uncorrected;
    `statistic` the corrected one, to be compared with F(`df`, `ddf`), or with
    chi-squared(`df`) where `ddf` is infinite. `inflation` is the mean design effect.
    """

    statistic: float
    df: float
    ddf: float
    p: float
    pearson: float
    inflation: float
    n: int
    method: str


def rao_scott(
    rows: ArrayLike,
    columns: ArrayLike,
    sample: Design | None = None,
    *,
    statistic: Statistic = "F",
    within: ArrayLike | None = None,
) -> Test:
    """Test of independence in a survey, as R `svychisq` (Rao and Scott 1984).

    `rows` and `columns` are codes from 0 (n,), negative where the answer is missing;
    those count as outside, with the whole design kept. "F": second-order correction
    with Satterthwaite's degrees of freedom and those of the design (Thomas and Rao
    1990); "Chisq": first-order. Raises ValueError for less than two rows or columns.
    """
    r, c, inside = _table_codes(rows, columns, within)
    design = simple(r.size) if sample is None else sample
    if design.n != r.size:
        raise ValueError("There must be one row and column for every weight.")
    shape = (int(r.max()) + 1, int(c.max()) + 1)
    w = np.where(inside, design.weights, 0.0)
    cell = np.where(inside, r * shape[1] + c, 0)
    p = np.bincount(cell, w, shape[0] * shape[1]) / w.sum()
    filled = (cell[:, None] == np.arange(p.size)) & inside[:, None]
    covariance = design.covariance(w[:, None] * (filled - p) / w.sum())
    n = int(inside.sum())
    delta = _design_effects(p, shape, covariance, n)
    pearson = _pearson(p.reshape(shape), n)
    return _test(pearson, delta, design.df, n, statistic)


def _table_codes(
    rows: ArrayLike, columns: ArrayLike, within: ArrayLike | None
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Codes without gaps, and who is in the table."""
    r, c = np.asarray(rows).ravel(), np.asarray(columns).ravel()
    if r.size != c.size:
        raise ValueError("There must be one row for every column.")
    inside = (r >= 0) & (c >= 0)
    if within is not None:
        inside = inside & np.asarray(within, dtype=bool).ravel()
    kept_r, kept_c = np.unique(r[inside]), np.unique(c[inside])
    if kept_r.size < 2 or kept_c.size < 2:
        raise ValueError("A test needs two answers and two groups at least.")
    r = np.where(inside, np.searchsorted(kept_r, r), 0)
    return r, np.where(inside, np.searchsorted(kept_c, c), 0), inside


def _design_effects(
    p: Floats, shape: tuple[int, int], covariance: Floats, n: int
) -> Floats:
    """Generalised design effects of the interaction: what Pearson's statistic is off.

    Delta = (C' D⁻¹ C / n)⁻¹ C' D⁻¹ V D⁻¹ C with C the interaction contrasts, freed of
    the main effects; cells that nobody is in weigh nothing, as in R.
    """
    rows, columns = shape
    r, c = np.divmod(np.arange(p.size), columns)
    main = np.hstack(
        [
            np.ones((p.size, 1)),
            r[:, None] == np.arange(1, rows),
            c[:, None] == np.arange(1, columns),
        ]
    ).astype(np.float64)
    both = [(r == i) & (c == j) for i in range(1, rows) for j in range(1, columns)]
    crossed = np.array(both, dtype=np.float64).T
    contrasts = crossed - main @ np.linalg.lstsq(main, crossed)[0]
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)
    scaled = contrasts * inverse[:, None]
    plain = contrasts.T @ scaled / n
    real = scaled.T @ covariance @ scaled
    return np.asarray(np.linalg.solve(plain, real))


def _pearson(p: Floats, n: int) -> float:
    expected = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    return float(n * ((p - expected) ** 2 / expected).sum())


def _test(pearson: float, delta: Floats, df: int, n: int, statistic: Statistic) -> Test:
    trace, size = float(np.trace(delta)), delta.shape[0]
    if trace <= 0 or df <= 0:
        raise ValueError("The answers do not differ enough to be tested.")
    common = {"pearson": pearson, "inflation": trace / size, "n": n}
    if statistic == "F":
        value = pearson / trace
        first = trace**2 / float(np.trace(delta @ delta))
        p = float(fdtrc(first, first * df, value))
        return Test(value, first, first * df, p, method=SECOND_ORDER, **common)
    if statistic != "Chisq":
        raise ValueError("The statistic must be “F” or “Chisq”.")
    value = pearson / (trace / size)
    p = float(chdtrc(size, value))
    return Test(value, size, np.inf, p, method=FIRST_ORDER, **common)


@dataclass(frozen=True, slots=True)
class Column:
    """One group: the share that agrees, against all other groups together.

    `p` is NaN where too few answered to say; `differs` 1 (more agree than elsewhere),
    −1 (fewer) or 0 (within chance, false discoveries controlled over all groups).
    """

    group: Any
    n: int
    agree: Surveyed
    p: float
    differs: int


@dataclass(frozen=True, slots=True)
class CrossTab:
    """A question by a group: everybody, each group, and the test of the whole table.

    `asked` counts who is in a group, `answered` who of them gave an answer that
    counts. `test` is None where there are not two groups or two kinds of answers.
    """

    everybody: Surveyed
    columns: tuple[Column, ...]
    test: Test | None
    asked: int
    answered: int
    left_out: tuple[Any, ...] = field(default=())


def crosstab(
    agrees: ArrayLike,
    groups: Sequence[Hashable],
    sample: Design | None = None,
    *,
    least: int = LEAST,
    rate: float = RATE,
) -> CrossTab:
    """Who agrees, group by group.

    `agrees` is 1 (top boxes), 0 (not), NaN (no answer) for each person; `groups` their
    group, None where it is not known. Groups with fewer than `least` answers, and
    those beyond the sixty largest, get no column: they stay in the whole and are one
    group together in the test. Raises ValueError when nobody answered.
    """
    y = np.asarray(agrees, dtype=np.float64).ravel()
    design = simple(y.size) if sample is None else sample
    names, codes = _grouped(groups)
    if codes.size != y.size:
        raise ValueError("There must be one group for every answer.")
    known = (codes >= 0) & np.isfinite(y)
    counts = np.bincount(codes[known], minlength=len(names))
    largest = set(np.argsort(-counts, kind="stable")[:MOST].tolist())
    shown = [at for at in sorted(largest) if counts[at] >= least]
    chances = np.array([_chance(y, codes == at, known, sample) for at in shown])
    sure = beyond_chance(chances, rate=rate)
    whole = _agreeing(y, design, known, sample)
    columns = []
    for at, p, is_sure in zip(shown, chances, sure, strict=True):
        agree = _agreeing(y, design, known & (codes == at), sample)
        rest = share(y, design, within=known & (codes != at)) if is_sure else whole
        side = 1 if agree.estimate.value > rest.estimate.value else -1
        columns.append(
            Column(names[at], int(counts[at]), agree, float(p), side * int(is_sure))
        )
    return CrossTab(
        everybody=whole,
        columns=tuple(columns),
        test=_whole_test(y, _pooled(codes, shown), design, known),
        asked=int((codes >= 0).sum()),
        answered=int(known.sum()),
        left_out=tuple(n for at, n in enumerate(names) if at not in set(shown)),
    )


def _agreeing(
    y: Floats, design: Design, within: NDArray[np.bool_], sample: Design | None
) -> Surveyed:
    found = share(y, design, within=within)
    if sample is not None:
        return found
    # The same numbers, by the name under which people know them.
    plain = wilson(float(y[within].sum()), int(within.sum()))
    return replace(found, estimate=plain)


def _grouped(groups: Sequence[Hashable]) -> tuple[list[Any], NDArray[np.intp]]:
    """The groups in the order in which they first occur, and each person's."""
    place: dict[Hashable, int] = {}
    codes = [
        -1 if group is None else place.setdefault(group, len(place)) for group in groups
    ]
    return list(place), np.array(codes, dtype=np.intp)


def _chance(
    y: Floats,
    inside: NDArray[np.bool_],
    known: NDArray[np.bool_],
    sample: Design | None,
) -> float:
    """How often chance alone sets this group as far apart from the others."""
    here, rest = known & inside, known & ~inside
    if not here.any() or not rest.any():
        return float("nan")
    if sample is None:
        x1, x2 = float(y[here].sum()), float(y[rest].sum())
        return float(chance_of_difference(x1, here.sum(), x2, rest.sum()))
    answers = np.where(known, y, -1).astype(np.intp)
    try:
        return rao_scott(answers, inside.astype(np.intp), sample, within=known).p
    except ValueError:
        return float("nan")


def _pooled(codes: NDArray[np.intp], shown: list[int]) -> NDArray[np.intp]:
    """The codes of the groups shown; all others are one group."""
    place = np.full(int(codes.max(initial=-1)) + 2, len(shown), dtype=np.intp)
    place[shown] = np.arange(len(shown))
    place[-1] = -1  # no group at all
    return place[codes]


def _whole_test(
    y: Floats, codes: NDArray[np.intp], design: Design, known: NDArray[np.bool_]
) -> Test | None:
    answers = np.where(known, y, -1).astype(np.intp)
    try:
        return rao_scott(answers, codes, design, within=known)
    except ValueError:
        return None


def top_box(
    values: ArrayLike, *, low: float = 1, high: float = 5, boxes: int = 2
) -> Floats:
    """1 for the best `boxes` of a scale in whole steps, 0 below, NaN for no answer.

    On scales that are not of whole steps a box is a fifth of the scale.
    """
    if not high > low or boxes < 1:
        raise ValueError("A scale must end higher than it starts.")
    given = np.asarray(values, dtype=np.float64)
    step = (
        1.0 if float(high - low).is_integer() and high - low <= 10 else (high - low) / 5
    )
    agrees = (given > high - boxes * step + step * 1e-9).astype(np.float64)
    return np.where(np.isfinite(given), agrees, np.nan)
