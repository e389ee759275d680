"""What an edit of themes would move, before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.db.models import QuerySet

from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.understand.models import Mention, Theme, affiliate_id
from moksori.understand.placing.sets import theme_vectors
from moksori.understand.placing.taught import Part, Rules, anchor_rows
from moksori.understand.reads.moves import (
    NEW,
    Change,
    Move,
    Preview,
    anchored,
    compared,
    mention_rows,
)
from moksori.understand.reads.parts import Proposed, Split, parts_preview, split_preview
from moksori.understand.reads.window import unit_ids_of
from moksori.understand.writes.defined import Definition
from moksori.understand.writes.pins import settled
from moksori.understand.writes.themes import may_edit, mergeable

__all__ = [
    "Move",
    "Part",
    "Preview",
    "Proposed",
    "Split",
    "archive_preview",
    "define_preview",
    "merge_preview",
    "move_preview",
    "parts_preview",
    "pin_preview",
    "split_preview",
]


def move_preview(theme: Theme, *, group: Theme | None = None, by: Member) -> Preview:
    """Mentions stay in their theme wherever it stands in the tree."""
    by.must(Ability.EDIT_THEMES, theme)
    return Preview((), 0, 0, 0, 0)


def merge_preview(into: Theme, others: Sequence[Theme], *, by: Member) -> Preview:
    """What would go from the others to `into`."""
    by.must(Ability.EDIT_THEMES, into)
    mergeable(into, others)
    rows, total = mention_rows(
        Mention.objects.filter(theme__in=[one.pk for one in others])
    )
    heirs: dict[int, int | None] = {one.pk: into.pk for one in others}
    return compared(into.unit_id, rows, total, _with(heirs=heirs), by=by)


def archive_preview(theme: Theme, *, by: Member) -> Preview:
    """Where the mentions of a theme would go without it."""
    by.must(Ability.EDIT_THEMES, theme)
    rows, total = mention_rows(Mention.objects.filter(theme=theme))
    return compared(theme.unit_id, rows, total, _with(heirs={theme.pk: None}), by=by)


def pin_preview(
    mention: Mention, theme: Theme | None, *, near: Sequence[int] = (), by: Member
) -> Preview:
    """The mention, and all others of the same words, on their way to a theme."""
    affiliate = affiliate_id(mention.feedback.unit.path)
    may_edit(affiliate, by=by)
    asked = settled(mention, near, by=by)
    rows, total = mention_rows(asked.mentions)
    pins = dict.fromkeys(asked.keys, theme.pk if theme else None)
    return compared(affiliate, rows, total, _with(pins=pins), by=by)


def define_preview(
    affiliate: int,
    *,
    name_ko: str = "",
    words: Sequence[str] = (),
    examples: Sequence[str] = (),
    theme: Theme | None = None,
    by: Member,
) -> Preview:
    """What a new theme would take from others; `theme`: one that is defined anew."""
    may_edit(affiliate, by=by)
    asked = Definition.of(words, examples)
    rows, total = mention_rows(_everything(affiliate))
    own = theme.pk if theme is not None else NEW
    encode = partial(theme_vectors, affiliate=affiliate)
    anchors = anchor_rows(asked.as_json(), encode=encode)

    def taught(rules: Rules) -> Rules:
        kept = tuple((word, pk) for word, pk in rules.words if pk != own)
        new = tuple((word, own) for word in asked.words)
        rules = replace(rules, words=(*kept, *new))
        return anchored(rules, {own: anchors})

    names = {own: name_ko or (theme.name if theme is not None else "")}
    return compared(affiliate, rows, total, taught, names=names, by=by)


def _with(
    *,
    heirs: Mapping[int, int | None] | None = None,
    pins: Mapping[int, int | None] | None = None,
) -> Change:
    def taught(rules: Rules) -> Rules:
        return replace(
            rules,
            heirs={**rules.heirs, **(heirs or {})},
            pins={**rules.pins, **(pins or {})},
        )

    return taught


def _everything(affiliate: int) -> QuerySet[Mention]:
    return Mention.objects.filter(feedback__unit_id__in=unit_ids_of(affiliate))
