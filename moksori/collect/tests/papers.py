# ruff: noqa: E501, PLC0415, S311 – questionnaires read best in one line; chance only draws
"""Printed sheets to test with: filled in by a drawn pen, and scanned as files."""

from __future__ import annotations

import io
import math
import random
import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from moksori.collect.models import PaperForm, Printing, Sheet, Survey
from moksori.collect.paper.codes import new_key
from moksori.collect.paper.layout import Layout, Rect
from moksori.collect.tests.surveys import words

DPI = 200
# A path that skips, a choice with words, several boxes, a table and a comment.
PAPER: dict[str, Any] = {
    "moksori": 1,
    "title": words("매장 방문", "Your visit"),
    "languages": ["ko", "en"],
    "pages": [
        {"id": "p1", "questions": [
            {"id": "nps", "type": "nps", "text": words("추천하시겠습니까?"), "required": True},
            {"id": "came", "type": "single", "text": words("직접 오셨습니까?"),
             "options": [{"id": "yes", "text": words("예")}, {"id": "no", "text": words("아니요")}]},
            {"id": "how", "type": "csat", "text": words("직원은 어땠습니까?"), "show": {"==": [{"answer": "came"}, "yes"]}},
            {"id": "what", "type": "multiple", "text": words("무엇을 쓰십니까?"), "most": 2,
             "options": [{"id": "app", "text": words("앱")}, {"id": "web", "text": words("누리집")}, {"id": "call", "text": words("전화")}]},
        ]},
        {"id": "p2", "questions": [
            {"id": "why", "type": "long_text", "text": words("무엇이 불편했습니까?")},
        ]},
    ],
}  # fmt: skip
# The same with enough questions for a second page.
LONG: dict[str, Any] = {
    **PAPER,
    "pages": [
        *PAPER["pages"],
        {"id": "p3", "questions": [
            {"id": f"more{n}", "type": "csat", "text": words(f"더 여쭙니다 {n}: 이것은 얼마나 만족하십니까?")}
            for n in range(8)
        ]},
    ],
}  # fmt: skip


@cache
def _printed(version: str, language: str) -> Any:
    import json

    from moksori.collect.paper.printing import Options, form_of
    from moksori.collect.questionnaires.reading import questionnaire_from

    return form_of(questionnaire_from(json.loads(version)), Options(), language)


def make_form(survey: Survey, language: str = "ko") -> PaperForm:
    """The present version as printed; rendered once for all tests of a process."""
    import json

    assert survey.version is not None
    printed = _printed(json.dumps(survey.version.definition, sort_keys=True), language)
    return PaperForm.objects.create(
        survey=survey,
        version=survey.version,
        key=new_key(6),
        secret=secrets.token_bytes(32),
        language=language,
        digest=secrets.token_hex(32),
        layout=printed.layout.to_json(),
        pages=printed.layout.pages,
        pdf=printed.pdf,
        sha256=printed.sha256,
    )


def make_sheets(
    survey: Survey,
    count: int = 1,
    kind: str = Printing.Kind.ANONYMOUS,
    form: PaperForm | None = None,
    **given: Any,
) -> list[Sheet]:
    form = form or make_form(survey)
    printing = Printing.objects.create(form=form, kind=kind, count=count)
    return [
        Sheet.objects.create(
            form=form, printing=printing, key=new_key(8), kind=kind, number=n, **given
        )
        for n in range(1, count + 1)
    ]


def printed_pages(sheet: Sheet) -> list[Image.Image]:
    """The pages of one sheet as they come out of the printer."""
    from moksori.collect.paper.printing import Copy, stamped

    form = sheet.form
    return drawn_pages(
        stamped(
            bytes(form.pdf),
            form.placed,
            bytes(form.secret),
            form.key,
            [Copy(sheet.key)],
        )
    )


def drawn_pages(pdf: bytes) -> list[Image.Image]:
    """A PDF as the printer draws it, grey, 200 points an inch."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pages = [
        page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
        for page in document
    ]
    document.close()
    return pages


class Pen:
    """Draws on the pages of one sheet."""

    def __init__(self, layout: Layout, pages: list[Image.Image]) -> None:
        self.layout, self.pages = layout, pages

    def tick(self, field: str, *codes: str) -> Pen:
        for code in codes:
            page, rect = self._box(field, code)
            x, y, w, h = rect.x, rect.y, rect.width, rect.height
            points = [(x + 0.15 * w, y + 0.5 * h), (x + 0.42 * w, y + 0.85 * h),
                      (x + 1.05 * w, y - 0.1 * h)]  # fmt: skip
            self._line(page, points)
        return self

    def faintly(self, field: str, code: str) -> Pen:
        """A mark of which nobody can be sure: small, beside the box."""
        page, rect = self._box(field, code)
        self._line(
            page,
            [
                (rect.right + 0.5, rect.y + 1.0),
                (rect.right + 2.2, rect.y + 3.4),
            ],
        )
        return self

    def write(self, field: str, seed: int = 7) -> Pen:
        one = next(one for one in self.layout.fields if one.id == field)
        assert one.area is not None
        dice = random.Random(seed)
        x, middle = one.area.x + 3, one.area.y + min(6.0, one.area.height / 2)
        for _word in range(3):
            waves = [math.sin(n * dice.uniform(0.8, 1.6)) * 1.8 for n in range(24)]
            points = [(x + n * 0.7, middle + wave) for n, wave in enumerate(waves)]
            self._line(one.page, points)
            x += 24 * 0.7 + 4
        return self

    def _box(self, field: str, code: str) -> tuple[int, Rect]:
        one = next(one for one in self.layout.fields if one.id == field)
        box = next(box for box in one.boxes if box.code == code)
        return one.page, box.rect

    def _line(self, page: int, points: Sequence[tuple[float, float]]) -> None:
        scale = DPI / 25.4
        draw = ImageDraw.Draw(self.pages[page - 1])
        placed = [(x * scale, y * scale) for x, y in points]
        draw.line(placed, fill=40, width=5, joint="curve")


def scanned(page: Image.Image, seed: int = 1, *, turn: float = 0.0) -> Image.Image:
    """As a scanner sees it: a little askew, grey paper, noise."""
    dice = np.random.default_rng(seed)
    askew = page.rotate(
        turn or float(dice.uniform(-1.2, 1.2)), fillcolor=245, expand=False,
        resample=Image.Resampling.BICUBIC,
    )  # fmt: skip
    grey = np.asarray(askew, dtype=np.float32) * 0.94 + 6
    grey += dice.normal(0, 4, grey.shape)
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def pdf_of(pages: Sequence[Image.Image]) -> bytes:
    out = io.BytesIO()
    first, *rest = pages
    first.save(out, "PDF", save_all=True, append_images=rest, resolution=DPI)
    return out.getvalue()


def tiff_of(pages: Sequence[Image.Image]) -> bytes:
    out = io.BytesIO()
    first, *rest = [page.copy() for page in pages]  # without what a JPEG left there
    first.save(out, "TIFF", save_all=True, append_images=rest, dpi=(DPI, DPI),
               compression="tiff_lzw")  # fmt: skip
    return out.getvalue()


def jpeg_of(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=85, dpi=(DPI, DPI))
    return out.getvalue()


def filled(sheet: Sheet, marks: Mapping[str, Sequence[str]]) -> Pen:
    pen = Pen(sheet.form.placed, printed_pages(sheet))
    for field, codes in marks.items():
        pen.tick(field, *codes)
    return pen


def run_jobs() -> None:
    """Everything that waits, as a worker would."""
    from moksori.base.jobs.worker import Worker

    Worker().run(drain=True)
