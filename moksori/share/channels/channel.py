"""What every channel says of itself: what it needs, how it looks, how it delivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from moksori.share.sections.blocks import Content


class Fate(StrEnum):
    """How one attempt to deliver ended."""

    SENT = "sent"  # the messenger has it
    LATER = "later"  # not now: try again
    DOWN = "down"  # nobody there: others through the same carrier need not try either
    REFUSED = "refused"  # never to this person: address gone, not a member there
    LOCKED = "locked"  # our secret is not valid (any more)
    FAILED = "failed"  # never: something is wrong with what we sent
    UNSURE = "unsure"  # the line went dead while the messenger had it


@dataclass(frozen=True, slots=True)
class Outcome:
    """`wait` are seconds that the messenger asked for before the next attempt."""

    fate: Fate
    said: str = ""
    remote_id: str = ""
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. A secret one is sealed, and never shown again."""

    name: str
    label: Any
    help: Any = ""
    is_secret: bool = False
    is_needed: bool = True
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """An edition as channels get it: what it says, for whom, and where to answer.

    `content` is already cut to the depth its reader wants. `links` are absolute:
    web, remit, useful, done, not_mine, unsubscribe. `base` goes before paths.
    """

    content: Content
    language: str
    name: str
    email: str
    base: str
    links: Mapping[str, str]
    reference: str


@dataclass(frozen=True, slots=True)
class Access:
    """By what to deliver: settings and secrets of the carrier, what the person gave.

    `key` names the carrier, so that what is dear to make (a token) may be kept.
    """

    carrier: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


class Channel(Protocol):
    """One kind of channel: `channel` in its folder's __init__.py.

    `carrier_fields` an administrator fills in once (empty: no carrier is needed);
    `own_fields` each person fills in. With both, the channel works with a carrier
    only, unless `works_alone`, where `alone_fields` are asked instead.
    `render` makes the payload, `deliver` hands it over and never raises for what the
    other side does.
    """

    title: Any
    note: Any
    carrier_fields: tuple[Field, ...]
    own_fields: tuple[Field, ...]
    alone_fields: tuple[Field, ...]

    @property
    def works_alone(self) -> bool: ...

    def problems(
        self, given: Mapping[str, str], *, of_carrier: bool
    ) -> dict[str, str]: ...

    def render(self, told: Told) -> dict[str, Any]: ...

    def deliver(
        self, payload: Mapping[str, Any], told: Told, access: Access
    ) -> Outcome: ...
