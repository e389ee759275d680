"""A small printed form, hands that mark it, and ways to scan it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import segno
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from moksori.collect.paper.codes import code_text
from moksori.collect.paper.layout import Box, Field, Kind, Layout, Rect
from moksori.collect.paper.reading.readings import Form

FINE = 12  # points a millimetre: 305 an inch
KEY, SHEET, SECRET = "BCDFGH", "23456789", b"secret"
Grey = NDArray[np.uint8]


@dataclass
class Paper:
    """One page of the form in somebody's hands."""

    picture: Grey
    layout: Layout
    page: int = 1

    def box(self, field: str, code: str) -> Rect:
        found = next(one for one in self.layout.fields if one.id == field)
        return next(one.rect for one in found.boxes if one.code == code)

    def label(self, field: str, code: str) -> Rect:
        found = next(one for one in self.layout.fields if one.id == field)
        label = next(one.label for one in found.boxes if one.code == code)
        assert label
        return label

    def line(
        self,
        *points: tuple[float, float],
        dark: float = 0.85,
        width: float = 0.5,
    ) -> None:
        """A stroke through points in millimetres."""
        layer = np.zeros(self.picture.shape, np.uint8)
        places = np.rint(np.array(points) * FINE * 16).astype(np.int32)
        cv2.polylines(
            layer,
            [places.reshape(-1, 1, 2)],
            isClosed=False,
            color=255,
            thickness=round(width * FINE),
            lineType=cv2.LINE_AA,
            shift=4,
        )
        kept = 1 - dark * (layer.astype(np.float32) / 255)
        self.picture = (self.picture * kept).astype(np.uint8)

    def tick(self, field: str, code: str, **pen: float) -> None:
        box = self.box(field, code)
        x, y = box.x, box.y
        self.line((x + 0.5, y + 2), (x + 1.7, y + 3.5), (x + 4.6, y - 0.8), **pen)

    def cross(self, field: str, code: str, **pen: float) -> None:
        box = self.box(field, code)
        x, y, low = box.x, box.y, box.bottom
        self.line((x + 0.5, y + 0.5), (box.right - 0.4, low - 0.5), **pen)
        self.line((x + 0.5, low - 0.4), (box.right - 0.5, y + 0.4), **pen)

    def fill(self, field: str, code: str, **pen: float) -> None:
        box = self.box(field, code)
        for step in np.linspace(0.2, box.height - 0.2, 12):
            y = box.y + step
            self.line((box.x + 0.1, y), (box.right - 0.1, y), **pen)

    def circle(self, around: Rect, more: float = 1.4) -> None:
        x, y = around.x + around.width / 2, around.y + around.height / 2
        turns = np.linspace(0, 2.05 * np.pi, 40)
        wide, high = around.width / 2 + more, around.height / 2 + more
        points = [(x + wide * np.cos(t), y + high * np.sin(t)) for t in turns]
        self.line(*points)

    def write(self, field: str) -> None:
        area = next(one.area for one in self.layout.fields if one.id == field)
        assert area
        dice = np.random.default_rng(3)
        for x in np.arange(area.x + 3, area.x + 60, 3.2):
            places = dice.uniform(-1.4, 1.4, (5, 2))
            self.line(*[(x + a, area.y + 6 + b) for a, b in places], width=0.4)


def form() -> Form:
    pictures, layout = _drawn()
    coarse = [
        cv2.resize(one, (1654, 2339), interpolation=cv2.INTER_AREA) for one in pictures
    ]
    return Form(KEY, SECRET, layout, lambda page: coarse[page - 1])


def forms(key: str) -> Form | None:
    return form() if key == KEY else None


def paper(
    page: int = 1, *, key: str = KEY, secret: bytes = SECRET, sheet: str = SHEET
) -> Paper:
    pictures, layout = _drawn()
    picture = pictures[page - 1].copy()
    matrix = segno.make_qr(code_text(secret, key, sheet, page), error="q").matrix
    modules = np.where(np.array([list(row) for row in matrix]) > 0, 0, 255)
    side = round(layout.code.width * FINE)
    left, top = round(layout.code.x * FINE), round(layout.code.y * FINE)
    picture[top : top + side, left : left + side] = cv2.resize(
        modules.astype(np.uint8), (side, side), interpolation=cv2.INTER_NEAREST
    )
    return Paper(picture, layout, page)


def scanned(picture: Grey, dpi: float = 200, angle: float = 0.7, seed: int = 1) -> Grey:
    """On the glass, a little turned, paper not white and print not black."""
    scale = dpi / 25.4 / FINE
    height, width = picture.shape
    size = (round(width * scale), round(height * scale))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    turn[:, 2] += (size[0] / 2 - width / 2, size[1] / 2 - height / 2)
    soft = cv2.GaussianBlur(picture, (0, 0), max(0.3, 0.4 / scale))
    flat = cv2.warpAffine(soft, turn, size, flags=cv2.INTER_LINEAR, borderValue=255)
    noise = np.random.default_rng(seed).normal(0, 3, flat.shape)
    return np.clip(30 + flat * (208 / 255) + noise, 0, 255).astype(np.uint8)


def bilevel(picture: Grey, limit: int = 150, dpi: float = 200) -> Grey:
    grey = scanned(picture, dpi)
    return np.where(grey > limit, 255, 0).astype(np.uint8)


