"""The marks in the corners of every page, drawn exactly where the layout says."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from moksori.collect.paper.layout import Layout, Rect

POINT = 72 / 25.4  # points in a millimetre
_SIDE = 7  # modules of a mark: five and its black edge


def with_marks(pdf: bytes, layout: Layout) -> bytes:
    """The pages with their marks; black squares, no pictures."""
    logging.getLogger("pikepdf").setLevel(logging.ERROR)  # it tells that it starts
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(io.BytesIO(pdf)) as found:
        for number, page in enumerate(found.pages):
            drawn = "\n".join(_marks(layout, number))
            content = f"q 0 g\n{drawn}\nf Q".encode()
            # Whatever the page does to the state, the marks come first and clean.
            page.contents_add(found.make_stream(content), prepend=True)
        out = io.BytesIO()
        found.save(
            out,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return out.getvalue()


def _marks(layout: Layout, page: int) -> Iterator[str]:
    for corner, place in enumerate(layout.marks):
        yield from squares(modules_of_mark(4 * page + corner), place, layout.height)


def modules_of_mark(id: int) -> list[list[bool]]:
    """Black and white of one mark, row by row."""
    import cv2  # noqa: PLC0415 - no page needs it at the start

    marks = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_100)
    image = cv2.aruco.generateImageMarker(marks, id, _SIDE)
    return [[value == 0 for value in row] for row in image.tolist()]


def squares(modules: list[list[bool]], place: Rect, height: float) -> Iterator[str]:
    """The black ones as rectangles of PDF, each row's neighbours as one."""
    side = place.width / len(modules) * POINT
    left, top = place.x * POINT, (height - place.y) * POINT
    for n, row in enumerate(modules):
        y = top - (n + 1) * side
        start = 0
        while start < len(row):
            if not row[start]:
                start += 1
                continue
            end = start
            while end < len(row) and row[end]:
                end += 1
            x, width = left + start * side, (end - start) * side
            yield f"{x:.3f} {y:.3f} {width:.3f} {side:.3f} re"
            start = end
