"""The parts that a theme could be split into, as a proposal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count as numbers_from

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from moksori.analysis.naming import ThemeName, name_themes, typical_texts
from moksori.analysis.neighbours import Vectors
from moksori.analysis.parting import part_of_each
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.understand.models import Mention, Theme
from moksori.understand.placing.sets import theme_vectors
from moksori.understand.placing.taught import Part, Rules, anchor_rows
from moksori.understand.reads.choices import names_in_use
from moksori.understand.reads.moves import (
    NEW,
    SHOWN,
    Preview,
    Row,
    anchored,
    compared,
    mention_rows,
    theme_set,
)
from moksori.understand.reads.verbatims import Verbatim, said
from moksori.understand.writes.corrections import STANDING
from moksori.understand.writes.themes import LONGEST

CLUSTERED = 3_000
ENOUGH = 12


@dataclass(frozen=True, slots=True)
class Proposed:
    """One part: a name, how many mentions it would have, and three of them.

    `anchors` are ids of mentions that stand for it; `part` is what `split_theme` takes.
    """

    name_ko: str
    name_en: str
    mentions: int
    verbatims: tuple[Verbatim, ...]
    anchors: tuple[int, ...]

    @property
    def part(self) -> Part:
        return Part(self.name_ko, self.anchors, self.name_en)


@dataclass(frozen=True, slots=True)
class Split:
    """Two to six parts, largest first, and what would move if all were taken.

    The first part stays in the theme, with its history and its pain points.
    """

    parts: tuple[Proposed, ...]
    preview: Preview


def split_preview(theme: Theme, *, count: int | None = None, by: Member) -> Split:
    """Parts by what the theme's own mentions are about; UserError for too few.

    As many as can be told apart best, or `count` of them.
    """
    by.must(Ability.EDIT_THEMES, theme)
    rows, total = mention_rows(Mention.objects.filter(theme=theme), most=CLUSTERED)
    vectors = theme_vectors([row.text for row in rows], theme.unit_id)
    full = np.flatnonzero(np.abs(vectors).max(axis=1, initial=0) > 0)
    if len(full) < ENOUGH:
        raise UserError(_("Too few mentions to tell parts of this theme apart."))
    rows, vectors = [rows[at] for at in full], vectors[full]
    points = theme_set(theme.unit_id).points(vectors)
    labels = _labels(points, count)
    parts = _proposed(theme, rows, points, labels, by=by)
    shown = parts_preview(theme, [part.part for part in parts], by=by)
    return Split(_counted(parts, shown, total), shown)


def _labels(points: Vectors, count: int | None) -> NDArray[np.int64]:
    if count is None:
        labels = part_of_each(points)
    else:
        labels = part_of_each(points, fewest=count, most=count)
    if labels.any():
        return labels
    if count is None:
        raise UserError(_("Its mentions are too much alike to be told apart."))
    raise UserError(
        _("They do not fall into %(n)d parts. Choose fewer.") % {"n": count},
        field="count",
    )


def _proposed(
    theme: Theme,
    rows: Sequence[Row],
    points: Vectors,
    labels: NDArray[np.int64],
    *,
    by: Member,
) -> list[Proposed]:
    texts = [row.text for row in rows]
    names = name_themes(texts, labels, points, [row.language for row in rows])
    out: list[Proposed] = []
    taken = names_in_use(theme.unit_id, by=by)
    for number, name in enumerate(names):
        central = _central(points, np.flatnonzero(labels == number))
        typical = typical_texts(texts, points, central, count=2 * SHOWN)
        words = said([rows[at].id for at in typical], by=by)
        out.append(
            Proposed(
                *_named(theme, name, taken) if out else (theme.name_ko, theme.name_en),
                mentions=int((labels == number).sum()),
                verbatims=tuple(words.values())[:SHOWN],
                anchors=tuple(rows[at].id for at in central[:STANDING]),
            )
        )
        taken.add(out[-1].name_ko)
    return out


def _named(theme: Theme, name: ThemeName, taken: Collection[str]) -> tuple[str, str]:
    """What sets a further part apart; where nothing does, the whole with a number."""
    korean = name.ko.strip()
    # Without anybody's English, its words would be Korean: leave that to people.
    english = name.en.strip() if name.en.isascii() else ""
    if korean and not name.is_general:
        if korean not in taken:
            return korean[:LONGEST], english[:LONGEST]
        whole = f"{theme.name_ko} · {korean}"[:LONGEST]
        if whole not in taken:
            return whole, f"{theme.name_en} · {english}"[:LONGEST] if english else ""
    number = next(n for n in numbers_from(2) if f"{theme.name_ko} {n}" not in taken)
    english = f"{theme.name_en} {number}" if theme.name_en else ""
    return f"{theme.name_ko} {number}", english


def _central(points: Vectors, at: NDArray[np.intp]) -> list[int]:
    middle = points[at].mean(axis=0)
    return [int(one) for one in at[np.argsort(-(points[at] @ middle), kind="stable")]]


def _counted(
    parts: Sequence[Proposed], shown: Preview, total: int
) -> tuple[Proposed, ...]:
    """The parts with the numbers of the preview: those that will come true."""
    leaving = {move.target: move.mentions for move in shown.moves if move.target}
    counts = [leaving.get(part.name_ko, 0) for part in parts]
    counts[0] = max(total - shown.mentions, 0)
    return tuple(
        Proposed(one.name_ko, one.name_en, count, one.verbatims, one.anchors)
        for one, count in zip(parts, counts, strict=True)
    )


def parts_preview(theme: Theme, parts: Sequence[Part], *, by: Member) -> Preview:
    """What would leave a theme for the parts it is split into; the first one stays."""
    by.must(Ability.EDIT_THEMES, theme)
    rows, total = mention_rows(Mention.objects.filter(theme=theme))
    ids = [theme.pk, *range(NEW, NEW - len(parts) + 1, -1)]
    names = {pk: part.name_ko for pk, part in zip(ids, parts, strict=True)}
    taught = partial(split_rules, theme, parts)
    return compared(theme.unit_id, rows, total, taught, names=names, by=by)


def split_rules(theme: Theme, parts: Sequence[Part], rules: Rules) -> Rules:
    """The rules once a theme is split; its parts are numbered −1, −2, …"""
    encode = partial(theme_vectors, affiliate=theme.unit_id)
    root = rules.of_family(theme.pk)
    family, anchors = {theme.pk: root}, {}
    for at, part in enumerate(parts):
        pk = theme.pk if at == 0 else NEW - at + 1
        family[pk] = root
        anchors[pk] = anchor_rows({"mentions": part.anchors}, encode=encode)
    return anchored(replace(rules, family={**rules.family, **family}), anchors)
