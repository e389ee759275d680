"""What is wrong with a file or a row, sayable in any language later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from moksori.base.errors import UserError
from moksori.base.web.text import with_particles


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence with places for facts; `str` translates it when read.

    It travels between processes and rests in the database untranslated, so that each
    reader sees it in their own language.
    """

    template: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return with_particles(gettext(self.template).format(**self.facts))


class Unreadable(UserError):
    """A file that cannot be read as it is; nothing of it was taken."""

    code = "unreadable"

    def __init__(self, template: str, *, field: str = "file", **facts: Any) -> None:
        super().__init__(
            format_lazy("{}", gettext_lazy(template))
            if not facts
            else format_lazy(gettext_lazy(template), **facts),
            field=field,
        )
        self.template = template
        self.facts = facts

    @property
    def as_message(self) -> Message:
        return Message(self.template, self.facts)
