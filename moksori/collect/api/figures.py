"""The JSON door of customers, their use and demand."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from moksori.base.people.requests import member_of
from moksori.collect.reads import figures as reads
from moksori.collect.tables.figures import read_given
from moksori.collect.writes.figures import take_figures

router = Router(tags=["collect"])
MOST = 1_000
Kind = Literal["accounts", "customers", "usage", "demand"]
Cell = str | float | bool | None


class FiguresIn(Schema):
    """Rows as a file has them, by role: see `docs/collect.md` for the roles."""

    unit: int = Field(ge=1, le=2**31)
    rows: list[dict[str, Cell]] = Field(max_length=MOST, min_length=1)


class FigureRefusedOut(Schema):
    """A row that was not taken; rows count from 1."""

    row: int
    column: str
    message: str


class TakenOut(Schema):
    added: int
    changed: int
    unchanged: int
    refused: list[FigureRefusedOut]


class FigureOut(Schema):
    kind: str
    count: int
    of: int
    first: date | None
    last: date | None


@router.get("/figures", response=list[FigureOut])
def figure_list(request: HttpRequest) -> Any:
    """What there is of customers, their use and demand, kind by kind."""
    return reads.figure_lines(by=member_of(request))


@router.post("/figures/{table}", response=TakenOut, summary="Send up to 1,000 rows")
def take(request: HttpRequest, table: Kind, body: FiguresIn) -> Any:
    """The same rows again change nothing; a row that is wrong is told, not stored."""
    member = member_of(request)
    unit = reads.figure_unit(body.unit, by=member)
    taken = take_figures(read_given(body.rows, table), unit=unit, by=member)
    return {
        "added": taken.added,
        "changed": taken.changed,
        "unchanged": taken.unchanged,
        "refused": [
            {"row": one.number, "column": one.column, "message": str(one.message)}
            for one in taken.refused
        ],
    }
