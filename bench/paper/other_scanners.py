"""Scanners, copiers and telephones of the second bench."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper.forms import FINE

Dice = np.random.Generator
Grey = NDArray[np.uint8]
Scanner = tuple[str, str, Callable[[Grey, Dice], Grey]]


def _fed(page: Grey, dice: Dice, dpi: float, most_turn: float = 1.5) -> Grey:
    """Through a feeder: turned a little, stretched along the way, at times reversed."""
    scale = dpi / 25.4 / FINE
    if dice.random() < 0.1:
        page = np.ascontiguousarray(page[::-1, ::-1])
    soft = cv2.GaussianBlur(page, (0, 0), 0.45 / scale)
    high, wide = page.shape
    angle = dice.uniform(-most_turn, most_turn)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), angle, scale)
    turn[1] *= dice.normal(1, 0.004)
    size = (int(wide * scale * 1.03), int(high * scale * 1.03))
    turn[:, 2] += (size[0] / 2 - wide / 2, size[1] / 2 - high / 2)
    return cv2.warpAffine(soft, turn, size, flags=cv2.INTER_AREA, borderValue=245)


def _grained(picture: Grey, dice: Dice, strength: float) -> Grey:
    """Light comes in grains: bright places are noisier."""
    noise = dice.standard_normal(picture.shape, np.float32)
    return np.clip(picture + strength * np.sqrt(picture / 255) * noise, 0, 255).astype(
        np.uint8
    )


def office(page: Grey, dice: Dice) -> Grey:
    """240 points an inch, contrast turned up or down."""
    picture = _grained(_fed(page, dice, 240), dice, 5).astype(np.float32) / 255
    return (255 * picture ** dice.uniform(0.6, 1.5)).astype(np.uint8)


def pale(page: Grey, dice: Dice) -> Grey:
    """A copier short of toner, with pale stripes, on grey paper."""
    picture = _grained(_fed(page, dice, 200), dice, 8).astype(np.float32)
    stripes = 1 - 0.35 * (dice.random(picture.shape[1] // 60 + 1) < 0.25)
    toner = np.repeat(stripes, 60)[: picture.shape[1]]
    return np.clip(225 - (255 - picture) * 0.55 * toner, 0, 255).astype(np.uint8)


def compressed(page: Grey, dice: Dice) -> Grey:
    """A multifunction device that makes small files."""
    picture = _grained(_fed(page, dice, 150, 3), dice, 4)
    quality = int(dice.integers(22, 50))
    _ok, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)


def dithered(page: Grey, dice: Dice) -> Grey:
    """Black and white in a pattern of dots, as some devices send photographs."""
    picture = _grained(_fed(page, dice, 300), dice, 4).astype(np.float32)
    bayer = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])
    limits = np.tile(bayer, np.array(picture.shape) // 4 + 1)
    limits = limits[: picture.shape[0], : picture.shape[1]] * 9 + 55
    return np.where(picture > limits, 255, 0).astype(np.uint8)


def app(page: Grey, dice: Dice) -> Grey:
    """A scanning app: photographed, straightened, made black and white bit by bit."""
    photo = _photo(page, dice, 170, 0.5)
    block = int(dice.choice([21, 31, 51]))
    kind = cv2.ADAPTIVE_THRESH_GAUSSIAN_C
    limit = int(dice.integers(8, 18))
    return cv2.adaptiveThreshold(photo, 255, kind, cv2.THRESH_BINARY, block, limit)


def bilevel(page: Grey, dice: Dice) -> Grey:
    """240 points an inch, one threshold for the whole page."""
    picture = _grained(_fed(page, dice, 240), dice, 7)
    return np.where(picture > dice.uniform(110, 200), 255, 0).astype(np.uint8)


def broken_fax(page: Grey, dice: Dice) -> Grey:
    """204 × 98 or 196 points an inch; some lines come twice or shifted."""
    picture = _fed(page, dice, 204)
    lines = 0.5 if dice.random() < 0.5 else 0.96
    small = cv2.resize(picture, None, fx=1, fy=lines, interpolation=cv2.INTER_AREA)
    sent = np.where(small > dice.uniform(120, 190), 255, 0).astype(np.uint8)
    for row in np.flatnonzero(dice.random(sent.shape[0]) < 0.006):
        if dice.random() < 0.5:
            sent[row] = sent[row - 1]
        else:
            sent[row] = np.roll(sent[row], int(dice.integers(-40, 40)))
    return cv2.resize(sent, None, fx=1, fy=1 / lines, interpolation=cv2.INTER_NEAREST)


def photo(page: Grey, dice: Dice) -> Grey:
    return _photo(page, dice, 220, 1.0)


def poor_photo(page: Grey, dice: Dice) -> Grey:
    return _photo(page, dice, 150, 2.0)


def _photo(page: Grey, dice: Dice, dpi: float, trouble: float) -> Grey:
    """A sheet that bends like a part of a roll, seen from aside, in uneven light."""
    scale = dpi / 25.4 / FINE
    high, wide = page.shape
    size = (int(wide * scale * 1.2), int(high * scale * 1.15))
    x, y = np.meshgrid(
        np.linspace(-0.6, 0.6, size[0], dtype=np.float32) * wide,
        np.linspace(-0.575, 0.575, size[1], dtype=np.float32) * high,
    )
    tilt = dice.uniform(-0.07, 0.07, 2) * trouble
    depth = 1 + tilt[0] * x / wide + tilt[1] * y / high
    bow = (
        dice.uniform(0, 2.0)
        * trouble
        * FINE
        * np.sin(np.pi * x / wide + dice.uniform(0, 3))
    )
    angle = np.deg2rad(dice.normal(0, 3))
    across = (x * np.cos(angle) - y * np.sin(angle)) / depth + wide / 2
    along = (x * np.sin(angle) + y * np.cos(angle)) / depth + high / 2 + bow
    soft = cv2.GaussianBlur(page, (0, 0), 0.4 / scale)
    picture = cv2.remap(
        soft, across.astype(np.float32), along.astype(np.float32), cv2.INTER_LINEAR,
        borderValue=float(dice.uniform(30, 160)),
    )  # fmt: skip
    picture = cv2.GaussianBlur(picture, (0, 0), dice.uniform(0.4, 0.9) * trouble)
    away = (x / wide - dice.uniform(-0.5, 0.5)) ** 2 + (y / high) ** 2
    light = dice.uniform(0.75, 1) * (1 - dice.uniform(0.1, 0.5) * away)
    lit = _grained(np.clip(picture * light, 0, 255).astype(np.uint8), dice, 6)
    return (
        cv2.rotate(lit, cv2.ROTATE_90_COUNTERCLOCKWISE) if dice.random() < 0.2 else lit
    )


SCANNERS: tuple[Scanner, ...] = (
    ("office 240", "grey", office),
    ("small file 150", "grey", compressed),
    ("pale copy", "copy", pale),
    ("one threshold 240", "1-bit", bilevel),
    ("dots 300", "1-bit", dithered),
    ("app", "1-bit", app),
    ("broken fax", "fax", broken_fax),
    ("photo 220", "phone", photo),
    ("photo 150", "phone", poor_photo),
)
