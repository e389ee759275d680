"""The decision rules of other programs, on pages that our reader has laid straight.

This flatters them: their own registration is not judged. They were written for forms on
which boxes are filled completely.

AMC: black (at 60 %) in the inner 80 % of a box, ticked from .15. queXF: a box counts
with .60 to .85 white (monochrome at 221 of 255), of one the darkest such box.
OMRChecker: the largest gap between the sorted mean values of a question, at least 25;
no gap: nothing marked. FormScanner: dark (below 127) in at least 60 % of the box.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moksori.collect.paper.layout import Field, Kind, Layout, Rect
from moksori.collect.paper.reading import inks, pictures
from moksori.collect.paper.reading.readings import Reading

Grey = NDArray[np.uint8]
RULES = ("AMC .15", "queXF .60–.85", "OMRChecker gap", "FormScanner 60 %")


def answers(
    image: Grey, reading: Reading, layout: Layout
) -> dict[str, dict[str, tuple[str, ...] | None]]:
    """Rule → field → codes; None where the rule asks a person (two marks of one)."""
    assert reading.code
    straight = pictures.straight(image, reading)
    even = np.uint8(255 * (1 - inks._evened(straight)))
    given: dict[str, dict[str, tuple[str, ...] | None]] = {one: {} for one in RULES}
    for field in layout.on(reading.code.page):
        if field.kind == Kind.TEXT:
            continue
        cuts = [_cut(even, box.rect) for box in field.boxes]
        means = np.array([float(one.mean()) for one in cuts])
        marked = {
            "AMC .15": [_black(_inner(one), 153) >= 0.15 for one in cuts],
            "queXF .60–.85": _between(
                field, [1 - _black(_inner(one), 221) for one in cuts]
            ),
            "OMRChecker gap": list(means < _gap(means)),
            "FormScanner 60 %": [_black(one, 127) >= 0.60 for one in cuts],
        }
        for rule, states in marked.items():
            given[rule][field.id] = _codes(field, states)
    return given


def _between(field: Field, white: list[float]) -> list[bool]:
    """Marked are boxes that are neither empty nor full; of one, the darkest of them."""
    marked = [0.60 < one < 0.85 for one in white]
    if field.kind == Kind.ONE and any(marked):
        darkest = min(one for one, is_one in zip(white, marked, strict=True) if is_one)
        marked = [one == darkest for one in white]
    return marked


def _codes(field: Field, states: list[bool]) -> tuple[str, ...] | None:
    codes = tuple(
        box.code for box, marked in zip(field.boxes, states, strict=True) if marked
    )
    return None if field.kind == Kind.ONE and len(codes) > 1 else codes


def _cut(even: Grey, rect: Rect) -> Grey:
    top, left = round(rect.y * inks.SCALE), round(rect.x * inks.SCALE)
    high, wide = round(rect.height * inks.SCALE), round(rect.width * inks.SCALE)
    return even[top : top + high, left : left + wide]


def _inner(cut: Grey) -> Grey:
    edge = round(cut.shape[0] * 0.1)
    return cut[edge:-edge, edge:-edge]


def _black(cut: Grey, below: int) -> float:
    return float(np.mean(cut < below))


def _gap(means: NDArray[np.float64]) -> float:
    ordered = np.sort(means)
    gaps = np.diff(ordered)
    if gaps.size == 0 or gaps.max() < 25:
        return -1.0
    at = int(gaps.argmax())
    return float((ordered[at] + ordered[at + 1]) / 2)
