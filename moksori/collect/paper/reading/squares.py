"""The square code (QR) of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from moksori.collect.paper.codes import PageCode, code_from
from moksori.collect.paper.layout import Rect
from moksori.collect.paper.reading.marks import Found, Points, corners_of, placed
from moksori.collect.paper.reading.readings import Grey

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_SCALE = 8  # points a millimetre of a straightened strip
_STRIP_MM = 46  # the code stands at the top or at the bottom of the page


@dataclass(frozen=True, slots=True)
class Square:
    """A code of ours; `corners` (4 × 2, points of the picture) from its upper left."""

    code: PageCode
    corners: Points


def codes_in(grey: Grey, found: Found | None) -> list[Square]:
    """All codes of ours, near the marks first and in the whole picture if need be."""
    for picture, back in _tries(grey, found):
        squares = list(_read(picture, back))
        if squares:
            return squares
    return []


def has_any_code(grey: Grey) -> bool:
    """Whether somebody else's code is on the page."""
    return bool(zxingcpp.read_barcodes(_smaller(grey, 2400)[0]))


def _tries(grey: Grey, found: Found | None) -> Iterator[tuple[Grey, Points]]:
    """Pictures to look at, and what takes their points to points of `grey`."""
    rough = _rough(found) if found else None
    strips: list[tuple[Grey, Points]] = []
    if rough is not None:
        width, height, homography = rough
        for top in (-8.0, height - _STRIP_MM + 8):
            where = Rect(-8, top, width + 16, _STRIP_MM)
            strips.append(_cut(grey, homography, where))
        yield from strips
    smaller, scale = _smaller(grey, 2400)
    yield smaller, np.diag([1 / scale, 1 / scale, 1])
    for strip, back in strips:
        for changed in _changed(strip):
            yield changed, back
    if scale < 1:
        yield grey, np.eye(3)
    for changed in _changed(smaller):
        yield changed, np.diag([1 / scale, 1 / scale, 1])


def _changed(picture: Grey) -> Iterator[Grey]:
    yield cv2.GaussianBlur(picture, (0, 0), 1.2)
    yield cv2.medianBlur(picture, 3)
    yield cv2.medianBlur(picture, 5)
    soft = cv2.GaussianBlur(picture, (0, 0), 2.0)
    yield cv2.addWeighted(picture, 2.2, soft, -1.2, 0)


def _read(picture: Grey, back: Points) -> Iterator[Square]:
    for one in zxingcpp.read_barcodes(np.ascontiguousarray(picture), formats=_QR):
        code = code_from(one.text)
        if code is None:
            continue
        at = one.position
        corners = np.array(
            [
                (point.x, point.y)
                for point in (
                    at.top_left,
                    at.top_right,
                    at.bottom_right,
                    at.bottom_left,
                )
            ],
            dtype=np.float64,
        )
        yield Square(code, placed(back, corners))


def _rough(found: Found) -> tuple[float, float, Points] | None:
    """Width, height and homography of the frame of the marks, before the form is known.

    Millimetres are counted from the upper left mark; its size (9 mm) is all we know.
    """
    known = {one.id % 4: one for one in found.marks}
    if len(known) < 2:
        return None
    side = float(np.mean([one.side for one in found.marks])) / 9
    spots = {corner: one.middle for corner, one in known.items()}
    width = _apart(spots, ((0, 1), (3, 2)), side) or 181.0
    height = _apart(spots, ((0, 3), (1, 2)), side) or 268.0
    places = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
    paper = [
        corners_of(Rect(places[corner][0] - 4.5, places[corner][1] - 4.5, 9, 9))
        for corner in known
    ]
    picture = [one.corners for one in known.values()]
    homography, _inliers = cv2.findHomography(
        np.concatenate(paper), np.concatenate(picture), 0
    )
    if homography is None:
        return None
    return width, height, np.asarray(homography, dtype=np.float64)


def _apart(
    spots: dict[int, Points], pairs: tuple[tuple[int, int], ...], side: float
) -> float | None:
    lengths = [
        float(np.hypot(*(spots[one] - spots[other]))) / side
        for one, other in pairs
        if one in spots and other in spots
    ]
    return float(np.mean(lengths)) if lengths else None


def _cut(grey: Grey, homography: Points, rect: Rect) -> tuple[Grey, Points]:
    """A straightened piece of the picture, and the way back."""
    shrink = np.array(
        [[1 / _SCALE, 0, rect.x], [0, 1 / _SCALE, rect.y], [0, 0, 1]], dtype=np.float64
    )
    back = homography @ shrink
    size = (round(rect.width * _SCALE), round(rect.height * _SCALE))
    piece = cv2.warpPerspective(
        grey,
        back,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    return piece, back


def _smaller(grey: Grey, longest: int) -> tuple[Grey, float]:
    scale = min(1.0, longest / max(grey.shape))
    if scale == 1:
        return grey, 1.0
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small, scale
