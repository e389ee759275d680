"""The JSON door of the board of deadlines."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from moksori.act.reads import board as reads
from moksori.base.people.requests import member_of

router = Router(tags=["act"])


class BoardShareOut(Schema):
    value: float
    low: float
    high: float
    n: int
    method: str


class BoardLineOut(Schema):
    unit_id: int = Field(description="0: all together")
    unit_name: str
    waiting: int
    late: int
    today: int
    unowned: int
    to_close: int
    judged: int
    kept: int
    in_time: BoardShareOut | None = Field(description="kept of judged, in the period")


class PaceOut(Schema):
    middle: float = Field(description="working hours to the first answer")
    low: float
    high: float
    n: int
    is_whole: bool


class BoardOut(Schema):
    days: int
    since: date
    whole: BoardLineOut
    lines: list[BoardLineOut]
    pace: PaceOut | None
    solved: BoardShareOut | None = Field(
        description="of the customers who said something"
    )


@router.get("/case-board", response=BoardOut)
def board(request: HttpRequest, days: Literal["7", "28", "90"] = "28") -> reads.Board:
    """What is due and overdue by unit, and how well deadlines were kept."""
    return reads.board(by=member_of(request), days=int(days))
