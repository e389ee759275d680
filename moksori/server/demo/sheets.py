"""Paper of the invented company: sheets of a survey, filled in with a drawn pen.

Nobody real filled them in. The worker reads them while people look around: most become
answers, and what nobody can be sure of waits for a person.
"""

from __future__ import annotations

import html
import io
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext as _

from moksori.collect.models import Printing, ScanBatch, Survey
from moksori.collect.paper.layout import Layout, Rect
from moksori.collect.reads.paper import printing_pdf
from moksori.collect.writes.printing import Order, print_sheets
from moksori.collect.writes.scans import begin_batch, take_file
from moksori.server.demo.people import Company

if TYPE_CHECKING:
    from PIL.Image import Image

SEED = 20261123
PRINTED, CAME_BACK = 12, 10
DPI = 200
_MM = DPI / 25.4
# What was written by hand on some of them; a person types it.
WORDS = (
    "주차장 나오는 길이 어두웠어요",
    "자막이 조금 작아요",
    "",
    "매점 줄이 길었습니다",
    "",
    "의자가 편해서 좋았어요",
    "",
    "",
    "직원분이 친절했습니다",
    "",
)
TWO_MARKS, FAINT = 3, 6  # the sheets that leave a doubt


def bring_sheets(company: Company, survey: Survey) -> str:
    """Print, have filled in, and bring back what came as one file."""
    by = company.people["haneul"]
    printing = print_sheets(
        survey,
        Order(Printing.Kind.ANONYMOUS, count=PRINTED, name=_("In the lobby (example)")),
        by=by,
    )
    batch = begin_batch(
        survey.unit,
        way=ScanBatch.Way.UPLOAD,
        by=by,
        name=_("From the box in the lobby (example)"),
    )
    filled = _filled(printing_pdf(printing), printing.form.placed)
    take_file(io.BytesIO(filled), name="lobby-example.pdf", batch=batch)
    return f"{printing.name}: {PRINTED} · {CAME_BACK}"


def _filled(printed: bytes, layout: Layout) -> bytes:
    """The file that a scanner makes of the sheets that came back."""
    rng = np.random.default_rng(SEED)
    pages = _drawn(printed)
    sheets = [
        pages[at : at + layout.pages] for at in range(0, len(pages), layout.pages)
    ]
    scans: list[Image] = []
    for number, sheet in enumerate(sheets[:CAME_BACK]):
        _fill(sheet, layout, number, rng)
        scans += [_scanned(page, rng) for page in sheet]
    out = io.BytesIO()
    scans[0].save(
        out, "PDF", save_all=True, append_images=scans[1:], resolution=DPI, quality=70
    )
    return out.getvalue()


def _drawn(pdf: bytes) -> list[Image]:
    """Pages as the printer draws them, grey."""
    import pypdfium2  # noqa: PLC0415 - only the demo draws

    document = pypdfium2.PdfDocument(pdf)
    pages = [
        page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
        for page in document
    ]
    document.close()
    return pages


def _fill(
    sheet: list[Image], layout: Layout, number: int, rng: np.random.Generator
) -> None:
    for field in layout.fields:
        if field.area is not None:
            if WORDS[number] and not field.option:
                _write(sheet[field.page - 1], field.area, WORDS[number])
            continue
        boxes = [box.rect for box in field.boxes]
        chosen = min(int(rng.beta(4, 2) * len(boxes)), len(boxes) - 1)
        is_first = field == layout.fields[0]
        page = sheet[field.page - 1]
        if is_first and number == FAINT:
            _graze(page, boxes[chosen])
            continue
        _tick(page, boxes[chosen], rng)
        if is_first and number == TWO_MARKS:
            _tick(page, boxes[chosen - 1], rng)


def _tick(page: Image, box: Rect, rng: np.random.Generator) -> None:
    lean = float(rng.uniform(-0.1, 0.15))
    steps = ((0.12, 0.45), (0.4, 0.85), (1.0 + lean, -0.15))
    _line(page, [(box.x + x * box.width, box.y + y * box.height) for x, y in steps])


def _graze(page: Image, box: Rect) -> None:
    """A mark beside the box, of which nobody can be sure."""
    _line(page, [(box.right + 0.4, box.y + 1.0), (box.right + 2.2, box.y + 3.2)])


def _line(page: Image, points: list[tuple[float, float]]) -> None:
    """`points` in mm from the upper left corner."""
    from PIL import ImageDraw  # noqa: PLC0415

    placed = [(x * _MM, y * _MM) for x, y in points]
    ImageDraw.Draw(page).line(placed, fill=45, width=5, joint="curve")


def _write(page: Image, area: Rect, words: str) -> None:
    """Letters of a pen: slanted and a little uphill."""
    import weasyprint  # type: ignore[import-untyped]  # noqa: PLC0415
    from PIL import ImageChops  # noqa: PLC0415

    style = (
        f"@page{{size:{area.width}mm 12mm;margin:0}}"
        "body{margin:2mm;font:italic 15pt/1.2 sans-serif;letter-spacing:.6mm;"
        "transform:rotate(-.8deg);white-space:nowrap}"
    )
    text = f"<style>{style}</style><body>{html.escape(words)}"
    (line,) = _drawn(weasyprint.HTML(string=text).write_pdf())
    at = (round(area.x * _MM), round((area.y + 1) * _MM))
    under = page.crop((*at, at[0] + line.width, at[1] + line.height))
    page.paste(ImageChops.darker(under, line), at)


def _scanned(page: Image, rng: np.random.Generator) -> Image:
    """As a scanner sees it: askew, grey paper, noise."""
    from PIL import Image as Images  # noqa: PLC0415

    askew = page.rotate(
        float(rng.uniform(-1.0, 1.0)),
        resample=Images.Resampling.BICUBIC,
        fillcolor=245,
    )
    grey = np.asarray(askew, dtype=np.float32) * 0.94 + 6
    grey += rng.normal(0, 3, grey.shape).astype(np.float32)
    return Images.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
