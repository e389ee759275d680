"""Whom personal sheets are for: people out of a table, without need of an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.asking.table import MOST_NAME, Refused, columns_of
from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.tables.table import Row, Table, clean

PLACES = ("customer", "account", "region")
_UNKEPT = frozenset({"email", "phone", "language", "zone"})  # a sheet has no use for it
_NO_NAME = _("No column holds names. Call one “name”, or “customer” for numbers.")
_NOBODY = _("This row has no name.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody by the name that is printed; `about` is as in signed links."""

    name: str
    about: Mapping[str, Any] = field(default_factory=dict)
    contact: int | None = None


def recipients_in(table: Table, refused: list[Refused]) -> Iterator[Recipient]:
    """Everybody in the table who has a name or a number; the others are refused.

    Columns that mean nothing to us go along as attributes, addresses do not.
    """
    roles = columns_of(table.columns)
    if not {"name", "customer"} & set(roles.values()):
        raise Unreadable(_NO_NAME)
    for row in table.rows():
        given = _given(row, table.columns)
        if not any(given.values()):
            continue
        found = _recipient(given, roles)
        if found is None:
            refused.append(Refused(row.number, "", Message(_NOBODY)))
        else:
            yield found


def _given(row: Row, columns: list[str] | tuple[str, ...]) -> dict[str, str]:
    return {
        name: clean(str(cell)).strip()
        for name, cell in zip(columns, row.cells, strict=False)
        if cell is not None
    }


def _recipient(given: Mapping[str, str], roles: Mapping[str, str]) -> Recipient | None:
    said = {role: given.get(name, "") for name, role in roles.items()}
    name = " ".join((said.get("name") or said.get("customer", "")).split())
    if not name:
        return None
    about: dict[str, Any] = {
        place: said[place][:MOST_NAME] for place in PLACES if said.get(place)
    }
    more = {
        column[:60]: value[:200]
        for column, value in given.items()
        if value and column not in roles
    }
    return Recipient(name[:MOST_NAME], about | ({"attributes": more} if more else {}))
