"""Weights from what is known of all customers, and what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.design import Design, design
from moksori.analysis.weights import (
    CannotWeightError,
    Gap,
    Margin,
    effective_n,
    rake,
)
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.understand.models import Population
from moksori.understand.reads.answers import Rows, value_labels

CROSS = " × "
Margins = list[dict[str, Any]]
ROUNDS = 200
CONTRADICT = "No weights meet all margins at once."


@dataclass(frozen=True, slots=True)
class Weighting:
    """How answers were weighted to the population, or why they could not be.

    `attributes` are those weighted by; `gaps` each group's share as it came and in the
    population; `left_out` counts answers without a group. `problem` is a message
    id of the analysis with its `facts`, "" where all went well.
    """

    origin: str
    changed_at: datetime
    attributes: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()
    n: int = 0
    left_out: int = 0
    effective_n: float = 0.0
    problem: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def cost(self) -> float:
        """How many times more answers the weights cost."""
        return self.n / self.effective_n if self.effective_n else 1.0


def population_of(affiliate: int) -> Population | None:
    """What is kept of the affiliate; whoever reads it passed the gate of its page."""
    return Population.objects.filter(unit_id=affiliate).first()


def may_change_population(affiliate: int, *, by: Member) -> bool:
    return by.may(Ability.EDIT_THEMES, Population(unit=Unit(pk=affiliate)))


def weighted(
    rows: Rows, kept: Population
) -> tuple[Weighting, Design | None, NDArray[np.bool_]]:
    """A design with raked weights over the rows that have every group, and which."""
    columns = {
        name: rows.attribute(name)
        for margin in kept.margins
        for name in margin["attributes"]
    }
    margins, inside = _margins(rows, kept.margins, columns)
    about = Weighting(
        origin=kept.origin,
        changed_at=kept.changed_at,
        attributes=tuple(columns),
        left_out=int((~inside).sum()),
    )
    nothing = np.zeros(len(rows), dtype=bool)
    base = np.ones(int(inside.sum()))
    try:
        raked = rake(base, margins, rounds=ROUNDS)
        if not raked.converged:
            raise CannotWeightError(CONTRADICT)
    except CannotWeightError as error:
        failed = replace(about, problem=error.template, facts=error.facts)
        return failed, None, nothing
    found = replace(
        about,
        gaps=raked.gaps,
        n=base.size,
        effective_n=effective_n(raked.weights),
    )
    return found, design(base).raked(raked), inside


def _margins(
    rows: Rows, stored: Margins, columns: dict[str, list[str | None]]
) -> tuple[list[Margin], NDArray[np.bool_]]:
    """Margins over the rows that have a group in each of them."""
    inside = np.ones(len(rows), dtype=bool)
    coded: list[tuple[str, list[Any], dict[Any, float]]] = []
    for margin in stored:
        names = margin["attributes"]
        words = [_readable(name, columns[name]) for name in names]
        groups = [CROSS.join(map(str, parts)) for parts in zip(*words, strict=True)]
        targets = {CROSS.join(group): count for group, count in margin["groups"]}
        inside &= np.array([group in targets for group in groups], dtype=bool)
        coded.append((CROSS.join(names), groups, targets))
    kept = np.flatnonzero(inside).tolist()
    return [
        Margin([groups[at] for at in kept], targets, name)
        for name, groups, targets in coded
    ], inside


def _readable(name: str, values: list[str | None]) -> list[str | None]:
    """Values as people write them: regions by name, not by id."""
    known = value_labels(name, sorted({value for value in values if value}))
    return [None if value is None else known.get(value, value) for value in values]


def margins_text(kept: Population | None) -> str:
    """The margins as lines, as they may be entered again."""
    return "\n".join(
        f"{CROSS.join(margin['attributes'])}, {CROSS.join(group)}, {count:g}"
        for margin in (kept.margins if kept else [])
        for group, count in margin["groups"]
    )


def invited_text(kept: Population | None) -> str:
    return "\n".join(
        f"{wave}, {count}" for wave, count in (kept.invited if kept else {}).items()
    )
