"""What lies beyond the edge of a picture was not seen: nobody may call it empty.

A page that is cut off can still be found by the marks that are left. Boxes that are
missing are noticed by their outline; a place to write in has none that counts.
"""

from __future__ import annotations

from dataclasses import replace

from moksori.collect.paper.layout import Layout, Rect
from moksori.collect.paper.reading.readings import (
    Answer,
    FieldReading,
    Place,
    Reading,
    Reason,
)

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

    return replace(reading, fields=tuple(map(doubted, reading.fields)))


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
