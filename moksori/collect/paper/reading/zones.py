"""Ink that is in no box: circled words, words struck out, notes, and handwriting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from moksori.collect.paper.layout import Kind, Rect
from moksori.collect.paper.reading.boxes import Measured, threshold
from moksori.collect.paper.reading.inks import SCALE, Ink
from moksori.collect.paper.reading.printed import Printed, window

_HALF = SCALE / 2  # points a millimetre where strokes are followed
_SMALLEST_MM2 = 0.3
_BOX_MM = 0.5  # around a box: its own outline
_TOUCH_MM = 1.0  # a stroke that comes so near a marked box is part of its mark
_EDGE_MM = 4.0  # shadows and punch holes at the edge of the paper are not ink
_LONG = 0.6  # of the page: a fold or a streak, not a stroke
_CIRCLE_MM = 6.4  # from the middle of a box: as far as a large circle around it goes
_SECTORS = 24
CIRCLED = 0.75  # of the directions


@dataclass(frozen=True, slots=True)
class Outside:
    """Ink outside boxes by the id of its field, mm²: `stray` belongs to no mark,
    `written` stands in a place for words. `circles`: for every box the share of the
    directions in which a stroke passes by."""

    stray: dict[str, float]
    written: dict[str, float]
    circles: list[float]


def outside(ink: Ink, page: Printed, boxes: list[Measured]) -> Outside:
    """Follow all strokes that are not printed, and tell to whom they belong."""
    strokes = _strokes(ink, page, boxes)
    count, labels, stats, _middles = cv2.connectedComponentsWithStats(
        strokes, connectivity=8
    )
    areas = stats[:, cv2.CC_STAT_AREA] / _HALF**2
    counted = areas >= _SMALLEST_MM2
    counted[0] = False
    high = stats[:, cv2.CC_STAT_HEIGHT] > _LONG * strokes.shape[0]
    wide = stats[:, cv2.CC_STAT_WIDTH] > _LONG * strokes.shape[1]
    counted &= ~(high | wide)
    written = {
        field.id: _area(labels, field.area, counted)
        for field in page.fields
        if field.kind == Kind.TEXT and field.area
    }
    counted &= ~_touching(labels, count, _texts(page), share=0.4)
    words = page.words[::2, ::2]
    circles = [_circle(strokes, words, one.rect) for one in boxes]
    round_boxes = [
        one.rect
        for one, share in zip(boxes, circles, strict=True)
        if share >= CIRCLED or one.ink.ring >= CIRCLED
    ]
    counted &= ~_near(stats, round_boxes)
    marked = [one for one in boxes if one.ink.inner > 0.03]
    of_marks = _touching(labels, count, [one.rect for one in marked], more=_TOUCH_MM)
    has_mark = {one.field for one in marked}
    stray = {
        # What comes over from a mark elsewhere says nothing where something is marked;
        # where nothing is, it may be the mark.
        field.id: _area(
            labels,
            field.zone,
            counted & ~of_marks if field.id in has_mark else counted,
        )
        for field in page.fields
        if field.kind != Kind.TEXT
    }
    return Outside(stray, written, circles)


def _circle(strokes: NDArray[Any], words: NDArray[Any], rect: Rect) -> float:
    """Share of the directions from a box in which a stroke is; printed words hide it.

    A circle around the box is there in all of them, one around a neighbour in less than
    half.
    """
    middle = (rect.x + rect.width / 2, rect.y + rect.height / 2)
    around = Rect(middle[0] - _CIRCLE_MM, middle[1] - _CIRCLE_MM, 0, 0)
    top, left = round(around.y * _HALF), round(around.x * _HALF)
    sectors = _directions(round((rect.width / 2 + 0.3) * _HALF))
    bottom, right = top + sectors.shape[0], left + sectors.shape[1]
    if top < 0 or left < 0 or bottom > strokes.shape[0] or right > strokes.shape[1]:
        return 0.0
    ink = strokes[top:bottom, left:right] > 0
    hidden = words[top:bottom, left:right] & ~ink
    count = _SECTORS + 1
    seen = np.bincount(sectors[ink], minlength=count)[:_SECTORS]
    covered = np.bincount(sectors[hidden], minlength=count)[:_SECTORS]
    whole = np.bincount(sectors.ravel(), minlength=count)[:_SECTORS]
    usable = (covered < 0.6 * whole) | (seen >= 2)
    if np.count_nonzero(usable) < _SECTORS // 2:
        return 0.0
    return float(np.count_nonzero(seen[usable] >= 2) / np.count_nonzero(usable))


@cache
def _directions(inner: int) -> NDArray[Any]:
    """The direction of every point around a box; `_SECTORS` where it is not looked."""
    size = 2 * round(_CIRCLE_MM * _HALF) + 1
    y, x = np.mgrid[0:size, 0:size] - size // 2
    turn = (np.arctan2(y, x) + np.pi) / (2 * np.pi)
    sectors = (turn * _SECTORS).astype(np.int64) % _SECTORS
    far = np.hypot(x, y)
    sectors[(far < inner) | (far > size // 2)] = _SECTORS
    return np.asarray(sectors)


def _near(stats: NDArray[Any], rects: list[Rect]) -> NDArray[Any]:
    """Which strokes lie altogether around one of the boxes."""
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right = left + stats[:, cv2.CC_STAT_WIDTH]
    bottom = top + stats[:, cv2.CC_STAT_HEIGHT]
    near = np.zeros(len(stats), np.bool_)
    for rect in rects:
        reach = _CIRCLE_MM - rect.width / 2 + 0.5
        rows, columns = _half_window(rect, reach)
        near |= (
            (left >= columns.start)
            & (right <= columns.stop)
            & (top >= rows.start)
            & (bottom <= rows.stop)
        )
    return near


def labels_excess(ink: Ink, page: Printed, boxes: list[Measured]) -> list[float]:
    """Darkness on the words of each box beyond what is printed there.

    How dark words come out is told by all words of the page together.
    """
    seen, plan = [], []
    for one in boxes:
        rect = one.box.label
        if rect is None or rect.width < 1 or rect.height < 1:
            seen.append(np.nan)
            plan.append(np.nan)
            continue
        moved = Rect(
            rect.x + one.rect.x - one.box.rect.x,
            rect.y + one.rect.y - one.box.rect.y,
            rect.width,
            rect.height,
        )
        seen.append(float(np.mean(ink.dark[window(moved)], dtype=np.float64)))
        plan.append(float(np.mean(page.dark[window(rect)], dtype=np.float64)))
    dark, printed = np.array(seen), np.array(plan)
    usable = np.isfinite(dark) & (printed > 0.01)
    if np.count_nonzero(usable) < 4:
        return [0.0] * len(boxes)
    strength = float(np.median(dark[usable] / printed[usable]))
    base = np.nanmedian(dark - strength * printed)
    return [
        max(0.0, float(one)) if np.isfinite(one) else 0.0
        for one in dark - strength * printed - base
    ]


def _strokes(ink: Ink, page: Printed, boxes: list[Measured]) -> NDArray[Any]:
    """Where ink is that was not printed, at half size."""
    strokes = ((ink.dark > max(0.2, 1.3 * threshold(ink))) & ~page.words).astype(
        np.uint8
    )
    for one in boxes:
        strokes[window(one.rect, _BOX_MM)] = 0
    edge = int(_EDGE_MM * SCALE)
    strokes[:edge] = strokes[-edge:] = 0
    strokes[:, :edge] = strokes[:, -edge:] = 0
    size = (strokes.shape[1] // 2, strokes.shape[0] // 2)
    half = cv2.resize(strokes * 255, size, interpolation=cv2.INTER_AREA)
    return (half > 100).astype(np.uint8)


def _half_window(rect: Rect, more: float = 0.0) -> tuple[slice, slice]:
    rows, columns = window(rect, more)
    return (
        slice(rows.start // 2, rows.stop // 2),
        slice(columns.start // 2, columns.stop // 2),
    )


def _texts(page: Printed) -> list[Rect]:
    return [one.area for one in page.fields if one.kind == Kind.TEXT and one.area]


def _area(labels: NDArray[Any], rect: Rect, counted: NDArray[Any]) -> float:
    return float(np.count_nonzero(counted[labels[_half_window(rect)]])) / _HALF**2


def _touching(
    labels: NDArray[Any],
    count: int,
    rects: list[Rect],
    *,
    more: float = 0.0,
    share: float = 0.0,
) -> NDArray[Any]:
    """Which strokes lie in one of the rectangles, with at least this share of them."""
    within = np.zeros(count, np.int64)
    for rect in rects:
        within += np.bincount(labels[_half_window(rect, more)].ravel(), minlength=count)
    whole = np.bincount(labels.ravel(), minlength=count)
    return np.asarray((within > 0) & (within >= share * whole))
