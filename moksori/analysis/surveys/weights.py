"""Weights that let a sample speak for a population: raking, trimming, their cost."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
CLOSE = 1e-9  # of the population: the largest gap to a margin that counts as none
ROUNDS = 500
SAME_TOTAL = 0.005  # margins that count one population agree on its size this well


class CannotWeightError(ValueError):
    """No weights can do what is asked; `template` and `facts` say why, to translate."""

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template.format(**facts))
        self.template, self.facts = template, facts


@dataclass(frozen=True, slots=True)
class Margin:
    """A known margin: the group of each answer, and how many each group has in truth.

    `targets` are counts or shares. A margin over two attributes together has pairs for
    groups. Groups may be an array of numbers; `labels` then say what they stand for in
    messages, as `name` does for the margin.
    """

    groups: Sequence[Hashable] | NDArray[np.integer[Any]]
    targets: Mapping[Any, float]
    name: str = ""
    labels: Mapping[Any, str] = field(default_factory=dict)

    def label(self, group: Any) -> Any:
        return self.labels.get(group, group)


@dataclass(frozen=True, slots=True)
class Gap:
    """One group of one margin: its share of the answers as they came, and wanted."""

    margin: str
    group: Any
    came: float
    wanted: float
    weighted: float


@dataclass(frozen=True, slots=True)
class Raked:
    """Weights that meet the margins, and how well.

    `worst` is the largest remaining gap as a share of the population; `gaps` tells
    every group before and after. `codes` are the groups as numbers, one row a margin,
    which standard errors need.
    """

    weights: Floats
    base: Floats
    codes: NDArray[np.intp]
    rounds: int
    converged: bool
    worst: float
    gaps: tuple[Gap, ...]

    @property
    def design_effect(self) -> float:
        return design_effect(self.weights)


def rake(
    base: ArrayLike,
    margins: Sequence[Margin],
    *,
    close: float = CLOSE,
    rounds: int = ROUNDS,
) -> Raked:
    """Weights in proportion to `base` (n,) whose sums meet every margin.

    Iterative proportional fitting (Deming and Stephan 1940; R `survey::rake`), until
    no group is off by more than `close` of the population. Shares keep the sum of
    `base`; counts scale it to theirs. Raises CannotWeightError where none can do it:
    a group without answers, an answer without a group, margins of different size.
    """
    weights = _weights(base)
    if not margins:
        raise CannotWeightError("Raking needs at least one margin.")
    total = _total(margins, float(weights.sum()))
    coded = [_coded(margin, weights, total) for margin in margins]
    found, done, worst = weights.copy(), 0, np.inf
    while worst > close and done < rounds:
        for codes, wanted in coded:
            now = np.bincount(codes, found, wanted.size)
            found = found * (wanted / now)[codes]
        done += 1
        worst = max(
            float(np.abs(np.bincount(codes, found, wanted.size) - wanted).max() / total)
            for codes, wanted in coded
        )
    return Raked(
        weights=found,
        base=weights,
        codes=np.array([codes for codes, _wanted in coded]),
        rounds=done,
        converged=worst <= close,
        worst=worst,
        gaps=_gaps(margins, coded, weights, found),
    )


def trim(
    weights: ArrayLike, *, low: float = 0.0, high: float = np.inf, strict: bool = True
) -> Floats:
    """Weights cut to `low`–`high`; what is cut off is shared out evenly by the others.

    As R `survey::trimWeights`; with `strict` again until nothing lies outside. Raises
    ValueError when the mean weight itself lies outside, for then nothing can.
    """
    found = _weights(weights)
    if not low <= found.mean() <= high:
        raise ValueError("The limits must hold the mean weight.")
    while True:
        outside = (found < low * (1 - 1e-9)) | (found > high * (1 + 1e-9))
        if not outside.any():
            return found
        cut = np.clip(found, low, high)
        cut[~outside] += (found - cut).sum() / max((~outside).sum(), 1)
        if not strict or outside.all():
            return cut
        found = cut


def design_effect(weights: ArrayLike) -> float:
    """How many times more answers the weights cost: n Σw² / (Σw)² (Kish 1965)."""
    w = _weights(weights)
    return float(w.size * (w @ w) / w.sum() ** 2)


def effective_n(weights: ArrayLike) -> float:
    """The size of an unweighted sample that knows as much: (Σw)² / Σw²."""
    w = _weights(weights)
    return float(w.sum() ** 2 / (w @ w))


def _weights(given: ArrayLike) -> Floats:
    found = np.asarray(given, dtype=np.float64).ravel()
    if found.size == 0:
        raise CannotWeightError("There are no answers to weight.")
    if not np.isfinite(found).all() or (found <= 0).any():
        raise ValueError("Weights must be positive numbers.")
    return found


def _total(margins: Sequence[Margin], base: float) -> float:
    """The population that the margins count; that of `base` where they are shares."""
    sums = []
    for margin in margins:
        targets = [float(target) for target in margin.targets.values()]
        if not targets or not all(isfinite(one) and one >= 0 for one in targets):
            raise CannotWeightError(
                "The margin “{name}” must hold counts or shares.", name=margin.name
            )
        sums.append(fsum(targets))
        if sums[-1] <= 0:
            raise CannotWeightError(
                "The margin “{name}” counts nobody.", name=margin.name
            )
    counts = [one for one in sums if abs(one - 1) > SAME_TOTAL]
    if counts and max(counts) - min(counts) > SAME_TOTAL * max(counts):
        raise CannotWeightError("The margins count populations of different size.")
    return counts[0] if counts else base


def _coded(
    margin: Margin, weights: Floats, total: float
) -> tuple[NDArray[np.intp], Floats]:
    """Each answer's group as a number, and the count wanted of each group."""
    place = {group: at for at, group in enumerate(margin.targets)}
    if len(margin.groups) != weights.size:
        raise CannotWeightError(
            "The margin “{name}” must know every answer.", name=margin.name
        )
    codes = _places(margin, place)
    wanted = np.array([float(one) for one in margin.targets.values()])
    wanted *= total / wanted.sum()
    came = np.bincount(codes, weights, wanted.size)
    for group, at in place.items():
        if came[at] == 0 and wanted[at] > 0:
            raise CannotWeightError(
                "Nobody of “{group}” answered, so no weight can speak for them.",
                group=margin.label(group),
            )
        if came[at] > 0 and wanted[at] == 0:
            raise CannotWeightError(
                "The margin “{name}” has nobody in “{group}”, who answered.",
                name=margin.name,
                group=margin.label(group),
            )
    keep = came > 0  # a group of nobody that nobody answered for
    return np.cumsum(keep)[codes] - 1, wanted[keep]


