"""What a note may be about that is known already: a later step says what that is.

Collecting knows no themes. The step understand registers a read here; its answers are
taken along by phones, and say to which unit a note about one of them belongs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from moksori.base.people.models import Member, Unit


@dataclass(frozen=True, slots=True)
class Known:
    """A pain point: the id of its theme, its name, and words by which it is found."""

    theme: int
    name: str
    words: tuple[str, ...] = ()


Read = Callable[[Member], list[Known]]
Home = Callable[[int, Member], Unit | None]

_reads: dict[str, Read] = {}
_homes: dict[str, Home] = {}


def register_known(name: str, read: Read, home: Home) -> None:
    """`read(by)` gives what this member may see; `home(theme, by)` the unit whose
    theme it is, or None where this member may not see it."""
    _reads[name], _homes[name] = read, home


def known_pains(*, by: Member) -> list[Known]:
    return [one for read in _reads.values() for one in read(by)]


def home_of_theme(theme: int, *, by: Member) -> Unit | None:
    found = (home(theme, by) for home in _homes.values())
    return next((unit for unit in found if unit is not None), None)