def photographed(picture: Grey) -> Grey:
    """Held by hand, on a dark table, with the shadow of a hand, a little bent."""
    height, width = picture.shape
    scale = 0.62
    corners = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    seen = np.float32([(0.08, 0.06), (0.95, 0.03), (0.91, 0.97), (0.05, 0.93)])
    size = (round(width * scale), round(height * scale))
    back = cv2.getPerspectiveTransform(seen * np.float32(size), corners)
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    points = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    at = back @ points
    at_x = (at[0] / at[2]).reshape(x.shape)
    at_y = (at[1] / at[2]).reshape(x.shape)
    at_y = at_y + 1.0 * FINE * np.sin(np.pi * at_x / width)
    photo = cv2.remap(
        cv2.GaussianBlur(picture, (0, 0), 0.8),
        at_x.astype(np.float32),
        at_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderValue=70,
    ).astype(np.float32)
    photo = 25 + photo * 0.8
    shadow = np.hypot(x - size[0] * 0.3, y - size[1] * 0.6) < size[0] * 0.3
    photo *= 1 - 0.3 * cv2.GaussianBlur(shadow.astype(np.float32), (0, 0), 20)
    photo = cv2.GaussianBlur(photo, (0, 0), 0.7)
    _ok, packed = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 75])
    return cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)


@cache
def _drawn() -> tuple[tuple[Grey, ...], Layout]:
    """Page 1: q1 0–10, q2 five rows, q3 any of six, q4 one of four, q5 words."""
    marks = (
        Rect(10, 10, 9, 9),
        Rect(191, 10, 9, 9),
        Rect(191, 278, 9, 9),
        Rect(10, 278, 9, 9),
    )
    fields: list[Field] = []
    pictures = []
    for page in (1, 2):
        image = Image.new("L", (210 * FINE, 297 * FINE), 255)
        _page(ImageDraw.Draw(image), page, fields)
        picture = np.array(image)
        for corner, rect in enumerate(marks):
            _mark(picture, rect, 4 * (page - 1) + corner)
        pictures.append(picture)
    layout = Layout(210, 297, 2, marks, Rect(165, 10, 18, 18), tuple(fields))
    return tuple(pictures), layout


def _page(draw: ImageDraw.ImageDraw, page: int, fields: list[Field]) -> None:
    font = ImageFont.load_default(3.4 * FINE)

    def text(x: float, y: float, words: str) -> Rect:
        draw.text((x * FINE, y * FINE), words, fill=0, font=font)
        left, top, right, low = draw.textbbox((x * FINE, y * FINE), words, font=font)
        size = ((right - left) / FINE, (low - top) / FINE)
        return Rect(left / FINE, top / FINE, *size)

    def box(x: float, y: float) -> Rect:
        ends = [x * FINE, y * FINE, (x + 4) * FINE - 1, (y + 4) * FINE - 1]
        draw.rectangle(ends, outline=0, width=3)
        return Rect(x, y, 4, 4)

    name = "" if page == 1 else "p2"
    text(24, 20, "Thank you for a few minutes of your time")
    text(22, 40, "1. How likely are you to recommend us?")
    boxes = tuple(
        Box(str(score), box(24 + 13 * score, 53), text(25 + 13 * score, 47, str(score)))
        for score in range(11)
    )
    zone = Rect(20, 39, 170, 20)
    fields.append(Field(f"{name}q1", Kind.ONE, page, zone, boxes, may_cancel=True))
    text(22, 64, "2. How satisfied are you with")
    for row in range(5):
        y = 73 + 7.5 * row
        text(24, y, f"our {('staff', 'price', 'branch', 'phone', 'app')[row]}")
        boxes = tuple(Box(str(n + 1), box(110 + 14 * n, y)) for n in range(5))
        zone = Rect(20, y - 1.5, 170, 7.4)
        fields.append(
            Field(
                f"{name}q2", Kind.ONE, page, zone, boxes, row=f"r{row}", may_cancel=True
            )
        )
    for number, kind, top, count in ((3, Kind.MANY, 115, 6), (4, Kind.ONE, 170, 4)):
        text(22, top, f"{number}. What did you come for?")
        options = tuple(
            Box(
                f"o{n}",
                box(24, top + 7 + 7.2 * n),
                text(30, top + 7 + 7.2 * n, f"reason number {n} of several"),
            )
            for n in range(count)
        )
        zone = Rect(20, top - 1, 170, 8 + 7.2 * count)
        fields.append(
            Field(
                f"{name}q{number}",
                kind,
                page,
                zone,
                options,
                may_cancel=kind == Kind.ONE,
            )
        )
    text(22, 220, "5. Anything else?")
    area = Rect(22, 228, 160, 30)
    draw.rectangle([22 * FINE - 8, 228 * FINE - 8, 182 * FINE, 258 * FINE], outline=90)
    fields.append(
        Field(f"{name}q5", Kind.TEXT, page, Rect(20, 219, 170, 42), area=area)
    )


def _mark(picture: Grey, rect: Rect, number: int) -> None:
    names = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_100)
    side = round(rect.width * FINE)
    mark = cv2.aruco.generateImageMarker(names, number, 140)
    top, left = round(rect.y * FINE), round(rect.x * FINE)
    picture[top : top + side, left : left + side] = cv2.resize(
        mark, (side, side), interpolation=cv2.INTER_NEAREST
    )
