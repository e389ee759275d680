"""Ten ways in which a filled page becomes a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper.forms import FINE

Dice = np.random.Generator
Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Capture:
    """A way to scan, and the group of ways its numbers are shown in."""

    name: str
    group: str
    take: Callable[[Grey, Dice], Grey]


def _lay(
    page: Grey,
    dice: Dice,
    dpi: float,
    *,
    turn: float = 1.0,
    tilt: float = 0.0,
    curl: float = 0.0,
) -> Grey:
    """Place the page into a picture of `dpi`, turned, tilted and curled (mm)."""
    page = _upside_down(page, dice)
    scale = dpi / 25.4 / FINE
    printer = dice.uniform(0.96, 1.0) if dice.random() < 0.3 else dice.normal(1, 0.002)
    height, width = page.shape
    margin = 0.02 if tilt == 0 else 0.09
    out_w = int(width * scale * (1 + 2 * margin))
    out_h = int(height * scale * (1 + 2 * margin))
    middle = np.array([width / 2, height / 2])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    angle = np.deg2rad(dice.uniform(-turn, turn))
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = (corners - middle) @ spin.T * scale * printer
    moved *= 1 + dice.uniform(-tilt, tilt, moved.shape)
    moved += np.array([out_w / 2, out_h / 2]) + dice.normal(0, 3 * scale * FINE / 8, 2)
    homography, _ok = cv2.findHomography(corners, moved)
    back = np.linalg.inv(homography)
    x, y = np.meshgrid(
        np.arange(out_w, dtype=np.float32), np.arange(out_h, dtype=np.float32)
    )
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    at_x = ((back[0, 0] * x + back[0, 1] * y + back[0, 2]) / depth).astype(np.float32)
    at_y = ((back[1, 0] * x + back[1, 1] * y + back[1, 2]) / depth).astype(np.float32)
    if curl:
        at_x, at_y = _curled(at_x, at_y, (width, height), dice, curl)
    soft = page
    if scale < 0.9:
        soft = cv2.GaussianBlur(page, (0, 0), 0.42 / scale)
    ground = (
        int(dice.choice([255, 250, 60])) if tilt == 0 else int(dice.uniform(20, 190))
    )
    return cv2.remap(
        soft,
        at_x,
        at_y,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=ground,
    )


def _curled(
    at_x: NDArray[np.float32],
    at_y: NDArray[np.float32],
    size: tuple[int, int],
    dice: Dice,
    most_mm: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    wide, high = size
    bow = dice.uniform(0.3, 1) * most_mm * FINE
    phase = dice.uniform(0, np.pi, 2)
    waves = dice.uniform(0.6, 1.4, 2)
    moved_y = at_y + bow * np.sin(waves[0] * np.pi * at_x / wide + phase[0])
    moved_x = at_x + 0.5 * bow * np.sin(waves[1] * np.pi * at_y / high + phase[1])
    return moved_x.astype(np.float32), moved_y.astype(np.float32)


def _upside_down(page: Grey, dice: Dice) -> Grey:
    return cv2.rotate(page, cv2.ROTATE_180) if dice.random() < 0.08 else page


def _noisy(picture: Grey, dice: Dice, spread: float) -> NDArray[np.float32]:
    noise = dice.normal(0, 1, picture.shape).astype(np.float32)
    return (
        picture.astype(np.float32) + spread * cv2.GaussianBlur(noise, (0, 0), 0.6) * 2
    )


def _paper(picture: NDArray[np.float32], dice: Dice) -> Grey:
    """Paper is not white, toner is not black."""
    white, black = dice.uniform(215, 252), dice.uniform(10, 55)
    return np.clip(black + picture / 255 * (white - black), 0, 255).astype(np.uint8)


def _jpeg(picture: Grey, quality: int) -> Grey:
    _ok, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)


def flat_300(page: Grey, dice: Dice) -> Grey:
    return _paper(_noisy(_lay(page, dice, 300, turn=1), dice, 3), dice)


def jpeg_200(page: Grey, dice: Dice) -> Grey:
    picture = _paper(_noisy(_lay(page, dice, 200, turn=2), dice, 3), dice)
    return _jpeg(picture, int(dice.integers(45, 85)))


def turned_150(page: Grey, dice: Dice) -> Grey:
    return _paper(_noisy(_lay(page, dice, 150, turn=5), dice, 4), dice)


def coarse_100(page: Grey, dice: Dice) -> Grey:
    return _paper(_noisy(_lay(page, dice, 100, turn=2), dice, 3), dice)


def photocopy(page: Grey, dice: Dice) -> Grey:
    """Copied with hard contrast, specks and a dark edge, then scanned."""
    first = _noisy(_lay(page, dice, 300, turn=1.5), dice, 8)
    gain, middle = dice.uniform(2.2, 4.5), dice.uniform(135, 185)
    hard = 255 / (1 + np.exp(-(first - middle) / 255 * gain * 4))
    hard = hard.astype(np.uint8)
    _specks(hard, dice, 3e-5)
    if dice.random() < 0.5:
        edge = int(dice.uniform(5, 50))
        hard[:, :edge] = int(dice.uniform(0, 90))
    small = cv2.resize(hard, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    return _paper(_noisy(small, dice, 3), dice)


def bilevel_200(page: Grey, dice: Dice) -> Grey:
    picture = _noisy(_lay(page, dice, 200, turn=2), dice, 6)
    return _two_colours(picture, dice, (125, 185))


def fax_fine(page: Grey, dice: Dice) -> Grey:
    return _fax(page, dice, 1.0)


def fax_standard(page: Grey, dice: Dice) -> Grey:
    return _fax(page, dice, 0.5)


def _fax(page: Grey, dice: Dice, lines: float) -> Grey:
    picture = _lay(page, dice, 204, turn=1.5)
    picture = cv2.resize(
        picture, None, fx=1, fy=lines * 196 / 204, interpolation=cv2.INTER_AREA
    )
    sent = _two_colours(_noisy(picture, dice, 6), dice, (125, 180))
    return cv2.resize(
        sent, None, fx=1, fy=204 / 196 / lines, interpolation=cv2.INTER_NEAREST
    )


def _two_colours(
    picture: NDArray[np.float32], dice: Dice, limits: tuple[int, int]
) -> Grey:
    sent = np.where(picture > dice.uniform(*limits), 255, 0).astype(np.uint8)
    _specks(sent, dice, dice.choice([0, 5e-5, 3e-4]))
    for _streak in range(dice.poisson(0.4)):
        column = int(dice.uniform(0, sent.shape[1]))
        sent[:, column : column + int(dice.integers(1, 3))] = int(dice.choice([0, 255]))
    return sent


def _specks(picture: Grey, dice: Dice, share: float) -> None:
    count = int(picture.size * share)
    rows = dice.integers(0, picture.shape[0] - 2, count)
    columns = dice.integers(0, picture.shape[1] - 2, count)
    for more in ((0, 0), (0, 1), (1, 0)):
        some = dice.random(count) < (1 if more == (0, 0) else 0.4)
        picture[rows[some] + more[0], columns[some] + more[1]] = 0


def phone_200(page: Grey, dice: Dice) -> Grey:
    return _phone(page, dice, 200, tilt=0.02, curl=0.4)


def phone_150(page: Grey, dice: Dice) -> Grey:
    return _phone(page, dice, 150, tilt=0.035, curl=1.6)


def _phone(page: Grey, dice: Dice, dpi: float, *, tilt: float, curl: float) -> Grey:
    picture = _lay(page, dice, dpi, turn=6, tilt=tilt, curl=curl)
    picture = cv2.GaussianBlur(picture, (0, 0), dice.uniform(0.5, 1.3))
    if dice.random() < 0.3:
        reach = int(dice.integers(2, 5))
        kernel = np.zeros((5, 5), np.float32)
        kernel[2, :reach] = 1 / reach
        if dice.random() < 0.5:
            kernel = kernel.T
        picture = cv2.filter2D(picture, -1, kernel)
    light = _light(picture.shape, dice)
    lit = _noisy(picture, dice, dice.uniform(2, 6)) * light
    grey = _paper(np.clip(lit, 0, 255), dice)
    grey = _jpeg(grey, int(dice.integers(55, 89)))
    if dice.random() < 0.25:
        grey = cv2.rotate(grey, cv2.ROTATE_90_CLOCKWISE)
    return grey


def _light(shape: tuple[int, ...], dice: Dice) -> NDArray[np.float32]:
    """Light from one side, and the shadow of a hand."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = dice.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x / width + np.sin(angle) * y / height
    light = 1 - dice.uniform(0.05, 0.4) * (along - along.min())
    if dice.random() < 0.5:
        at = dice.uniform(0.1, 0.9, 2) * (width, height)
        size = dice.uniform(0.15, 0.45) * width
        away = np.hypot(x - at[0], (y - at[1]) * dice.uniform(0.5, 1.5))
        soft = dice.uniform(0.01, 0.1) * width
        shade = dice.uniform(0.15, 0.45)
        light *= 1 - shade / (1 + np.exp(np.clip((away - size) / soft, -30, 30)))
    return light.astype(np.float32)


CAPTURES = (
    Capture("flat grey 300", "grey", flat_300),
    Capture("200 JPEG", "grey", jpeg_200),
    Capture("150 ±5°", "grey", turned_150),
    Capture("100 dpi", "grey", coarse_100),
    Capture("photocopy", "copy", photocopy),
    Capture("1-bit 200", "1-bit", bilevel_200),
    Capture("fax fine", "fax", fax_fine),
    Capture("fax standard", "fax", fax_standard),
    Capture("phone 200", "phone", phone_200),
    Capture("phone 150", "phone", phone_150),
)
