"""Whether two scans of the same page of the same sheet say the same.

Marks are compared as read. Handwriting is compared as a picture: two people may have
ticked the same boxes on two photocopies, but they do not write alike.
"""

from __future__ import annotations

from moksori.collect.models import PaperForm, Scan
from moksori.collect.paper.layout import Kind, Rect
from moksori.collect.paper.reading.readings import Grey, Reading
from moksori.collect.reads import scan_pictures as pictures

ALIKE = 0.5  # correlation; the same paper scanned twice lies above .8
_WIDTH, _HEIGHT = 160, 48


def is_same(first: Scan, second: Scan, reading: Reading) -> bool:
    """False wherever that is not sure."""
    before = pictures.reading_of(first)
    if before is None or not first.picture or not second.picture:
        return False
    told, now = _told(before), _told(reading)
    if told != now:
        return False
    written = [name for name, (outcome, _codes, has_ink) in told.items() if has_ink]
    form = PaperForm.objects.get(pk=first.sheet.form_id) if first.sheet else None
    if form is None:
        return False
    areas = {
        field.id: field.area
        for field in form.placed.on(first.page or 0)
        if field.kind == Kind.TEXT and field.area is not None
    }
    wanted = [areas[name] for name in written if name in areas]
    return all(_is_alike(first, second, area) for area in wanted)


def _told(reading: Reading) -> dict[str, tuple[str, frozenset[str], bool]]:
    """By field: what was read, and whether there is handwriting (it has no boxes)."""
    return {
        one.field: (
            str(one.outcome),
            frozenset(one.codes),
            one.has_ink and not one.boxes,
        )
        for one in reading.fields
    }


def _is_alike(first: Scan, second: Scan, area: Rect) -> bool:
    from moksori.collect.paper.reading.pictures import crop  # noqa: PLC0415

    seen = []
    for scan in (first, second):
        reading = pictures.reading_of(scan)
        if reading is None:
            return False
        seen.append(_small(crop(pictures.image_of(scan), reading, area, 0.0)))
    import numpy as np  # noqa: PLC0415

    one, other = (picture - picture.mean() for picture in seen)
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return bool(size) and float((one * other).sum()) / size >= ALIKE


def _small(grey: Grey) -> Grey:
    import cv2  # noqa: PLC0415 - only workers pay for it

    small = cv2.resize(grey, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(small, (0, 0), 1.5).astype("float32")
