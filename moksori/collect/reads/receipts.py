"""What came of one answer, as its customer may read it.

Later steps know what was found and done; they `register` how to tell it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from moksori.collect.models import Response


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened, said to the customer: no names, nothing internal."""

    at: datetime
    title: str
    text: str = ""


Teller = Callable[[int, str], list[News]]
_tellers: dict[str, Teller] = {}


def register(name: str, tell: Teller) -> None:
    """`tell(feedback id, language)` gives what came of one feedback."""
    _tellers[name] = tell


def news_of(response: Response, *, language: str) -> list[News]:
    """Everything that came of a response, in the order in which it happened."""
    if response.state == Response.State.WITHDRAWN or response.finished_at is None:
        return []
    found = [News(response.finished_at, _("We received your answers."))]
    if response.feedback_id is not None:
        for tell in _tellers.values():
            found += tell(response.feedback_id, language)
    return sorted(found, key=lambda one: one.at)
