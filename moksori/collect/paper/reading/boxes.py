"""What is in and around every box of a straightened page, measured.

Boxes are never looked for: the layout says where they are, their own outline says the
last tenths of a millimetre. What an empty box looks like on this scan is told by the
boxes of this scan: most of them are empty.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from moksori.collect.paper.layout import Box, Rect
from moksori.collect.paper.reading.inks import SCALE, Dark, Ink
from moksori.collect.paper.reading.printed import Printed
from moksori.collect.paper.reading.readings import BoxInk

Mask = NDArray[Any]

AROUND_MM = 3.0  # what is cut out around a box
_FINE_MM = 0.8  # how far an outline is looked for
_INSET_MM = 0.45  # from the outer edge of the outline to what counts as inside
_RING_MM = 2.3  # just outside: where circles and sloppy ticks are
_RING_FROM = 1.15  # half sides from the middle of the box
_SECTORS = 12
_FEW = 6  # boxes: fewer do not tell what an empty one looks like


@dataclass(frozen=True, slots=True)
class Measured:
    """A box with its numbers and where it was really seen (mm)."""

    field: str
    box: Box
    rect: Rect
    ink: BoxInk


@dataclass(frozen=True, slots=True)
class _Cut:
    """Square cut-outs around one box: darkness, darkness with specks, printed words."""

    dark: Dark
    raw: Dark
    words: Mask


def threshold(ink: Ink) -> float:
    """The darkness from which something is ink on this page."""
    return float(np.clip(5 * ink.noise, 0.10, 0.33))


def measured(ink: Ink, page: Printed) -> list[Measured]:
    """Measure all boxes of a page, in the order of the layout."""
    boxes = [(field.id, box) for field in page.fields for box in field.boxes]
    if not boxes:
        return []
    moves, sharp = _fine(ink.dark, page, [box for _field, box in boxes])
    by_size: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (_field, box) in enumerate(boxes):
        by_size[_size(box.rect)].append(number)
    inks: dict[int, BoxInk] = {}
    for numbers in by_size.values():
        cuts = [_cut(ink, page, boxes[one][1].rect, moves[one]) for one in numbers]
        empty = _empty(cuts, page, [boxes[one][1].rect for one in numbers])
        for one, cut in zip(numbers, cuts, strict=True):
            box = boxes[one][1]
            seen = _seen(cut.dark, empty)
            known = {"sharp": float(sharp[one]), "seen": seen}
            inks[one] = _measure(cut, empty, box, threshold(ink), known)
    found = []
    for number, (field, box) in enumerate(boxes):
        across, along = moves[number] / SCALE
        rect = box.rect
        moved = Rect(rect.x + across, rect.y + along, rect.width, rect.height)
        found.append(Measured(field, box, moved, inks[number]))
    return found


def _fine(
    dark: Dark, page: Printed, boxes: list[Box]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Shift of every box in points (right, down), and how clearly it is seen (1: as
    printed)."""
    moves = np.zeros((len(boxes), 2))
    seen = np.zeros(len(boxes))
    for number, box in enumerate(boxes):
        moves[number], seen[number] = _outline(dark, page.dark, box.rect)
    places = np.array([(one.rect.x, one.rect.y) for one in boxes])
    settled = moves.copy()
    for number, place in enumerate(places):
        away = np.hypot(*(places - place).T)
        near = np.argsort(away)[:9]
        near = near[(away[near] < 45) & (seen[near] > 0.5)]
        if near.size < 3:
            continue
        usual = np.median(moves[near], axis=0)
        # An outline that is drawn over may agree better half a millimetre off.
        if seen[number] < 0.5 or np.hypot(*(moves[number] - usual)) > 0.3 * SCALE:
            settled[number] = usual
    return np.rint(settled).astype(np.int64), seen


