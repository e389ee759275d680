"""Try variants of the static encoder on the same texts, and print what they are worth.

    python tools/distill/variants.py --texts texts.txt --teacher teacher.f16 \
        [--rows 30000] [--sib200 DIR] [--banking77 DIR]

Each is fitted to the same rows of the teacher: without pairs, with pairs, weighted by
rarity, with a contrastive finish, in 128, 256 and 384 dimensions, as int8 and as float.
Few rows are enough to compare variants with each other, not with the encoder that is
shipped.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from encoder import (
    common_pairs,
    features,
    load_teacher,
    load_texts,
    pair_keys,
    quantised,
    small_tokenizer,
    solved,
    tokenized,
    turned,
)
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import softmax
from sentencepiece import SentencePieceProcessor

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))


Floats = NDArray[np.float32]
HEAT = 0.05
RATE = 0.05


@dataclass(frozen=True)
class Variant:
    name: str
    dims: int = 256
    pairs: int = 24_000
    rare: bool = False
    turns: int = 2
    epochs: int = 0
    bits: int = 8


VARIANTS = (
    Variant("pieces alone", pairs=0),
    Variant("pieces and 8,000 pairs", pairs=8_000),
    Variant("pieces and 24,000 pairs (as shipped)"),
    Variant("pieces and 48,000 pairs", pairs=48_000),
    Variant("as shipped, weighted by rarity", rare=True),
    Variant("… without turning towards the direction", turns=0),
    Variant("… and one contrastive round", epochs=1),
    Variant("… and three contrastive rounds", epochs=3),
    Variant("… 128 dimensions", dims=128),
    Variant("… 384 dimensions", dims=384),
    Variant("… float32 instead of int8", bits=32),
)


def contrasted(x: csr_matrix, y: Floats, w: Floats, epochs: int) -> Floats:
    """Nearer to its own teacher than to those of others, as far as teachers differ.

    Batches of 512: the softmax of cosines to all teachers of the batch is moved towards
    that of the own teacher's cosines to them (temperature .05), by Adagrad on the rows
    in use. Fitted vectors already point the right way; this spreads neighbours out.
    """
    w, rng = w.copy(), np.random.default_rng(7)
    moved = np.full(len(w), 1e-3, np.float32)
    targets = unit(y)
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(x.shape[0]), x.shape[0] // 512):
            used, columns = np.unique(x[batch].indices, return_inverse=True)
            rows = x[batch]
            rows = csr_matrix(
                (rows.data, columns, rows.indptr), (len(batch), len(used))
            )
            made, aim = rows @ w[used], targets[batch]
            length = np.linalg.norm(made, axis=1, keepdims=True).clip(min=1e-6)
            made /= length
            wrong = softmax(made @ aim.T / HEAT, 1) - softmax(aim @ aim.T / HEAT, 1)
            push = wrong @ aim / HEAT
            push -= (push * made).sum(axis=1, keepdims=True) * made
            step = rows.T @ (push / length / len(batch))
            moved[used] += (step**2).sum(axis=1)
            w[used] -= RATE * step / np.sqrt(moved[used])[:, None]
    return w


class Fitted:
    """Everything that the variants share."""

    def __init__(self, options: argparse.Namespace) -> None:
        teacher = load_teacher(options.teacher)[: options.rows].astype(np.float32)
        self.texts = load_texts(options.texts, len(teacher))
        self.held = len(self.texts) - len(self.texts) // 10
        model = small_tokenizer(self.texts[: self.held], 19_000)
        self.processor = SentencePieceProcessor(model_proto=model)
        self.size = self.processor.vocab_size()
        ids, lengths = tokenized(self.processor, self.texts)
        self.keys = pair_keys(ids, lengths, self.size)[0]
        self.counts = np.bincount(ids, minlength=self.size)
        _, axes = np.linalg.eigh(teacher.T @ teacher)
        self.teacher = teacher @ axes[:, ::-1].astype(np.float32)

    def rows(self, texts: list[str], variant: Variant):
        pairs = common_pairs(self.keys, variant.pairs) if variant.pairs else None
        pairs = np.array([-1]) if pairs is None or not len(pairs) else pairs
        ids, lengths = tokenized(self.processor, texts)
        x = features(ids, lengths, pairs, self.size)
        if variant.rare:
            share = self.counts / self.counts.sum()
            weight = np.ones(x.shape[1], np.float32)
            weight[: self.size] = 1e-3 / (1e-3 + share)
            x = x.multiply(weight).tocsr()
        return x.astype(np.float32)

    def fit(self, variant: Variant):
        x = self.rows(self.texts, variant)
        y = np.ascontiguousarray(self.teacher[:, : variant.dims])
        w = solved(x[: self.held], y[: self.held], 0.3, 14)
        for _ in range(variant.turns):
            w = turned(x[: self.held], y[: self.held], w, 0.3)
        if variant.epochs:
            w = contrasted(x[: self.held], y[: self.held], w, variant.epochs)
        if variant.bits == 8:
            vectors, scales = quantised(w)
            w = vectors * scales[:, None].astype(np.float32)
        whole = self.teacher[self.held :]
        made = x[self.held :] @ w
        dot = (made * whole[:, : variant.dims]).sum(axis=1)
        norms = np.linalg.norm(made, axis=1) * np.linalg.norm(whole, axis=1)
        return w, float((dot / norms.clip(min=1e-6)).mean())


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(min=1e-6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("texts", "teacher", "sib200", "banking77"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--rows", type=int, default=30_000)
    options = parser.parse_args()
    from language import retrieval, same_intent

    found = Fitted(options)
    print("| variant | cosine to teacher | retrieval@1 | same intent | MB | s |")
    print("|---|---|---|---|---|---|")
    for variant in VARIANTS:
        began = time.process_time()
        w, cosine = found.fit(variant)

        def encode(texts: list[str], v: Variant = variant, w=w) -> np.ndarray:
            return unit(found.rows([t.lower() for t in texts], v) @ w)

        near = retrieval(encode, options.sib200)[0] if options.sib200 else float("nan")
        same = same_intent(encode, options.banking77) if options.banking77 else 0.0
        size = w.size * variant.bits / 8 / 1e6
        spent = time.process_time() - began
        print(
            f"| {variant.name} | {cosine:.3f} | {near:.3f} | {same:.3f} "
            f"| {size:.1f} | {spent:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
