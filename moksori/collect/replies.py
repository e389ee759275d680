"""Letters that we sent, known again in what comes back.

Who sends letters registers a finder (for answers) and a taker (for bounces) from its
`apps.py`; whoever receives mail asks here and knows neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from moksori.collect.answers import Answer
from moksori.collect.sources.mail.bounces import Bounce


@dataclass(frozen=True, slots=True)
class Letter:
    """What is known of the letter that a mail answers.

    `sent` is its text, so that quotations of it are recognised. `answers` may make more
    of the words than a text (a score in one word).
    """

    sent: str = ""
    customer: str = ""
    account: str = ""
    product: str = ""
    region: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    answers: Callable[[str], Sequence[Answer]] | None = None


# From the parts behind "+" of the receiving addresses, and the Message-IDs answered.
Finder = Callable[[Sequence[str], Sequence[str]], Letter | None]
Taker = Callable[[Bounce], None]

_finders: list[Finder] = []
_takers: list[Taker] = []


def register_letters(finder: Finder) -> Finder:
    if finder not in _finders:
        _finders.append(finder)
    return finder


def register_bounces(taker: Taker) -> Taker:
    """Called in the transaction that stores the bounce, perhaps more than once."""
    if taker not in _takers:
        _takers.append(taker)
    return taker


def letter_of(tokens: Sequence[str], message_ids: Sequence[str]) -> Letter | None:
    """The letter that was answered; None if it is none of ours."""
    for finder in _finders:
        found = finder(tokens, message_ids)
        if found is not None:
            return found
    return None


def tell_bounce(bounce: Bounce) -> None:
    for taker in _takers:
        taker(bounce)
