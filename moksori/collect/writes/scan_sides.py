"""Whether two scans of the same page of the same sheet say the same.

Marks are compared as read. Handwriting is compared as a picture: two people may have
ticked the same boxes on two photocopies, but they do not write alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from moksori.collect.models import PaperForm, Scan
from moksori.collect.paper.layout import Kind, Rect
from moksori.collect.paper.reading.readings import Answer, Grey, Reading
from moksori.collect.reads import scan_pictures as pictures

# Correlation of the ink. Drawn writing scanned twice lay at .9 and above, other writing
# in the same place below .6; in between a person looks.
ALIKE = 0.8
_INSET = 1.2  # mm; the printed frame is the same for everybody
_WIDTH, _HEIGHT = 480, 144


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


def says_no_more(part: Reading, whole: Reading) -> bool:
    """Whether all that is sure in a picture of a part stands in the whole one as well.

    Of a place to write in only that something is written there; of boxes that wait for
    a person, nothing.
    """
    told = {one.field: one for one in whole.fields}
    for one in part.fields:
        other = told.get(one.field)
        if other is None:
            return False
        is_written = one.has_ink and not one.boxes
        if is_written and not other.has_ink:
            return False
        if one.outcome == Answer.VALUE and one.codes != other.codes:
            return False
        if one.outcome == Answer.BLANK and other.outcome == Answer.VALUE:
            return False
    return True


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
        inner = Rect(
            area.x + _INSET,
            area.y + _INSET,
            max(1.0, area.width - 2 * _INSET),
            max(1.0, area.height - 2 * _INSET),
        )
        seen.append(_ink(crop(pictures.image_of(scan), reading, inner, 0.0)))
    one, other = (picture - picture.mean() for picture in seen)
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return bool(size) and float((one * other).sum()) / size >= ALIKE


def _ink(grey: Grey) -> NDArray[np.float32]:
    """How dark each place is against the paper, small and a little blurred."""
    import cv2  # noqa: PLC0415 - only workers pay for it

    small = cv2.resize(grey, (_WIDTH, _HEIGHT), interpolation=cv2.INTER_AREA)
    paper = float(np.percentile(small, 80))
    ink = np.clip(paper - small.astype(np.float32) - 20, 0, None)
    blurred: NDArray[np.float32] = cv2.GaussianBlur(ink, (0, 0), 1.5)
    return blurred
