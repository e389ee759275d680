"""Rows in trouble, each with all that is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol


class OneTrouble(Protocol):
    """One thing wrong with a row: as the reader tells it, or as it was kept."""

    @property
    def row(self) -> int: ...
    @property
    def is_refused(self) -> bool: ...
    @property
    def column(self) -> str: ...
    @property
    def message(self) -> object: ...
    @property
    def record(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Mistake:
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.column}: {self.message}" if self.column else self.message


@dataclass(frozen=True, slots=True)
class TroubledRow:
    """A row that was refused, or taken with a doubt, and why."""

    row: int
    is_refused: bool
    mistakes: tuple[Mistake, ...]
    record: Mapping[str, Any]


def by_row(troubles: Iterable[OneTrouble]) -> Iterator[TroubledRow]:
    """One for each row; what is wrong in a row comes in one stretch."""
    for row, found in groupby(troubles, key=attrgetter("row")):
        every = list(found)
        yield TroubledRow(
            row=row,
            is_refused=every[0].is_refused,
            mistakes=tuple(Mistake(t.column, str(t.message)) for t in every),
            record=every[0].record,
        )
