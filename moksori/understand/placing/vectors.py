"""The vectors of texts; those of slow encoders are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.duplicates import text_key
from moksori.analysis.encoders import Encoder, EncoderError, label
from moksori.analysis.neighbours import Vectors, unit
from moksori.analysis.topical import topical
from moksori.understand.models import TextVector
from moksori.understand.reads.encoders import EncoderAwayError

ASKED = 500
Halves = NDArray[np.float16]


def topical_vectors(texts: Sequence[str], encoder: Encoder) -> Vectors:
    """What the texts are about, as vectors: judgement and filler taken out first.

    The vectors of a slow encoder are kept as they come, so that a worker that is
    killed has lost one batch; equal words are encoded once.
    """
    about = [topical(text) for text in texts]
    if not encoder.is_slow:
        return encoder.encode(about)
    try:
        return _slowly(about, encoder)
    except EncoderError as error:
        raise EncoderAwayError(error) from error


def _slowly(about: Sequence[str], encoder: Encoder) -> Vectors:
    keys = [text_key(text) if text else 0 for text in about]
    words = dict(zip(reversed(keys), reversed(about), strict=True))
    words.pop(0, None)
    known = _kept(words, encoder)
    missing = [key for key in words if key not in known]
    for start in range(0, len(missing), ASKED):
        part = missing[start : start + ASKED]
        known |= _kept_now(part, [words[key] for key in part], encoder)
    rows = np.zeros((len(about), encoder.dims), np.float32)
    for at, key in enumerate(keys):
        if key in known:
            rows[at] = known[key]
    return unit(rows)


def _kept(keys: Iterable[int], encoder: Encoder) -> dict[int, Halves]:
    wanted = list(keys)
    found: dict[int, Halves] = {}
    rows = TextVector.objects.filter(encoder=label(encoder))
    for start in range(0, len(wanted), ASKED):
        part = rows.filter(key__in=wanted[start : start + ASKED])
        for key, vector in part.values_list("key", "vector"):
            found[key] = np.frombuffer(bytes(vector), np.float16)
    return found


def _kept_now(
    keys: Sequence[int], texts: list[str], encoder: Encoder
) -> dict[int, Halves]:
    rows = encoder.encode(texts).astype(np.float16)
    made = [
        TextVector(key=key, encoder=label(encoder), vector=row.tobytes())
        for key, row in zip(keys, rows, strict=True)
    ]
    # Another worker may have been faster with the same words.
    TextVector.objects.bulk_create(made, ignore_conflicts=True)
    return dict(zip(keys, rows, strict=True))
