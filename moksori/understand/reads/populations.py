"""Weights from what is known of all customers, and what they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.surveys.design import Design, design
from moksori.analysis.surveys.weights import (
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
from moksori.understand.reads.places import Place
from moksori.understand.reads.window import sees_all

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


def counts_everybody(found: Place, *, by: Member) -> bool:
    """Whether a page holds all answers of an affiliate, as counts of customers do.

    Weights for a part would need counts of that part.
    """
    facts = found.facts
    return (
        facts is not None
        and not facts.filters.attributes
        and found.unit.pk == found.affiliate
        and sees_all(by.scope(), found.affiliate)
    )


def weighted(
    rows: Rows, kept: Population
) -> tuple[Weighting, Design | None, NDArray[np.bool_]]:
    """A design with raked weights over the rows that have every group, and which."""
    margins, inside = _margins(rows, kept.margins)
    names = [name for margin in kept.margins for name in margin["attributes"]]
    about = Weighting(
        origin=kept.origin,
        changed_at=kept.changed_at,
        attributes=tuple(dict.fromkeys(names)),
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


def _margins(rows: Rows, stored: Margins) -> tuple[list[Margin], NDArray[np.bool_]]:
    """Margins over the rows that have a group in each of them."""
    inside = np.ones(len(rows), dtype=bool)
    found: list[tuple[dict[str, Any], NDArray[np.intp]]] = []
    for margin in stored:
        groups = [tuple(group) for group, _count in margin["groups"]]
        codes = _codes(rows, margin["attributes"], groups)
        inside &= codes >= 0
        found.append((margin, codes))
    return [
        Margin(
            groups=codes[inside],
            targets=dict(enumerate(count for _group, count in margin["groups"])),
            name=CROSS.join(margin["attributes"]),
            labels=dict(
                enumerate(CROSS.join(group) for group, _count in margin["groups"])
            ),
        )
        for margin, codes in found
    ], inside


def _codes(
    rows: Rows, names: Sequence[str], groups: Sequence[tuple[str, ...]]
) -> NDArray[np.intp]:
    """The group of each row, by its place; −1 where it has none of them."""
    found = np.zeros(len(rows), dtype=np.intp)
    place: dict[tuple[str, ...], int] = {(): 0}
    for depth, name in enumerate(names, 1):
        coded = rows.attribute(name)
        # Regions and products are stored by id, and people write their names.
        said = value_labels(name, coded.words)
        parts = sorted({group[:depth] for group in groups})
        table = np.full((len(place) + 1, len(coded.words) + 1), -1, dtype=np.intp)
        for at, part in enumerate(parts):
            for to, word in enumerate(coded.words):
                if said.get(word, word) == part[-1]:
                    table[place[part[:-1]], to] = at
        found = table[found, coded.codes]
        place = {part: at for at, part in enumerate(parts)}
    order = np.full(len(place) + 1, -1, dtype=np.intp)
    for at, group in enumerate(groups):
        order[place[group]] = at
    return order[found]


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
