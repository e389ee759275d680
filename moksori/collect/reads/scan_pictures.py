"""Pictures of pages, as they came or straightened, and forms as they were printed.

OpenCV and PDFium are loaded only where somebody really looks at a picture.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from moksori.base.errors import NotFound
from moksori.collect.models import PaperForm, Scan, ScanReading
from moksori.collect.paper.layout import Rect
from moksori.collect.paper.reading.readings import Form, Grey, Reading, reading_from
from moksori.collect.writes.scan_files import place_of_picture

if TYPE_CHECKING:
    from moksori.collect.paper.reading.files import PageImage

BLANK_DPI = 200
SHOWN_WIDTH = 1_000  # points of a whole page on the screen
CROP_WIDTH = 1_400
SMALL_WIDTH = 180


def form_of(key: str) -> Form | None:
    """The form that a code names, with its printed pages as pictures."""
    row = PaperForm.objects.filter(key=key).values("id", "key", "secret", "sha256")
    found = row.first()
    if found is None:
        return None
    return _form(found["id"], found["key"], bytes(found["secret"]), found["sha256"])


@lru_cache(maxsize=16)
def _form(id: int, key: str, secret: bytes, _sha256: str) -> Form:
    layout = PaperForm.objects.only("layout").get(pk=id).placed

    @lru_cache(maxsize=32)
    def blank(page: int) -> Grey:
        pdf = bytes(PaperForm.objects.values_list("pdf", flat=True).get(pk=id))
        return _rendered(pdf, page)

    return Form(key, secret, layout, blank)


def _rendered(pdf: bytes, page: int) -> Grey:
    import pypdfium2  # noqa: PLC0415 - see above

    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[page - 1].render(scale=BLANK_DPI / 72, grayscale=True)
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    finally:
        document.close()


def image_of(scan: Scan) -> PageImage:
    """The page as it was stored; NotFound once its picture is gone."""
    from moksori.collect.paper.reading.files import PageImage  # noqa: PLC0415

    return PageImage(
        grey=_stored(scan.picture),
        name=scan.file.name,
        page=scan.number,
        dpi=scan.dpi,
        is_bilevel=scan.is_bilevel,
        is_torn=scan.is_torn,
    )


def _stored(picture: str) -> Grey:
    import cv2  # noqa: PLC0415 - see above

    if not picture:
        raise NotFound
    try:
        content = place_of_picture(picture).read_bytes()
    except FileNotFoundError:
        raise NotFound from None
    found: Any = cv2.imdecode(
        np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_GRAYSCALE
    )
    if found is None:
        raise NotFound
    return found  # type: ignore[no-any-return]


def reading_of(scan: Scan) -> Reading | None:
    """The reading that counts; None before there is one."""
    row = ScanReading.objects.filter(scan=scan, reader=scan.reader).first()
    return reading_from(row.data) if row else None


def page_picture(scan: Scan) -> bytes:
    """The whole page as a JPEG: straightened where it could be registered."""
    from moksori.collect.paper.reading.pictures import straight  # noqa: PLC0415

    image, reading = image_of(scan), reading_of(scan)
    grey = image.grey
    if reading is not None and reading.place is not None:
        grey = straight(image, reading)
    return _jpeg(grey, SHOWN_WIDTH)


def small_picture(scan: Scan) -> bytes:
    """The page as it came, as small as a list shows it."""
    import cv2  # noqa: PLC0415 - see above

    try:
        content = place_of_picture(scan.picture).read_bytes()
    except FileNotFoundError:
        raise NotFound from None
    found: Any = cv2.imdecode(
        np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_4
    )
    if found is None:
        raise NotFound
    return _jpeg(found, SMALL_WIDTH)


def crop_picture(scan: Scan, rect: Rect, margin: float) -> bytes:
    """A part of the page, straightened, as a JPEG."""
    from moksori.collect.paper.reading.pictures import crop  # noqa: PLC0415

    reading = reading_of(scan)
    if reading is None or reading.place is None:
        raise NotFound
    return _jpeg(crop(image_of(scan), reading, rect, margin), CROP_WIDTH)


def _jpeg(grey: Grey, widest: int) -> bytes:
    from PIL import Image  # noqa: PLC0415 - see above

    picture = Image.fromarray(grey)
    if picture.width > widest:
        height = max(1, round(picture.height * widest / picture.width))
        picture = picture.resize((widest, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
