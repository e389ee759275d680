"""What a person sees of a scan: the page laid straight, and pieces of it."""

from __future__ import annotations

import cv2

from moksori.collect.paper.layout import Rect
from moksori.collect.paper.reading import straighten
from moksori.collect.paper.reading.files import PageImage
from moksori.collect.paper.reading.readings import Grey, Reading

_SCALE = 8.0  # points a millimetre: 200 an inch
_LONGEST = 2400  # of a page that is not ours, in points


def crop(
    image: PageImage | Grey, reading: Reading, rect: Rect, margin: float = 4.0
) -> Grey:
    """A straightened piece of the page with `margin` mm around; the whole picture,
    made smaller, where the page was not found in it."""
    if reading.place is None:
        return straight(image, reading)
    left, top = max(0.0, rect.x - margin), max(0.0, rect.y - margin)
    wider = Rect(left, top, rect.right + margin - left, rect.bottom + margin - top)
    return straighten.warp(_grey(image), reading.place, wider, _SCALE)


def straight(image: PageImage | Grey, reading: Reading) -> Grey:
    """The whole page, straightened where it was found; else as it came, smaller."""
    grey = _grey(image)
    if reading.place is None:
        scale = min(1.0, _LONGEST / max(grey.shape))
        return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = Rect(0, 0, reading.place.width, reading.place.height)
    return straighten.warp(grey, reading.place, paper, _SCALE)


def _grey(image: PageImage | Grey) -> Grey:
    return image.grey if isinstance(image, PageImage) else image
