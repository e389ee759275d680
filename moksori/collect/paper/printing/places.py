"""Where the marks and codes stand that every page has, in millimetres."""

from __future__ import annotations

from moksori.collect.paper.layout import Rect

EDGE = 10.0  # of the marks from the edge: no printer cuts so far in
MARK = 9.0
CODE = 18.0
SIDE = 22.0  # of everything that is read
TOP = 32.0  # below the code, whose white margin is a part of it
BOTTOM = 23.0
HEAD = 11.0  # of the title on the first page, beside the code


def marks_on(width: float, height: float) -> tuple[Rect, Rect, Rect, Rect]:
    """The four corners, clockwise from the upper left."""
    right, bottom = width - EDGE - MARK, height - EDGE - MARK
    return (
        Rect(EDGE, EDGE, MARK, MARK),
        Rect(right, EDGE, MARK, MARK),
        Rect(right, bottom, MARK, MARK),
        Rect(EDGE, bottom, MARK, MARK),
    )


def code_on(width: float) -> Rect:
    """The QR code, without its white margin."""
    return Rect(width - SIDE - CODE, EDGE, CODE, CODE)
