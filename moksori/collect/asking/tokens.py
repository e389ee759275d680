"""Links that need no session: a number and a signature, nothing kept for them.

Letters and digits of one case only, for mail servers may write an address in another.
"""

from __future__ import annotations

import base64
import hmac
import re
from hashlib import sha256

from django.conf import settings

INVITATION = "moksori.collect.invitation"
PREFERENCES = "moksori.collect.preferences"
TRIAL = "moksori.collect.trial"
RETURNED = "moksori.collect.returned"
_SHAPE = re.compile(r"([0-9a-z]{1,13})-([a-z2-7]{20})")


def token(purpose: str, number: int) -> str:
    """For a row of this number; good for this purpose alone."""
    return f"{_in_36(number)}-{_signature(purpose, number, settings.SECRET_KEY)}"


def opened(purpose: str, given: str) -> int | None:
    """The number, if the signature is ours (also by a key in use before)."""
    found = _SHAPE.fullmatch(given.strip().lower())
    if found is None:
        return None
    number = int(found[1], 36)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(_signature(purpose, number, str(key)), found[2]):
            return number
    return None


def _signature(purpose: str, number: int, key: str) -> str:
    made = hmac.new(key.encode(), f"{purpose}:{number}".encode(), sha256).digest()
    # 100 bits: nobody guesses one, and it fits into the local part of an address.
    return base64.b32encode(made)[:20].decode().lower()


def _in_36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    found = ""
    while number:
        number, rest = divmod(number, 36)
        found = digits[rest] + found
    return found or "0"