def _outline(
    dark: Dark, printed: Dark, rect: Rect
) -> tuple[tuple[float, float], float]:
    far = int(_FINE_MM * SCALE)
    kernel, more = _outline_kernel(*_size(rect))
    left, top = round(rect.x * SCALE) - more, round(rect.y * SCALE) - more
    height, width = kernel.shape
    around = _window(dark, left - far, top - far, width + 2 * far, height + 2 * far)
    plan = _window(printed, left - 1, top - 1, width + 2, height + 2)
    scores = cv2.matchTemplate(around, kernel, cv2.TM_CCORR)
    best_plan = float(cv2.matchTemplate(plan, kernel, cv2.TM_CCORR).max())
    steps = np.arange(-far, far + 1) / SCALE
    near = 1 - 0.15 * (steps[None, :] ** 2 + steps[:, None] ** 2)
    _low, _best, _at, (column, row) = cv2.minMaxLoc(scores * near.astype(np.float32))
    score = float(scores[row, column]) / max(0.05, best_plan)
    return (float(column - far), float(row - far)), min(1.5, max(0.0, score))


@cache
def _outline_kernel(width: int, height: int) -> tuple[Dark, int]:
    """Outline minus what lies just outside; the inside is not looked at."""
    more = 5
    line, gap = 2, 2
    kernel = np.zeros((height + 2 * more, width + 2 * more), np.float32)
    kernel[:] = -1
    kernel[more - gap : -more + gap, more - gap : -more + gap] = 0
    kernel[kernel < 0] = -1 / np.count_nonzero(kernel < 0)
    outline = np.zeros_like(kernel)
    outline[more:-more, more:-more] = 1
    outline[more + line : -more - line, more + line : -more - line] = 0
    return kernel + outline / outline.sum(), more


def _size(rect: Rect) -> tuple[int, int]:
    return round(rect.width * SCALE), round(rect.height * SCALE)


def _window(
    picture: NDArray[Any], left: int, top: int, width: int, height: int
) -> NDArray[Any]:
    """A piece of a page; paper where it reaches over the edge."""
    piece = np.zeros((height, width), picture.dtype)
    from_x, from_y = max(0, left), max(0, top)
    to_x = min(picture.shape[1], left + width)
    to_y = min(picture.shape[0], top + height)
    if to_x > from_x and to_y > from_y:
        piece[from_y - top : to_y - top, from_x - left : to_x - left] = picture[
            from_y:to_y, from_x:to_x
        ]
    return piece


def _cut(ink: Ink, page: Printed, rect: Rect, move: NDArray[Any]) -> _Cut:
    width, height = _size(rect)
    more = int(AROUND_MM * SCALE)
    left, top = round(rect.x * SCALE) - more, round(rect.y * SCALE) - more
    size = (width + 2 * more, height + 2 * more)
    moved = (left + int(move[0]), top + int(move[1]))
    words = _window(page.words.view(np.uint8).astype(np.float32), left, top, *size)
    return _Cut(
        _window(ink.dark, *moved, *size), _window(ink.raw, *moved, *size), words > 0
    )


def _empty(cuts: list[_Cut], page: Printed, rects: list[Rect]) -> Dark:
    """What a box with nothing in it looks like on this scan."""
    if len(cuts) >= _FEW:
        stack = np.stack([one.dark for one in cuts])
        return np.asarray(np.percentile(stack, 35, axis=0), dtype=np.float32)
    more = int(AROUND_MM * SCALE)
    rect = rects[0]
    left, top = round(rect.x * SCALE) - more, round(rect.y * SCALE) - more
    width, height = cuts[0].dark.shape[1], cuts[0].dark.shape[0]
    printed = _window(page.dark, left, top, width, height)
    return np.asarray(cv2.GaussianBlur(printed, (0, 0), 1.2))


def _seen(dark: Dark, empty: Dark) -> float:
    """Share of the outline that is there; ink over it does not hide it."""
    line = _frame(*dark.shape).line
    usual = max(0.1, float(np.median(empty[line])))
    return float(np.mean(dark[line] > 0.4 * usual))


def _measure(
    cut: _Cut, empty: Dark, box: Box, limit: float, known: dict[str, float]
) -> BoxInk:
    frame = _frame(*cut.dark.shape)
    excess = np.where(frame.box, cut.dark - empty, cut.dark)
    excess[cut.words] = 0
    strokes = (excess > limit).astype(np.uint8)
    count, labels = cv2.connectedComponents(strokes, connectivity=8)
    inside = np.bincount(labels[frame.inside], minlength=count)
    inside[0] = 0
    largest = int(inside.argmax())
    whole = float(frame.inside.sum())
    raw = float(np.count_nonzero((cut.raw - empty)[frame.inside] > limit) / whole)
    mean = float(np.clip((cut.dark - empty)[frame.inside], -0.3, 1).mean())
    ring, outside = _around(strokes > 0, cut.words, frame)
    numbers = {**known, "mean": mean, "raw": raw, "ring": ring, "outside": outside}
    if inside[largest] < 4:
        return BoxInk(box.code, **numbers)
    stroke = labels == largest
    return BoxInk(
        box.code,
        inner=float(inside[largest]) / whole,
        **numbers,
        **_stroke(stroke, cut.dark, strokes > 0, frame),
    )


