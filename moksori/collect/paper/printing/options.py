"""How a questionnaire is to be printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from moksori.base.errors import UserError

DRAWING = 2  # of the way a form is laid out; another one makes new forms
MOST_CLOSING = 300


class Paper(StrEnum):
    A4 = "a4"
    LETTER = "letter"


SIZES: Mapping[Paper, tuple[float, float]] = {  # mm
    Paper.A4: (210.0, 297.0),
    Paper.LETTER: (215.9, 279.4),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What is chosen before printing.

    `is_large` is for people who read badly: 17 pt and boxes of 5 mm. `closing` says how
    to hand the sheet back, under the thanks; without it a usual sentence stands there.
    """

    paper: Paper = Paper.A4
    columns: int = 1
    is_large: bool = False
    closing: str = ""

    def __post_init__(self) -> None:
        if self.columns not in {1, 2}:
            raise UserError(_("Choose one or two columns."), field="columns")
        if self.columns == 2 and self.is_large:
            raise UserError(
                _("Large print needs the whole width. Choose one column for it."),
                field="columns",
            )
        if len(self.closing) > MOST_CLOSING:
            text = _("The last sentence has {count} characters; {most} at most.")
            told = text.format(count=len(self.closing), most=MOST_CLOSING)
            raise UserError(told, field="closing")

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the paper in millimetres."""
        return SIZES[self.paper]

    @property
    def digest(self) -> str:
        """The same for the same choice, laid out in the same way."""
        told = json.dumps([DRAWING, self.to_json()], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "paper": str(self.paper)}


def options_from(data: Mapping[str, Any]) -> Options:
    """Read what `to_json` wrote, or what somebody chose. Raises UserError."""
    try:
        paper = Paper(str(data.get("paper") or Paper.A4).lower())
    except ValueError:
        text = _("Choose A4 or Letter.")
        raise UserError(text, field="paper") from None
    columns = data.get("columns") or 1
    try:
        count = int(columns)
    except (TypeError, ValueError):
        count = 0
    return Options(
        paper,
        count,
        is_large=data.get("is_large") is True,
        closing=" ".join(str(data.get("closing") or "").split()),
    )
