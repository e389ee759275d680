"""Read one picture: whose page it is, how it lies, and what is marked on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from moksori.collect.paper.codes import PageCode
from moksori.collect.paper.layout import Kind, Rect
from moksori.collect.paper.reading import inks, straighten
from moksori.collect.paper.reading.boxes import Measured, measured
from moksori.collect.paper.reading.deciding import decide_page
from moksori.collect.paper.reading.files import PageImage
from moksori.collect.paper.reading.marks import (
    Found,
    Registration,
    corners_of,
    find,
    register,
)
from moksori.collect.paper.reading.printed import Printed, printed
from moksori.collect.paper.reading.readings import (
    Answer,
    FieldReading,
    Form,
    Forms,
    Grey,
    Outcome,
    Place,
    Quality,
    Reading,
)
from moksori.collect.paper.reading.squares import Square, codes_in
from moksori.collect.paper.reading.states import SEEN, pen_of
from moksori.collect.paper.reading.troubles import Why
from moksori.collect.paper.reading.zones import labels_excess, outside

_SMALLEST = 500  # points on the longer side: 45 an inch
_AGREES = 0.3  # of print with the picture: less, and the page is another one
_PART = 0.9  # of the boxes must be seen
_NO_INK = 0.0015  # of a picture: a blank page has specks only


def read_page(image: PageImage | Grey, forms: Forms) -> Reading:
    """What this reader sees; never raises for what is in a picture."""
    grey = image.grey if isinstance(image, PageImage) else image
    cv2.setNumThreads(1)  # one process a core does the work side by side
    if max(grey.shape) < _SMALLEST:
        size = (("width", grey.shape[1]), ("height", grey.shape[0]))
        return Reading(Outcome.UNREADABLE, why=Why.TOO_SMALL, facts=size)
    told = isinstance(image, PageImage) and image.is_bilevel
    bilevel = told or inks.is_bilevel(grey)
    even = inks.without_streaks(grey)
    found = find(even)
    squares = codes_in(even, found)
    identified = _identified(even, found, squares, forms)
    if isinstance(identified, Reading):
        return identified
    code = identified.square.code
    lies = _placed(identified)
    if lies is None:
        facts = (("marks", len(found.marks) if found else 0),)
        return Reading(Outcome.UNREADABLE, code, Why.NO_MARKS, facts)
    page = printed(identified.form, code.page)
    return _Page(even, bilevel, page).read(code, lies)


@dataclass(frozen=True, slots=True)
class _Ours:
    """A page that we printed."""

    form: Form
    square: Square
    found: Found | None


def _identified(
    grey: Grey, found: Found | None, squares: list[Square], forms: Forms
) -> Reading | _Ours:
    """The form and the code of the page, or why there is none."""
    codes = {one.code for one in squares}
    if not codes:
        return _without_code(grey, found)
    code = squares[0].code
    if len(codes) > 1 or (found and (found.others or found.page != code.page)):
        facts = (("codes", max(2, len(codes))),)
        return Reading(Outcome.TWO_SHEETS, code, Why.SHEETS_OVERLAP, facts)
    form = forms(code.form)
    refused = _refused(code, form)
    if refused or form is None:
        return refused or Reading(Outcome.UNKNOWN_FORM, code)
    return _Ours(form, squares[0], found)


def _refused(code: PageCode, form: Form | None) -> Reading | None:
    """Why a code is not believed; None where it is ours."""
    if form is None:
        return Reading(Outcome.UNKNOWN_FORM, code)
    if not code.is_ours(form.secret):
        return Reading(Outcome.FORGED, code)
    if not 1 <= code.page <= form.layout.pages:
        facts = (("page", code.page), ("pages", form.layout.pages))
        return Reading(Outcome.UNREADABLE, code, Why.NEWER_LAYOUT, facts)
    return None


def _without_code(grey: Grey, found: Found | None) -> Reading:
    if found and len(found.marks) >= 2:
        facts = (("page", found.page),)
        return Reading(Outcome.UNREADABLE, why=Why.NO_CODE, facts=facts)
    if _is_blank(grey):
        return Reading(Outcome.BLANK_PAGE)
    return Reading(Outcome.NOT_OURS)


def _is_blank(grey: Grey) -> bool:
    """Nothing but paper, specks and the shadow at its edges."""
    small = cv2.resize(grey, (420, 594), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(small, 41).astype(np.float32)
    darker = (paper - small.astype(np.float32)) > 0.15 * np.maximum(paper, 40)
    inner = darker[24:-24, 18:-18]
    count, _labels, stats, _middles = cv2.connectedComponentsWithStats(
        inner.astype(np.uint8)
    )
    larger = stats[1:count, cv2.CC_STAT_AREA]
    return bool(larger[larger > 6].sum() < _NO_INK * inner.size)


def _placed(ours: _Ours) -> Registration | None:
    layout = ours.form.layout
    extra = np.hstack([corners_of(layout.code), ours.square.corners])
    return register(ours.found.marks if ours.found else (), layout, extra)


@dataclass(frozen=True, slots=True)
class _Page:
    """One picture of a page we know."""

    even: Grey  # without streaks
    bilevel: bool
    page: Printed

    def read(self, code: PageCode, lies: Registration) -> Reading:
        place, agreement = self._laid_flat(lies)
        ink = self._ink(place)
        boxes = measured(ink, self.page)
        quality = self._quality(lies, agreement, ink, boxes)
        reading = Reading(
            Outcome.READ,
            code,
            place=place,
            fields=self._fields(ink, boxes),
            quality=quality,
        )
        if agreement.score < _AGREES or quality.seen < _PART:
            reading = _doubted(reading, agreement.score, boxes)
        return decide_page(reading, self.page.layout, pen_of(reading.fields))

    def _laid_flat(self, lies: Registration) -> tuple[Place, straighten.Agreement]:
        layout = self.page.layout
        homography = tuple(lies.homography.ravel().tolist())
        place = Place(homography, layout.width, layout.height)
        ink = self._ink(place)
        agreement = straighten.shifts_of(ink.dark, self.page.dark, layout)
        if agreement.largest < 0.12:
            return place, agreement
        rows, columns = agreement.shifts.shape[:2]
        shifts = tuple(round(float(one), 4) for one in agreement.shifts.ravel())
        return replace(place, rows=rows, columns=columns, shifts=shifts), agreement

    def _ink(self, place: Place) -> inks.Ink:
        layout = self.page.layout
        paper = Rect(0, 0, layout.width, layout.height)
        flat = straighten.warp(self.even, place, paper)
        return inks.ink_of(flat, self.page.dark, bilevel=self.bilevel)

    def _fields(self, ink: inks.Ink, boxes: list[Measured]) -> tuple[FieldReading, ...]:
        around = outside(ink, self.page, boxes)
        excess = labels_excess(ink, self.page, boxes)
        by_field: dict[str, list[Measured]] = {}
        for one, more, share in zip(boxes, excess, around.circles, strict=True):
            ink_of_it = replace(one.ink, label=more, around=round(share, 3))
            labelled = replace(one, ink=ink_of_it)
            by_field.setdefault(one.field, []).append(labelled)
        return tuple(
            FieldReading(
                field.id,
                Answer.BLANK,
                boxes=tuple(one.ink for one in by_field.get(field.id, ())),
                stray=around.written.get(field.id, 0.0)
                if field.kind == Kind.TEXT
                else around.stray.get(field.id, 0.0),
            )
            for field in self.page.fields
        )

    def _quality(
        self,
        lies: Registration,
        agreement: straighten.Agreement,
        ink: inks.Ink,
        boxes: list[Measured],
    ) -> Quality:
        seen = np.array([one.ink.seen for one in boxes] or [1.0])
        sharp = np.array([one.ink.sharp for one in boxes] or [1.0])
        scale = np.sqrt(abs(np.linalg.det(lies.homography[:2, :2])))
        return Quality(
            marks=lies.marks,
            error_mm=round(lies.error_mm, 3),
            shift_mm=round(agreement.largest, 3),
            dpi=round(float(scale) * 25.4, 1),
            sharpness=round(float(np.median(sharp)), 3),
            noise=round(ink.noise, 4),
            is_bilevel=self.bilevel,
            seen=round(float(np.mean(seen > SEEN)), 3),
        )


def _doubted(reading: Reading, score: float, boxes: list[Measured]) -> Reading:
    """A page that is not all there, or of which nothing can be told."""
    seen = sum(one.ink.seen > SEEN for one in boxes)
    facts = (("seen", seen), ("of", len(boxes)))
    if reading.quality.sharpness < 0.35 and seen < 0.3 * len(boxes):
        return replace(reading, why=Why.BLURRED, facts=facts)
    if score < _AGREES and seen < 0.3 * len(boxes):
        return replace(reading, outcome=Outcome.UNREADABLE, why=Why.NO_MARKS)
    return replace(reading, why=Why.PART_MISSING, facts=facts)
