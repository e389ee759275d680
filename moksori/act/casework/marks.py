"""Marks in a letter by which its answer, or its bounce, is known again; all signed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings

from moksori.collect.asking.tokens import opened, token

LETTER = "moksori.act.letter"
RATING = "moksori.act.rating"
_MESSAGE = re.compile(r"^<?case\.([0-9a-z]+-[a-z2-7]+)@", re.IGNORECASE)
_TOKEN = re.compile(r"^c-([0-9a-z]+-[a-z2-7]+)$", re.IGNORECASE)
_RETURN = re.compile(r"\+c-([0-9a-z]+-[a-z2-7]+)@", re.IGNORECASE)


def signed(letter: int) -> str:
    return token(LETTER, letter)


def letter_of(given: object) -> int | None:
    """The letter that a signed mark names; None for anything else."""
    return opened(LETTER, given) if isinstance(given, str) else None


def rating_token(letter: int) -> str:
    """For the link by which a customer says whether the answer helped."""
    return token(RATING, letter)


def rated_letter(given: str) -> int | None:
    return opened(RATING, given)


def message_id(letter: int) -> str:
    """The same whenever the same letter is handed over: a mailbox shows it once."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<case.{signed(letter)}@{domain or 'localhost'}>"


def returns_to(letter: int, mailbox: str) -> str:
    """Where answers and bounces go, so that the address itself names the letter."""
    name, _at, domain = mailbox.partition("@")
    return f"{name}+c-{signed(letter)}@{domain}" if domain else ""


def letter_in(tokens: Iterable[str], message_ids: Iterable[str]) -> int | None:
    """The letter named by what stands behind “+”, or by a Message-ID."""
    marks = [(_TOKEN, one) for one in tokens] + [(_MESSAGE, one) for one in message_ids]
    return _first(marks)


def letter_bounced(addresses: Iterable[str], message_id: str) -> int | None:
    """The letter named by the address a bounce came to, or by the mail inside it."""
    marks = [(_RETURN, one) for one in addresses]
    return _first([*marks, (_MESSAGE, message_id)])


def _first(marks: list[tuple[re.Pattern[str], str]]) -> int | None:
    for shape, given in marks:
        found = shape.search(given)
        number = opened(LETTER, found[1]) if found else None
        if number is not None:
            return number
    return None
