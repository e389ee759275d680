"""A kind of question: its title, its evidence, its decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.utils.functional import Promise

from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models.review import ReviewItem

Text = str | Promise
# What to do when an item is decided so; what it returns (as JSON) is kept in
# `item.outcome` for the one that takes it back.
Deed = Callable[[ReviewItem, Member], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer: `key` is the letter that gives it (a–z, none of g j k z)."""

    code: str
    label: Text
    key: str
    do: Deed | None = None
    undo: Deed | None = None  # without it (and with a `do`), it cannot be taken back
    is_dismissal: bool = False

    @property
    def can_be_undone(self) -> bool:
        return self.do is None or self.undo is not None


@dataclass(frozen=True, slots=True)
class ReviewKind:
    """`title` heads the kind; `evidence_template` gets `item` and `evidence`.

    `form_template` may stand in place of the buttons, where a decision needs more than
    a choice. `title_of` may say more of one item; `evidence_of` may add to what the
    template gets (rows read anew, so that the page shows them as they are now).
    `hold` locks what its decisions change; it runs before the item itself is touched.
    """

    code: str
    title: Text
    evidence_template: str
    decisions: tuple[Decision, ...]
    ability: Ability = Ability.IMPORT
    form_template: str = ""
    title_of: Callable[[ReviewItem], str] | None = None
    evidence_of: Callable[[ReviewItem, Member], Mapping[str, Any]] | None = None
    hold: Callable[[ReviewItem], None] | None = None

    def decision(self, code: str) -> Decision | None:
        return next((one for one in self.decisions if one.code == code), None)


_registered: dict[str, ReviewKind] = {}


def register(kind: ReviewKind) -> ReviewKind:
    """Make the kind known; later steps call this from their `apps.py`."""
    taken = {"g", "j", "k", "z"}  # the keys of every page
    for one in kind.decisions:
        if one.key in taken:
            raise ValueError(f"{kind.code}: the key {one.key} is taken")
        taken.add(one.key)
    _registered[kind.code] = kind
    return kind


@cache
def _found_by_folder() -> None:
    folder = import_module("moksori.collect.review.kinds")
    for module in iter_modules(folder.__path__):
        register(import_module(f"{folder.__name__}.{module.name}").kind)


def kinds() -> tuple[ReviewKind, ...]:
    """Every kind, in the order of their titles' codes."""
    _found_by_folder()
    return tuple(_registered[code] for code in sorted(_registered))


def kind_of(code: str) -> ReviewKind | None:
    """The kind, or None for items that an older version left behind."""
    _found_by_folder()
    return _registered.get(code)
