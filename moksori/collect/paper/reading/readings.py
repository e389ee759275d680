"""What a version of the reader saw on one scan: frozen, and storable as JSON.

A reading keeps the measured numbers of every box, so that answers can be judged again
(by this person's pen over all pages, or by a later rule) without the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from numpy.typing import NDArray

from moksori.collect.paper.codes import PageCode
from moksori.collect.paper.layout import Layout
from moksori.collect.paper.reading.troubles import Why

READER = "2"  # raised whenever another answer could come out of the same picture

Grey = NDArray[Any]  # rows × columns of bytes, 0 black … 255 white


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a survey as printed; `blank(page)` is the printed page as a grey
    picture at 200 points an inch (QR code or not: it is not looked at)."""

    key: str
    secret: bytes
    layout: Layout
    blank: Callable[[int], Grey]


Forms = Callable[[str], Form | None]  # by the key in the code; None: not known


class Outcome(StrEnum):
    """What became of a scan."""

    READ = "read"
    BLANK_PAGE = "blank_page"  # nothing on it: the empty back of a sheet
    NOT_OURS = "not_ours"  # something is on it, but no code or marks of ours
    UNKNOWN_FORM = "unknown_form"  # our kind of code, of a form that is not here
    FORGED = "forged"  # the code was not printed by us
    UNREADABLE = "unreadable"  # ours, but `why` nothing can be told
    TWO_SHEETS = "two_sheets"  # more than one page in the picture


class Answer(StrEnum):
    """What became of a field."""

    VALUE = "value"  # `codes` are marked; in a TEXT: something is written
    BLANK = "blank"
    REVIEW = "review"  # a person should look; `codes` is the best guess, perhaps none


class Reason(StrEnum):
    """Why a person should look at a field."""

    NOT_SEEN = "not_seen"  # boxes are covered, cut off, or too blurred to be seen
    FAINT = "faint"  # something is there, too faint or too small to be sure of
    OUTSIDE = "outside"  # ink near a box or a word, not in a box
    TWO_MARKS = "two_marks"  # more than one mark where one was asked for
    CANCELLED = "cancelled"  # a mark may have been taken back
    STRUCK = "struck"  # ink across the words of a box
    UNLIKE = "unlike"  # a mark unlike the others of this person
    THIN_SCAN = "thin_scan"  # black-and-white scan that may have lost a faint pen
    DIRTY = "dirty"  # the whole page is too noisy or blurred
    WRITING = "writing"  # handwriting to be typed in (never an error)


@dataclass(frozen=True, slots=True)
class BoxInk:
    """What was measured in and around one box; shares are 0 … 1.

    Darkness is relative: 0 is this paper, 1 the black of this print.
    """

    code: str
    inner: float = 0.0  # share of the inside covered by the largest stroke
    mean: float = 0.0  # mean darkness of the inside, specks too
    extent: float = 0.0  # longer side of that stroke, in sides of the inside
    dark: float = 0.0  # darkness of that stroke
    solid: float = 0.0  # ink in the emptiest ninth of the inside
    edge: float = 0.0  # share of the stroke that lies along the outline (bleed)
    ring: float = 0.0  # share of the 12 directions with ink just outside
    outside: float = 0.0  # unexpected ink outside, mm²
    label: float = 0.0  # darkness on the words beyond what is printed there
    seen: float = 0.0  # share of the printed outline that is there
    sharp: float = 0.0  # contrast of the outline, 1 as printed
    raw: float = 0.0  # ink of the inside before specks were removed (two-colour scans)
    reach: float = 0.0  # how far strokes crossing the box reach, mm
    around: float = 0.0  # share of the 24 directions with a stroke up to 6 mm away


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field of the layout (`field` is its id), with what was measured.

    `has_ink`: of a TEXT whether something is written; else whether there is ink in the
    field's zone that belongs to no box. `stray` is that ink in mm².
    """

    field: str
    outcome: Answer
    codes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    has_ink: bool = False
    boxes: tuple[BoxInk, ...] = ()
    stray: float = 0.0


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the picture is."""

    marks: int = 0  # corner marks found
    error_mm: float = 0.0  # how far the marks are from where they should be
    shift_mm: float = 0.0  # largest local shift that was corrected
    dpi: float = 0.0  # points an inch of the scan, on the paper
    sharpness: float = 0.0  # 1 as printed; below .25 hardly anything can be told
    noise: float = 0.0  # spread of the darkness of empty paper
    is_bilevel: bool = False  # black and white only
    seen: float = 0.0  # share of the boxes whose outline is seen


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page lies in the picture.

    `homography` (3 × 3, row by row) takes millimetres on paper to points of the
    picture; `shifts` is a grid of `rows` × `columns` fine shifts (right, down, mm) over
    the whole paper (`width` × `height` mm): what is printed at (x, y) is seen at
    (x, y) + shift.
    """

    homography: tuple[float, ...]
    width: float = 210.0
    height: float = 297.0
    rows: int = 0
    columns: int = 0
    shifts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything about one scan.

    `code` is what was read even when forged or unknown; `why` with `facts` says more
    where the outcome is not READ, and may warn where it is.
    """

    outcome: Outcome
    code: PageCode | None = None
    why: Why | None = None
    facts: tuple[tuple[str, int], ...] = ()
    place: Place | None = None
    fields: tuple[FieldReading, ...] = ()
    quality: Quality = Quality()
    reader: str = READER

    @property
    def reviews(self) -> int:
        return sum(one.outcome == Answer.REVIEW for one in self.fields)

    def field(self, field_id: str) -> FieldReading | None:
        return next((one for one in self.fields if one.field == field_id), None)

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["facts"] = dict(self.facts)
        for field, one in zip(data["fields"], self.fields, strict=True):
            field["boxes"] = [_box_json(box) for box in one.boxes]
        return data


def reading_from(data: Mapping[str, Any]) -> Reading:
    """Read what `to_json` wrote, by this version of the reader or an earlier one."""
    place = data["place"]
    code = data["code"]
    return Reading(
        outcome=Outcome(data["outcome"]),
        code=PageCode(**code) if code else None,
        why=Why(data["why"]) if data["why"] else None,
        facts=tuple(data["facts"].items()),
        place=replace(
            Place(**place),
            homography=tuple(place["homography"]),
            shifts=tuple(place["shifts"]),
        )
        if place
        else None,
        fields=tuple(map(_field_from, data["fields"])),
        quality=Quality(**data["quality"]),
        reader=data["reader"],
    )


def _box_json(box: BoxInk) -> dict[str, Any]:
    return {
        name: one if isinstance(one, str) else round(one, 4)
        for name, one in asdict(box).items()
        if one
    }


def _field_from(data: Mapping[str, Any]) -> FieldReading:
    return FieldReading(
        field=data["field"],
        outcome=Answer(data["outcome"]),
        codes=tuple(data["codes"]),
        reasons=tuple(Reason(one) for one in data["reasons"]),
        has_ink=data["has_ink"],
        boxes=tuple(BoxInk(**one) for one in data["boxes"]),
        stray=data["stray"],
    )
