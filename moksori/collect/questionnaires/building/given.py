"""Form data as a browser sends it, read without ever failing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moksori.base.storable import storable, storable_json

Fields = Mapping[str, Sequence[str]]
LONGEST = 20_000  # characters of one field


@dataclass(frozen=True, slots=True)
class Given:
    """The fields of one form."""

    fields: Fields

    def text(self, name: str, otherwise: str = "") -> str:
        found = self.fields.get(name) or [otherwise]
        return storable(found[-1][:LONGEST])

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(storable(one[:LONGEST]) for one in self.fields.get(name, ()))

    def has(self, name: str) -> bool:
        """Whether a box was ticked, or a field was in the form at all."""
        return bool(self.fields.get(name))

    def whole(self, name: str, otherwise: int = 0) -> int:
        found = self.number(name)
        return int(found) if found is not None else otherwise

    def number(self, name: str) -> float | int | None:
        """The number in a field; None for nothing and for what is no number."""
        return number_in(self.text(name))

    def json(self, name: str) -> Any:
        """Decoded JSON; raises ValueError for what is none."""
        found = json.loads(self.fields.get(name, ["null"])[-1])
        return storable_json(found, deepest=60)

    def numbered(self, prefix: str) -> Iterator[int]:
        """The numbers n for which a field "prefix-n-…" is there, in order."""
        start = f"{prefix}-"
        found = {
            int(name.removeprefix(start).split("-")[0])
            for name in self.fields
            if name.startswith(start)
            and name.removeprefix(start).split("-")[0].isdecimal()
            and len(name) < len(start) + 40
        }
        yield from sorted(found)[:100]


def number_in(text: str) -> float | int | None:
    """The number that a text is, whole where it is whole."""
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return None
    if not math.isfinite(found) or abs(found) >= 2**53:
        return None
    return int(found) if found == int(found) else found
