"""Text as every database keeps it."""

from __future__ import annotations


def storable(text: str) -> str:
    """Without NUL, without half of a surrogate pair, without blanks at its ends."""
    # Broken JSON has halves of pairs, which no encoding takes; PostgreSQL takes no NUL.
    return text.encode("utf-8", "replace").decode().replace("\x00", "").strip()
