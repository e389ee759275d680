"""Where everything stands on a printed questionnaire, as it was really rendered.

The layout is made by the same rendering as the PDF and stored with it: whoever reads a
scan looks where the printer put things, and never has to find them. All lengths are
millimetres from the upper left corner of the paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FORMAT = 1  # of the JSON; a reader refuses a newer one
BESIDE = "?"  # the row of boxes for who cannot answer, where the answer has none
MOST_PAGES = 24  # four of the hundred marks a page


class Kind(StrEnum):
    """What a person does in a field."""

    ONE = "one"  # marks one box
    MANY = "many"  # marks any number of boxes
    TEXT = "text"  # writes by hand


@dataclass(frozen=True, slots=True)
class Rect:
    """Left, top, width and height in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Box:
    """A box to mark: `code` is the option's id, the score, or a code such as
    `not_applicable`; `label` is where its words stand, to be struck through."""

    code: str
    rect: Rect
    label: Rect | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """What is answered in one place: a question, a row of a matrix, words of one's own.

    `zone` is everything that belongs to it on its page, its words too: ink there that
    is in no box still means something. `may_cancel` where the sheet says that a filled
    box does not count (only where one box is marked).
    """

    question: str
    kind: Kind
    page: int  # from 1
    zone: Rect
    boxes: tuple[Box, ...] = ()
    area: Rect | None = None  # of a TEXT, to write in
    row: str = ""  # of a matrix
    option: str = ""  # whose own words a TEXT holds
    may_cancel: bool = False

    @property
    def id(self) -> str:
        """Unique within a layout: q3, q3.row, q3#option."""
        row = f".{self.row}" if self.row else ""
        return f"{self.question}{row}" + (f"#{self.option}" if self.option else "")


@dataclass(frozen=True, slots=True)
class Layout:
    """One form as printed: the size of its paper and the fields of its pages.

    The four corner marks of page p have the ids 4(p−1) … 4(p−1)+3, clockwise from the
    upper left; `marks` are their places, the same on every page, and `code` is the
    place of the QR code. `note` is where each sheet says on its first page for whom it
    is; a reader looks at neither.
    """

    width: float
    height: float
    pages: int
    marks: tuple[Rect, Rect, Rect, Rect]
    code: Rect
    fields: tuple[Field, ...]
    note: Rect | None = None

    def on(self, page: int) -> Iterator[Field]:
        return (one for one in self.fields if one.page == page)

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "paper": [self.width, self.height],
            "pages": self.pages,
            "marks": [_numbers(one) for one in self.marks],
            "code": _numbers(self.code),
            "fields": [_field(one) for one in self.fields],
            "note": _numbers(self.note) if self.note else None,
        }


def layout_from(data: Mapping[str, Any]) -> Layout:
    """Read what `to_json` wrote; ValueError for a newer format."""
    if data["format"] != FORMAT:
        raise ValueError(f"layout format {data['format']} is not known")
    upper_left, upper_right, lower_right, lower_left = map(_rect, data["marks"])
    return Layout(
        width=data["paper"][0],
        height=data["paper"][1],
        pages=data["pages"],
        marks=(upper_left, upper_right, lower_right, lower_left),
        code=_rect(data["code"]),
        fields=tuple(map(_field_from, data["fields"])),
        note=_rect(data["note"]) if data.get("note") else None,
    )


def _numbers(rect: Rect) -> list[float]:
    return [round(one, 3) for one in (rect.x, rect.y, rect.width, rect.height)]


def _rect(numbers: list[float]) -> Rect:
    return Rect(*numbers)


def _field(field: Field) -> dict[str, Any]:
    return {
        "question": field.question,
        "kind": str(field.kind),
        "page": field.page,
        "zone": _numbers(field.zone),
        "boxes": [
            {
                "code": box.code,
                "rect": _numbers(box.rect),
                "label": _numbers(box.label) if box.label else None,
            }
            for box in field.boxes
        ],
        "area": _numbers(field.area) if field.area else None,
        "row": field.row,
        "option": field.option,
        "may_cancel": field.may_cancel,
    }


def _field_from(data: Mapping[str, Any]) -> Field:
    return Field(
        question=data["question"],
        kind=Kind(data["kind"]),
        page=data["page"],
        zone=_rect(data["zone"]),
        boxes=tuple(
            Box(
                one["code"],
                _rect(one["rect"]),
                _rect(one["label"]) if one["label"] else None,
            )
            for one in data["boxes"]
        ),
        area=_rect(data["area"]) if data["area"] else None,
        row=data["row"],
        option=data["option"],
        may_cancel=data["may_cancel"],
    )
