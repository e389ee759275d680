"""How a clause feels, from hashed letters and words, in Korean and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MODELS = Path(__file__).parent / "models"
BATCH = 4_096
BITS = 20

# Addresses, redactions (XX/XX/XXXX), mask tokens, long numbers and stray brackets
# carry no feeling.
_UNFELT = re.compile(
    r"https?://\S+|\bx{2,}\b(?:/x*)*|\[[a-z ]+\]|[{$]*\d[\d,.]*\d\d[}]?"
    r"|(?<!\S)[()\"'*,./-]+(?!\S)"
)
_SPACE = 32
_LONGEST_GRAM = 4
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_WORD_SEED = np.uint64(0x2545F4914F6CDD1D)
_PAIR_SEED = np.uint64(0xD6E8FEB86659FD93)


def hashed(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Feature numbers (0 to 2^20 − 1) of all texts end to end, and each one's count.

    Features are letters in runs of one to four (blanks between words count as letters),
    whole words, and pairs of neighbouring words. Case is folded and runs of one letter
    longer than three are cut to three (ㅋㅋㅋㅋㅋ is ㅋㅋㅋ).
    """
    codes, owner = _letters(texts)
    parts = [*_grams(codes, owner), *_words(codes, owner)]
    bins = np.concatenate([part[0] for part in parts])
    owners = np.concatenate([part[1] for part in parts])
    order = np.argsort(owners, kind="stable")
    counts = np.bincount(owners, minlength=len(texts)).astype(np.int64)
    return bins[order], counts


def _letters(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Code points of ` text ` for all texts end to end, and the text of each."""
    tidy = [f" {' '.join(_felt(text).split())} " for text in texts]
    lengths = np.fromiter(map(len, tidy), np.int64, len(tidy))
    raw = "".join(tidy).encode("utf-32-le", "replace")
    codes = np.frombuffer(raw, np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(tidy)), lengths)
    repeated = np.zeros(len(codes), bool)
    repeated[3:] = (
        (codes[3:] == codes[2:-1])
        & (codes[3:] == codes[1:-2])
        & (codes[3:] == codes[:-3])
        & (owner[3:] == owner[:-3])
    )
    return codes[~repeated], owner[~repeated]


def _felt(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).lower()
    return _UNFELT.sub(" ", folded)


def _bin(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    mixed = (keys ^ (keys >> np.uint64(29))) * _PRIME
    return (mixed >> np.uint64(64 - BITS)).astype(np.int64)


Part = tuple[NDArray[np.int64], NDArray[np.int64]]


def _grams(codes: NDArray[np.uint64], owner: NDArray[np.int64]) -> list[Part]:
    blank = codes == _SPACE
    keys, inside = codes.copy(), ~blank
    parts = [(_bin(keys[inside]), owner[inside])]
    for n in range(2, _LONGEST_GRAM + 1):
        alive = owner[: 1 - n] == owner[n - 1 :]
        keys = keys[:-1] * _PRIME + codes[n - 1 :] + np.uint64(n)
        parts.append((_bin(keys[alive]), owner[: 1 - n][alive]))
    return parts


def _words(codes: NDArray[np.uint64], owner: NDArray[np.int64]) -> list[Part]:
    blank = codes == _SPACE
    starts = np.flatnonzero(blank[:-1] & ~blank[1:]) + 1
    if not len(starts):
        return []
    # A word's key: the sum of its letters, each weighed by its place in the word.
    which = np.searchsorted(starts, np.arange(len(codes)), side="right") - 1
    place = (np.arange(len(codes)) - starts[which.clip(min=0)]).astype(np.uint64)
    letters = np.where(blank, np.uint64(0), (codes + place * _PAIR_SEED) * _PRIME)
    letters ^= letters >> np.uint64(31)
    keys = np.add.reduceat(letters, starts)
    of = owner[starts]
    same = of[1:] == of[:-1]
    pairs = (keys[:-1] * _PAIR_SEED + keys[1:])[same]
    return [(_bin(keys * _WORD_SEED), of), (_bin(pairs), of[:-1][same])]


class Sentiment:
    """Logistic regression over hashed features; `models/PROVENANCE.md` says of what."""

    name = "moksori-sentiment"
    version = "1"

    def __init__(self, folder: Path = MODELS) -> None:
        with np.load(folder / "sentiment.npz") as stored:
            self._weights: NDArray[np.float32] = stored["weights"].astype(np.float32)
            self._weights *= np.float32(stored["scale"])

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """p(positive) − p(negative) of each text: −1 to 1, 0 where nothing is felt."""
        out = np.zeros(len(texts), np.float32)
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            out[start : start + len(part)] = self._predict(part)
        return out

    def _predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        bins, counts = hashed(texts)
        owner = np.repeat(np.arange(len(texts)), counts)
        sums = np.bincount(owner, self._weights[bins], minlength=len(texts))
        logit = sums / np.sqrt(counts.clip(min=1))
        felt: NDArray[np.float32] = np.tanh(logit / 2).astype(np.float32)
        return felt


@cache
def load_sentiment() -> Sentiment:
    """The model shipped with the package, loaded once."""
    return Sentiment()
