"""People who fill in a page with a pen of their own, and what they meant."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper.forms import FINE
from moksori.collect.paper.layout import Box, Field, Kind, Layout, Rect

Dice = np.random.Generator

STYLES = {
    "tick": 0.36,
    "cross": 0.24,
    "scribble": 0.18,
    "circle": 0.08,
    "slash": 0.06,
    "partial": 0.05,
    "dot": 0.03,
}
# name: share, darkness, width in mm, unevenness
PENS = {
    "ball black": (0.29, 0.85, 0.50, 0.12),
    "ball blue": (0.26, 0.62, 0.45, 0.15),
    "gel": (0.16, 0.95, 0.60, 0.04),
    "felt": (0.10, 0.93, 1.10, 0.05),
    "pencil": (0.12, 0.50, 0.50, 0.30),
    "faint pencil": (0.03, 0.27, 0.45, 0.35),
    "pale blue": (0.03, 0.36, 0.55, 0.10),
    "orange marker": (0.01, 0.26, 2.60, 0.08),
}
NOT_PENS = ("pencil", "faint pencil", "orange marker")


@dataclass
class Person:
    """Keeps style, pen and care over all pages."""

    style: str
    pen: str
    dice: Dice = field(repr=False)
    offset: float = 0.35

    @property
    def is_plain(self) -> bool:
        """Ticks or crosses with a pen, as asked for."""
        return self.style in ("tick", "cross") and self.pen not in NOT_PENS


@dataclass(frozen=True)
class Truth:
    """What a field means; `doubtful` where only a person can tell."""

    codes: frozenset[str]
    doubtful: bool = False
    written: bool = False
    how: str = ""


def person(dice: Dice) -> Person:
    styles, pens = list(STYLES), list(PENS)
    style = dice.choice(styles, p=[STYLES[one] for one in styles])
    pen = dice.choice(pens, p=[PENS[one][0] for one in pens])
    return Person(str(style), str(pen), dice, float(dice.uniform(0.2, 0.5)))


class Filling:
    """One page being filled in by one person."""

    def __init__(self, picture: NDArray[np.uint8], who: Person) -> None:
        self.picture = picture
        self.who = who
        self.dice = who.dice
        self.ink = np.zeros(picture.shape, np.uint8)

    def fill(self, layout: Layout, page: int) -> dict[str, Truth]:
        truths: dict[str, Truth] = {}
        for one in layout.on(page):
            truths[one.id] = self._field(one, truths)
        for _slip in range(self.dice.poisson(0.06)):
            self._slip(layout)
        self._dry()
        return truths

    def _field(self, one: Field, known: dict[str, Truth]) -> Truth:
        if one.kind == Kind.TEXT:
            parent = known.get(one.id.partition("#")[0])
            if one.option and not (parent and one.option in parent.codes):
                return Truth(frozenset())
            return self._words(one)
        if one.kind == Kind.MANY:
            return self._many(one)
        return self._one(one)

    def _one(self, one: Field) -> Truth:
        chance = self.dice.random()
        if chance < 0.04:
            return Truth(frozenset(), how="blank")
        boxes = list(self.dice.permutation(len(one.boxes)))
        right = one.boxes[boxes[0]]
        if chance < 0.06 and len(boxes) > 1:
            self._fill(one.boxes[boxes[1]].rect)
            self._mark(right.rect)
            plain = self.who.style != "scribble" and one.may_cancel
            return Truth(frozenset([right.code]), doubtful=not plain, how="corrected")
        if chance < 0.065 and len(boxes) > 1:
            self._mark(right.rect)
            self._mark(one.boxes[boxes[1]].rect)
            return Truth(frozenset(), doubtful=True, how="double")
        how = self.who.style
        if chance < 0.076 and right.label is not None:
            how = self._words_marked(right)
        else:
            self._mark(right.rect)
        return Truth(frozenset([right.code]), how=how)

    def _words_marked(self, box: Box) -> str:
        """The words marked instead of the box, or with it."""
        assert box.label is not None
        if self.dice.random() < 0.45:
            self._ellipse(box.label, 1.2)
            return "label circled"
        left, top = min(box.rect.x, box.label.x), min(box.rect.y, box.label.y)
        right = max(box.rect.right, box.label.right)
        low = max(box.rect.bottom, box.label.bottom)
        how = str(self.dice.choice(["underlined", "all circled", "marker on words"]))
        if how == "underlined":
            y = box.label.bottom + self.dice.uniform(0.2, 0.9)
            tilt = self.dice.normal(0, 0.3)
            self._line([(box.label.x, y), (box.label.right, y + tilt)])
        elif how == "all circled":
            self._ellipse(Rect(left, top, right - left, low - top), 1.2)
        else:
            pen, self.who.pen = self.who.pen, "orange marker"
            y = (top + low) / 2
            self._line([(left - 0.5, y), (right + 0.5, y + self.dice.normal(0, 0.4))])
            self.who.pen = pen
        return how

    def _many(self, one: Field) -> Truth:
        codes = set()
        how, doubtful = self.who.style, False
        for box in one.boxes:
            if self.dice.random() < 0.3:
                codes.add(box.code)
                self._mark(box.rect)
        if codes and self.dice.random() < 0.02:
            box = next(one for one in one.boxes if one.code in codes)
            codes.remove(box.code)
            how = self._cancel(box)
            doubtful = how == "cancelled by filling" and self.who.style == "scribble"
        return Truth(frozenset(codes), doubtful, how=how)

    def _cancel(self, box: Box) -> str:
        if box.label is None or self.dice.random() < 0.25:
            self._fill(box.rect)
            return "cancelled by filling"
        for part in (0.35, 0.7):
            y = box.rect.y + part * box.rect.height
            start = (box.rect.x - self.dice.uniform(0.3, 1.5), y)
            end = (
                box.label.right + self.dice.uniform(-1, 2),
                y + self.dice.normal(0, 0.4),
            )
            self._line([start, end])
        return "struck"

    def _words(self, one: Field) -> Truth:
        if one.area is None or self.dice.random() < 0.5:
            return Truth(frozenset())
        y = one.area.y + 4.0
        lines = 0
        while y < one.area.bottom - 2 and lines < self.dice.integers(1, 4):
            x = one.area.x + self.dice.uniform(1, 6)
            end = min(one.area.right - 3, x + self.dice.uniform(8, 120))
            while x < end:
                self._letter(x, y)
                x += self.dice.uniform(2.5, 4.0)
                if self.dice.random() < 0.2:
                    x += 2.5
            y += 6.5
            lines += 1
        return Truth(frozenset(), written=True)

    def _letter(self, x: float, y: float) -> None:
        count = int(self.dice.integers(3, 7))
        xs = x + self.dice.uniform(-1.2, 1.4, count)
        ys = y + self.dice.uniform(-2.0, 1.6, count)
        self._line(list(zip(xs, ys, strict=True)), smooth=True)

    def _mark(self, rect: Rect) -> None:
        style = self.who.style
        if self.dice.random() < 0.04:  # nobody is always the same
            style = str(self.dice.choice(["tick", "cross", "slash"]))
        offset = self.dice.normal(0, self.who.offset, 2)
        middle = (
            rect.x + rect.width / 2 + offset[0],
            rect.y + rect.height / 2 + offset[1],
        )
        getattr(self, f"_{style}")(middle, rect)

    def _tick(self, middle: tuple[float, float], rect: Rect) -> None:
        size = rect.width * self.dice.uniform(0.65, 1.15)
        x, y = middle
        over = self.dice.exponential(0.5)
        if self.dice.random() < 0.03:  # the tail ends in the next row
            over += self.dice.uniform(1.5, 4)
        points = [
            (x - size * 0.42, y - size * self.dice.uniform(-0.1, 0.15)),
            (x - size * 0.1, y + size * 0.4),
            (x + size * (0.45 + 0.4 * over), y - size * (0.45 + 0.5 * over)),
        ]
        self._line(points)

    def _cross(self, middle: tuple[float, float], rect: Rect) -> None:
        size = rect.width * self.dice.uniform(0.35, 0.6)
        x, y = middle
        for side in (1, -1):
            a, b = self.dice.normal(1, 0.15, 2)
            self._line(
                [
                    (x - size * a, y - side * size * a),
                    (x + size * b, y + side * size * b),
                ]
            )

    def _scribble(self, middle: tuple[float, float], rect: Rect) -> None:
        half = rect.width * self.dice.uniform(0.36, 0.52)
        if self.dice.random() < 0.06:
            half *= self.dice.uniform(1.2, 1.7)
        lines = int(self.dice.integers(5, 10))
        x, y = middle
        tops = np.linspace(y - half, y + half, lines)
        points = []
        for number, top in enumerate(tops):
            side = half if number % 2 else -half
            points.append((x + side * self.dice.uniform(0.8, 1.1), top))
        self._line(points)

    def _circle(self, _middle: tuple[float, float], rect: Rect) -> None:
        more = self.dice.uniform(0.6, 1.4)
        if self.dice.random() < 0.1:  # as far as the boxes beside it
            more = self.dice.uniform(1.4, 3.2)
        self._ellipse(rect, more)

    def _slash(self, middle: tuple[float, float], rect: Rect) -> None:
        size = rect.width * self.dice.uniform(0.4, 0.75)
        x, y = middle
        lean = self.dice.uniform(0.5, 1.1)
        self._line([(x - size * lean, y + size), (x + size * lean, y - size)])

    def _partial(self, middle: tuple[float, float], rect: Rect) -> None:
        size = rect.width * self.dice.uniform(0.22, 0.4)
        x, y = middle
        angle = self.dice.uniform(-0.6, 0.6)
        across, down = size * np.cos(angle), size * np.sin(angle)
        self._line([(x - across, y - down), (x + across, y + down)])

    def _dot(self, middle: tuple[float, float], rect: Rect) -> None:
        radius = self.dice.uniform(0.35, 0.75)
        x, y = middle
        turns = np.linspace(0, 4 * np.pi, 14)
        self._line(
            [
                (x + radius * t / 13 * np.cos(t), y + radius * t / 13 * np.sin(t))
                for t in turns
            ]
        )

    def _fill(self, rect: Rect) -> None:
        half = rect.width * self.dice.uniform(0.44, 0.5)
        x, y = rect.x + rect.width / 2, rect.y + rect.height / 2
        width = PENS[self.who.pen][2]
        count = max(6, int(2 * half / (width * 0.7)))
        points = []
        for number, top in enumerate(np.linspace(y - half, y + half, count)):
            points.append((x + (half if number % 2 else -half), top))
        self._line(points)
        if self.dice.random() < 0.6:
            self._line([(b - y + x, a - x + y) for a, b in points])

    def _ellipse(self, rect: Rect, more: float) -> None:
        x, y = rect.x + rect.width / 2, rect.y + rect.height / 2
        x, y = x + self.dice.normal(0, 0.3), y + self.dice.normal(0, 0.3)
        start = self.dice.uniform(0, 2 * np.pi)
        turns = np.linspace(start, start + 2 * np.pi * self.dice.uniform(0.92, 1.1), 28)
        wide = (rect.width / 2 + more) * self.dice.uniform(0.95, 1.15)
        high = (rect.height / 2 + more) * self.dice.uniform(0.95, 1.1)
        self._line([(x + wide * np.cos(t), y + high * np.sin(t)) for t in turns])

    def _slip(self, layout: Layout) -> None:
        x = self.dice.uniform(25, layout.width - 25)
        y = self.dice.uniform(35, layout.height - 30)
        angle = self.dice.uniform(0, 2 * np.pi)
        length = self.dice.uniform(1, 6)
        self._line([(x, y), (x + length * np.cos(angle), y + length * np.sin(angle))])

    def _line(self, points: list[tuple[float, float]], *, smooth: bool = False) -> None:
        """A stroke with a trembling hand and changing pressure."""
        _share, _dark, width, _uneven = PENS[self.who.pen]
        rough = np.array(points, np.float64)
        steps = np.linspace(0, len(rough) - 1, max(8, 10 * len(rough)))
        at = np.arange(len(rough))
        fine = np.column_stack(
            [np.interp(steps, at, rough[:, 0]), np.interp(steps, at, rough[:, 1])]
        )
        if smooth:
            kernel = np.ones(7) / 7
            for axis in (0, 1):
                padded = np.pad(fine[:, axis], 3, mode="edge")
                fine[:, axis] = np.convolve(padded, kernel, "valid")
        wobble = np.cumsum(self.dice.normal(0, 0.015, fine.shape), axis=0)
        places = np.rint((fine + wobble) * FINE * 16).astype(np.int32)
        thick = width * self.dice.normal(1, 0.12)
        for first in range(0, len(places) - 1, 6):
            wide = max(1, round(thick * self.dice.normal(1, 0.08) * FINE))
            piece = places[first : first + 7].reshape(-1, 1, 2)
            cv2.polylines(
                self.ink,
                [piece],
                isClosed=False,
                color=255,
                thickness=wide,
                lineType=cv2.LINE_AA,
                shift=4,
            )

    def _dry(self) -> None:
        """Put the ink on the paper: pencils show the grain, pens a little."""
        _share, dark, _width, uneven = PENS[self.who.pen]
        dark = float(np.clip(self.dice.normal(dark, 0.05), 0.15, 1.0))
        where = self.ink > 0
        if not where.any():
            return
        grain = self.dice.normal(
            1, uneven, (self.ink.shape[0] // 3 + 1, self.ink.shape[1] // 3 + 1)
        )
        grain = cv2.resize(
            grain.astype(np.float32),
            self.ink.shape[::-1],
            interpolation=cv2.INTER_LINEAR,
        )
        cover = (
            self.ink[where].astype(np.float32)
            / 255
            * dark
            * np.clip(grain[where], 0, 1.2)
        )
        kept = self.picture[where].astype(np.float32) * (1 - np.clip(cover, 0, 0.98))
        self.picture[where] = np.clip(kept, 0, 255).astype(np.uint8)
