"""What a connector is: a folder beside this file that says `CONNECTOR = …`.

Adding one edits nothing else. A connector may be *live* (we ask, again and again), a
*form* of file (recognised when somebody brings one), or both. Neither knows of models
or databases: records go out, and where the reading stands.
"""

from __future__ import annotations

import abc
import functools
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

import moksori.collect.sources as here
from moksori.base.errors import NotFound
from moksori.collect.records import Record

if TYPE_CHECKING:
    from moksori.collect.sources.form import Form
    from moksori.collect.sources.reach import Reach


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a person enters to connect."""

    name: str
    label: str | Promise
    help: str | Promise = ""
    is_needed: bool = True
    is_secret: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A feedback that we have, to look whether it is still there as it was."""

    id: int
    external_id: str
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What to read: `since` when, and from where the `cursor` stands.

    `known(after, count)` gives feedback of the last weeks behind the one of that id,
    to look at again.
    """

    given: Mapping[str, str]
    cursor: Mapping[str, Any]
    since: datetime
    secret: str = ""
    known: Callable[[int, int], Sequence[Known]] = lambda after, count: ()


@dataclass(frozen=True, slots=True)
class Page:
    """Records that are stored together with the cursor, all or nothing.

    `gone` are ids that the other side has deleted. `pause` is how many seconds it asks
    us to stay away, `given` what was entered where that has moved, `title` what the
    other side calls itself.
    """

    records: tuple[Record, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    pause: float = 0
    given: Mapping[str, str] | None = None
    title: str = ""


class Live(abc.ABC):
    """Reads from somebody else's server, page by page."""

    asks: tuple[Ask, ...]
    obeys_robots: bool = False

    @abc.abstractmethod
    def checked(self, given: Mapping[str, str]) -> dict[str, str]:
        """What a person entered, in one form; raises UserError with its field."""

    @abc.abstractmethod
    def title(self, given: Mapping[str, str]) -> str:
        """What the connection is called until somebody, or its first page, names it."""

    @abc.abstractmethod
    def pages(self, task: Task, reach: Reach) -> Iterator[Page]:
        """New and changed records, and what is gone; may be broken off at any page."""


@dataclass(frozen=True, slots=True)
class Connector:
    """What there is to know of a kind; the kind is the name of its folder."""

    name: str | Promise
    about: str | Promise
    channel: str
    live: Live | None = None
    form: Form | None = None
    kind: str = ""


@functools.cache
def connectors() -> Mapping[str, Connector]:
    """Every connector by kind, in the order of the folders."""
    found: dict[str, Connector] = {}
    for one in sorted(pkgutil.iter_modules(here.__path__), key=lambda one: one.name):
        if not one.ispkg or one.name == "tests":
            continue
        connector = getattr(
            import_module(f"{here.__name__}.{one.name}"), "CONNECTOR", None
        )
        if isinstance(connector, Connector):
            found[one.name] = _named(connector, one.name)
    return found


def _named(connector: Connector, kind: str) -> Connector:
    return Connector(
        name=connector.name,
        about=connector.about,
        channel=connector.channel,
        live=connector.live,
        form=connector.form,
        kind=kind,
    )


def live(kind: str) -> tuple[Connector, Live]:
    """The connector that reads by itself; NotFound if there is none of this kind."""
    found = connectors().get(kind)
    if found is None or found.live is None:
        raise NotFound
    return found, found.live
