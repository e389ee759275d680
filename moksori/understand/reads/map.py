"""Themes on a map: near where the meaning is near, in the circles of their groups."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.layout import Layout, flattened, laid_out
from moksori.analysis.proportions import wilson
from moksori.base.people.models import Member
from moksori.understand.models import Theme
from moksori.understand.reads.places import Place, place
from moksori.understand.reads.tree import homes_of
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters

FILLED = 0.36
SMALLEST = 14.0
ON_A_PHONE = 40
_SHAPES = {"wide": (760.0, 1.6), "narrow": (340.0, 0.62)}
_KEPT = 64


@dataclass(frozen=True, slots=True)
class Spot:
    """One theme: `share` of all feedback, and of its own the share that complains."""

    id: int
    name: str
    group: int | None
    feedback: int
    mentions: int
    share: Estimate
    complaining: Estimate


@dataclass(frozen=True, slots=True)
class Circle:
    """Where something lies in a drawing; `id` is a theme's or a group's."""

    id: int
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing: its size, and where everything lies on it."""

    width: float
    height: float
    themes: list[Circle]
    groups: list[Circle]


@dataclass(frozen=True, slots=True)
class ThemeMap:
    """`group` is the one that is looked into; `names` are those of the groups."""

    place: Place
    spots: list[Spot]
    names: dict[int, str]
    group: Theme | None
    wide: Sheet | None
    narrow: Sheet | None


def theme_map(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    group: int | None = None,
) -> ThemeMap | None:
    """The themes heard in the window, or those of one group; None: reads nothing."""
    found = place(by=by, filters=filters, period=period)
    if found is None:
        return None
    rows = _rows(found)
    names = {row.pk: row.name for row in rows.values() if row.is_group}
    chosen = rows.get(group) if group in names else None
    spots = [
        spot
        for spot in _spots(found, rows)
        if chosen is None or spot.group == chosen.pk
    ]
    # More circles than this would be too small for a thumb.
    drawn = {"wide": spots, "narrow": spots[:ON_A_PHONE]}
    sheets = {
        name: _sheet(drawn[name], rows, width, stretch)
        for name, (width, stretch) in _SHAPES.items()
    }
    return ThemeMap(found, spots, names, chosen, sheets["wide"], sheets["narrow"])


def _rows(found: Place) -> dict[int, Theme]:
    active = Theme.objects.filter(unit_id=found.affiliate, state=Theme.State.ACTIVE)
    return {row.pk: row for row in active.defer("anchors").order_by("pk")}


def _spots(found: Place, rows: dict[int, Theme]) -> list[Spot]:
    """Every theme that somebody mentions, largest first."""
    if found.facts is None or not found.total:
        return []
    homes = homes_of(found.affiliate)
    spots = [
        Spot(
            id=theme,
            name=rows[theme].name,
            group=homes.get(theme),
            feedback=row["n_feedback"],
            mentions=row["n_mentions"],
            share=wilson(row["n_feedback"], found.total),
            complaining=wilson(row["n_negative_feedback"], row["n_feedback"]),
        )
        for theme, row in found.facts.by_theme().items()
        if theme in rows and row["n_feedback"]
    ]
    return sorted(spots, key=lambda spot: (-spot.mentions, spot.id))


def _sheet(
    spots: list[Spot], rows: dict[int, Theme], width: float, stretch: float
) -> Sheet | None:
    if not spots:
        return None
    placed = sorted(spots, key=lambda spot: spot.id)
    radii = _radii([spot.mentions for spot in placed], width * width / stretch)
    layout = _layout(
        # Without a group, a theme is a group of its own: a negative number.
        tuple(spot.group or -spot.id for spot in placed),
        _centres([rows[spot.id] for spot in placed]),
        tuple(round(float(r), 1) for r in radii),
        stretch,
    )
    return _fitted(layout, [spot.id for spot in placed], width)


def _radii(mentions: list[int], area: float) -> NDArray[np.float64]:
    """Areas follow the mentions; what would be too small to hit is a little larger."""
    counts = np.asarray(mentions, dtype=np.float64)
    radii = np.sqrt(counts / counts.sum() * area * FILLED / np.pi)
    # One theme alone must not fill the page.
    return np.asarray(np.clip(radii, SMALLEST, np.sqrt(area) / 5))


def _centres(rows: list[Theme]) -> tuple[bytes, ...]:
    return tuple(bytes(row.center) for row in rows)


@lru_cache(maxsize=_KEPT)
def _layout(
    groups: tuple[int, ...],
    centres: tuple[bytes, ...],
    radii: tuple[float, ...],
    stretch: float,
) -> Layout:
    """Kept while the learned centres and the sizes stay the same."""
    return laid_out(_flat(centres), groups, np.asarray(radii), stretch=stretch)


@lru_cache(maxsize=_KEPT)
def _flat(centres: tuple[bytes, ...]) -> NDArray[np.float64]:
    width = max(len(one) for one in centres) // 4
    vectors = np.zeros((len(centres), width), np.float32)
    for at, one in enumerate(centres):
        if len(one) == 4 * width:
            vectors[at] = np.frombuffer(one, np.float32)
    return flattened(vectors)


def _fitted(layout: Layout, ids: list[int], width: float) -> Sheet:
    """The layout moved and scaled to the width of a drawing."""
    left, top, right, bottom = layout.box
    # Never larger than life: a few themes would look like many mentions.
    scale = min(width / (right - left), 1.6)
    aside = (width - (right - left) * scale) / 2

    def circle(at: int, x: float, y: float, r: float) -> Circle:
        return Circle(at, (x - left) * scale + aside, (y - top) * scale, r * scale)

    themes = [
        circle(at, float(x), float(y), float(r))
        for at, (x, y), r in zip(ids, layout.points, layout.radii, strict=True)
    ]
    groups = [
        circle(at, float(x), float(y), float(r))
        for at, (x, y, r) in zip(layout.groups, layout.hulls, strict=True)
        if at > 0
    ]
    return Sheet(width, (bottom - top) * scale, themes, groups)
