"""A little work for whoever sends many answers at once, in place of a third party.

A browser with JavaScript does it by itself: find a number whose hash with the challenge
begins with so many zero bits. Without JavaScript a sum in words is asked. Both are
signed, expire, and count once (the caller keeps what was used).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from moksori.base.web.text import with_particles

BITS = 15  # some 0.1–0.5 s on a phone
MINUTES = 30
_SALT = "collect.challenge"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is asked; `signed` goes into the form."""

    signed: str
    bits: int
    question: str


def new_challenge() -> Challenge:
    left, right = (secrets.randbelow(8) + 1 for _number in range(2))
    nonce = secrets.token_urlsafe(9)
    signed = signing.dumps([nonce, left + right], salt=_SALT)
    words = _numbers()
    return Challenge(
        signed,
        BITS,
        with_particles(
            _("How much is {left} plus {right}? Answer with a number.").format(
                left=words[left], right=words[right]
            )
        ),
    )


def passed(signed: str, *, proof: str, said: str) -> str:
    """The name of the challenge, if it was met by either way; else ""."""
    try:
        nonce, total = signing.loads(signed[:400], salt=_SALT, max_age=60 * MINUTES)
    except (signing.BadSignature, ValueError):
        return ""
    is_met = is_proof(signed, proof) or said.strip() == str(total)
    return str(nonce) if is_met else ""


def is_proof(signed: str, proof: str, *, bits: int = BITS) -> bool:
    if not proof.isascii() or not proof.isdigit() or len(proof) > 12:
        return False
    found = hashlib.sha256(f"{signed}:{proof}".encode()).digest()
    return int.from_bytes(found[:4]) >> (32 - bits) == 0


def _numbers() -> list[str]:
    """Words, for a program that only looks for digits."""
    return [
        "",
        pgettext("number", "one"),
        pgettext("number", "two"),
        pgettext("number", "three"),
        pgettext("number", "four"),
        pgettext("number", "five"),
        pgettext("number", "six"),
        pgettext("number", "seven"),
        pgettext("number", "eight"),
    ]
