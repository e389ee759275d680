"""A page laid flat: by its marks first, then by what is printed on it, bit by bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from moksori.collect.paper.layout import Layout, Rect
from moksori.collect.paper.reading.inks import SCALE, Dark
from moksori.collect.paper.reading.marks import Points, placed
from moksori.collect.paper.reading.readings import Grey, Place

Shifts = NDArray[Any]  # 32-bit floats: rows × columns × 2 (right, down), mm

_COARSE = 2  # points a millimetre where shifts are looked for
_STEP_MM = 11.0  # from one patch to the next
_PATCH_MM = 16.0
_SEARCH_MM = 3.5
_KERNEL_MM = 16.0  # how far a patch speaks for its neighbours
_FAINT = 0.35  # a patch that agrees less says nothing


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well what is printed was found again: `score` is the median agreement of the
    patches (1: the same), `largest` the largest shift in mm."""

    shifts: Shifts
    score: float
    largest: float


def warp(
    grey: Grey, place: Place, rect: Rect, scale: float = SCALE, outside: int = 255
) -> Grey:
    """A straightened piece of a picture, `scale` points a millimetre."""
    width, height = (
        max(1, round(rect.width * scale)),
        max(1, round(rect.height * scale)),
    )
    homography = np.array(place.homography).reshape(3, 3)
    grey, homography = _reduced(grey, homography, scale)
    to_paper = np.array(
        [
            [1 / scale, 0, rect.x + 0.5 / scale],
            [0, 1 / scale, rect.y + 0.5 / scale],
            [0, 0, 1],
        ]
    )
    if not place.shifts:
        return np.asarray(
            cv2.warpPerspective(
                grey,
                homography @ to_paper,
                (width, height),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=outside,
            )
        )
    return _bent(grey, homography, place, rect, (width, height), outside)


def _bent(
    grey: Grey,
    homography: Points,
    place: Place,
    rect: Rect,
    size: tuple[int, int],
    outside: int,
) -> Grey:
    """Sample the picture point by point along the fine shifts."""
    width, height = size
    x = rect.x + (np.arange(width, dtype=np.float32) + 0.5) * rect.width / width
    y = rect.y + (np.arange(height, dtype=np.float32) + 0.5) * rect.height / height
    moved = _moved(place, x, y)
    right = x[None, :] + moved[:, :, 0]
    down = y[:, None] + moved[:, :, 1]
    h = homography.astype(np.float32)
    depth = h[2, 0] * right + h[2, 1] * down + h[2, 2]
    at_x = (h[0, 0] * right + h[0, 1] * down + h[0, 2]) / depth
    at_y = (h[1, 0] * right + h[1, 1] * down + h[1, 2]) / depth
    return np.asarray(
        cv2.remap(
            grey,
            at_x.astype(np.float32),
            at_y.astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=outside,
        )
    )


