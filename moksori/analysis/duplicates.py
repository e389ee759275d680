"""Which texts say the same words, and which are nearly copies of each other."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Groups = NDArray[np.int64]
Hashes = NDArray[np.uint32]

_NOT_WORDS = re.compile(r"[\W_]+")
# A copy is greeted differently, carries another number, or has its number masked.
_NOT_LETTERS = re.compile(r"\[[a-z ]{3,12}\]|[\W\d_]+")
_GREETINGS = re.compile(
    r"(?:안녕하(?:세요|십니까)|수고(?:가?많으십니다|하십니다|하세요)|hello|hithere)+"
)
_THANKS = (
    "감사합니다",
    "감사드립니다",
    "고맙습니다",
    "수고하세요",
    "thankyou",
    "thanks",
)
_SHINGLE = 4
# Below this many letters (of Hangul: about ten syllables) one word makes the meaning.
_SHORTEST = 24
_LONGEST = 4_000
_BANDS, _ROWS = 6, 4
_BLOCK = 8_192
_NEAR = 0.8
# Alike along a chain of copies, and still alike to the first of them.
_OF_FIRST = 0.65
_WORTH_A_LOOK = 0.55


def text_key(text: str) -> int:
    """A signed 64-bit number that texts of the same letters and digits share.

    Case, spacing, punctuation and emoji do not count: "배송이 늦어요!!" and
    "배송이늦어요" are the same words.
    """
    letters = unicodedata.normalize("NFKC", text).casefold()
    kept = _NOT_WORDS.sub("", letters) or letters.strip()
    digest = hashlib.blake2b(kept.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big", signed=True)


def folds(texts: Sequence[str], *, shortest: int = 0) -> Groups:
    """A group number for each text: copies and near-copies of a text share one.

    Groups are numbered by their first text. The same letters and digits are copies at
    any length (`text_key`). Longer texts are near-copies when four fifths of what
    stands side by side in them, four letters at a time, is the same (Hangul taken
    apart into its letters): a typo, other spacing, a greeting, other or masked numbers
    make no other text. Found by MinHash (Broder 1997), then compared letter by letter;
    deterministic, and linear in the texts. Texts with fewer than `shortest` letters
    stay alone: "배송이 늦어요" two people write without copying.
    """
    keys = np.fromiter(map(text_key, texts), np.int64, len(texts))
    short = np.flatnonzero([len(text) < shortest for text in texts])
    # Numbers that hardly any text has for a key.
    keys[short] = np.arange(len(short))
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    letters = [_letters(texts[at]) for at in first.tolist()]
    near = _near_groups(letters)
    return _by_first(near[which.ravel()])


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    plain = _NOT_LETTERS.sub("", plain)
    if opening := _GREETINGS.match(plain):
        plain = plain[opening.end() :]
    while plain.endswith(_THANKS):
        plain = plain[: max(plain.rfind(one) for one in _THANKS)]
    return unicodedata.normalize("NFD", plain)[:_LONGEST]


def _near_groups(letters: Sequence[str]) -> Groups:
    """Groups among texts that all differ; short ones stay alone."""
    alone = np.arange(len(letters), dtype=np.int64)
    long = np.flatnonzero([len(one) >= _SHORTEST for one in letters])
    if len(long) < 2:
        return alone
    told = [letters[at] for at in long.tolist()]
    alone[long] = long[_joined(told)]
    return alone


def _joined(letters: Sequence[str]) -> NDArray[np.intp]:
    """For each text the first one that it is a near-copy of, perhaps itself."""
    sketches = np.concatenate([_sketch(part) for part in _blocks(letters)])
    group = np.arange(len(letters))
    for band in range(_BANDS):
        pairs = _neighbours(sketches, band)
        pairs = pairs[group[pairs[:, 0]] != group[pairs[:, 1]]]
        pairs = pairs[_promising(sketches, pairs)]
        good = pairs[_alike(letters, pairs) >= _NEAR]
        edges = np.concatenate([good, np.column_stack([np.arange(len(group)), group])])
        group = _components(edges, len(group))
    later = np.flatnonzero(group != np.arange(len(group)))
    pairs = np.column_stack([later, group[later]])
    far = later[_alike(letters, pairs) < _OF_FIRST]
    group[far] = far
    return group


def _components(edges: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """The smallest number connected to each."""
    ones = np.ones(len(edges), np.int8)
    graph = sparse.coo_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(count, count))
    label = connected_components(graph, directed=False)[1]
    first = np.full(label.max() + 1, count, np.intp)
    np.minimum.at(first, label, np.arange(count))
    return np.asarray(first[label], np.intp)


def _neighbours(sketches: Hashes, band: int) -> NDArray[np.intp]:
    """Pairs that share a band: each with the first of its bucket, and the one before.

    Within a bucket they stand in the order of another band, so that copies adjoin.
    """
    own = sketches[:, band * _ROWS : (band + 1) * _ROWS]
    # What repeats in many texts may share one number by chance, hardly four.
    mixed = (own.astype(np.uint64) * _odd(_ROWS, seed=3)).sum(axis=1, dtype=np.uint64)
    other = sketches[:, (band * _ROWS + _ROWS) % sketches.shape[1]]
    order = np.lexsort((np.arange(len(mixed)), other, mixed))
    same = mixed[order][1:] == mixed[order][:-1]
    starts = np.concatenate([[True], ~same])
    head = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))]
    before = np.column_stack([order[:-1], order[1:]])[same]
    first = np.column_stack([head[1:], order[1:]])[same]
    pairs = np.sort(np.concatenate([before, first]))
    return np.asarray(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))])


def _promising(sketches: Hashes, pairs: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the sketches agree enough to be worth a comparison."""
    out = np.empty(len(pairs), np.bool_)
    for start in range(0, len(pairs), _BLOCK):
        one, other = pairs[start : start + _BLOCK].T
        agreed = (sketches[one] == sketches[other]).mean(axis=1)
        out[start : start + len(one)] = agreed >= _WORTH_A_LOOK
    return out


