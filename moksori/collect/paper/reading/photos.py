"""Pages out of TIFF, PNG, JPEG and HEIC files."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
from PIL import Image, ImageFile

from moksori.collect.paper.reading.files import (
    MOST_MEGAPIXELS,
    MOST_PAGES,
    PageImage,
)
from moksori.collect.paper.reading.inks import is_bilevel
from moksori.collect.paper.reading.readings import Grey
from moksori.collect.paper.reading.troubles import Trouble, Why

LONGEST = 5_000  # points: A3 at 300 an inch; more tells nothing more
_ENOUGH = 3_400  # points a JPEG is reduced to while it is decoded, at least
_ORIENTATION = 0x0112  # tag of EXIF
_BAD = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    zlib.error,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    RuntimeError,
)
_FORMATS = {"tiff": ("TIFF",), "png": ("PNG",), "jpeg": ("JPEG", "MPO")}
_TURNS = {  # how to put a photo upright: mirror first, then turn
    2: (True, None),
    3: (False, cv2.ROTATE_180),
    4: (True, cv2.ROTATE_180),
    5: (True, cv2.ROTATE_90_COUNTERCLOCKWISE),
    6: (False, cv2.ROTATE_90_CLOCKWISE),
    7: (True, cv2.ROTATE_90_CLOCKWISE),
    8: (False, cv2.ROTATE_90_COUNTERCLOCKWISE),
}
_alone = threading.Lock()  # Pillow's settings are everybody's


def pages(source: Path | bytes, name: str, kind: str) -> Iterator[PageImage | Trouble]:
    """Every picture of a TIFF; the one of a PNG or JPEG."""
    try:
        with _quiet():
            picture = _opened(source, kind)
    except _BAD:
        yield Trouble(Why.TORN_FILE, name, 0, (("had", 0),))
        return
    with picture:
        for number in range(1, (MOST_PAGES if kind == "tiff" else 1) + 1):
            found = _nth(picture, name, number)
            yield from found
            if not found or any(one.page == 0 for one in found):
                return
    if kind == "tiff":
        yield Trouble(Why.TOO_MANY_PAGES, name, 0, (("most", MOST_PAGES),))


def _nth(picture: Image.Image, name: str, number: int) -> list[PageImage | Trouble]:
    """A picture of the file with its troubles; nothing after the last one."""
    try:
        with _quiet():
            picture.seek(number - 1)
            return list(_frame(picture, name, number))
    except EOFError:
        return []
    except _BAD:
        # The list of pictures is broken here: what follows cannot be found.
        return [Trouble(Why.TORN_FILE, name, 0, (("had", number - 1),))]


def heif_pages(source: Path | bytes, name: str) -> Iterator[PageImage | Trouble]:
    """The main picture of a photo by an iPhone."""
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pillow_heif.open_heif(stream)
            width, height = found.size
            if width * height > MOST_MEGAPIXELS * 1_000_000:
                yield _too_large(name, 1, width, height)
                return
            grey = np.array(found.to_pillow().convert("L"))
    except _BAD:
        yield Trouble(Why.TORN_FILE, name, 0, (("had", 0),))
        return
    yield PageImage(_reduced(grey), name, 1)


def jpeg_page(content: bytes, name: str, page: int) -> PageImage | Trouble:
    """A JPEG that was found inside another file, perhaps broken off."""
    try:
        with _quiet(), _opened(content, "jpeg") as picture:
            return next(
                one for one in _frame(picture, name, page) if isinstance(one, PageImage)
            )
    except (*_BAD, StopIteration):
        return Trouble(Why.TORN_PAGE, name, page)


def _opened(source: Path | bytes, kind: str) -> Image.Image:
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    return Image.open(stream, formats=_FORMATS[kind])


@contextmanager
def _quiet() -> Iterator[None]:
    """No limit but ours, no word from the library, and half a picture is a picture."""
    with _alone, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        most, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        torn, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = most
            ImageFile.LOAD_TRUNCATED_IMAGES = torn


def _frame(picture: Image.Image, name: str, page: int) -> Iterator[PageImage | Trouble]:
    """One picture of an opened file, upright, grey, with square points."""
    width, height = picture.size
    across, along = _dpi(picture)
    turn = picture.getexif().get(_ORIENTATION, 1) if picture.format != "TIFF" else 1
    bilevel = picture.mode == "1"
    if not _is_held(picture):
        yield _too_large(name, page, width, height)
        return
    grey, is_torn = _decoded(picture)
    if is_torn:
        yield Trouble(Why.TORN_PAGE, name, page)
    if grey is None:
        return
    bilevel = bilevel or is_bilevel(grey)
    grey = _square(grey, across, along, bilevel=bilevel)
    grey = _reduced(_upright(grey, int(turn)))
    yield PageImage(grey, name, page, max(across, along), bilevel, is_torn=is_torn)


def _is_held(picture: Image.Image) -> bool:
    """Whether the picture fits, a JPEG after being reduced while it is decoded."""
    width, height = picture.size
    if picture.format in ("JPEG", "MPO") and not picture.info.get("progressive"):
        scale = max(1, max(width, height) // _ENOUGH)
        picture.draft("L", (width // scale, height // scale))
        width, height = picture.size
    return width * height <= MOST_MEGAPIXELS * 1_000_000


def _decoded(picture: Image.Image) -> tuple[Grey | None, bool]:
    """The grey picture as far as it goes, and whether a part is lost."""
    try:
        picture.load()
        return _grey(picture), False
    except _BAD:
        pass
    try:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        picture.load()
        return _grey(picture), True
    except _BAD:
        return None, True
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _grey(picture: Image.Image) -> Grey:
    if picture.mode.startswith("I;16"):
        return np.asarray(np.array(picture) >> 8, dtype=np.uint8)
    if picture.mode in ("I", "F"):
        values = np.array(picture, dtype=np.float64)
        most = 65535.0 if values.max() > 255 else 255.0
        return np.asarray(np.clip(values * 255 / most, 0, 255), dtype=np.uint8)
    if "A" in picture.mode or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        paper = Image.new("RGBA", whole.size, "white")
        picture = Image.alpha_composite(paper, whole)
    return np.array(picture.convert("L"))


def _dpi(picture: Image.Image) -> tuple[float, float]:
    """Points an inch across and along; zeros where the file says nothing sensible."""
    try:
        across, along = (float(one) for one in picture.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    if not (30 <= across <= 2400 and 30 <= along <= 2400):
        return 0.0, 0.0
    return across, along


def _square(grey: Grey, across: float, along: float, *, bilevel: bool) -> Grey:
    """A fax has half as many lines as columns: make its points square."""
    if not across or 0.9 < across / along < 1.1:
        return grey
    finer = max(across, along)
    height, width = grey.shape
    size = (round(width * finer / across), round(height * finer / along))
    if size[0] * size[1] > MOST_MEGAPIXELS * 1_000_000:
        return grey
    way = cv2.INTER_NEAREST if bilevel else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=way))


def _upright(grey: Grey, turn: int) -> Grey:
    if turn not in _TURNS:
        return grey
    mirrored, rotation = _TURNS[turn]
    if mirrored:
        grey = np.asarray(cv2.flip(grey, 1))
    return grey if rotation is None else np.asarray(cv2.rotate(grey, rotation))


def _reduced(grey: Grey) -> Grey:
    scale = LONGEST / max(grey.shape)
    if scale >= 1:
        return grey
    return np.asarray(
        cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    )


def _too_large(name: str, page: int, width: int, height: int) -> Trouble:
    megapixels = round(width * height / 1_000_000)
    facts = (("megapixels", megapixels), ("most", MOST_MEGAPIXELS))
    return Trouble(Why.TOO_LARGE, name, page, facts)
