"""Which encoder reads what was said, and how far a change of it has come."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from moksori.analysis.encoder import load_encoder
from moksori.analysis.encoders import (
    Address,
    Chosen,
    Encoder,
    EncoderError,
    EncoderGoneError,
    label,
    load,
    load_named,
)
from moksori.analysis.topical import topical
from moksori.base.errors import UserError
from moksori.base.warehouse.models import Cursor
from moksori.understand.models import Mention, ThemeRun

SLICE = 500
"""Mentions embedded in one go; as many may be missing when themes are learned."""

READER = "embed"


class EncoderAwayError(UserError, EncoderError):
    """What a person did needs vectors, and they cannot be had now."""

    def __init__(self, reason: EncoderError) -> None:
        sentence = _("Texts cannot be read by meaning now; try again later. %(reason)s")
        super().__init__(sentence % {"reason": reason})


class EncoderLostError(EncoderAwayError, EncoderGoneError):
    """The same, for as long as the settings stay as they are."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of encoder that is under way: of `total` mentions `done` are read.

    `trouble` says why it does not go on, in the words of the encoder.
    """

    before: str
    after: str
    done: int
    total: int
    trouble: str = ""

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def chosen() -> Chosen:
    """What the settings say about the encoder."""
    return Chosen(
        settings.MOKSORI_ENCODER,
        Address(settings.MOKSORI_ENCODER_URL, settings.MOKSORI_ENCODER_KEY),
        settings.MOKSORI_ENCODER_VERSION,
    )


def wanted_encoder() -> Encoder:
    """The encoder that the settings name; EncoderError when they name none."""
    return load(chosen())


def encoder_named(named: str) -> Encoder:
    """The encoder with this label; EncoderGoneError when there is none any more."""
    try:
        return load_named(named, chosen())
    except EncoderGoneError as error:
        raise EncoderLostError(error) from None


def asked_vector(text: str, run: ThemeRun | None) -> NDArray[np.float32] | None:
    """What somebody asks for, in the space of these themes; None if it takes too long.

    A page waits for a server two seconds, and only once.
    """
    usual = chosen()
    hurried = replace(usual, address=replace(usual.address, timeout=2, attempts=1))
    words = [topical(text) or text]
    try:
        encoder = load_named(run.encoder, hurried) if run else load_encoder()
        found = encoder.encode(words)
    except EncoderError:
        return None
    return np.asarray(found[0], np.float32)


def last_run(affiliate: int) -> ThemeRun | None:
    return ThemeRun.objects.filter(unit_id=affiliate).order_by("-number").first()


def change_of_encoder(run: ThemeRun | None) -> Change | None:
    """How far reading anew has come since these themes were learned; None when done."""
    if run is None:
        return None
    try:
        wanted = wanted_encoder()
    except EncoderError as error:
        return Change(run.encoder, settings.MOKSORI_ENCODER, 0, 0, str(error))
    if run.encoder == label(wanted):
        return None
    total = Mention.objects.count()
    return Change(run.encoder, label(wanted), total - unread(wanted), total)


def is_read(encoder: Encoder) -> bool:
    """Whether themes can be learned with this encoder without a long wait."""
    return not encoder.is_slow or unread(encoder) <= SLICE


def unread(encoder: Encoder) -> int:
    """Mentions whose vectors are not kept yet, though this encoder is slow."""
    if not encoder.is_slow:
        return 0
    return Mention.objects.filter(pk__gt=position(encoder)).count()


def position(encoder: Encoder) -> int:
    """The last mention that was read with this encoder, in the order of their ids."""
    cursor = Cursor.objects.filter(name=READER, topic=topic(encoder)).first()
    return cursor.position if cursor else 0


def topic(encoder: Encoder) -> str:
    """A short name for the walk of this encoder."""
    digest = hashlib.blake2b(label(encoder).encode(), digest_size=8)
    return f"vectors {digest.hexdigest()}"
