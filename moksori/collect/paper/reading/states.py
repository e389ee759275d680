"""What a box looks like, and how a person marks: numbers in, a word out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from moksori.collect.paper.reading.readings import BoxInk, FieldReading, Quality

SEEN = 0.5  # of an outline: with less of it a box is not seen
_SURE_INNER, _SURE_EXTENT = 0.055, 0.42
_TRACE = 0.012  # of the inside: less ink than this is dust
FILLED = 0.55  # ink even in the emptiest ninth
FULL = 0.85  # the same, where a person fills boxes as a rule
RING = 0.7  # of the directions
_ROUND = 0.75  # of the directions, looked at further away


class State(Enum):
    """What one box looks like."""

    EMPTY = auto()
    TRACE = auto()  # something, but a mark it is not for sure
    MARK = auto()
    FILLED = auto()
    RING = auto()  # a circle around the box
    UNSEEN = auto()


@dataclass(frozen=True, slots=True)
class Pen:
    """How this person marks, told by the marks that are beyond doubt.

    `dark`: usual darkness; `inner`: usual share of a box covered; `full`: how full the
    fuller quarter of the marks is; `small`: whether the marks are dots; `circles`:
    share of circles around boxes.
    """

    marks: int = 0
    dark: float = 0.8
    inner: float = 0.2
    full: float = 0.0
    small: bool = False
    circles: float = 0.0

    @property
    def filled(self) -> float:
        """From where a box is fuller than this person's marks are."""
        if self.full > FULL:
            return 2.0  # everything is full with this person
        return min(0.92, max(FILLED, self.full + 0.25))

    @property
    def is_heavy(self) -> bool:
        """Marks cover most of a box: scribbles, or crosses with a thick pen."""
        return self.inner > 0.6


def pen_of(fields: Iterable[FieldReading]) -> Pen:
    """The pen of one person."""
    boxes = [box for field in fields for box in field.boxes]
    rings = [one for one in boxes if is_ring(one)]
    marks = [
        one for one in boxes if one.inner > 0.04 and one.edge < 0.9 and not is_ring(one)
    ]
    if not marks:
        return Pen(marks=len(rings), circles=1.0 if rings else 0.0)
    extents = np.array([one.extent for one in marks])
    inner = np.array([one.inner for one in marks])
    return Pen(
        marks=len(marks) + len(rings),
        dark=float(np.median([one.dark for one in marks])),
        inner=float(np.median(inner)),
        full=float(np.percentile([one.solid for one in marks], 75)),
        small=bool(len(marks) >= 4 and np.median(extents) < 0.45),
        circles=len(rings) / (len(marks) + len(rings)),
    )


def state_of(
    box: BoxInk, pen: Pen, quality: Quality, filled: float | None = None
) -> State:
    """What a box looks like, compared with this person's other marks.

    `filled`: from where it counts as filled, where that is not told by the pen.
    """
    state = State.EMPTY
    limit = max(0.028, 2.0 * quality.noise)
    lost = quality.is_bilevel and box.raw > 0.04
    if box.seen < SEEN and box.inner < 0.2:
        state = State.UNSEEN
    elif is_ring(box):
        state = State.RING
    elif box.solid > (pen.filled if filled is None else filled):
        state = State.FILLED
    elif _is_mark(box, pen):
        state = State.MARK
    elif box.inner > _TRACE or box.mean > limit or lost:
        state = State.TRACE
    return state


def is_ring(box: BoxInk) -> bool:
    """A circle around the box, perhaps through its corners or along its outline."""
    inside = box.inner > 0.03 and (box.edge < 0.8 or box.inner > 0.2)
    return (box.ring >= RING or box.around >= _ROUND) and not inside


def _is_mark(box: BoxInk, pen: Pen) -> bool:
    dark_enough = box.dark > max(0.15, 0.5 * pen.dark)
    along_the_outline = box.edge > 0.8 and box.inner < 0.2
    if not dark_enough or along_the_outline:
        return False
    if pen.small and box.inner > 0.6 * pen.inner:
        return True
    return box.inner > _SURE_INNER and box.extent > _SURE_EXTENT