def _stroke(stroke: Mask, dark: Dark, strokes: Mask, frame: _Frame) -> dict[str, float]:
    """Size, darkness, evenness and place of the largest stroke in a box."""
    in_box = stroke & frame.inside
    height, width = _spans(in_box)
    side = _spans(frame.inside)
    all_height, all_width = _spans(stroke)
    cells = [
        np.count_nonzero(strokes & cell) / np.count_nonzero(cell)
        for cell in frame.cells
    ]
    return {
        "extent": max(height / side[0], width / side[1]),
        "dark": float(np.percentile(dark[in_box], 80)),
        "solid": float(min(cells)),
        "edge": float(np.count_nonzero(in_box & frame.border) / in_box.sum()),
        "reach": max(all_height, all_width) / SCALE,
    }


def _spans(mask: Mask) -> tuple[int, int]:
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return 0, 0
    return int(rows[-1] - rows[0] + 1), int(columns[-1] - columns[0] + 1)


def _around(strokes: Mask, words: Mask, frame: _Frame) -> tuple[float, float]:
    """Share of the directions with ink just outside, and that ink in mm²."""
    ink = strokes & frame.ring
    free = frame.ring & ~words
    all_ink = np.bincount(frame.sectors[ink], minlength=_SECTORS)
    all_free = np.bincount(frame.sectors[free], minlength=_SECTORS)
    whole = np.bincount(frame.sectors[frame.ring], minlength=_SECTORS)
    usable = all_free > 0.35 * whole
    area = float(np.count_nonzero(ink)) / SCALE**2
    if np.count_nonzero(usable) < 5:
        return 0.0, area
    share = np.count_nonzero(all_ink[usable] >= 5) / np.count_nonzero(usable)
    return float(share), area


@dataclass(frozen=True, slots=True)
class _Frame:
    """The parts of a cut-out: the box with its outline, its inside and so on."""

    box: Mask
    inside: Mask
    border: Mask
    ring: Mask
    line: Mask
    sectors: NDArray[Any]
    cells: tuple[Mask, ...]


@cache
def _frame(height: int, width: int) -> _Frame:
    more = AROUND_MM * SCALE
    # Distance from the outer edge of the box, positive outside.
    y, x = np.mgrid[0:height, 0:width] + 0.5
    away_x = np.maximum(more - x, x - (width - more))
    away_y = np.maximum(more - y, y - (height - more))
    beside = np.hypot(np.clip(away_x, 0, None), np.clip(away_y, 0, None))
    away = np.where(beside > 0, beside, np.maximum(away_x, away_y)) / SCALE
    half = (width - 2 * more) / 2
    far = np.hypot(x - width / 2, y - height / 2)
    # Without its corners: a circle around the box cuts through them.
    inside = (away < -_INSET_MM) & (far < 1.13 * (half - _INSET_MM * SCALE))
    angle = np.arctan2(y - height / 2, x - width / 2)
    sectors = ((angle + np.pi) / (2 * np.pi) * _SECTORS).astype(np.int64) % _SECTORS
    low, high = int(more + _INSET_MM * SCALE), int(height - more - _INSET_MM * SCALE)
    left, right = low, int(width - more - _INSET_MM * SCALE)
    rows, columns = np.linspace(low, high, 4), np.linspace(left, right, 4)
    cells = tuple(
        (y > rows[r]) & (y < rows[r + 1]) & (x > columns[c]) & (x < columns[c + 1])
        for r in range(3)
        for c in range(3)
    )
    return _Frame(
        box=away < 0.45,
        inside=inside,
        border=inside & (away > -_INSET_MM - 0.4),
        ring=(away < _RING_MM) & (far > _RING_FROM * half),
        line=(away < 0) & (away > -0.25),
        sectors=sectors,
        cells=cells,
    )
