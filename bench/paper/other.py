"""A second bench, to judge the first: other questionnaires, hands, pens and scanners.

Nothing here is shared with the first one but the code on the page. Strokes are drawn
as dabs of a round tip along smooth curves, marks have other shapes, and the scanners
are those that the first bench has not: dithered black and white, a scanning app's
local threshold, a fax with broken lines, a copier short of toner, a photo of a sheet
that lies rolled.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper import other_forms
from bench.paper.forms import FINE
from bench.paper.other_scanners import SCANNERS
from bench.paper.pages import Case
from bench.paper.people import Truth
from moksori.collect.paper.codes import new_key
from moksori.collect.paper.layout import Box, Field, Kind, Rect

Dice = np.random.Generator
Points = NDArray[np.float64]

MOST = 3
_PENS = {  # share, darkness, tip in mm, how often it skips
    "roller": (0.30, 0.92, 0.6, 0.00),
    "cheap ball": (0.34, 0.66, 0.4, 0.08),
    "fine liner": (0.14, 0.85, 0.3, 0.01),
    "HB": (0.12, 0.45, 0.5, 0.12),
    "fountain": (0.10, 0.75, 0.8, 0.00),
}
_STYLES = {
    "tick": 0.34,
    "cross": 0.26,
    "zigzag": 0.10,
    "hatch": 0.06,
    "loop": 0.10,
    "slash": 0.08,
    "blob": 0.06,
}


@dataclass
class Hand:
    """One person; has what the bench asks of a person."""

    style: str
    pen: str
    size: float
    offset: Points = field(repr=False)

    @property
    def is_plain(self) -> bool:
        return self.style in ("tick", "cross") and self.pen != "HB"


def made(seed: int) -> list[Case]:
    """A sheet of the second bench."""
    dice = np.random.default_rng([seed, 2])
    sheets = other_forms.printed(int(dice.integers(other_forms.COUNT)))
    layout, key = sheets.form.layout, new_key(8)
    hand = Hand(
        str(dice.choice(list(_STYLES), p=list(_STYLES.values()))),
        str(dice.choice(list(_PENS), p=[one[0] for one in _PENS.values()])),
        float(dice.uniform(0.75, 1.3)),
        dice.normal(0, 0.3, 2),
    )
    name, group, take = SCANNERS[seed % len(SCANNERS)]
    numbers = sorted((dice.permutation(layout.pages)[:MOST] + 1).tolist())
    cases = []
    for number in numbers:
        page = sheets.page(number, key)
        writing = _Writing(page.shape, hand, dice)
        truths = {one.id: writing.field(one) for one in layout.on(number)}
        image = take(writing.on(page), dice)
        cases.append(Case(image, sheets.form, number, truths, name, group, hand))
    return cases


class _Writing:
    def __init__(self, shape: tuple[int, ...], hand: Hand, dice: Dice) -> None:
        self.ink = np.zeros(shape, np.uint8)
        self.hand = hand
        self.dice = dice

    def on(self, page: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The page with the ink on it."""
        _share, dark, _tip, _skips = _PENS[self.hand.pen]
        soft = cv2.GaussianBlur(self.ink, (0, 0), 0.9).astype(np.float32) / 255
        fibre = self.dice.normal(1, 0.1, (page.shape[0] // 5, page.shape[1] // 2))
        grain = cv2.resize(fibre.astype(np.float32), page.shape[::-1])
        return np.clip(
            page * (1 - np.clip(soft * dark * grain, 0, 0.97)), 0, 255
        ).astype(np.uint8)

    def field(self, one: Field) -> Truth:
        chance = self.dice.random()
        if one.kind == Kind.TEXT:
            return self._words(one, chance)
        if one.kind == Kind.MANY:
            return self._many(one, chance)
        boxes = [one.boxes[n] for n in self.dice.permutation(len(one.boxes))]
        right, how = boxes[0], self.hand.style
        if chance < 0.05:
            return Truth(frozenset(), how="blank")
        if chance < 0.07 and len(boxes) > 1:
            self._mark(boxes[1].rect, "full")
            how = "corrected"
        elif chance < 0.08 and len(boxes) > 1:
            self._mark(boxes[1].rect)
            how = "double"
        elif chance < 0.085 and len(boxes) > 1:
            self._mark(boxes[1].rect)
            self._cross_out(boxes[1])
            how = "crossed out"
        elif chance < 0.09 and right.label:
            self._around(right.label, 0.9)
            return Truth(frozenset([right.code]), how="words circled")
        self._mark(right.rect)
        return Truth(frozenset([right.code]), how=how)

    def _many(self, one: Field, chance: float) -> Truth:
        chosen = [box for box in one.boxes if self.dice.random() < 0.35]
        for box in chosen:
            self._mark(box.rect)
        codes = {box.code for box in chosen}
        if chosen and chance < 0.02:
            self._cross_out(chosen[0])
            return Truth(frozenset(codes - {chosen[0].code}), how="crossed out")
        if chosen and chance < 0.03:
            self._mark(chosen[0].rect, "full")
            return Truth(frozenset(codes - {chosen[0].code}), how="filled to cancel")
        return Truth(frozenset(codes), how=self.hand.style)

    def _cross_out(self, box: Box) -> None:
        end = box.label.right if box.label else box.rect.right + 2
        for part in (0.3, 0.7):
            y = box.rect.y + part * box.rect.height
            self._stroke([(box.rect.x - 1, y), ((box.rect.x + end) / 2, y + 0.3),
                          (end + 0.5, y)])  # fmt: skip

    def _words(self, one: Field, chance: float) -> Truth:
        if one.area is None or one.option or chance < 0.5:
            return Truth(frozenset())
        x, y = one.area.x + 2, one.area.y + min(4.0, one.area.height / 2)
        while x < one.area.right - 6 and self.dice.random() < 0.9:
            steps = self.dice.uniform(-1.3, 1.3, (5, 2))
            self._stroke(
                [(x + dx + n * 0.4, y + dy) for n, (dx, dy) in enumerate(steps)]
            )
            x += self.dice.uniform(2.5, 5)
        return Truth(frozenset(), written=True)

    def _mark(self, rect: Rect, style: str = "") -> None:
        style = style or self.hand.style
        if self.dice.random() < 0.03:
            style = str(self.dice.choice(["tick", "cross", "zigzag"]))
        if style == "loop":
            self._around(rect, self.dice.uniform(0.4, 1.6))
            return
        off = self.hand.offset + self.dice.normal(0, 0.3, 2)
        x, y = rect.x + rect.width / 2 + off[0], rect.y + rect.height / 2 + off[1]
        side = rect.width / 2 * self.hand.size * self.dice.normal(1, 0.12)
        if style == "full":
            x, y = rect.x + rect.width / 2, rect.y + rect.height / 2
            side = rect.width / 2
        for shape in _shape(style, self.dice):
            self._stroke([(x + side * a, y + side * b) for a, b in shape])

    def _around(self, rect: Rect, more: float) -> None:
        """Round, perhaps not closed, perhaps one and a half times."""
        start, end = self.dice.uniform(0, 6.28), self.dice.uniform(5.6, 8.5)
        wide = rect.width / 2 + more * self.dice.uniform(0.9, 1.4)
        high = rect.height / 2 + more
        x = rect.x + rect.width / 2 + self.dice.normal(0, 0.4)
        y = rect.y + rect.height / 2 + self.dice.normal(0, 0.4)
        turns = start + np.linspace(0, end, 14)
        grows = np.linspace(1, self.dice.uniform(0.9, 1.15), 14)
        self._stroke([
            (x + wide * g * np.cos(t), y + high * g * np.sin(t))
            for t, g in zip(turns, grows, strict=True)
        ])  # fmt: skip

    def _stroke(self, points: list[tuple[float, float]]) -> None:
        """Dabs of a round tip along a smooth curve; pressure fades towards its ends."""
        _share, _dark, tip, skips = _PENS[self.hand.pen]
        curve = _smooth(np.array(points) + self.dice.normal(0, 0.08, (len(points), 2)))
        count = len(curve)
        skipped = np.repeat(self.dice.random(count // 6 + 1) < skips, 6)[:count]
        for number, (x, y) in enumerate(curve):
            if skipped[number]:
                continue
            near = min(number, count - 1 - number) / count
            wide = tip * (0.7 + 0.3 * min(1, near * 8)) * FINE / 2
            place = (round(x * FINE * 16), round(y * FINE * 16))
            cv2.circle(self.ink, place, round(max(1, wide) * 16), 255, -1,
                       cv2.LINE_AA, 4)  # fmt: skip


def _shape(style: str, dice: Dice) -> list[list[tuple[float, float]]]:
    """Strokes in half sides of the box around its middle."""
    a, b, c = dice.uniform(0.7, 1.3, 3)
    strokes: dict[str, list[list[tuple[float, float]]]] = {
        "tick": [
            [(-0.8 * a, 0), (-0.5 * a, 0.3), (-0.2, 0.8 * b), (0.2, 0.1), (c, -0.9 * c)]
        ],
        "cross": [[(-a, -b), (0.1, 0), (a, b)], [(c, -a), (0, 0.1), (-b, c)]],
        "slash": [[(-0.9 * a, b), (0, 0), (0.9 * a, -b)]],
        "blob": [
            [
                (0.05 * t * np.cos(t), 0.05 * t * np.sin(t))
                for t in np.linspace(0, 12, 14)
            ]
        ],
    }
    if style in strokes:
        return strokes[style]
    lines = 9 if style == "full" else int(dice.integers(4, 8))
    ys = np.linspace(-0.9, 0.9, lines)
    if style == "hatch":
        return [[(-0.9, y + 0.4), (0.9, y - 0.4)] for y in ys]
    back_and_forth = [(0.9 if n % 2 else -0.9, y) for n, y in enumerate(ys)]
    return [back_and_forth, [(y, x) for x, y in back_and_forth]][
        : 2 if style == "full" else 1
    ]


def _smooth(points: Points) -> Points:
    """Catmull and Rom's curve through the points, a step every tenth of a mm."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for before, one, two, after in zip(
        ends, ends[1:], ends[2:], ends[3:], strict=False
    ):
        steps = max(3, int(np.hypot(*(two - one)) / 0.1))
        t = np.linspace(0, 1, steps, endpoint=False)[:, None]
        bend = 2 * before - 5 * one + 4 * two - after
        twist = 3 * one - before - 3 * two + after
        pieces.append(0.5 * (2 * one + (two - before) * t + bend * t**2 + twist * t**3))
    return np.vstack(pieces)
