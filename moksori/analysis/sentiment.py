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
# Korean denial with or without a particle is one: 좋지는 않다, 좋지가 않다, 좋질 않다.
_DENIED = re.compile(r"(?:지(?:는|가|도|를|만은)|질)\s?(?=않|못|안)")
# Up to three words behind an English denial count once more, as denied ones.
_TURNED = re.compile(
    r"\b(?:not|no|never|hardly|barely|without|cannot|nothing|nobody|lack(?:s|ed|ing)?"
    r"|(?:do|does|did|is|are|was|were|wo|would|could|should|ca|has|have|had|ai)n['’]?t)"
    r"\b((?:\s+[a-z']+){1,3})"
)
_LATIN = re.compile("[a-z]{2}")
_HANGUL = re.compile("[가-힣]")
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
    plain = _DENIED.sub("지 ", _UNFELT.sub(" ", folded))
    return _TURNED.sub(_marked, plain) if _LATIN.search(plain) else plain


def _marked(denial: re.Match[str]) -> str:
    return denial[0] + "".join(f" ¬{word}" for word in denial[1].split())


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
    """Two logistic regressions over hashed features: is a feeling there, and which.

    `models/PROVENANCE.md` says from what they were learned. A small calibration (a
    slope and a shift for each, and for Korean and other letters) makes the
    probabilities true on texts held out.
    """

    name = "moksori-sentiment"
    version = "2"

    def __init__(self, folder: Path = MODELS) -> None:
        with np.load(folder / "sentiment.npz") as stored:
            scales = stored["scales"].astype(np.float32)
            self._weights: NDArray[np.float32] = stored["weights"] * scales[:, None]
            # For other letters and for Hangul: slope and shift of each regression.
            self._calibration: NDArray[np.float32] = stored["calibration"]

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Negative, neutral, positive for each text; a row sums to one."""
        good, felt = self._logits(texts, calibrated=self._calibration)
        p_good, p_felt = _logistic(good), _logistic(felt)
        rows = np.stack([p_felt * (1 - p_good), 1 - p_felt, p_felt * p_good], axis=1)
        return rows.astype(np.float32)

    def predict(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """p(positive) − p(negative) of each text: −1 to 1, 0 where nothing is felt."""
        return signed(self.probabilities(texts))

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Two rows, not calibrated: good or bad, and whether anything is felt."""
        return self._logits(texts, calibrated=None)

    def _logits(
        self, texts: Sequence[str], calibrated: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        out = np.zeros((2, len(texts)), np.float32)
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            out[:, start : start + len(part)] = self._sums(part)
        if calibrated is None:
            return out
        script = np.fromiter(map(is_hangul, texts), np.int64, len(texts))
        slope, shift = calibrated[script, :, 0].T, calibrated[script, :, 1].T
        true: NDArray[np.float32] = out * slope + shift
        return true

    def _sums(self, texts: Sequence[str]) -> NDArray[np.float32]:
        bins, counts = hashed(texts)
        owner = np.repeat(np.arange(len(texts)), counts)
        sums = [np.bincount(owner, w[bins], len(texts)) for w in self._weights]
        logits = np.stack(sums) / np.sqrt(counts.clip(min=1))
        small: NDArray[np.float32] = logits.astype(np.float32)
        return small


def signed(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """One number a row, from −1 (surely bad) to 1 (surely good)."""
    felt: NDArray[np.float32] = probabilities[:, 2] - probabilities[:, 0]
    return felt


def is_hangul(text: str) -> bool:
    return _HANGUL.search(text) is not None


def _logistic(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    out: NDArray[np.float32] = ((1 + np.tanh(logits / 2)) / 2).astype(np.float32)
    return out


@cache
def load_sentiment() -> Sentiment:
    """The model shipped with the package, loaded once."""
    return Sentiment()
