"""What lies beyond the edge of a picture was not seen: nobody may call it empty.

A page that is cut off can still be found by the marks that are left. Boxes that are
missing are noticed by their outline; a place to write in has none that counts. A page
of which a whole field lies beyond the edge is cut: it can be taken again.
"""

from __future__ import annotations

from dataclasses import replace

from moksori.collect.paper.layout import Field, Layout, Rect
from moksori.collect.paper.reading.readings import (
    Answer,
    FieldReading,
    Outcome,
    Place,
    Reading,
    Reason,
)
from moksori.collect.paper.reading.troubles import Why

SIDES = ("top", "right", "bottom", "left")  # of the paper, by the fact “side”
_INSET = 10.0  # mm from the edge of the paper: what is printed begins there
_SLACK = 1.0  # mm that may be missing at the edge of a place to write in


def with_unseen(reading: Reading, layout: Layout, size: tuple[int, int]) -> Reading:
    """The reading, with a doubt for each empty place to write in that is cut off.

    `size` is the width and height of the picture in points.
    """
    place = reading.place
    if place is None:
        return reading
    areas = {field.id: field.area for field in layout.fields if field.area}

    def doubted(one: FieldReading) -> FieldReading:
        area = areas.get(one.field)
        if one.outcome != Answer.BLANK or area is None or _is_in(area, place, size):
            return one
        return replace(one, outcome=Answer.REVIEW, reasons=(Reason.NOT_SEEN,))

    found = replace(reading, fields=tuple(map(doubted, reading.fields)))
    return _said_cut(found, layout, size)


def is_cut(reading: Reading) -> bool:
    """Whether whole fields lie beyond the edge of the picture."""
    return reading.why == Why.PART_MISSING and "side" in dict(reading.facts)


def _said_cut(reading: Reading, layout: Layout, size: tuple[int, int]) -> Reading:
    place, code = reading.place, reading.code
    if place is None or code is None or reading.outcome != Outcome.READ:
        return reading
    fields = list(layout.on(code.page))
    there = sum(_is_there(one, place, size) for one in fields)
    if there == len(fields):
        return reading
    side = _side(place, size)
    facts = (("seen", there), ("of", len(fields)), ("side", side))
    return replace(reading, why=Why.PART_MISSING, facts=facts)


def _is_there(field: Field, place: Place, size: tuple[int, int]) -> bool:
    """Whether the middle of any of its boxes, or of its area, is in the picture."""
    rects = [box.rect for box in field.boxes] or [field.area or field.zone]
    return any(
        _beyond(place, one.x + one.width / 2, one.y + one.height / 2, size) <= 0
        for one in rects
    )


def _side(place: Place, size: tuple[int, int]) -> int:
    """Which side of the paper lies farthest beyond the edge: a number of `SIDES`."""
    middle, half = place.width / 2, place.height / 2
    edges = (
        (middle, _INSET),
        (place.width - _INSET, half),
        (middle, place.height - _INSET),
        (_INSET, half),
    )
    beyond = [_beyond(place, *one, size) for one in edges]
    return beyond.index(max(beyond))


def _beyond(place: Place, x: float, y: float, size: tuple[int, int]) -> float:
    """How many points a place on the paper lies beyond the picture; in it 0 or less."""
    across, along = _in_picture(place, x, y)
    return max(-across, across - size[0], -along, along - size[1])


def _is_in(area: Rect, place: Place, size: tuple[int, int]) -> bool:
    left, right = area.x + _SLACK, area.right - _SLACK
    top, bottom = area.y + _SLACK, area.bottom - _SLACK
    corners = [(x, y) for x in (left, right) for y in (top, bottom)]
    return all(
        0 <= x <= size[0] and 0 <= y <= size[1]
        for x, y in (_in_picture(place, *corner) for corner in corners)
    )


def _in_picture(place: Place, x: float, y: float) -> tuple[float, float]:
    """From millimetres on the paper to points of the picture."""
    h = place.homography
    depth = h[6] * x + h[7] * y + h[8]
    return (
        (h[0] * x + h[1] * y + h[2]) / depth,
        (h[3] * x + h[4] * y + h[5]) / depth,
    )
