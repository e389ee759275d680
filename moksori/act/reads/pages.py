"""Long lists, one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)
Line = TypeVar("Line")

SIZE = 30


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """Some lines of a list of `total`; `number` counts from 1."""

    lines: list[Line]
    total: int
    number: int
    size: int = SIZE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def has_more(self) -> bool:
        return self.number < self.last


def page_of(
    rows: models.QuerySet[Row], line: Callable[[Row], Line], *, number: int
) -> Page[Line]:
    """The page asked for, or the last one when that lies beyond the end."""
    total = rows.count()
    number = min(max(1, number), max(1, -(-total // SIZE)))
    found = rows[(number - 1) * SIZE : number * SIZE]
    return Page([line(row) for row in found], total, number)
