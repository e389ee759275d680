"""Any server that answers `/v1/embeddings` as OpenAI's does."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np

from moksori.analysis.encoders.encoder import (
    EncoderError,
    Rows,
    encode_spoken,
    unit_rows,
)
from moksori.analysis.posting import Address, PostError, post_json

KIND = "openai"
BATCH = 64
AT_ONCE = 4
_MOST_BYTES = 64_000_000


class EndpointEncoder:
    """Texts leave the machine in batches, a few at once; tried again with back-off.

    Texts are sent as data to a model that only measures: nothing in them is obeyed.
    """

    is_slow = True

    def __init__(self, model: str, address: Address, version: str = "1") -> None:
        if not address.url:
            raise EncoderError(
                f"The encoder “{KIND}:{model}” needs MOKSORI_ENCODER_URL, "
                "such as https://api.example.com/v1."
            )
        self.name = f"{KIND}:{model}"
        self.version = version
        self._of = model
        self._address = address

    @cached_property
    def dims(self) -> int:
        return int(self._ask(["dimensions"], 0).shape[1])

    def encode(self, texts: Sequence[str]) -> Rows:
        if not any(text.strip() for text in texts):
            return np.zeros((len(texts), self.dims), np.float32)
        return encode_spoken(texts, self.dims, self._encode)

    def _encode(self, texts: list[str]) -> Rows:
        parts = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
        dims = self.dims
        with ThreadPoolExecutor(min(AT_ONCE, len(parts))) as pool:
            return np.vstack(list(pool.map(lambda part: self._ask(part, dims), parts)))

    def _ask(self, texts: list[str], dims: int) -> Rows:
        asked = {"model": self._of, "input": texts, "encoding_format": "float"}
        try:
            answer = post_json(
                self._address, "/embeddings", asked, most_bytes=_MOST_BYTES
            )
        except PostError as error:
            raise EncoderError(f"The encoder “{self.name}” failed: {error}") from None
        return unit_rows(_in_order(answer, len(texts)), len(texts), dims=dims)


def _in_order(answer: Any, count: int) -> list[Any]:
    """The vectors in the order of the texts; some servers answer in another one."""
    try:
        found = {
            int(one.get("index", at)): one["embedding"]
            for at, one in enumerate(answer["data"])
        }
        return [found[at] for at in range(count)]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise EncoderError("The encoder's answer does not hold its vectors.") from None
