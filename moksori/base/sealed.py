"""Secrets at rest: sealed with a key made from the installation's own secret."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from moksori.base.errors import UserError

_PURPOSE = b"moksori.sealed.1"


class Broken(UserError):
    """Sealed with another secret, or changed since."""

    code = "sealed"

    def __init__(self) -> None:
        super().__init__(
            _(
                "A stored password cannot be opened any more, because the secret key "
                "of the installation changed. Enter it again."
            )
        )


def seal(text: str) -> str:
    """The text so that only this installation can read it; never the same twice."""
    return seal_bytes(text.encode("utf-8")).decode("ascii")


def unseal(sealed: str) -> str:
    """What was sealed; raises Broken for anything else."""
    return unseal_bytes(sealed.encode("utf-8")).decode("utf-8")


def seal_bytes(content: bytes) -> bytes:
    return _key(settings.SECRET_KEY).encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """The content; a key that was in use before opens what it sealed."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _key(secret).decrypt(sealed)
        except InvalidToken:
            continue
    raise Broken


@lru_cache(maxsize=8)
def _key(secret: str) -> Fernet:
    # A key of its own for this purpose: what signs links does not open passwords.
    made = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Fernet(urlsafe_b64encode(made))
