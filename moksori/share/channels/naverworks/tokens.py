"""Access tokens of a service account: a signed statement for a token of a day."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.cache import cache

from moksori.base.sealed import seal, unseal
from moksori.share.channels import talking
from moksori.share.channels.channel import Access, Fate, Outcome

AUTH = "https://auth.worksmobile.com"
HOSTS = ("auth.worksmobile.com",)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SECONDS = 3_600  # that a statement is valid: the most that is allowed
# So much earlier than it ends a token is made anew.
MARGIN = 300


def token_of(access: Access) -> str | Outcome:
    """The token kept from before, else a new one; an Outcome where there is none."""
    kept = cache.get(_key(access))
    if kept is not None:
        return unseal(kept)
    given = access.carrier
    base = (given.get("auth") or AUTH).rstrip("/")
    answer = talking.post_form(
        f"{base}/oauth2/v2.0/token",
        {
            "assertion": statement(given["client"], given["account"], _pem(access)),
            "grant_type": GRANT,
            "client_id": given["client"],
            "client_secret": given["client_secret"],
            "scope": "bot.message",
        },
    )
    if isinstance(answer, Outcome):
        # Asking for a token tells nobody anything: it can be asked again.
        again = answer.fate is Fate.UNSURE
        return Outcome(Fate.LATER, answer.said) if again else answer
    fields = talking.fields_of(answer)
    token = fields.get("access_token")
    if not answer.is_good or not isinstance(token, str):
        found = talking.by_status(answer)
        is_ours = found.fate in {Fate.FAILED, Fate.REFUSED, Fate.SENT}
        return Outcome(Fate.LOCKED, found.said) if is_ours else found
    cache.set(_key(access), seal(token), _seconds(fields.get("expires_in")))
    return token


def forget(access: Access) -> None:
    cache.delete(_key(access))


def statement(client: str, account: str, pem: str, *, now: int | None = None) -> str:
    """A JWT (RS256) that says: this client acts for this service account."""
    issued = int(time.time()) if now is None else now
    head = {"alg": "RS256", "typ": "JWT"}
    said = {"iss": client, "sub": account, "iat": issued, "exp": issued + SECONDS}
    signed = f"{_part(head)}.{_part(said)}"
    key = load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - see is_key
    signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_plain(signature)}"


def is_key(pem: str) -> bool:
    try:
        key = load_pem_private_key(pem.strip().encode(), password=None)
    except (ValueError, TypeError):
        return False
    return isinstance(key, rsa.RSAPrivateKey)


def _pem(access: Access) -> str:
    return access.carrier["private_key"].strip()


def _key(access: Access) -> str:
    """Another secret makes another key, so that a renewed one counts at once."""
    secret = hashlib.sha256(
        (access.carrier["client_secret"] + _pem(access)).encode()
    ).hexdigest()
    return f"share.naverworks.{access.key}.{secret[:24]}"


def _seconds(given: object) -> int:
    text = str(given)
    life = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 3_600
    return max(60, life - MARGIN)


def _part(fields: Mapping[str, object]) -> str:
    return _plain(json.dumps(fields, separators=(",", ":")).encode())


def _plain(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
