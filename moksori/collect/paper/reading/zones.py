"""Ink that is in no box: circled words, words struck out, notes, and handwriting."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Outside:
    """Ink outside boxes by the id of its field, mm²: `stray` belongs to no mark,
    `written` stands in a place for words."""

    stray: dict[str, float]
    written: dict[str, float]


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
    marked = [one.rect for one in boxes if one.ink.inner > 0.03]
    counted &= ~_touching(labels, count, marked, more=_TOUCH_MM)
    stray = {
        field.id: _area(labels, field.zone, counted)
        for field in page.fields
        if field.kind != Kind.TEXT
    }
    return Outside(stray, written)


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