def _places(margin: Margin, place: Mapping[Any, int]) -> NDArray[np.intp]:
    """The place of each answer's group among the targets."""
    kinds: Any = margin.groups
    back: Any = None
    if isinstance(margin.groups, np.ndarray):
        unique, back = np.unique(margin.groups, return_inverse=True)
        kinds = unique.tolist()
    for one in kinds:
        if one not in place:
            raise CannotWeightError(
                "The margin “{name}” says nothing of “{group}”.",
                name=margin.name,
                group=margin.label(one),
            )
    found = np.array([place[one] for one in kinds], dtype=np.intp)
    return found if back is None else found[back]


def _gaps(
    margins: Sequence[Margin],
    coded: Sequence[tuple[NDArray[np.intp], Floats]],
    base: Floats,
    found: Floats,
) -> tuple[Gap, ...]:
    gaps = []
    for margin, (codes, wanted) in zip(margins, coded, strict=True):
        names = [margin.label(one) for one, n in margin.targets.items() if n > 0]
        came = np.bincount(codes, base, wanted.size) / base.sum()
        now = np.bincount(codes, found, wanted.size) / found.sum()
        aims = wanted / wanted.sum()
        gaps += [
            Gap(margin.name, name, float(a), float(b), float(c))
            for name, a, b, c in zip(names, came, aims, now, strict=True)
        ]
    return tuple(gaps)