def _alike(letters: Sequence[str], pairs: NDArray[np.intp]) -> NDArray[np.float64]:
    """The share of shingles that both of a pair have (Jaccard), for each pair."""
    out = np.ones(len(pairs))
    for start in range(0, len(pairs), _BLOCK):
        part = pairs[start : start + _BLOCK]
        one, other = (
            _sets([letters[at] for at in part[:, side].tolist()]) for side in (0, 1)
        )
        both = np.intersect1d(one, other, assume_unique=True)
        count = [
            np.bincount((keys >> np.uint64(32)).astype(np.intp), minlength=len(part))
            for keys in (both, one, other)
        ]
        out[start : start + len(part)] = count[0] / (count[1] + count[2] - count[0])
    return out


def _sets(letters: Sequence[str]) -> NDArray[np.uint64]:
    hashes, lengths = _shingles(letters)
    owner = np.repeat(np.arange(len(letters), dtype=np.uint64), lengths)
    # `numpy.unique` hashes, and is ten times slower on these.
    keys = np.sort((owner << np.uint64(32)) | hashes)
    new = np.concatenate([[True], keys[1:] != keys[:-1]])
    return np.asarray(keys[new], np.uint64)


def _sketch(letters: Sequence[str]) -> Hashes:
    """The least hashes of each text's shingles under several hash functions."""
    hashes, lengths = _shingles(letters)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    out = np.empty((len(letters), _BANDS * _ROWS), np.uint32)
    for at, odd in enumerate(_odd(_BANDS * _ROWS, seed=1).astype(np.uint32)):
        turned = hashes * odd
        turned ^= turned >> np.uint32(15)
        turned *= odd ^ np.uint32(0x5BD1E994)
        out[:, at] = np.minimum.reduceat(turned, starts)
    return out


def _shingles(letters: Sequence[str]) -> tuple[Hashes, NDArray[np.intp]]:
    """A hash of every four neighbouring letters, text after text, and how many."""
    whole = "".join(letters).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(whole, np.uint32)
    lengths = np.fromiter(map(len, letters), np.intp, len(letters))
    hashes = np.zeros(len(codes) - _SHINGLE + 1, np.uint32)
    for step in range(_SHINGLE):
        part = codes[step : step + len(hashes)]
        hashes = (hashes ^ part) * np.uint32(0x9E3779B1)
        hashes ^= hashes >> np.uint32(16)
    ends = np.cumsum(lengths)
    # Those that begin in the last three letters of a text reach into the next one.
    cut = (ends[:, None] - np.arange(1, _SHINGLE)).ravel()
    inside = np.ones(len(codes), np.bool_)
    inside[cut] = False
    return hashes[inside[: len(hashes)]], lengths - _SHINGLE + 1


def _odd(count: int, *, seed: int) -> NDArray[np.uint64]:
    rng = np.random.default_rng(seed)
    drawn: NDArray[np.uint64] = rng.integers(1 << 31, size=count, dtype=np.uint64)
    return drawn * np.uint64(2) + np.uint64(1)


def _blocks(letters: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(letters), _BLOCK):
        yield letters[start : start + _BLOCK]


def _by_first(groups: Groups) -> Groups:
    """The same groups, numbered in the order of their first texts."""
    names, first, which = np.unique(groups, return_index=True, return_inverse=True)
    rank = np.empty(len(names), np.int64)
    rank[np.argsort(first)] = np.arange(len(names))
    return rank[which.ravel()]
