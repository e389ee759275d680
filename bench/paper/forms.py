"""Printed forms to try the reader on, drawn here: not by the program that is judged.

Every form has its own fonts, sizes, box outlines, columns and paper; all lengths are
millimetres, pictures have `FINE` points a millimetre.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from moksori.collect.paper.codes import code_text, new_key
from moksori.collect.paper.layout import Box, Field, Kind, Layout, Rect
from moksori.collect.paper.reading.readings import Form

FINE = 12
FONTS = (
    "DejaVuSans.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSansCondensed.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSerifCondensed.ttf",
)
_FONT_DIR = Path("/usr/share/fonts/truetype/dejavu")
_KOREAN = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
)
_WORDS = {
    "en": (
        "how would you say that our service was last time you came here and why "
        "delivery price staff waiting quality clean easy again friend never often "
        "very rather satisfied not at all happy branch counter phone app website"
    ),
    "ko": (
        "지난번 방문하신 지점의 서비스는 어떠셨나요 직원이 친절하게 설명해 드렸습니까 "
        "배송 가격 품질 대기 시간 매우 만족 불만족 보통 다시 이용할 생각이 있으십니까 "
        "추천 이유를 적어 주세요 홈페이지 전화 상담 매장 청결"
    ),
}

Grey = NDArray[np.uint8]


@dataclass(frozen=True)
class Sheets:
    """A form with its pages as printed; `page(number, sheet)` has its code on it."""

    form: Form
    blanks: tuple[Grey, ...] = field(repr=False)

    def page(self, number: int, sheet: str) -> Grey:
        layout = self.form.layout
        picture = self.blanks[number - 1].copy()
        text = code_text(self.form.secret, self.form.key, sheet, number)
        stamp(picture, layout.code, text)
        return picture


def stamp(picture: Grey, rect: Rect, text: str) -> None:
    """Draw a square code."""
    matrix = np.array([list(row) for row in segno.make_qr(text, error="q").matrix])
    side = round(rect.width * FINE)
    modules = np.where(matrix > 0, 0, 255).astype(np.uint8)
    left, top = round(rect.x * FINE), round(rect.y * FINE)
    picture[top : top + side, left : left + side] = cv2.resize(
        modules, (side, side), interpolation=cv2.INTER_NEAREST
    )


def drawn(seed: int) -> Sheets:
    """A form of its own for every seed: two pages, about sixty to a hundred boxes."""
    return _Drawing(random.Random(seed)).sheets()  # noqa: S311


class _Drawing:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        letter = dice.random() < 0.2
        self.width, self.height = (215.9, 279.4) if letter else (210.0, 297.0)
        self.box = dice.choice([4.0, 4.0, 4.0, 5.0, 4.5])
        self.line = dice.choice([0.28, 0.28, 0.25, 0.35])
        self.pitch = self.box + dice.uniform(2.5, 4.0)
        self.size = dice.uniform(3.0, 4.0)
        korean = [one for one in _KOREAN if one.exists()]
        language = "ko" if korean and dice.random() < 0.6 else "en"
        self.words = _WORDS[language].split()
        chosen = (
            dice.choice(korean) if language == "ko" else _FONT_DIR / dice.choice(FONTS)
        )
        self.font = ImageFont.truetype(str(chosen), round(self.size * FINE))
        self.fields: list[Field] = []
        self.number = 0

    def sheets(self) -> Sheets:
        pictures = [self._page(page) for page in (1, 2)]
        edge = 10.0
        right, low = self.width - 19.0, self.height - 19.0
        layout = Layout(
            self.width,
            self.height,
            2,
            (
                Rect(edge, edge, 9, 9),
                Rect(right, edge, 9, 9),
                Rect(right, low, 9, 9),
                Rect(edge, low, 9, 9),
            ),
            Rect(self.width - 45, 11, 18, 18),
            tuple(self.fields),
        )
        blanks = []
        for page, picture in enumerate(pictures, 1):
            fine = np.array(picture)
            for corner, rect in enumerate(layout.marks):
                draw_mark(fine, rect, 4 * (page - 1) + corner)
            blanks.append(fine)
        coarse = tuple(
            cv2.resize(
                one,
                (
                    round(self.width / 25.4 * 200),
                    round(self.height / 25.4 * 200),
                ),
                interpolation=cv2.INTER_AREA,
            )
            for one in blanks
        )
        form = Form(new_key(6), b"bench", layout, lambda page: coarse[page - 1])
        return Sheets(form, tuple(blanks))

    def _page(self, page: int) -> Image.Image:
        size = (round(self.width * FINE), round(self.height * FINE))
        self.picture = Image.new("L", size, 255)
        self.draw = ImageDraw.Draw(self.picture)
        self._text(24, 12, self._phrase(4))
        self._text(24, 18, self._phrase(7))
        y = 34.0
        makers = [self._scale, self._matrix, self._list, self._list, self._comment]
        while True:
            maker = self.dice.choice(makers)
            below = maker(page, y)
            if below is None:
                return self.picture
            y = below + self.dice.uniform(3, 6)

    def _text(self, x: float, y: float, words: str) -> Rect:
        place = (round(x * FINE), round(y * FINE))
        self.draw.text(place, words, fill=self.dice.choice([0, 0, 30]), font=self.font)
        left, top, right, bottom = self.draw.textbbox(place, words, font=self.font)
        return Rect(
            left / FINE, top / FINE, (right - left) / FINE, (bottom - top) / FINE
        )

    def _phrase(self, count: int) -> str:
        return " ".join(self.dice.choice(self.words) for _word in range(count))

    def _box(self, x: float, y: float) -> Rect:
        draw_box(self.draw, x, y, self.box, self.line)
        return Rect(x, y, self.box, self.box)

    def _fits(self, y: float, height: float) -> bool:
        return y + height < self.height - 24

    def _question(self) -> str:
        self.number += 1
        return f"q{self.number}"

    def _scale(self, page: int, y: float) -> float | None:
        high = 9 + self.box + 5
        if not self._fits(y, high):
            return None
        question = self._question()
        self._text(22, y, f"{self.number}. " + self._phrase(8))
        pitch = self.pitch + self.dice.uniform(2, 6)
        boxes = []
        for score in range(11):
            x = 24 + score * pitch
            rect = self._box(x, y + 12)
            label = self._text(x + self.box / 2 - 1.2, y + 6.5, str(score))
            boxes.append(Box(str(score), rect, label))
        zone = Rect(20, y - 1, self.width - 40, high)
        self.fields.append(
            Field(question, Kind.ONE, page, zone, tuple(boxes), may_cancel=True)
        )
        return y + high

    def _matrix(self, page: int, y: float) -> float | None:
        rows, columns = self.dice.randint(3, 6), self.dice.choice([5, 5, 7])
        high = 13 + rows * self.pitch
        if not self._fits(y, high):
            return None
        question = self._question()
        self._text(22, y, f"{self.number}. " + self._phrase(7))
        right = self.width - 26 - columns * 13
        for column in range(columns):
            self._text(right + column * 13, y + 6, str(column + 1))
        shaded = self.dice.random() < 0.3
        for row in range(rows):
            top = y + 12 + row * self.pitch
            if shaded and row % 2:
                self._shade(Rect(20, top - 1.1, self.width - 40, self.pitch))
            self._text(24, top, self._phrase(3))
            boxes = tuple(
                Box(str(column + 1), self._box(right + column * 13, top))
                for column in range(columns)
            )
            zone = Rect(20, top - 1.2, self.width - 40, self.pitch)
            self.fields.append(
                Field(
                    question,
                    Kind.ONE,
                    page,
                    zone,
                    boxes,
                    row=f"r{row}",
                    may_cancel=True,
                )
            )
        return y + high

    def _shade(self, rect: Rect) -> None:
        self.draw.rectangle(
            [
                rect.x * FINE,
                rect.y * FINE,
                rect.right * FINE,
                (rect.bottom - 0.3) * FINE,
            ],
            fill=238,
        )

    def _list(self, page: int, y: float) -> float | None:
        count = self.dice.randint(2, 7)
        columns = self.dice.choice([1, 2])
        lines = -(-count // columns)
        high = 7 + lines * self.pitch + 1
        if not self._fits(y, high):
            return None
        question = self._question()
        kind = self.dice.choice([Kind.ONE, Kind.MANY])
        self._text(22, y, f"{self.number}. " + self._phrase(8))
        wide = (self.width - 44) / columns
        boxes = []
        for option in range(count):
            x = 24 + (option // lines) * wide
            top = y + 7 + (option % lines) * self.pitch
            rect = self._box(x, top)
            words = self._phrase(self.dice.randint(1, 3))
            label = self._text(x + self.box + 2, top - 0.2, words)
            boxes.append(Box(f"o{option}", rect, label))
        self.fields.append(
            Field(
                question,
                kind,
                page,
                Rect(20, y - 1, self.width - 40, high),
                tuple(boxes),
                may_cancel=kind == Kind.ONE,
            )
        )
        return y + high

    def _comment(self, page: int, y: float) -> float | None:
        high = 7 + 24.0
        if not self._fits(y, high) or self.dice.random() < 0.4:
            return self._list(page, y)
        question = self._question()
        self._text(22, y, f"{self.number}. " + self._phrase(5))
        area = Rect(22, y + 7, self.width - 44, 22)
        self.draw.rectangle(
            [area.x * FINE, area.y * FINE, area.right * FINE, area.bottom * FINE],
            outline=90,
            width=3,
        )
        inner = Rect(area.x + 0.8, area.y + 0.8, area.width - 1.6, area.height - 1.6)
        zone = Rect(20, y - 1, self.width - 40, high)
        self.fields.append(Field(question, Kind.TEXT, page, zone, area=inner))
        return y + high


def draw_box(
    draw: ImageDraw.ImageDraw, x: float, y: float, side: float, line: float
) -> None:
    """The outline lies inside the rectangle, as CSS borders do."""
    draw.rectangle(
        [
            round(x * FINE),
            round(y * FINE),
            round((x + side) * FINE) - 1,
            round((y + side) * FINE) - 1,
        ],
        fill=255,
        outline=0,
        width=max(1, round(line * FINE)),
    )


def draw_mark(picture: Grey, rect: Rect, number: int) -> None:
    side = round(rect.width * FINE)
    left, top = round(rect.x * FINE), round(rect.y * FINE)
    mark = cv2.aruco.generateImageMarker(_names(), number, 7 * 20)
    picture[top : top + side, left : left + side] = cv2.resize(
        mark, (side, side), interpolation=cv2.INTER_NEAREST
    )


@cache
def _names() -> cv2.aruco.Dictionary:
    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_100)
