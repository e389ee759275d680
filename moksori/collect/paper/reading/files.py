"""Pictures of pages out of any file that comes in, one at a time.

What a file is, its first bytes say, never its name. Nothing is held but the page at
hand: 400 pages, or a photo of 200 megapixels, take no more room than one page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moksori.collect.paper.reading.readings import Grey
from moksori.collect.paper.reading.troubles import Trouble, Why

MOST_PAGES = 10_000  # of a file
MOST_MEGAPIXELS = 60  # of a picture that must be held whole

_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as it came in; `page` from 1 within the file `name`.

    `dpi` is what the file says (0: nothing); `is_torn` if a part of it is lost.
    """

    grey: Grey
    name: str
    page: int
    dpi: float = 0.0
    is_bilevel: bool = False
    is_torn: bool = False


def pages_of(
    source: Path | bytes, name: str, skip: int = 0
) -> Iterator[PageImage | Trouble]:
    """Every page of a file, and what is wrong with it; never raises for bad files.

    Pages up to `skip` are wanted no more; a PDF passes them over, others need not.
    """
    kind = kind_of(source)
    if kind is None:
        empty = _size(source) == 0
        yield Trouble(Why.EMPTY_FILE if empty else Why.NOT_A_SCAN, name)
        return
    # Each loads a library of its own.
    if kind == "pdf":
        from moksori.collect.paper.reading import pdfs  # noqa: PLC0415

        yield from pdfs.pages(source, name, skip)
        return
    from moksori.collect.paper.reading import photos  # noqa: PLC0415

    if kind == "heif":
        yield from photos.heif_pages(source, name)
    else:
        yield from photos.pages(source, name, kind)


def page_at(source: Path | bytes, name: str, page: int) -> PageImage | Trouble:
    """One page again, e.g. to look at it."""
    for one in pages_of(source, name):
        if one.page == page and isinstance(one, PageImage):
            return one
    return Trouble(Why.TORN_PAGE, name, page)


def kind_of(source: Path | bytes) -> str | None:
    """pdf, tiff, png, jpeg or heif by the first bytes; None for anything else."""
    head = _head(source)
    kind = None
    if b"%PDF-" in head:
        kind = "pdf"
    elif head.startswith(_TIFF):
        kind = "tiff"
    elif head.startswith(b"\x89PNG\r\n\x1a\n"):
        kind = "png"
    elif head.startswith(b"\xff\xd8\xff"):
        kind = "jpeg"
    elif head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        kind = "heif"
    return kind


def _head(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source[:1024]
    with source.open("rb") as file:
        return file.read(1024)


def _size(source: Path | bytes) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size
