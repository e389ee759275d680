"""Pages out of PDF files.

A page that is one picture is drawn with exactly the points of that picture, so that
nothing is resampled; anything else is drawn with 250 points an inch.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from moksori.collect.paper.reading.files import (
    MOST_MEGAPIXELS,
    MOST_PAGES,
    PageImage,
)
from moksori.collect.paper.reading.inks import is_bilevel
from moksori.collect.paper.reading.photos import LONGEST, jpeg_page
from moksori.collect.paper.reading.readings import Grey
from moksori.collect.paper.reading.troubles import Trouble, Why

_DPI = 250
_FINEST = 400  # of a picture that is drawn as it is
_COARSEST = 60
_COVERS = 0.85  # of the page: the picture is the page
_TAIL = 2048  # bytes in which a whole file says that it ends
_JPEG = re.compile(rb"stream\r?\n(?=\xff\xd8\xff)")


@dataclass(frozen=True, slots=True)
class _Pictures:
    """What is drawn on a page: `dpi` of the picture that is the page, else 0."""

    dpi: float
    megapixels: float
    largest: Any  # the largest picture, None without


def pages(
    source: Path | bytes, name: str, skip: int = 0
) -> Iterator[PageImage | Trouble]:
    """Every page of a PDF after the first `skip`."""
    try:
        document = pypdfium2.PdfDocument(source)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            yield Trouble(Why.ENCRYPTED, name)
        else:
            yield from _salvaged(source, name)
        return
    had = min(skip, count)
    with closing(document):
        for number in range(skip + 1, min(count, MOST_PAGES) + 1):
            found = _page(document, name, number)
            had += isinstance(found, PageImage)
            yield found
    if count > MOST_PAGES:
        yield Trouble(Why.TOO_MANY_PAGES, name, 0, (("most", MOST_PAGES),))
    elif count == 0:
        yield Trouble(Why.EMPTY_FILE, name)
    elif not _ends(source):
        yield Trouble(Why.TORN_FILE, name, 0, (("had", had),))


def _page(document: Any, name: str, number: int) -> PageImage | Trouble:
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError:
        return Trouble(Why.TORN_PAGE, name, number)
    try:
        pictures = _pictures(page)
        if pictures.megapixels > MOST_MEGAPIXELS:
            return _without_drawing(pictures, name, number)
        grey, dpi = _drawn(page, pictures.dpi)
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        return Trouble(Why.TORN_PAGE, name, number)
    finally:
        page.close()
    return PageImage(grey, name, number, dpi, is_bilevel(grey))


def _drawn(page: Any, dpi: float) -> tuple[Grey, float]:
    width, height = page.get_size()
    dpi = dpi if _COARSEST <= dpi <= _FINEST else _DPI
    scale = min(dpi / 72, LONGEST / max(width, height, 1.0))
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    with closing(bitmap):
        grey = np.array(bitmap.to_numpy(), dtype=np.uint8)
    return grey.reshape(grey.shape[:2]), round(scale * 72, 1)


def _pictures(page: Any) -> _Pictures:
    """Whether one picture is the whole page, and how large the largest is."""
    width, height = page.get_size()
    area = max(1.0, width * height)
    dpi, most, largest, others = 0.0, 0.0, None, 0
    for one in page.get_objects(max_depth=3):
        if one.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            across, along = one.get_px_size()
            left, low, right, high = one.get_bounds()
            covers = (right - left) * (high - low) / area
            if across * along > most:
                most, largest = float(across * along), one
            if covers > _COVERS:
                turned = (across > along) != (right - left > high - low)
                dpi = 72 * (along if turned else across) / (right - left)
            elif covers > 0.02:
                others += 1
    # A page in strips has its points in each strip: drawn finely enough instead.
    return _Pictures(0.0 if others else dpi, most / 1_000_000, largest)


def _without_drawing(
    pictures: _Pictures, name: str, number: int
) -> PageImage | Trouble:
    """A picture too large to be drawn: a JPEG can be reduced while it is decoded."""
    if "DCTDecode" in pictures.largest.get_filters(skip_simple=True):
        content = bytes(pictures.largest.get_data(decode_simple=True))
        return jpeg_page(content, name, number)
    facts = (("megapixels", round(pictures.megapixels)), ("most", MOST_MEGAPIXELS))
    return Trouble(Why.TOO_LARGE, name, number, facts)


def _ends(source: Path | bytes) -> bool:
    if isinstance(source, bytes):
        return b"%%EOF" in source[-_TAIL:]
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - _TAIL))
        return b"%%EOF" in file.read()


def _salvaged(source: Path | bytes, name: str) -> Iterator[PageImage | Trouble]:
    """The photos inside a PDF that has lost its table of contents."""
    had = 0
    for content in _jpegs(source):
        found = jpeg_page(content, name, had + 1)
        if isinstance(found, PageImage) and max(found.grey.shape) > 500:
            had += 1
            yield found
        if had >= MOST_PAGES:
            break
    yield Trouble(Why.TORN_FILE, name, 0, (("had", had),))


def _jpegs(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield from _jpegs_in(source)
        return
    with source.open("rb") as file:
        if source.stat().st_size == 0:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
            yield from _jpegs_in(held)


def _jpegs_in(held: Any) -> Iterator[bytes]:
    for found in _JPEG.finditer(held):
        end = held.find(b"endstream", found.end())
        yield bytes(held[found.end() : end if end >= 0 else len(held)])
