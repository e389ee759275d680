"""What every sender does: take messages one by one and say what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One question on its way to one customer.

    `reference` is ours and the same for every attempt; `facts` are what a template
    kept by the carrier wants filled in (알림톡): name, survey, link.
    """

    to: str
    text: str
    reference: str
    subject: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    from_name: str = ""  # who asks, as customers know them
    returns_to: str = ""  # envelope sender: where bounces go
    facts: Mapping[str, str] = field(default_factory=dict)


class Fate(StrEnum):
    """What became of a message."""

    SENT = "sent"  # the carrier has it
    LATER = "later"  # not this one now: try again
    DOWN = "down"  # nobody there: the others need not be tried either
    REFUSED = "refused"  # never: the address is wrong
    FAILED = "failed"  # never: something is wrong on our side
    UNSURE = "unsure"  # the line went dead while the carrier had it


@dataclass(frozen=True, slots=True)
class Outcome:
    fate: Fate
    error: str = ""
    carrier_id: str = ""


class Line(Protocol):
    """An open connection to a carrier."""

    def hand_over(self, message: Message) -> Outcome: ...


class Sender(Protocol):
    """One kind of sender: `sender` in its folder's __init__.py.

    `ways` it can serve; `fields` an administrator fills in (see `Field`).
    """

    title: Any
    ways: frozenset[str]
    fields: tuple[Field, ...]

    def problems(self, given: Mapping[str, str]) -> dict[str, str]: ...

    def line(self, given: Mapping[str, str]) -> AbstractContextManager[Line]: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a sender. A secret one is sealed, and never shown again."""

    name: str
    label: Any
    help: Any = ""
    default: str = ""
    is_secret: bool = False
    is_long: bool = False
