"""Honest progress on one line of a terminal, a few plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from django.utils.translation import gettext as _

from moksori.base.web import text


class Progress:
    """Writes to `stream` what is being done; overwrites its line on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.is_live = stream.isatty()
        self._said = ""

    def rows(self, count: int) -> None:
        self._say(_("Reading … %(n)s rows") % {"n": text.number(count)}, step="read")

    def of(self, total: int) -> Callable[[int], None]:
        def understood(count: int) -> None:
            said = _("Understanding … %(n)s of %(total)s") % {
                "n": text.number(count),
                "total": text.number(total),
            }
            self._say(said, step="understand")
            if count >= total:
                self._say(_("Finding themes …"), step="themes")

        return understood

    def done(self) -> None:
        if self.is_live:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def _say(self, said: str, *, step: str) -> None:
        if self.is_live:
            self.stream.write(f"\r\x1b[K{said}")
        elif step != self._said:
            self.stream.write(f"{said}\n")
        self._said = step
        self.stream.flush()
