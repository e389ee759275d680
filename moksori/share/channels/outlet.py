"""What every channel says of itself that is fetched by a secret link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.share.channels.channel import Field
from moksori.share.models import Outlet


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for an outlet: which form of it, and what stands in its address."""

    outlet: Outlet
    form: str
    here: str  # the address without query, absolute
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def member(self) -> Member:
        return self.outlet.member

    @property
    def language(self) -> str:
        return str(self.outlet.settings.get("language") or self.member.language)


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered: a body of a media type, or a template with its facts.

    `origins` are sites that may show it in a frame. `file_name` makes browsers save it.
    """

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    template: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    origins: tuple[str, ...] = ()
    file_name: str = ""


class Kind(Protocol):
    """One kind of outlet: `outlet` in its folder's __init__.py.

    `forms` are the endings of its address with what each is for. `ability` is what
    one needs in the unit to open one; None where it tells of oneself alone.
    """

    title: Any
    note: Any
    forms: Mapping[str, Any]
    fields: tuple[Field, ...]
    ability: Ability | None

    def problems(self, given: Mapping[str, str]) -> dict[str, str]: ...

    def answer(self, asked: Asked) -> Page: ...
