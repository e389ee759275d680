"""Which theme found now is which known one; what people taught outlives learning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.neighbours import Vectors
from moksori.analysis.themes import match_themes
from moksori.understand.models import Theme, ThemeRun
from moksori.understand.placing.taught import Encode, anchor_rows
from moksori.understand.writes.corrections import standing_for

NOTHING = np.zeros(1, np.float32)
State = Theme.State


@dataclass(frozen=True, slots=True)
class Space:
    """The encoder that themes are learned with, and where known ones are for it."""

    encoder: str
    encode: Encode
    known: Mapping[int, NDArray[np.float32]]


def known_themes(
    affiliate: int, centers: Vectors, space: Space, *, of_groups: bool
) -> dict[int, Theme]:
    """Which new theme is which known one; those in use are asked before others.

    Merged themes, and those that people put away, count as in use: found again, they
    stay what they are, and nothing new is born in their place.
    """
    every = Theme.objects.filter(unit_id=affiliate, is_group=of_groups).order_by("pk")
    first = [one for one in every if one.state != State.ARCHIVED or is_closed(one)]
    others = [one for one in every if one.state == State.ARCHIVED]
    others = [
        one for one in others if not is_closed(one) and not one.definition.get("undone")
    ]
    known: dict[int, Theme] = {}
    for old in (first, others):
        free = [at for at in range(len(centers)) if at not in known]
        standing = [one for one in old if space.known.get(one.pk, NOTHING).any()]
        if standing and free:
            were = np.stack([space.known[one.pk] for one in standing])
            for new, before in match_themes(were, centers[free]).items():
                known[free[new]] = standing[before]
    return known


def is_closed(theme: Theme) -> bool:
    """Whether a person put it away, so that learning must not bring it back."""
    return bool(theme.definition.get("closed"))


def stays_away(theme: Theme) -> bool:
    return theme.state == State.MERGED or is_closed(theme)


def was_moved(theme: Theme) -> bool:
    """Whether a person said where in the tree the theme belongs."""
    told = theme.corrections.filter(undone_at=None).values_list("said", flat=True)
    return any(f"place:{theme.pk}" in said.get("touches", ()) for said in told)


def put_away(run: ThemeRun, found: Iterable[Theme], space: Space) -> int:
    """Archive the themes not found again; what people taught stays in use.

    A theme that a person named is kept by the mentions that stood for it, a group
    that still holds themes stays as well.
    """
    heirs = {_heir(one).pk for one in found}
    active = Theme.objects.filter(unit_id=run.unit_id, state=State.ACTIVE)
    gone = []
    for theme in active.exclude(pk__in=heirs).filter(is_group=False).order_by("pk"):
        if not _stays(theme, space):
            theme.state = State.ARCHIVED
            theme.save(update_fields=["state"])
            gone.append(theme)
    run.changes += [
        {"theme": one.pk, "what": "archived", "before": one.name_ko} for one in gone
    ]
    _follow_parts(run.unit_id)
    used = active.filter(is_group=False).exclude(parent=None).values("parent_id")
    empty = active.filter(is_group=True).exclude(pk__in=heirs).exclude(pk__in=used)
    empty.update(state=State.ARCHIVED)
    return len(gone)


def _stays(theme: Theme, space: Space) -> bool:
    """Whether people taught it: defined it, made it by splitting, or named it."""
    if theme.anchors or theme.definition.get("words"):
        return True
    if theme.named_by != Theme.NamedBy.PERSON:
        return False
    told = {**theme.definition, "mentions": standing_for(theme)}
    rows = anchor_rows(told, encode=space.encode)
    if len(rows):
        theme.definition = {**told, "encoder": space.encoder}
        theme.anchors = rows.astype(np.float32).tobytes()
        theme.save(update_fields=["anchors", "definition"])
    return len(rows) > 0


def carry_taught(affiliate: int, space: Space) -> None:
    """Themes that people taught are known by anchors: bring them into this space."""
    for theme in Theme.objects.filter(unit_id=affiliate).exclude(anchors=None):
        if theme.definition.get("encoder") == space.encoder:
            continue
        rows = anchor_rows(theme.definition, encode=space.encode)
        if len(rows):
            theme.anchors = rows.astype(np.float32).tobytes()
            theme.definition = {**theme.definition, "encoder": space.encoder}
        if theme.pk in space.known:
            theme.center = space.known[theme.pk].tobytes()
        theme.save(update_fields=["anchors", "definition", "center"])


def _follow_parts(affiliate: int) -> None:
    """Parts of a split theme stand beside it, unless a person put them elsewhere."""
    rows = Theme.objects.filter(unit_id=affiliate, state=State.ACTIVE, is_group=False)
    by_id = {one.pk: one for one in rows}
    for theme in by_id.values():
        whole = by_id.get(theme.definition.get("of", 0))
        if whole is None or whole is theme or was_moved(theme):
            continue
        if theme.parent_id != whole.parent_id:
            theme.parent_id = whole.parent_id
            theme.save(update_fields=["parent"])


def _heir(theme: Theme) -> Theme:
    seen = set()
    while theme.merged_into is not None and theme.pk not in seen:
        seen.add(theme.pk)
        theme = theme.merged_into
    return theme
