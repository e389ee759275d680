"""Links and codes that open one response, and what a form carries back, signed.

A response rests under a keyed hash of its token: who reads the database can open none.
The code of the receipt follows from the token, so that it can be shown again.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

OLDEST = timedelta(hours=24)  # of a form that was never sent
LONGEST = 200_000  # characters of a signed field; the largest of ours fits well
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"
_CODE = 12
_BEGIN, _SCREEN, _ABOUT = "collect.begin", "collect.screen", "collect.about"


class Forged(Exception):
    """Signed by nobody here, or cut short."""


class TooOld(Exception):
    """Ours, but from another day."""


def new_token() -> str:
    return secrets.token_urlsafe(18)


def token_hash(token: str) -> str:
    return _hash("collect.token", token)


def token_hashes(token: str) -> tuple[str, ...]:
    """As what the token may rest: by the present key, then by those before it."""
    return tuple(_hash("collect.token", token, key) for key in _keys())


def seed_of(token: str) -> int:
    """The chance of a response, the same however often its first page is sent."""
    return int.from_bytes(hashlib.sha256(token.encode()).digest()[:4]) >> 1


def receipt_of(token: str, *, rests_as: str = "") -> str:
    """ "K7QF-2M9P-XR4T": to read out and to type.

    A response that began under a former key, as the hash of its token tells, keeps the
    code of that day.
    """
    hashes = dict(zip(token_hashes(token), _keys(), strict=True))
    number = int(_hash("collect.receipt", token, hashes.get(rests_as, "")), 16)
    letters = []
    for _letter in range(_CODE):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    code = "".join(letters)
    return _in_fours(code)


def as_printed(code: str) -> str:
    """A code however it was typed, as the receipt has it: for a clean address."""
    plain = _plain(code)
    return _in_fours(plain) if len(plain) == _CODE else code


def _in_fours(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, _CODE, 4))


def receipt_hash(code: str) -> str:
    """However it was typed: small letters, without the hyphens."""
    return _hash("collect.receipt_code", _plain(code))


def receipt_hashes(code: str) -> tuple[str, ...]:
    return tuple(_hash("collect.receipt_code", _plain(code), key) for key in _keys())


@dataclass(frozen=True, slots=True)
class Begin:
    """What was decided when the first page was shown; nothing is stored until then."""

    token: str
    version: int
    channel: str
    variant: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)  # to hidden questions


@dataclass(frozen=True, slots=True)
class Screen:
    """What a customer had in front of them, and since when."""

    step: str
    questions: tuple[str, ...]
    at: datetime

    def seconds(self, now: datetime) -> float:
        return max(0.0, (now - self.at).total_seconds())


def sign_begin(begin: Begin) -> str:
    return signing.dumps(asdict(begin), salt=_BEGIN, compress=True)


def begin_from(signed: str) -> Begin:
    found = _loaded(signed, _BEGIN, oldest=OLDEST)
    return Begin(**found)


def sign_screen(screen: Screen) -> str:
    told = [screen.step, list(screen.questions), int(screen.at.timestamp() * 1000)]
    return signing.dumps(told, salt=_SCREEN, compress=True)


def screen_from(signed: str) -> Screen:
    step, questions, at = _loaded(signed, _SCREEN, oldest=None)
    moment = datetime.fromtimestamp(at / 1000, tz=UTC)
    return Screen(step, tuple(questions), moment)


def sign_about(about: dict[str, Any]) -> str:
    """Who is asked, and about what, for the `a` of a link: only we can make one.

    Known are invitation (its number), product, region, customer, account (names), and
    attributes (an object).
    """
    return signing.dumps(about, salt=_ABOUT)


def about_from(signed: str) -> dict[str, Any]:
    found = _loaded(signed, _ABOUT, oldest=None)
    return dict(found) if isinstance(found, dict) else {}


def invited_token(invitation: str) -> str:
    """The one token of an invitation: its link leads to one response, ever."""
    return invited_tokens(invitation)[0]


def invited_tokens(invitation: str) -> tuple[str, ...]:
    """The token, and those by which somebody may have begun under a former key."""
    hashes = (bytes.fromhex(_hash("collect.invited", invitation, key))
              for key in _keys())  # fmt: skip
    return tuple(base64.urlsafe_b64encode(one[:18]).decode() for one in hashes)


def _loaded(signed: str, salt: str, *, oldest: timedelta | None) -> Any:
    if len(signed) > LONGEST:
        raise Forged
    try:
        return signing.loads(signed, salt=salt, max_age=oldest)
    except signing.SignatureExpired as error:
        raise TooOld from error
    except (signing.BadSignature, ValueError) as error:
        raise Forged from error


def _plain(code: str) -> str:
    return "".join(one for one in code.upper() if one in _LETTERS)


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _hash(salt: str, value: str, key: str = "") -> str:
    made = salted_hmac(salt, value, secret=key or None, algorithm="sha256")
    return made.hexdigest()
