"""Any model of the package sentence-transformers."""

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

KIND = "st"
BATCH = 64


class SentenceModel:
    """A model by its name or folder, loaded when it is first asked.

    Source: Reimers and Gurevych, "Sentence-BERT", EMNLP 2019.
    """

    is_slow = True

    def __init__(self, model: str, version: str = "1") -> None:
        self.name = f"{KIND}:{model}"
        self.version = version
        self._of = model

    @cached_property
    def dims(self) -> int:
        return int(self._model.get_sentence_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Rows:
        return encode_spoken(texts, self.dims, self._encode)

    def _encode(self, texts: list[str]) -> Rows:
        found = self._model.encode(texts, batch_size=BATCH, show_progress_bar=False)
        return unit_rows(found, len(texts), dims=self.dims)

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import (  # noqa: PLC0415 - only if asked for
                SentenceTransformer,
            )
        except ImportError:
            raise EncoderError(
                f"The encoder “{self.name}” needs a package: "
                "pip install sentence-transformers"
            ) from None
        try:
            return SentenceTransformer(self._of)
        except (OSError, ValueError) as error:
            raise EncoderError(
                f"sentence-transformers cannot load “{self._of}” "
                f"({type(error).__name__}). Check the name, or give a folder."
            ) from None
