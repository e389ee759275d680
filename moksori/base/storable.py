"""Text as every database keeps it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from moksori.base.errors import UserError


def storable(text: str) -> str:
    """Without NUL, without half of a surrogate pair, without blanks at its ends."""
    # Broken JSON has halves of pairs, which no encoding takes; PostgreSQL takes no NUL.
    return text.encode("utf-8", "replace").decode().replace("\x00", "").strip()


def one_line(text: str, *, field: str = "") -> str:
    """The words with single blanks between; UserError for what cannot be kept."""
    if storable(text) != text.strip():
        raise UserError(
            _("The text holds a character that cannot be kept."), field=field
        )
    return " ".join(text.split())
