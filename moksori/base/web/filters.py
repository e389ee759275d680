"""Filters that read as a sentence: chips from the address, links that change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Filter:
    """One question to the list: `name` in the address, values with their labels.

    `default` is what holds without it in the address; its label is shown then. A filter
    without `choices` takes free input of `input_type` (text, date, number).
    """

    name: str
    label: Words
    choices: Sequence[tuple[str, Words]] = ()
    default: str = ""
    input_type: str = "text"

    def value(self, query: QueryDict) -> str:
        given = query.get(self.name, self.default)
        known = {value for value, _label in self.choices}
        return given if not known or given in known else self.default


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as it is shown."""

    name: str
    label: str
    value: str
    shown: str
    options: tuple[Option, ...]
    input_type: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """What `{% include "web/_filters.html" with bar=bar %}` shows."""

    chips: tuple[Chip, ...]
    kept: tuple[tuple[str, str], ...]
    is_changed: bool
    query: str


def filter_bar(query: QueryDict, filters: Iterable[Filter]) -> Bar:
    """The chips for this address. Paging starts anew with every change."""
    filters = tuple(filters)
    chips = tuple(_chip(query, each) for each in filters)
    named = {each.name for each in filters} | {"page"}
    kept = tuple((n, v) for n, values in query.lists() for v in values
                 if n not in named)  # fmt: skip
    changed = any(chip.is_changed for chip in chips)
    return Bar(chips, kept, changed, query.urlencode())


def _chip(query: QueryDict, each: Filter) -> Chip:
    value = each.value(query)
    options = tuple(
        Option(str(label), _changed(query, each, choice), choice == value)
        for choice, label in each.choices
    )
    shown = next((o.label for o in options if o.is_chosen), value) or _("all")
    return Chip(
        each.name, str(each.label), value, shown, options, each.input_type,
        is_changed=value != each.default,
    )  # fmt: skip


def _changed(query: QueryDict, each: Filter, value: str) -> str:
    changed = query.copy()
    changed.pop("page", None)
    if value == each.default:
        changed.pop(each.name, None)
    else:
        changed[each.name] = value
    return f"?{changed.urlencode()}"
