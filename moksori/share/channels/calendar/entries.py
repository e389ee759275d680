"""What stands in a calendar; later steps add theirs from their `apps.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from moksori.base.people.models import Member


@dataclass(frozen=True, slots=True)
class Entry:
    """Something of one day, or with `start` something that takes `minutes`.

    `key` is the same whenever the calendar is fetched, so that programs move an entry
    instead of adding a second one. `path` is an address of this installation.
    """

    key: str
    title: str
    day: date
    note: str = ""
    path: str = ""
    start: datetime | None = None
    minutes: int = 0
    is_weekly: bool = False


Entries = Callable[[Member], Iterable[Entry]]
_sources: dict[str, Entries] = {}


def register_entries(key: str, entries: Entries) -> None:
    """Add a source to every member's calendar. What it tells must come through the
    gate, with the rights of the member it is asked for; words of customers masked."""
    _sources[key] = entries


def entries_of(member: Member) -> list[Entry]:
    found = [entry for source in _sources.values() for entry in source(member)]
    return sorted(found, key=lambda entry: (entry.day, entry.key))
