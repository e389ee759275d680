"""Standard Webhooks: who sent a body, and when, proven by a shared secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

PREFIX = "whsec_"
ID, AT, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode("ascii")


def signature(secret: str, *, message_id: str, at: int, body: bytes) -> str:
    """The version and the HMAC of id, time and body, as the header carries it."""
    signed = f"{message_id}.{at}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode('ascii')}"


def headers(
    valid: Sequence[str], *, message_id: str, at: int, body: bytes
) -> dict[str, str]:
    """What a message carries; one signature for each valid secret."""
    signatures = [
        signature(secret, message_id=message_id, at=at, body=body) for secret in valid
    ]
    return {ID: message_id, AT: str(at), SIGNATURE: " ".join(signatures)}


def is_signed(
    secret: str, given: Mapping[str, str], body: bytes, *, now: datetime
) -> bool:
    """Whether one of the signatures is ours, and the time within five minutes."""
    message_id, at = given.get(ID, ""), given.get(AT, "")
    if not message_id or not (at.isascii() and at.isdecimal() and len(at) < 12):
        return False
    if abs(now.timestamp() - int(at)) > TOLERANCE.total_seconds():
        return False
    expected = signature(secret, message_id=message_id, at=int(at), body=body)
    return any(_same(one, expected) for one in given.get(SIGNATURE, "").split())


def is_hmac(secret: str, given: str, body: bytes) -> bool:
    """The plainer kind: HMAC-SHA256 of the body, in hex or base64, after a name or not.

    So GitHub, Zendesk, Discourse and many forms sign: `sha256=…`, or bare.
    """
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    bare = given.strip().removeprefix("sha256=")
    return _same(bare.lower(), digest.hex()) or _same(
        bare, base64.b64encode(digest).decode("ascii")
    )


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:  # not in base64, or not even in its letters
        return secret.encode()
