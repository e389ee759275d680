"""Themes near in meaning to what is searched for, whatever words they use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moksori.base.people.models import Member
from moksori.understand.models import Theme
from moksori.understand.reads.encoders import asked_vector, last_run
from moksori.understand.reads.meaning import says_something
from moksori.understand.reads.tokens import parted

NEAR = 0.45
BESIDE = 0.1
MOST = 3


@dataclass(frozen=True, slots=True)
class NearTheme:
    """`closeness` is the cosine of the query and the theme's middle."""

    id: int
    name: str
    closeness: float


def near_themes(query: str, *, by: Member) -> list[NearTheme]:
    """Up to three visible themes that the query may be about, nearest first.

    Only clear neighbours: a cosine of at least 0.45, and hardly less than the best;
    none of letters that are no word (ㅋㅋㅋ).
    """
    query, _ = parted(query)
    if not says_something(query):
        return []
    rows = list(
        Theme.objects.visible_to(by)
        .filter(state=Theme.State.ACTIVE, is_group=False, is_general=False)
        .order_by("pk")
    )
    found = _close(query, rows)
    best = sorted(found, key=lambda one: (-one.closeness, one.id))[:MOST]
    least = max(NEAR, best[0].closeness - BESIDE) if best else NEAR
    return [one for one in best if one.closeness >= least]


def closeness_to(theme: Theme, text: str) -> float:
    """The cosine of a text and a theme's middle; 0 where nobody can say."""
    found = _close(text, [theme])
    return found[0].closeness if found else 0.0


def _close(query: str, rows: Sequence[Theme]) -> list[NearTheme]:
    """How close each theme is, in the space of its affiliate's encoder."""
    asked = {
        unit: asked_vector(query, last_run(unit)) for unit in {r.unit_id for r in rows}
    }
    found = []
    for row in rows:
        vector, center = (
            asked[row.unit_id],
            np.frombuffer(bytes(row.center), np.float32),
        )
        if vector is not None and len(vector) == len(center):
            found.append(NearTheme(row.pk, row.name, float(center @ vector)))
    return found