def _moved(place: Place, x: NDArray[Any], y: NDArray[Any]) -> NDArray[Any]:
    """The fine shift of every point: the grid of the page, evenly in between."""
    grid = np.array(place.shifts, np.float32).reshape(place.rows, place.columns, 2)
    across = np.clip(x / _STEP_MM - 0.5, 0, place.columns - 1)
    along = np.clip(y / _STEP_MM - 0.5, 0, place.rows - 1)
    map_x = np.broadcast_to(across[None, :], (len(y), len(x))).astype(np.float32)
    map_y = np.broadcast_to(along[:, None], (len(y), len(x))).astype(np.float32)
    # remap keeps 1/32 of a step: shifts differ little from node to node.
    return np.asarray(
        cv2.remap(grid, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    )


def _reduced(grey: Grey, homography: Points, scale: float) -> tuple[Grey, Points]:
    """Shrink a picture much finer than needed, so that no line falls between points."""
    middle = np.array([[105.0, 140.0], [106.0, 140.0]])
    ends = placed(homography, middle)
    finer = float(np.hypot(*(ends[1] - ends[0]))) / scale
    if finer < 1.7:
        return grey, homography
    factor = 1 / finer
    small = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    half = 0.5 * factor - 0.5
    shrink = np.array([[factor, 0, half], [0, factor, half], [0, 0, 1]])
    return np.asarray(small), shrink @ homography


def shifts_of(dark: Dark, printed: Dark, layout: Layout) -> Agreement:
    """Where the page still lies off after the marks: every patch of print is looked for
    near its place, and patches speak together for what lies between them."""
    seen = cv2.resize(dark, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    plan = cv2.resize(printed, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    rows = int(np.ceil(layout.height / _STEP_MM))
    columns = int(np.ceil(layout.width / _STEP_MM))
    found = []
    for row in range(rows):
        for column in range(columns):
            middle = ((column + 0.5) * _STEP_MM, (row + 0.5) * _STEP_MM)
            one = _patch(seen, plan, middle)
            if one is not None:
                found.append((*middle, *one))
    if not found:
        return Agreement(np.zeros((rows, columns, 2), np.float32), 0.0, 0.0)
    table = np.array(found)
    score = float(np.median(table[:, 4]))
    shifts = _smooth(table, rows, columns)
    largest = float(np.hypot(shifts[:, :, 0], shifts[:, :, 1]).max())
    return Agreement(shifts, score, largest)


def _patch(
    seen: Dark, plan: Dark, middle: tuple[float, float]
) -> tuple[float, float, float] | None:
    """Right, down (mm) and agreement of one patch; None where hardly any print is."""
    half, far = int(_PATCH_MM * _COARSE / 2), int(_SEARCH_MM * _COARSE)
    x, y = int(middle[0] * _COARSE), int(middle[1] * _COARSE)
    top, bottom = max(far, y - half), min(plan.shape[0] - far, y + half)
    left, right = max(far, x - half), min(plan.shape[1] - far, x + half)
    if bottom - top < half or right - left < half:
        return None
    patch = plan[top:bottom, left:right]
    if patch.std() < 0.03:
        return None
    around = seen[top - far : bottom + far, left - far : right + far]
    if around.std() < 0.01:
        return 0.0, 0.0, 0.0
    scores = cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED)
    _low, best, _at, (column, row) = cv2.minMaxLoc(scores)
    across = column + _between(scores[row], column) - far
    down = row + _between(scores[:, column], row) - far
    return across / _COARSE, down / _COARSE, float(best)


def _between(scores: NDArray[Any], at: int) -> float:
    """Where the top of the parabola through three scores lies."""
    if at == 0 or at == len(scores) - 1:
        return 0.0
    before, top, after = (float(one) for one in scores[at - 1 : at + 2])
    bend = before - 2 * top + after
    return 0.0 if bend >= 0 else 0.5 * (before - after) / bend


def _smooth(table: Points, rows: int, columns: int) -> Shifts:
    """A bent sheet (a quadratic surface, told by the patches that agree), and on it
    what the patches nearby say together."""
    x, y, score = table[:, 0], table[:, 1], table[:, 4]
    weight = np.clip(score - _FAINT, 0, None) ** 2
    nodes_x, nodes_y = np.meshgrid(
        (np.arange(columns) + 0.5) * _STEP_MM, (np.arange(rows) + 0.5) * _STEP_MM
    )
    shifts = np.zeros((rows, columns, 2), np.float32)
    if np.count_nonzero(weight) < 8:
        return shifts
    bent = _terms(x, y)
    off = table[:, 2:4]
    for _round in range(4):
        root = np.sqrt(weight)[:, None]
        surface, *_rest = np.linalg.lstsq(bent * root, off * root, rcond=None)
        rest = off - bent @ surface
        away = np.hypot(rest[:, 0], rest[:, 1])
        usual = max(0.1, float(np.median(away[weight > 0])))
        weight = np.clip(score - _FAINT, 0, None) ** 2 / (1 + (away / (2 * usual)) ** 4)
    near = np.exp(
        -((nodes_x.ravel()[:, None] - x) ** 2 + (nodes_y.ravel()[:, None] - y) ** 2)
        / (2 * _KERNEL_MM**2)
    )
    share = near * weight
    local = (share @ rest) / (share.sum(axis=1, keepdims=True) + 0.05)
    even = _terms(nodes_x.ravel(), nodes_y.ravel()) @ surface
    shifts[:] = (even + local).reshape(rows, columns, 2)
    return np.clip(shifts, -_SEARCH_MM - 1, _SEARCH_MM + 1)


def _terms(x: Points, y: Points) -> Points:
    x, y = x / 100 - 1, y / 150 - 1
    return np.column_stack([np.ones_like(x), x, y, x * y, x * x, y * y])
