"""E-mail addresses and phone numbers, written one way, and hashed with a key."""

from __future__ import annotations

import hmac
import re
import unicodedata
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_PURPOSE = "moksori.collect.address"
_LONGEST_EMAIL = 254
_PHONE_SIGNS = re.compile(r"[\s().\-‐-―·/]")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")
# Without a country it is a Korean number: 010…, 02…, 031…, 070…
_KOREAN = re.compile(r"0(?:1[016789]\d{7,8}|2\d{7,8}|[3-6]\d{8,9}|70\d{8})")
# Excel takes the zero away.
_KOREAN_MOBILE_WITHOUT_ZERO = re.compile(r"1[016789]\d{7,8}")
_KOREAN_PARTS = re.compile(r"\+82(2|\d{2})(\d{3,4})(\d{4})")


def plain_email(given: str) -> str:
    """The address as it is compared and sent to; "" for what is none."""
    text = unicodedata.normalize("NFKC", given).strip().strip("<>").lower()
    text = text.removeprefix("mailto:")
    if not text.isascii():
        name, _at, domain = text.rpartition("@")
        try:
            text = f"{name}@{domain.encode('idna').decode()}"
        except UnicodeError:
            return ""
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text if len(text) <= _LONGEST_EMAIL and text.isascii() else ""


def plain_phone(given: str) -> str:
    """The number with its country (+8210…); "" for what is none."""
    text = unicodedata.normalize("NFKC", given).strip()
    text = _PHONE_SIGNS.sub("", text.removeprefix("tel:"))
    if text.startswith("00") and _INTERNATIONAL.fullmatch(f"+{text[2:]}"):
        text = f"+{text[2:]}"
    text = text.replace("+820", "+82", 1)
    if _INTERNATIONAL.fullmatch(text):
        return text
    if _KOREAN.fullmatch(text):
        return f"+82{text[1:]}"
    return f"+82{text}" if _KOREAN_MOBILE_WITHOUT_ZERO.fullmatch(text) else ""


def shown_phone(plain: str) -> str:
    """As people write it: 010-1234-5678 for a Korean number, others as they are."""
    found = _KOREAN_PARTS.fullmatch(plain)
    return "0{}-{}-{}".format(*found.groups()) if found else plain


def digests(plain: str) -> tuple[str, ...]:
    """The keyed hash of an address; then those by keys that were in use before."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return tuple(
        hmac.new(str(key).encode(), f"{_PURPOSE}:{plain}".encode(), sha256).hexdigest()
        for key in keys
    )


def masked(plain: str) -> str:
    """Enough to recognise one's own, not enough to write to it: m•••@example.com."""
    if "@" in plain:
        name, _at, domain = plain.partition("@")
        return f"{name[:1]}•••@{domain}"
    return f"{plain[:3]}•••{plain[-2:]}" if plain else ""
