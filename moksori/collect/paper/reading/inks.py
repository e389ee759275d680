"""Paper made even: shadows, streaks and specks removed, darkness in units of print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from moksori.collect.paper.reading.readings import Grey

SCALE = 8  # points a millimetre of a straightened page

Dark = NDArray[Any]  # 32-bit floats: 0 paper … 1 print


@dataclass(frozen=True, slots=True)
class Ink:
    """A straightened page: `dark` cleaned, `raw` with its specks."""

    dark: Dark
    raw: Dark
    noise: float  # spread of the darkness of empty paper
    contrast: float  # of print against paper, 0 … 1


def is_bilevel(grey: Grey) -> bool:
    """Whether the picture holds black and white only, whatever its format says."""
    sample = grey[:: max(1, grey.shape[0] // 400), :: max(1, grey.shape[1] // 400)]
    between = np.count_nonzero((sample > 24) & (sample < 231))
    return bool(between < 0.004 * sample.size)


def without_streaks(grey: Grey) -> Grey:
    """Remove lines that run along a whole side: dirt on the glass of a scanner.

    They are exactly straight only before the page is turned.
    """
    return _columns_evened(_columns_evened(grey).T).T


def _columns_evened(grey: Grey) -> Grey:
    """Lift columns whose usual paper is darker (or lighter) than their neighbours'."""
    rows = grey[:: max(1, grey.shape[0] // 500)]
    usual = np.percentile(rows, 65, axis=0).astype(np.float32)
    around = cv2.medianBlur(usual.reshape(1, -1).astype(np.uint8), 21)
    away = np.abs(usual - np.asarray(around).ravel())
    streaks = np.flatnonzero(away > 10)
    if streaks.size == 0 or streaks.size > grey.shape[1] * 0.06:
        return grey
    beside = np.concatenate([streaks - 1, streaks, streaks + 1])
    wide = np.zeros(grey.shape[1], np.bool_)
    wide[np.clip(beside, 0, grey.shape[1] - 1)] = True
    even = grey.copy()
    good = np.flatnonzero(~wide)
    for column in np.flatnonzero(wide):
        place = int(np.searchsorted(good, column))
        left = good[max(0, place - 1)]
        right = good[min(len(good) - 1, place)]
        # The lighter side: a stroke that only touches the streak must not grow.
        even[:, column] = np.maximum(grey[:, left], grey[:, right])
    return even


def ink_of(straight: Grey, printed: Dark, *, bilevel: bool) -> Ink:
    """The darkness of a straightened page; `printed` is the same one, empty."""
    even = _evened(straight)
    black = _black(even, printed)
    raw = np.clip(even / black, 0, 1.3)
    dark = cv2.medianBlur(raw, 3) if bilevel else cv2.GaussianBlur(raw, (3, 3), 0)
    empty = dark[::4, ::4][cv2.dilate(printed, np.ones((17, 17)))[::4, ::4] < 0.05]
    noise = 1.4826 * float(np.median(np.abs(empty - np.median(empty))))
    upper = float(np.percentile(empty, 84) - np.median(empty))
    return Ink(dark, raw, max(noise, upper), black)


def _evened(straight: Grey) -> Dark:
    """Darkness against the paper around, whatever the light."""
    small = cv2.resize(straight, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (21, 21))
    paper = cv2.morphologyEx(cv2.medianBlur(small, 3), cv2.MORPH_CLOSE, kernel)
    paper = cv2.GaussianBlur(paper, (0, 0), 4)
    size = (straight.shape[1], straight.shape[0])
    paper = cv2.resize(paper, size, interpolation=cv2.INTER_LINEAR)
    paper = np.maximum(paper, 16).astype(np.float32)
    return np.asarray(np.clip(1 - straight.astype(np.float32) / paper, 0, 1))


def _black(even: Dark, printed: Dark) -> float:
    """The darkness of solid print: the black of the corner marks, mostly."""
    solid = cv2.erode(printed, np.ones((7, 7)))[::2, ::2] > 0.8
    values = even[::2, ::2][solid]
    if values.size < 50:
        return 1.0
    return max(0.08, float(np.median(values)))
