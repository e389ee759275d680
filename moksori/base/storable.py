"""Text and JSON as every database keeps them."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext_lazy as _

from moksori.base.errors import UserError

LARGEST_ID = 2**63 - 1  # of a row; databases refuse to look for a larger one
_FAR = 1e300


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


def storable_json(value: Any, *, deepest: int = 20, deep: int = 0) -> Any:
    """Decoded JSON without what no database keeps.

    Raises ValueError for what is nested deeper than that, and for NaN and infinity.
    """
    if deep > deepest:
        raise ValueError(f"deeper than {deepest} levels")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    if isinstance(value, int) and abs(value) >= _FAR:  # a browser reads infinity
        raise ValueError("not a finite number")
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "")
    if isinstance(value, dict):
        return {
            storable_json(key): storable_json(item, deepest=deepest, deep=deep + 1)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [storable_json(one, deepest=deepest, deep=deep + 1) for one in value]
    return value
