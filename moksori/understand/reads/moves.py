"""Which mentions go from where to where under other rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import QuerySet

from moksori.analysis.neighbours import Vectors
from moksori.base.people.models import Member
from moksori.understand.models import Mention, Theme
from moksori.understand.placing.place import ThemeSet
from moksori.understand.placing.sets import (
    answering,
    load_theme_set,
    theme_vectors,
)
from moksori.understand.placing.taught import Rules
from moksori.understand.reads.verbatims import Verbatim, said

READ = 8_000
SHOWN = 3
NEW = -1  # stands for a theme that does not exist yet; parts are −1, −2, …

Change = Callable[[Rules], Rules]


@dataclass(frozen=True, slots=True)
class Move:
    """So many mentions go from one theme to another; "" and None: in no theme."""

    source: str
    target: str
    source_id: int | None
    target_id: int | None
    mentions: int
    feedback: int
    verbatims: tuple[Verbatim, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Largest moves first. Of `total` mentions that could move, `read` were looked at.

    Where not all were, the numbers are estimates: those of the ones read, scaled up.
    """

    moves: tuple[Move, ...]
    mentions: int
    feedback: int
    read: int
    total: int

    @property
    def is_estimate(self) -> bool:
        return self.read < self.total

    @property
    def verbatims(self) -> tuple[Verbatim, ...]:
        """Three mentions that would move, of the largest moves."""
        return tuple(one for move in self.moves for one in move.verbatims)[:SHOWN]


@dataclass(frozen=True, slots=True)
class Row:
    """A mention as far as placing needs it."""

    id: int
    feedback: int
    theme: int | None
    text: str
    language: str


def mention_rows(
    mentions: QuerySet[Mention], *, most: int = READ
) -> tuple[list[Row], int]:
    """These mentions, or evenly spread ones of them, and how many there are."""
    ids = list(mentions.order_by("pk").values_list("pk", flat=True))
    step = -(-len(ids) // most) or 1
    return rows_of(ids[::step]), len(ids)


def rows_of(ids: Sequence[int]) -> list[Row]:
    """Mentions by their ids, in order."""
    columns = (
        "pk", "feedback_id", "theme_id", "feedback__text", "start", "end", "language",
    )  # fmt: skip
    out = []
    for start in range(0, len(ids), 500):
        part = Mention.objects.filter(pk__in=ids[start : start + 500]).order_by("pk")
        out += [
            Row(pk, feedback, theme, text[a:b], language)
            for pk, feedback, theme, text, a, b, language in part.values_list(*columns)
        ]
    return out


def theme_set(affiliate: int) -> ThemeSet:
    """What is learned and taught; an empty one before there is anything."""
    with answering():
        return load_theme_set(affiliate) or ThemeSet(None, [], Rules())


def compared(
    affiliate: int,
    rows: Sequence[Row],
    total: int,
    taught: Change,
    *,
    by: Member,
    names: Mapping[int, str] | None = None,
) -> Preview:
    """Where each mention is now, and where it would be under other rules."""
    found = theme_set(affiliate)
    after = found.taught(taught(found.rules))
    texts = [row.text for row in rows]
    placed = after.place(texts, theme_vectors(texts, affiliate)) if texts else []
    moved: dict[tuple[int | None, int | None], list[Row]] = defaultdict(list)
    for row, (theme, _) in zip(rows, placed, strict=True):
        if row.theme != theme:
            moved[row.theme, theme].append(row)
    scale = total / len(rows) if rows else 1.0
    moves = _moves(moved, scale, {**_names(affiliate), **(names or {})}, by=by)
    feedback = {row.feedback for group in moved.values() for row in group}
    return Preview(
        moves=moves,
        mentions=sum(move.mentions for move in moves),
        feedback=round(scale * len(feedback)),
        read=len(rows),
        total=total,
    )


def _moves(
    moved: Mapping[tuple[int | None, int | None], list[Row]],
    scale: float,
    names: Mapping[int, str],
    *,
    by: Member,
) -> tuple[Move, ...]:
    largest = sorted(moved.items(), key=lambda one: (-len(one[1]), str(one[0])))
    shown = {way: _spread(group) for way, group in largest}
    words = said([pk for ids in shown.values() for pk in ids], by=by)
    return tuple(
        Move(
            source=names.get(source, "") if source is not None else "",
            target=names.get(target, "") if target is not None else "",
            source_id=source,
            target_id=target if target is None or target > 0 else None,
            mentions=round(scale * len(group)),
            feedback=round(scale * len({row.feedback for row in group})),
            verbatims=tuple(words[pk] for pk in shown[source, target] if pk in words)[
                :SHOWN
            ],
        )
        for (source, target), group in largest
    )


def _spread(group: Sequence[Row]) -> list[int]:
    """A few of them, each saying something else, easy ones to read first."""
    apart = {" ".join(row.text.split()): row for row in group}
    readable = [row for row in apart.values() if 10 <= len(row.text) <= 160]
    chosen = readable or list(apart.values())
    step = max(len(chosen) // (2 * SHOWN), 1)
    return [row.id for row in chosen[::step]][: 2 * SHOWN]


def _names(affiliate: int) -> dict[int, str]:
    rows = Theme.objects.filter(unit_id=affiliate).defer("center", "anchors")
    return {row.pk: row.name for row in rows}


def anchored(rules: Rules, anchors: Mapping[int, Vectors]) -> Rules:
    """The rules with these anchors instead of those that the themes had."""
    kept = [at for at, owner in enumerate(rules.owners) if owner not in anchors]
    rows = [rules.anchors[kept]] if kept else []
    rows += [found for found in anchors.values() if len(found)]
    owners = [rules.owners[at] for at in kept]
    for pk, found in anchors.items():
        owners += [pk] * len(found)
    empty = np.zeros((0, 0), np.float32)
    return replace(
        rules, anchors=np.vstack(rows) if rows else empty, owners=tuple(owners)
    )
