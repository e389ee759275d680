"""Long lists, one page at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db import models

Row = TypeVar("Row", bound=models.Model)

SIZE = 30


def page_of(
    rows: models.QuerySet[Row], line: Callable[[Row], object], *, number: object
) -> Page[Any]:
    """The page asked for, or the nearest there is; its objects are lines."""
    page: Page[Any] = Paginator(rows, SIZE).get_page(number)  # type: ignore[arg-type]
    page.object_list = [line(row) for row in page.object_list]
    return page
