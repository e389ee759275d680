"""The page as it was printed, prepared once for all scans of it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from moksori.collect.paper.layout import Field, Layout, Rect
from moksori.collect.paper.reading.inks import SCALE, Dark
from moksori.collect.paper.reading.readings import Form, Grey

Mask = NDArray[Any]

_MOST = 6  # prepared pages kept, 20 MB each
_kept: OrderedDict[tuple[str, bytes, int], Printed] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Printed:
    """One page without anything on it, 8 points a millimetre.

    `words` is where something other than a box is printed, a little widened: no ink can
    be told there.
    """

    layout: Layout
    page: int
    dark: Dark
    words: Mask
    fields: tuple[Field, ...]


def printed(form: Form, page: int) -> Printed:
    """Prepare a page of a form, or take the one prepared before."""
    key = (form.key, form.secret, page)
    known = _kept.get(key)
    if known is not None and known.layout == form.layout:
        _kept.move_to_end(key)
        return known
    made = _prepared(form.layout, page, form.blank(page))
    _kept[key] = made
    while len(_kept) > _MOST:
        _kept.popitem(last=False)
    return made


def window(rect: Rect, more: float = 0.0) -> tuple[slice, slice]:
    """The points of a straightened page that a rectangle covers, widened by `more` mm.

    Cut off at the upper and left edge; slices end at the others by themselves.
    """
    top = max(0, round((rect.y - more) * SCALE))
    left = max(0, round((rect.x - more) * SCALE))
    bottom = max(top, round((rect.bottom + more) * SCALE))
    right = max(left, round((rect.right + more) * SCALE))
    return slice(top, bottom), slice(left, right)


def _prepared(layout: Layout, page: int, blank: Grey) -> Printed:
    size = (round(layout.width * SCALE), round(layout.height * SCALE))
    grey: Grey = np.array(cv2.resize(blank, size, interpolation=cv2.INTER_LINEAR))
    dark = 1 - grey.astype(np.float32) / 255
    fields = tuple(layout.on(page))
    for rect in (layout.code, *layout.marks):  # a blank may have been kept without
        grey[window(rect, 1.0)] = 255
    words = (grey < 225).astype(np.uint8)
    for field in fields:
        for box in field.boxes:
            words[window(box.rect, 0.45)] = 0
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    words = np.array(cv2.dilate(words, around), dtype=np.uint8)
    for rect in (layout.code, *layout.marks):
        words[window(rect, 3.0)] = 1
    return Printed(layout, page, dark, words.astype(bool), fields)
