"""Mentions whose correction would teach most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.duplicates import text_key
from moksori.analysis.neighbours import Vectors
from moksori.base.people.models import Member
from moksori.understand.models import Mention
from moksori.understand.placing.sets import theme_vectors
from moksori.understand.reads.moves import Row, mention_rows, theme_set
from moksori.understand.reads.verbatims import Verbatim, said
from moksori.understand.reads.why import Candidate, candidates
from moksori.understand.reads.window import unit_ids_of
from moksori.understand.writes.pins import MOST_NEAR, settled
from moksori.understand.writes.themes import may_edit

READ = 3_000
ALIKE = 0.7
# So near that one answer does for both.
NEARLY = 0.88
# A lead this great over the next theme leaves no doubt.
CLEAR = 0.25


@dataclass(frozen=True, slots=True)
class Question:
    """A mention to look at: where it is, and the two themes it may belong to.

    `copies` say the same words, `alike` (of those looked at) much the same: their
    places depend on the answer too. `doubt` runs from 0 (clear) to 1 (even). `near` say
    nearly the same in the same theme: with them the answer settles `settles` mentions.
    """

    mention: int
    verbatim: Verbatim
    theme: int | None
    candidates: tuple[Candidate, ...]
    doubt: float
    copies: int
    alike: int
    near: tuple[int, ...]
    settles: int


def questions(affiliate: int, *, by: Member, limit: int = 20) -> list[Question]:
    """The most instructive first: in doubt, said by many, and unlike each other.

    The worth of a question is its doubt times the logarithm of how many are like it;
    each next one is marked down by how near it is to those chosen before.
    """
    may_edit(affiliate, by=by)
    mentions = Mention.objects.visible_to(by).filter(
        feedback__unit_id__in=unit_ids_of(affiliate)
    )
    rows, _total = mention_rows(mentions, most=READ)
    rows, copies = _distinct(rows)
    found = theme_set(affiliate)
    vectors = theme_vectors([row.text for row in rows], affiliate)
    kept = [
        at
        for at, row in enumerate(rows)
        if vectors[at].any() and not found.rules.pinned(row.text)[0]
    ]
    if not kept:
        return []
    rows, vectors = [rows[at] for at in kept], vectors[kept]
    copies = copies[kept]
    points = found.points(vectors)
    nearest = candidates(found, vectors)
    doubt = np.array([_doubt(two) for two in nearest], np.float32)
    near = points @ points.T
    alike = ((near >= ALIKE) * copies).sum(axis=1) - copies
    worth = doubt * np.log1p(copies + alike)
    chosen = _diverse(worth, near, limit)
    words = said([rows[at].id for at in chosen], by=by)
    asked = Mention.objects.select_related("feedback__unit").in_bulk(list(words))
    beside = {at: _beside(rows, near[at], at) for at in chosen}
    return [
        Question(
            mention=rows[at].id,
            verbatim=words[rows[at].id],
            theme=rows[at].theme,
            candidates=tuple(nearest[at]),
            doubt=float(doubt[at]),
            copies=int(copies[at]),
            alike=int(alike[at]),
            near=beside[at],
            settles=settled(asked[rows[at].id], beside[at], by=by).mentions.count(),
        )
        for at in chosen
        if rows[at].id in words
    ]


def _distinct(rows: Sequence[Row]) -> tuple[list[Row], NDArray[np.int64]]:
    """Each of the same words once, and how often they were said."""
    keys = [text_key(row.text) for row in rows]
    counts = Counter(keys)
    first = dict(zip(reversed(keys), reversed(rows), strict=True))
    ordered = sorted(first.items(), key=lambda one: one[1].id)
    numbers = np.array([counts[key] for key, _ in ordered], np.int64)
    return [row for _, row in ordered], numbers


def _beside(
    rows: Sequence[Row], near: NDArray[np.float32], own: int
) -> tuple[int, ...]:
    """Other words of the same theme that mean the same, nearest first."""
    nearest = np.argsort(-near, kind="stable").tolist()
    found = [at for at in nearest if near[at] >= NEARLY and at != own]
    same = [rows[at].id for at in found if rows[at].theme == rows[own].theme]
    return tuple(same[:MOST_NEAR])


def _doubt(two: Sequence[Candidate]) -> float:
    if len(two) < 2:
        return 0.0
    lead = two[0].similarity - two[1].similarity
    return float(np.clip(1 - lead / CLEAR, 0, 1))


def _diverse(worth: NDArray[np.float32], near: Vectors, limit: int) -> list[int]:
    chosen: list[int] = []
    closest = np.zeros(len(worth), np.float32)
    while len(chosen) < min(limit, len(worth)):
        left = worth * (1 - np.clip(closest, 0, 1))
        left[chosen] = -1
        best = int(left.argmax())
        if left[best] <= 0:
            break
        chosen.append(best)
        closest = np.maximum(closest, near[best])
    return chosen
