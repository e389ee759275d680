"""Which words the map of themes has room for, so that none cover others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from moksori.base.web import text
from moksori.base.web.charts import svg
from moksori.understand.reads.map import Circle, Spot

SIZE, LINE = 11, 12.5
GROUP_SIZE = 12
_ROOMY = 30
# Two lines would hide a smaller circle.
_TWO_LINES = 20
_LEAST = 54.0

Box = tuple[float, float, float, float]


def words_of(
    spots: Iterable[Spot], places: dict[int, Circle], taken: Sequence[Box], width: float
) -> dict[int, list[str]]:
    """The lines of each circle, the largest first: its name, where that has room."""
    boxes = list(taken)
    found: dict[int, list[str]] = {}
    inside = [spot for spot in spots if spot.id in places]
    for spot in sorted(inside, key=lambda spot: -places[spot.id].r):
        circle = places[spot.id]
        for lines in _choices(spot, circle):
            box = _box(circle, lines)
            fits = box[0] >= 0 and box[2] <= width
            if fits and not any(_overlap(box, other) for other in boxes):
                boxes.append(box)
                found[spot.id] = lines
                break
    return found


def group_box(x: float, y: float, half: float) -> Box:
    """Where the name of a group stands, with its baseline at `y`."""
    return (x - half, y - GROUP_SIZE, x + half, y + 3)


def _choices(spot: Spot, circle: Circle) -> Iterable[list[str]]:
    """From all that might be said of a circle to the least."""
    share = text.share(spot.complaining.value, 0)
    name = lines_of(spot.name, max(circle.r * 1.8, _LEAST))
    if circle.r >= _ROOMY:
        yield [*name, share]
    if len(name) == 1 or circle.r >= _TWO_LINES:
        yield name
    yield [_cut(spot.name, max(circle.r * 1.8, _LEAST))]


def lines_of(name: str, room: float) -> list[str]:
    """The name on one or two lines, broken between words."""
    if svg.text_width(name, SIZE) <= room:
        return [name]
    first, rest = "", name.split()
    while rest and svg.text_width(f"{first} {rest[0]}".strip(), SIZE) <= room:
        first = f"{first} {rest.pop(0)}".strip()
    if not first:
        return [_cut(name, room)]
    first = first.removesuffix(" ·")
    if rest[:1] == ["·"]:
        rest = rest[1:]
    return [first, _cut(" ".join(rest), room)]


def _cut(name: str, room: float) -> str:
    """As much as fits, without what only joins it to the rest."""
    return svg.shortened(name, room, SIZE).replace(" ·…", "…")


def _box(circle: Circle, lines: Sequence[str]) -> Box:
    half = max(svg.text_width(line, SIZE) for line in lines) / 2 + 1
    high = LINE * len(lines) / 2
    return (circle.x - half, circle.y - high, circle.x + half, circle.y + high)


def _overlap(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )
