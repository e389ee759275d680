"""The sections of an edition; a later step adds its own from its `apps.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from moksori.share.sections.blocks import Part

if TYPE_CHECKING:
    from moksori.base.people.models import Member
    from moksori.share.reads.remits import RemitCard


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a section is composed, and about which days (both included).

    The edition's language is active while sections are composed. What a section tells
    must come through the gate, `by=asked.member`. `previous_at` is when the member's
    last edition was composed. `shared` is for what several sections need.
    """

    member: Member
    remit: RemitCard
    since: date
    until: date
    previous_at: datetime | None = None
    shared: dict[str, Any] = field(default_factory=dict, compare=False)


Compose = Callable[[Asked], Part | None]


@dataclass(frozen=True, slots=True)
class Section:
    """`compose` answers with the part of one edition, or None when nothing matters."""

    key: str
    order: int
    compose: Compose


_sections: dict[str, Section] = {}


def register(key: str, *, order: int, compose: Compose) -> None:
    """Add a section to every edition; `order` runs from 0 (top) to 100.

    What changed is at 10, customers' words at 20, the thing to do at 30. The same key
    again replaces the section. Sections that would make an edition longer than two
    minutes are left out, the later ones first.
    """
    _sections[key] = Section(key, order, compose)


def sections() -> Iterable[Section]:
    return sorted(_sections.values(), key=lambda section: (section.order, section.key))
