"""Errors that a person can act on.

A message says what is wrong, where, and what to do, in the reader's language.
Rooms raise them; only doors turn them into a page, JSON or an exit code.

UserError            400, exit 2   the input cannot be used as it is
├── NotAllowed       403, exit 3   seen, but not theirs to change
├── NotFound         404, exit 4   does not exist, or lies outside what they may see
├── Conflict         409, exit 5   somebody else was faster, or it is already done
└── TooLarge         413, exit 6   more than this installation takes
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from moksori.base.web.text import with_particles


def _settled(message: str | Promise) -> str | Promise:
    """With the Korean particles that fit; later, for what is translated later."""
    if not isinstance(message, Promise):
        return with_particles(message)
    return lazy(lambda: with_particles(str(message)), str)()


class UserError(Exception):
    """Something a person can put right; `message` is for their eyes."""

    status: ClassVar[int] = 400
    exit_code: ClassVar[int] = 2
    code: ClassVar[str] = "invalid"

    def __init__(
        self, message: str | Promise, *, field: str = "", **details: Any
    ) -> None:
        super().__init__(message)
        self.message = _settled(message)
        self.field = field
        self.details = details

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(UserError):
    status = 403
    exit_code = 3
    code = "not_allowed"

    def __init__(
        self, message: str | Promise = "", *, field: str = "", **details: Any
    ) -> None:
        super().__init__(
            message or _("This is not yours to do. Ask an administrator."),
            field=field,
            **details,
        )


class NotFound(UserError):
    status = 404
    exit_code = 4
    code = "not_found"

    def __init__(
        self, message: str | Promise = "", *, field: str = "", **details: Any
    ) -> None:
        super().__init__(
            message or _("There is nothing here, or it is not yours to see."),
            field=field,
            **details,
        )


class Conflict(UserError):
    status = 409
    exit_code = 5
    code = "conflict"


class TooLarge(UserError):
    status = 413
    exit_code = 6
    code = "too_large"
