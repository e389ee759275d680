"""Forms drawn for tests, each once; and measured on their pictures."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pypdfium2

from moksori.collect.paper.layout import Rect
from moksori.collect.paper.printing import Options, Paper, Printed, form_of
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.tests.surveys import EVERYTHING, words

DPI = 600
VARIANTS = {
    "a4-ko": (Options(), "ko"),
    "letter-two-en": (Options(Paper.LETTER, columns=2), "en"),
    "large-ko": (Options(is_large=True), "ko"),
}


@cache
def everything(variant: str) -> Printed:
    options, language = VARIANTS[variant]
    return form_of(questionnaire_from(EVERYTHING), options, language)


def asking(*questions: dict[str, Any], **more: Any) -> Questionnaire:
    """A questionnaire with these questions on one page."""
    draft = {
        "moksori": 1,
        "title": words("시험", "Test"),
        "languages": ["ko", "en"],
        "pages": [{"id": "p1", "questions": list(questions)}],
        **more,
    }
    return questionnaire_from(draft)


def picture(pdf: bytes, page: int, dpi: int = DPI) -> np.ndarray[Any, Any]:
    """A page (from 1) in grey."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[page - 1].render(scale=dpi / 72, grayscale=True)
        image: np.ndarray[Any, Any] = bitmap.to_numpy().copy()
    finally:
        document.close()
    return image


def words_on(pdf: bytes) -> str:
    """All that can be read on the pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(texts).split())


def outline(image: np.ndarray[Any, Any], near: Rect, dpi: int = DPI) -> Rect:
    """The dark frame that is really there, looked for a millimetre around."""
    scale = dpi / 25.4
    left, top = int((near.x - 1) * scale), int((near.y - 1) * scale)
    right, bottom = int((near.right + 1) * scale), int((near.bottom + 1) * scale)
    part = image[top:bottom, left:right] < 128
    # Through the middle third: there is nothing but the two sides of the frame.
    height, width = part.shape
    across = part[height // 3 : 2 * height // 3].all(axis=0)
    down = part[:, width // 3 : 2 * width // 3].all(axis=1)
    xs, ys = np.flatnonzero(across), np.flatnonzero(down)
    x, y = (left + xs[0]) / scale, (top + ys[0]) / scale
    return Rect(x, y, (left + xs[-1] + 1) / scale - x, (top + ys[-1] + 1) / scale - y)
