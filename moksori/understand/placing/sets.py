"""The themes in use, as what places mentions."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from moksori.analysis.encoder import load_encoder
from moksori.analysis.encoders import Encoder, EncoderError, EncoderGoneError, label
from moksori.analysis.neighbours import Vectors
from moksori.analysis.themes import Themes
from moksori.base.errors import Conflict
from moksori.understand.placing.place import ThemeSet
from moksori.understand.placing.taught import Placed, load_rules
from moksori.understand.placing.vectors import topical_vectors
from moksori.understand.reads.encoders import encoder_named, last_run


class ThemeSets:
    """The theme sets of several affiliates, each loaded once."""

    def __init__(self) -> None:
        self._loaded: dict[int, ThemeSet | None] = {}
        self._encoders: dict[int, Encoder | None] = {}

    def place(
        self, affiliates: Sequence[int], texts: Sequence[str], *, quickly: bool = False
    ) -> list[Placed | None]:
        """Theme and confidence of each text, in the affiliate that stands beside it.

        None where it cannot be said now: nobody can encode for these themes any more,
        or (`quickly`) the encoder is slow.
        """
        out: list[Placed | None] = [(None, None)] * len(affiliates)
        owner = np.asarray(affiliates, dtype=np.int64)
        for affiliate in np.unique(owner).tolist():
            rows = np.flatnonzero(owner == affiliate).tolist()
            said = [texts[row] for row in rows]
            placed = self._placed(affiliate, said, quickly=quickly)
            for row, one in zip(rows, placed, strict=True):
                out[row] = one
        return out

    def _placed(
        self, affiliate: int, said: list[str], *, quickly: bool
    ) -> Sequence[Placed | None]:
        encoder = self.encoder(affiliate)
        if encoder is None or (quickly and encoder.is_slow):
            return [None] * len(said)
        found = self.of(affiliate)
        if found is None:
            return [(None, None)] * len(said)
        return found.place(said, topical_vectors(said, encoder))

    def of(self, affiliate: int) -> ThemeSet | None:
        if affiliate not in self._loaded:
            self._loaded[affiliate] = load_theme_set(affiliate)
        return self._loaded[affiliate]

    def encoder(self, affiliate: int) -> Encoder | None:
        """What its themes are placed with; None when nobody can do so any more."""
        if affiliate not in self._encoders:
            try:
                self._encoders[affiliate] = encoder_of(affiliate)
            except EncoderGoneError:
                self._encoders[affiliate] = None
        return self._encoders[affiliate]


def load_theme_set(affiliate: int) -> ThemeSet | None:
    """The last learning of an affiliate and what is taught; None with neither."""
    run = last_run(affiliate)
    encoder = encoder_of(affiliate)
    encode = partial(topical_vectors, encoder=encoder)
    rules = load_rules(affiliate, encoder=label(encoder), encode=encode)
    if run is None:
        is_taught = rules.owners or rules.words or rules.pins
        return ThemeSet(None, [], rules) if is_taught else None
    return ThemeSet(unpacked(run.state), list(run.labels), rules)


def encoder_of(affiliate: int) -> Encoder:
    """The encoder in whose space the affiliate's themes are; the shipped one at first.

    EncoderGoneError when the settings do not reach it any more.
    """
    run = last_run(affiliate)
    return encoder_named(run.encoder) if run else load_encoder()


def encoder_name(affiliate: int) -> str:
    """Name and version of the encoder that the affiliate's themes are placed with."""
    return label(encoder_of(affiliate))


def theme_vectors(texts: Sequence[str], affiliate: int) -> Vectors:
    """What the texts are about, as vectors in the space of the affiliate's themes.

    Conflict where a person asks while nobody can encode for them.
    """
    with answering():
        return topical_vectors(texts, encoder_of(affiliate))


@contextmanager
def answering() -> Iterator[None]:
    """An encoder that cannot be used is told to the person who asked."""
    try:
        yield
    except EncoderError as error:
        raise Conflict(
            _("What was said cannot be compared now. %(why)s") % {"why": error}
        ) from error


def packed(themes: Themes) -> bytes:
    stored = io.BytesIO()
    arrays: dict[str, Any] = themes.state()
    np.savez_compressed(stored, **arrays)
    return stored.getvalue()


def unpacked(state: bytes | memoryview[int]) -> Themes:
    with np.load(io.BytesIO(bytes(state)), allow_pickle=False) as arrays:
        return Themes.from_state(dict(arrays))
