"""What every encoder is: texts in, unit rows out, under a name and a version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]

LONGEST = 4_000
"""Letters of a text that a slow encoder reads; a clause is hardly ever longer."""


class EncoderError(Exception):
    """An encoder that cannot be used now; the text says why and what to do."""


class EncoderGoneError(EncoderError):
    """Nobody can make these vectors any more: the settings name another encoder."""


class Encoder(Protocol):
    """Turns texts into unit rows; equal name and version give equal vectors.

    `is_slow` says that a vector is worth keeping. Stateless, safe between threads.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def dims(self) -> int: ...

    @property
    def is_slow(self) -> bool: ...

    def encode(self, texts: Sequence[str]) -> Rows:
        """Unit rows (n, dims); zero for a text that holds nothing to encode."""
        ...


def label(encoder: Encoder) -> str:
    """Name and version, as vectors and learned themes carry it."""
    return f"{encoder.name} {encoder.version}"


def unit_rows(found: object, count: int, *, dims: int = 0) -> Rows:
    """What a stranger calls vectors, as unit rows; EncoderError if it is anything else.

    With `dims` other widths are refused.
    """
    try:
        rows = np.asarray(found, np.float32)
    except (TypeError, ValueError, OverflowError):
        raise EncoderError(
            "The encoder answered something that is no vector."
        ) from None
    if rows.ndim != 2 or len(rows) != count or not rows.shape[1]:
        raise EncoderError(f"The encoder answered {rows.shape} for {count} texts.")
    if dims and rows.shape[1] != dims:
        raise EncoderError(
            f"The encoder answered {rows.shape[1]} numbers a text, not {dims}. "
            "Is it another model? Then raise MOKSORI_ENCODER_VERSION."
        )
    norms = np.linalg.norm(rows.astype(np.float64), axis=1)[:, None]
    if not np.isfinite(norms).all():
        raise EncoderError("The encoder answered numbers that are not finite.")
    return np.asarray(rows / norms.clip(min=1e-9), np.float32)


def encode_spoken(
    texts: Sequence[str], dims: int, encode: Callable[[list[str]], Rows]
) -> Rows:
    """Rows of all texts, asking `encode` only for those that hold a word."""
    out = np.zeros((len(texts), dims), np.float32)
    spoken = [at for at, text in enumerate(texts) if text.strip()]
    if spoken:
        # A lone surrogate would break whatever reads it next.
        read = [
            texts[at][:LONGEST].encode("utf-8", "replace").decode() for at in spoken
        ]
        out[spoken] = encode(read)
    return out
