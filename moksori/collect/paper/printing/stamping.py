"""Sheets out of a form: what is the same is kept once, codes are drawn for each.

A thousand sheets are one file with the pages of the form in it once; each page refers
to them and adds its code, the name of its sheet in small letters, and on the first page
a line that says for whom it is.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from moksori.collect.paper.codes import code_text
from moksori.collect.paper.layout import Layout
from moksori.collect.paper.printing import fonts
from moksori.collect.paper.printing.lettering import Lettering
from moksori.collect.paper.printing.marking import POINT, squares
from moksori.collect.paper.printing.places import SIDE

MOST_SHEETS = 5_000  # in one file
MOST_PAGES_AT_ONCE = 10_000  # which take a quarter of a minute
_NOTE_LINES = 2
_SMALL = 7.0  # pt
_DROP = 4.2  # mm above the lower edge of the lower marks


@dataclass(frozen=True, slots=True)
class Copy:
    """A sheet to be: its key, and what it says of itself on its first page."""

    key: str
    note: str = ""


def stamped(
    template: bytes,
    layout: Layout,
    secret: bytes,
    form_key: str,
    sheets: Sequence[Copy],
) -> bytes:
    """All pages of all sheets as one PDF, in their order."""
    logging.getLogger("pikepdf").setLevel(logging.ERROR)  # it tells that it starts
    import pikepdf  # noqa: PLC0415

    letters = frozenset("".join(one.note for one in sheets))
    with pikepdf.open(io.BytesIO(template)) as pdf:
        drawing = _Drawing(layout, Lettering(fonts.letters_of("".join(letters))))
        font = drawing.letters.font_in(pdf)
        shared = [pdf.make_indirect(page.as_form_xobject()) for page in pdf.pages]
        box = pikepdf.Array(
            [0, 0, _point(layout.width), _point(layout.height)]
        )  # fmt: skip
        resources = [
            pdf.make_indirect(
                pikepdf.Dictionary(
                    XObject=pikepdf.Dictionary(Form=form),
                    Font=pikepdf.Dictionary(L=font),
                )
            )
            for form in shared
        ]
        del pdf.pages[:]
        for sheet in sheets:
            for number in range(1, layout.pages + 1):
                text = code_text(secret, form_key, sheet.key, number)
                content = drawing.page(text, sheet, is_first=number == 1)
                page = pikepdf.Dictionary(
                    Type=pikepdf.Name.Page,
                    MediaBox=box,
                    Resources=resources[number - 1],
                    Contents=pdf.make_stream(content),
                )
                pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        return _saved(pdf)


def _saved(pdf: Any) -> bytes:
    import pikepdf  # noqa: PLC0415

    pdf.remove_unreferenced_resources()
    out = io.BytesIO()
    pdf.save(
        out,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class _Drawing:
    layout: Layout
    letters: Lettering

    def page(self, text: str, sheet: Copy, *, is_first: bool) -> bytes:
        parts = ["q /Form Do Q q 0 g", *self.code(text), "f Q", self.name(sheet.key)]
        if is_first and sheet.note:
            parts += self.note(sheet.note)
        return "\n".join(parts).encode()

    def code(self, text: str) -> Iterator[str]:
        return squares(modules_of_code(text), self.layout.code, self.layout.height)

    def name(self, key: str) -> str:
        """So that a person can tell loose pages apart."""
        text = f"{key[:4]} {key[4:]}"
        width = self.letters.width(text, _SMALL)
        x = _point(self.layout.width - SIDE) - width
        below = self.layout.height - self.layout.marks[2].bottom + _DROP
        return self.letters.text(text, x, _point(below), _SMALL)

    def note(self, text: str) -> Iterator[str]:
        """In two lines; smaller where it is long."""
        place = self.layout.note
        if place is None:
            return
        room = _point(place.width)
        size = _point(place.height) / _NOTE_LINES / 1.5
        lines = self.letters.lines(text, room, size)
        while len(lines) > _NOTE_LINES and size > 6:
            size *= 0.95
            lines = self.letters.lines(text, room, size)
        top = _point(self.layout.height - place.y)
        for n, line in enumerate(lines[:3], start=1):
            x, y = _point(place.x), top - n * size * 1.5 + 0.4 * size
            yield self.letters.text(line, x, y, size)


def modules_of_code(text: str) -> list[list[bool]]:
    """Black and white of a QR code, a quarter of which may be lost."""
    import zxingcpp  # noqa: PLC0415 - no page needs it at the start

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    image = code.to_image(scale=1, add_quiet_zones=False)
    height, width = image.shape
    values = bytes(memoryview(image))  # type: ignore[arg-type]
    return [
        [value == 0 for value in values[start : start + width]]
        for start in range(0, height * width, width)
    ]


def _point(mm: float) -> float:
    return mm * POINT
