"""Names of other programs as ids of ours, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import (
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
)
from moksori.collect.questionnaires.formats.kept import Remarks

_FITS = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
LONGEST = 40
_OURS = frozenset({NOT_APPLICABLE, PREFER_NOT_TO_SAY})  # codes, and no options


@dataclass(slots=True)
class Names:
    """Ids within one list: each once, each fit, the same name always the same id."""

    prefix: str = "q"
    ids: dict[str, str] = field(default_factory=dict)

    def id(self, name: object, remarks: Remarks | None = None, path: str = "") -> str:
        """A new id for a name; a name that comes twice gets two."""
        raw = str(name if name is not None else "")
        fits = _FITS.fullmatch(raw) and raw not in _OURS
        wanted = raw if fits else self._made(raw)
        found, n = wanted, 2
        taken = set(self.ids.values())
        while found in taken:
            ending = f"_{n}"
            found, n = wanted[: LONGEST - len(ending)] + ending, n + 1
        self.ids.setdefault(raw, found)
        if raw in self.ids and self.ids[raw] != found:
            self.ids[f"{raw}\0{n}"] = found
        if remarks is not None and raw and found != raw:
            remarks.say(path, _("“{name}” is called “{id}” here."), name=raw, id=found)
        return found

    def of(self, name: str) -> str:
        """The id that a name was given; the name itself if it was given none."""
        return self.ids.get(name, name)

    def _made(self, raw: str) -> str:
        made = re.sub(r"[^A-Za-z0-9_-]+", "_", raw).strip("_")
        if not made:
            return f"{self.prefix}{len(self.ids) + 1}"
        if made in _OURS or not made[0].isascii() or not made[0].isalpha():
            made = f"{self.prefix}{made}"
        return made[:LONGEST]
