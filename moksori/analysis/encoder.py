"""Short Korean and English texts as vectors in one space, fast enough for millions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sentencepiece import SentencePieceProcessor

MODELS = Path(__file__).parent / "models"
BATCH = 8_192


# "[phone]" stands where a number was masked; the clause is not about phones.
_MASKS = re.compile(r"\[(?:phone|email|card|id number|account)\]")


def _tidy(text: str) -> str:
    composed = unicodedata.normalize("NFC", text).lower()
    return _MASKS.sub(" ", composed) if "[" in composed else composed


class StaticEncoder:
    """A text is the sum of the vectors of its pieces and of frequent neighbours.

    Distilled from USE multilingual v3 (`tools/distill`, `models/PROVENANCE.md`):
    meaning counts, word order hardly does. Upper and lower case are the same.
    Stateless, safe to share between threads, and deterministic.
    """

    name = "moksori-static"
    version = "2"
    dims = 256
    is_slow = False

    def __init__(self, folder: Path = MODELS) -> None:
        self._tokenizer: Any = SentencePieceProcessor(
            model_file=str(folder / "pieces.model")
        )
        with np.load(folder / "encoder.npz") as stored:
            self._pairs: NDArray[np.int64] = stored["pairs"]
            scales = stored["scales"].astype(np.float32)
            vectors = stored["vectors"].astype(np.float32) * scales[:, None]
        self._size = int(self._tokenizer.vocab_size())
        # Unknown characters say nothing.
        vectors[self._tokenizer.unk_id()] = 0
        self._vectors: NDArray[np.float32] = vectors

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, 256); zero for a text that holds nothing known."""
        out = np.zeros((len(texts), self.dims), np.float32)
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            out[start : start + len(part)] = self._encode(part)
        return out

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = self._tokenized([_tidy(text) for text in texts])
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        ids = np.fromiter(chain.from_iterable(rows), np.int64, int(lengths.sum()))
        sums: NDArray[np.float32] = self._features(ids, lengths) @ self._vectors
        norms = np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, None]
        out = np.zeros_like(sums)
        np.divide(sums, norms, out=out, where=norms > 1e-6)
        return out

    def _tokenized(self, texts: list[str]) -> list[list[int]]:
        try:
            return list(self._tokenizer.encode(texts, out_type=int, num_threads=1))
        except TypeError:  # a lone surrogate is no letter
            plain = [text.encode("utf-8", "replace").decode() for text in texts]
            return list(self._tokenizer.encode(plain, out_type=int, num_threads=1))

    def _features(
        self, ids: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> sparse.csr_matrix:
        """Ones for every piece and known pair: CSR, a pair beside its first piece."""
        columns = np.repeat(ids, 2)
        at, known = self._known_pairs(ids)
        ends = np.cumsum(lengths)
        # The last piece of a text has no neighbour within it.
        known[ends[lengths > 0] - 1] = False
        columns[1::2] = self._size + at
        data = np.ones(len(columns), np.float32)
        data[1::2] = known
        indptr = np.concatenate([[0], 2 * ends])
        shape = (len(lengths), len(self._vectors))
        return sparse.csr_matrix((data, columns, indptr), shape=shape)

    def _known_pairs(
        self, ids: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        following = np.zeros_like(ids)
        following[:-1] = ids[1:]
        keys = ids * self._size + following
        at = np.searchsorted(self._pairs, keys).clip(max=len(self._pairs) - 1)
        return at, self._pairs[at] == keys


@cache
def load_encoder() -> StaticEncoder:
    """The encoder shipped with the package, loaded once."""
    return StaticEncoder()
