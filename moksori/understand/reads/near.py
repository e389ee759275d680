"""Themes near in meaning to what is searched for, whatever words they use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moksori.analysis.encoder import load_encoder
from moksori.analysis.topical import topical
from moksori.base.people.models import Member
from moksori.understand.models import Theme

NEAR = 0.35
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

    Only clear neighbours: a cosine of at least 0.35, and hardly less than the best.
    """
    if not query.strip():
        return []
    rows = list(
        Theme.objects.visible_to(by)
        .filter(state=Theme.State.ACTIVE, is_group=False, is_general=False)
        .order_by("pk")
    )
    if not rows:
        return []
    asked = load_encoder().encode([topical(query) or query])[0]
    centers = np.stack([np.frombuffer(bytes(row.center), np.float32) for row in rows])
    close = centers @ asked
    best = np.argsort(-close, kind="stable")[:MOST]
    least = max(NEAR, float(close[best[0]]) - BESIDE)
    return [
        NearTheme(rows[at].pk, rows[at].name, float(close[at]))
        for at in best.tolist()
        if close[at] >= least
    ]
