"""The corner marks of a page: found in any picture, whichever way up it lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from moksori.collect.paper.layout import Layout, Rect
from moksori.collect.paper.reading.readings import Grey

Points = NDArray[Any]  # 64-bit floats

_WORK = 2340  # points on the longer side: an A4 page at 200 an inch
_MARGIN_MM = 2.5  # a mark further off than this is not where it was printed


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: `corners` (4 × 2, points of the picture) from its own upper left."""

    id: int
    corners: Points

    @property
    def page(self) -> int:
        return self.id // 4 + 1

    @property
    def side(self) -> float:
        ahead = np.roll(self.corners, -1, axis=0) - self.corners
        return float(np.hypot(ahead[:, 0], ahead[:, 1]).mean())

    @property
    def middle(self) -> Points:
        return np.asarray(self.corners.mean(axis=0))


@dataclass(frozen=True, slots=True)
class Found:
    """The marks of one page, and how many others of our kind are in the picture."""

    page: int
    marks: tuple[Mark, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Registration:
    """`homography` takes millimetres on paper to points of the picture."""

    homography: Points
    error_mm: float
    marks: int


def find(grey: Grey) -> Found | None:
    """The page with the most marks; None where there are none."""
    seen: list[Mark] = []
    for picture, scale in _tries(grey):
        for mark in _detect(picture, scale):
            if not any(_same(mark, one) for one in seen):
                seen.append(mark)
        if _is_complete(seen):
            break
    if not seen:
        return None
    # Handwriting that happens to decode has another size than the marks around it.
    side = float(np.median([one.side for one in seen]))
    seen = [one for one in seen if 0.6 < one.side / side < 1.6]
    page, _count = Counter(one.page for one in seen).most_common(1)[0]
    ours: dict[int, Mark] = {}
    for one in seen:
        if one.page == page:
            ours.setdefault(one.id, one)
    return Found(page, tuple(ours.values()), len(seen) - len(ours))


def register(
    marks: tuple[Mark, ...], layout: Layout, extra: Points | None = None
) -> Registration | None:
    """Lay the page onto the picture.

    `extra` (n × 4: mm right, mm down, points right, points down) helps where two marks
    or fewer are seen: the corners of the code.
    """
    pairs = [_pairs(one, layout.marks[one.id % 4]) for one in marks]
    if extra is not None and len(marks) < 3:
        pairs.append(extra)
    if len(pairs) < 2:
        return None
    best = _fit(np.concatenate(pairs))
    if best is None:
        return None
    worst = [_error(best, one) for one in pairs]
    if len(pairs) > 3 and max(worst) > 0.8:
        best, pairs = _without_the_worst(best, pairs)
    error = max(_error(best, one) for one in pairs)
    if error > _MARGIN_MM:
        return None
    return Registration(best, error, len(marks))


def corners_of(rect: Rect) -> Points:
    """Clockwise from the upper left, in millimetres."""
    return np.array(
        [
            (rect.x, rect.y),
            (rect.right, rect.y),
            (rect.right, rect.bottom),
            (rect.x, rect.bottom),
        ]
    )


def placed(homography: Points, points: Points) -> Points:
    """Where the homography takes points (n × 2)."""
    taken = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return np.asarray(taken[:, :2] / taken[:, 2:])


def _pairs(mark: Mark, rect: Rect) -> Points:
    return np.hstack([corners_of(rect), mark.corners])


def _fit(pairs: Points) -> Points | None:
    """Millimetres to points; an affine one where a homography would be a guess."""
    paper, picture = pairs[:, :2], pairs[:, 2:]
    found, _inliers = cv2.findHomography(paper, picture, 0)
    if (
        found is None
        or not np.isfinite(found).all()
        or abs(np.linalg.det(found)) < 1e-9
    ):
        return None
    return np.asarray(found, dtype=np.float64)


def _error(homography: Points, pairs: Points) -> float:
    """Largest distance on paper between where corners are and where they should be."""
    back = placed(np.linalg.inv(homography), pairs[:, 2:])
    away = back - pairs[:, :2]
    return float(np.hypot(away[:, 0], away[:, 1]).max())


def _without_the_worst(
    best: Points, pairs: list[Points]
) -> tuple[Points, list[Points]]:
    """Leave out the one mark (folded corner, sticker) with which the rest disagrees."""
    error = max(_error(best, one) for one in pairs)
    for out in range(len(pairs)):
        rest = pairs[:out] + pairs[out + 1 :]
        fitted = _fit(np.concatenate(rest))
        if fitted is None:
            continue
        fitted_error = max(_error(fitted, one) for one in rest)
        if fitted_error < error / 3:
            return fitted, rest
    return best, pairs


def _tries(grey: Grey) -> Iterator[tuple[Grey, float]]:
    """Pictures in which marks may be found, cheapest first, and their scales."""
    scale = min(1.0, _WORK / max(grey.shape))
    plain = grey
    if scale < 1:
        plain = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    yield plain, scale
    yield cv2.medianBlur(plain, 3), scale
    yield cv2.GaussianBlur(plain, (0, 0), 1.5), scale
    if max(plain.shape) < 1800:
        larger = cv2.resize(plain, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        yield larger, scale * 2
    elif scale < 1:
        finer = min(1.0, scale * 1.6)
        yield (
            cv2.resize(grey, None, fx=finer, fy=finer, interpolation=cv2.INTER_AREA),
            finer,
        )
    # Streaks and dropouts through a mark: closed in both colours.
    kernel = np.ones((3, 3), np.uint8)
    yield cv2.morphologyEx(plain, cv2.MORPH_CLOSE, kernel), scale
    yield cv2.morphologyEx(plain, cv2.MORPH_OPEN, kernel), scale


def _detect(picture: Grey, scale: float) -> Iterator[Mark]:
    corners, ids, _rest = _detector().detectMarkers(picture)
    if ids is None:
        return
    for four, number in zip(corners, ids.ravel(), strict=True):
        # Points are counted from the middle of the first one, at every scale.
        points = (four.reshape(4, 2).astype(np.float64) + 0.5) / scale - 0.5
        yield Mark(int(number), points)


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.cornerRefinementWinSize = 4
    settings.adaptiveThreshWinSizeMin = 13
    settings.adaptiveThreshWinSizeMax = 53
    settings.adaptiveThreshWinSizeStep = 20
    settings.minMarkerPerimeterRate = 0.03
    settings.maxMarkerPerimeterRate = 0.6
    settings.errorCorrectionRate = 0.5
    names = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_100)
    return cv2.aruco.ArucoDetector(names, settings)


def _same(one: Mark, other: Mark) -> bool:
    apart = np.hypot(*(one.middle - other.middle))
    return bool(one.id == other.id and apart < other.side / 2)


def _is_complete(seen: list[Mark]) -> bool:
    pages = Counter(one.page for one in seen)
    return any(count >= 4 for count in pages.values())
