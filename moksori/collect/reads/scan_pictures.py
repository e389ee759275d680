"""Pictures of pages, as they came or straightened.

OpenCV is loaded only where somebody really looks at a picture.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from moksori.base.errors import NotFound
from moksori.collect.models import Scan, ScanReading
from moksori.collect.paper.layout import Rect
from moksori.collect.paper.reading.readings import Grey, Reading, reading_from
from moksori.collect.writes.scan_files import place_of_picture

if TYPE_CHECKING:
    from moksori.collect.paper.reading.files import PageImage

SHOWN_WIDTH = 1_000  # points of a whole page on the screen
CROP_WIDTH = 1_400
SMALL_WIDTH = 180


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


def crop_picture(
    scan: Scan, rect: Rect, margin: float, head: Rect | None = None
) -> bytes:
    """A part of the page, straightened, as a JPEG; `head`, as wide, stands above it."""
    from moksori.collect.paper.reading.pictures import crop  # noqa: PLC0415

    reading = reading_of(scan)
    if reading is None or reading.place is None:
        raise NotFound
    image = image_of(scan)
    grey = crop(image, reading, rect, margin)
    if head is not None:
        above = Rect(head.x - margin, head.y, head.width + 2 * margin, head.height)
        top = crop(image, reading, above, 0.0)
        width = min(top.shape[1], grey.shape[1])
        grey = np.vstack([top[:, :width], grey[:, :width]])
    return _jpeg(grey, CROP_WIDTH)


def _jpeg(grey: Grey, widest: int) -> bytes:
    from PIL import Image  # noqa: PLC0415 - see above

    picture = Image.fromarray(grey)
    if picture.width > widest:
        height = max(1, round(picture.height * widest / picture.width))
        picture = picture.resize((widest, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
