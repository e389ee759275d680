"""JSON of other people: what should be there may be missing or something else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moksori.collect.answers import Answer, Kind
from moksori.collect.tables.dates import moment


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; a single object counts as a list of one."""
    if isinstance(value, Mapping):
        return [value]
    return (
        [one for one in value if isinstance(one, Mapping)]
        if isinstance(value, list)
        else []
    )


def listed(cell: Any) -> list[Any]:
    """The list that a cell of a table holds as JSON; empty for anything else."""
    try:
        found = json.loads(cell) if isinstance(cell, str) and cell else []
    except (ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []


def text(value: Any) -> str:
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)


def whole(value: Any) -> int:
    """The number; 0 for anything else."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0


def when(value: Any) -> datetime | None:
    """The moment; without a zone programs mean UTC. None for what is no moment."""
    return moment(value, zone=UTC) if isinstance(value, str | int | float) else None


def said(*parts: tuple[str, str]) -> tuple[Answer, ...]:
    """Texts that say something, by their keys."""
    return tuple(Answer(key, Kind.TEXT, words) for key, words in parts if words)
