"""What is printed is read: an empty sheet as empty, a ticked one as it was ticked."""

from __future__ import annotations

import random
from typing import Any

import cv2
import numpy as np
import pytest

from moksori.collect.paper.layout import Kind, Layout, Rect
from moksori.collect.paper.printing import Copy, stamped
from moksori.collect.paper.printing.tests.drawn import VARIANTS, everything, picture
from moksori.collect.paper.reading.pages import read_page
from moksori.collect.paper.reading.readings import Answer, Form, Outcome

SECRET, DPI = b"s" * 32, 200
POINTS = DPI / 25.4


@pytest.mark.parametrize("variant", VARIANTS)
def test_sheets_of_every_variant_are_read_as_they_were_filled_in(variant: str) -> None:
    printed = everything(variant)
    form = Form(
        "BCDFGH", SECRET, printed.layout, lambda page: picture(printed.pdf, page, DPI)
    )
    note = "김민지 님께 드리는 설문지입니다."
    sheets = stamped(
        printed.pdf, printed.layout, SECRET, "BCDFGH", [Copy("BCDFGHJK", note)]
    )
    draw = random.Random(7)  # noqa: S311 - no secret
    for page in range(1, printed.layout.pages + 1):
        image = picture(sheets, page, DPI)
        empty = read_page(image, {"BCDFGH": form}.get)
        assert empty.outcome == Outcome.READ
        assert {one.outcome for one in empty.fields} <= {Answer.BLANK}

        wanted = ticked(image, printed.layout, page, draw)
        blurred = cv2.GaussianBlur(image, (3, 3), 0)
        filled = read_page(blurred, {"BCDFGH": form}.get)
        for one in filled.fields:
            assert set(one.codes) == wanted.get(one.field, set()), one.field


def ticked(
    image: np.ndarray[Any, Any], layout: Layout, page: int, draw: random.Random
) -> dict[str, set[str]]:
    """Tick boxes of every field of a page; what was ticked, by field."""
    found: dict[str, set[str]] = {}
    for field in layout.on(page):
        if not field.boxes:
            continue
        most = 1 if field.kind == Kind.ONE else len(field.boxes)
        chosen = draw.sample(field.boxes, draw.randint(1, most))
        for box in chosen:
            _tick(image, box.rect)
        found[field.id] = {box.code for box in chosen}
    return found


def _tick(image: np.ndarray[Any, Any], box: Rect) -> None:
    x, y, side = box.x * POINTS, box.y * POINTS, box.width * POINTS
    stroke = [
        (x + 0.15 * side, y + 0.5 * side),
        (x + 0.42 * side, y + 0.85 * side),
        (x + 1.05 * side, y - 0.15 * side),
    ]
    cv2.polylines(image, [np.array(stroke, int)], False, 40, 4, cv2.LINE_AA)
