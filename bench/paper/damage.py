"""What happens to paper between the pen and the scanner."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper.forms import FINE

Dice = np.random.Generator
Grey = NDArray[np.uint8]

STAINED, SHOWN_THROUGH, CREASED = 0.03, 0.04, 0.04  # shares of the pages


def worn(page: Grey, ink: Grey, dice: Dice) -> Grey:
    """The page with a stain, its back shining through, or a crease, or none of it."""
    shade = np.zeros(page.shape, np.float32)
    if dice.random() < STAINED:
        _stain(shade, dice)
    if dice.random() < SHOWN_THROUGH:
        # The back was written on by the same hand, much as the front was.
        back = cv2.GaussianBlur(np.ascontiguousarray(ink[:, ::-1]), (0, 0), 3)
        moved = np.roll(back, int(dice.uniform(-10, 10) * FINE), axis=0)
        shade += moved.astype(np.float32) / 255 * dice.uniform(0.06, 0.16)
    if dice.random() < CREASED:
        _crease(shade, dice)
    if not shade.any():
        return page
    return np.clip(page * (1 - np.clip(shade, 0, 0.9)), 0, 255).astype(np.uint8)


def _stain(shade: NDArray[np.float32], dice: Dice) -> None:
    """The ring of a cup, with drops beside it."""
    high, wide = shade.shape
    drawn = np.zeros((high // 4, wide // 4), np.uint8)
    at = (int(dice.uniform(0, wide // 4)), int(dice.uniform(0, high // 4)))
    round_ = int(dice.uniform(25, 40) * FINE / 4)
    turn = int(dice.uniform(0, 360))
    for width, dark in ((int(FINE * 0.8), 255), (int(FINE * 0.3), 120)):
        cv2.ellipse(
            drawn,
            at,
            (round_, int(round_ * dice.uniform(0.9, 1))),
            turn,
            0,
            int(dice.uniform(180, 360)),
            dark,
            max(1, width),
        )
    for _drop in range(dice.poisson(4)):
        place = (at[0] + int(dice.normal(0, 150)), at[1] + int(dice.normal(0, 150)))
        cv2.circle(drawn, place, int(dice.uniform(0.4, 3) * FINE / 4), 200, -1)
    soft = cv2.GaussianBlur(drawn, (0, 0), dice.uniform(1, 3))
    large = cv2.resize(soft, (wide, high), interpolation=cv2.INTER_LINEAR)
    shade += large.astype(np.float32) / 255 * dice.uniform(0.08, 0.35)


def _crease(shade: NDArray[np.float32], dice: Dice) -> None:
    """A fold: a thin dark line, and a shadow on one side of it."""
    high, wide = shade.shape
    along = dice.random() < 0.7  # letters are folded across
    length = high if along else wide
    at = dice.uniform(0.2, 0.8) * length
    lean = dice.normal(0, 0.004)
    y, x = np.ogrid[0:high, 0:wide]
    away = (y - at - lean * x if along else x - at - lean * y) / FINE
    away = away.astype(np.float32)
    line = np.exp(-((away / dice.uniform(0.1, 0.25)) ** 2)) * dice.uniform(0.1, 0.4)
    side = np.where(away > 0, np.exp(-away / dice.uniform(1, 5)), 0)
    shade += line + side * dice.uniform(0.03, 0.15)
