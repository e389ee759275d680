"""Train the clause sentiment model on openly licensed, rated texts.

    python tools/distill/sentiment.py --data DIR --out moksori/analysis/models \
        [--demo demo.csv] [--seed 7]

Korean: film reviews before 2014 (rating 1–4 or 9–10), translated GoEmotions. English:
GoEmotions, tweets rated by twenty people, pros and cons of products, annotated product
sentences, an opinion lexicon; and composed service phrases in both. Texts without a
feeling count half as praise and half as blame, which teaches the model to stay near
zero. Reviews in `--demo` are never trained on; those of 2014 are held out and reported.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from corpus import TAG, lines, tidy
from numpy.typing import NDArray
from phrases import judged
from scipy import sparse
from sklearn.linear_model import SGDClassifier

from moksori.analysis.sentiment import BITS, Sentiment, hashed

Rated = tuple[str, float, float]  # text, −1 to 1, weight
GOOD = {
    "admiration",
    "amusement",
    "approval",
    "caring",
    "desire",
    "excitement",
    "gratitude",
    "joy",
    "love",
    "optimism",
    "pride",
    "relief",
}
BAD = {
    "anger",
    "annoyance",
    "disappointment",
    "disapproval",
    "disgust",
    "embarrassment",
    "fear",
    "grief",
    "nervousness",
    "remorse",
    "sadness",
}
ANNOTATION = re.compile(r"\[([+-][1-3])\]")
HELD_OUT_FROM = "2014-01-01"


def reviews(path: Path, demo: set[str]) -> Iterator[tuple[str, str, float]]:
    """Date, text and feeling of film reviews that say clearly good or bad."""
    for row in lines(path):
        cells = row.split("\t")
        if len(cells) < 5 or cells[0] in demo or not cells[3].isdigit():
            continue
        rating = int(cells[3])
        if rating <= 4 or rating >= 9:
            yield cells[2], cells[4], 1.0 if rating >= 9 else -1.0


def emotions(folder: Path) -> Iterator[Rated]:
    names = (folder / "en/original/labels.txt").read_text().split()
    for path, weight in (("ko/train.tsv.gz", 0.7), ("en/original/train.tsv.gz", 1.0)):
        for row in lines(folder / path):
            cells = row.split("\t")
            if len(cells) < 2:
                continue
            found = {names[int(i)] for i in cells[1].split(",")}
            good, bad = bool(found & GOOD), bool(found & BAD)
            if not (good and bad):
                yield cells[0], float(good) - float(bad), weight


def tweets(folder: Path) -> Iterator[Rated]:
    for row in lines(folder / "tweets_GroundTruth.txt"):
        cells = row.split("\t")
        if len(cells) == 3:
            yield cells[2], float(np.clip(float(cells[1]) / 2, -1, 1)), 2.0


def products(folder: Path) -> Iterator[Rated]:
    for name in ("product_reviews_1.zip", "product_reviews_2.zip"):
        for _, text in archived(folder / name):
            scores = [int(found) for found in ANNOTATION.findall(text)]
            said = text.split("##")[-1]
            if scores:
                yield said, float(np.sign(sum(scores))), 3.0
    for name, text in archived(folder / "pros_cons.zip"):
        yield TAG.sub(" ", text), 1.0 if "Pros" in name else -1.0, 1.0
    for name, text in archived(folder / "opinion_lexicon.zip"):
        if text and not text.startswith(";"):
            yield text, 1.0 if "positive" in name else -1.0, 1.0


def archived(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".txt") and "README" not in name:
                for line in archive.read(name).decode("latin-1").split("\n"):
                    yield name, line.strip()


def chats(folder: Path, n: int) -> Iterator[Rated]:
    """What customers say when they only want something done: hardly a feeling."""
    found = set()
    for path in sorted(folder.rglob("train.tsv.gz")):
        for row in lines(path):
            cells = row.split("\t")
            if len(cells) > 5 and "thank" not in cells[5]:
                found.add(cells[3].strip('"'))
    for text in sorted(found)[:: max(1, len(found) // n)]:
        yield text, 0.0, 0.7


def balanced(rated: Iterator[Rated] | list[Rated]) -> list[Rated]:
    """Praise and blame of one source made equally heavy: neither is its rule."""
    rows = list(rated)
    good = sum(weight * max(score, 0) for _, score, weight in rows)
    bad = sum(weight * max(-score, 0) for _, score, weight in rows)
    up, down = (good + bad) / (2 * good), (good + bad) / (2 * bad)
    return [
        (text, score, weight * (up if score > 0 else down if score < 0 else 1.0))
        for text, score, weight in rows
    ]


def matrix(texts: list[str]) -> sparse.csr_matrix:
    parts = []
    for start in range(0, len(texts), 20_000):
        bins, counts = hashed(texts[start : start + 20_000])
        values = np.repeat(1 / np.sqrt(counts.clip(min=1)), counts).astype(np.float32)
        indptr = np.concatenate([[0], np.cumsum(counts)])
        shape = (len(counts), 1 << BITS)
        part = sparse.csr_matrix((values, bins.astype(np.int32), indptr), shape=shape)
        part.sum_duplicates()
        parts.append(part)
    return sparse.vstack(parts, format="csr")


def doubled(
    x: sparse.csr_matrix, rated: list[Rated]
) -> tuple[sparse.csr_matrix, NDArray[np.int8], NDArray[np.float32]]:
    """Soft labels as two weighted hard ones; all-good and all-bad rows once only."""
    score = np.array([row[1] for row in rated], np.float32)
    weight = np.array([row[2] for row in rated], np.float32)
    good, bad = weight * (1 + score) / 2, weight * (1 - score) / 2
    ups, downs = np.flatnonzero(good > 0.02), np.flatnonzero(bad > 0.02)
    rows = np.concatenate([ups, downs])
    labels = np.concatenate([np.ones(len(ups), np.int8), np.zeros(len(downs), np.int8)])
    weights = np.concatenate([good[ups], bad[downs]])
    return x[rows], labels, weights


def gathered(
    options: argparse.Namespace,
) -> tuple[list[Rated], list[tuple[str, float]]]:
    rng = random.Random(options.seed)  # noqa: S311 - a repeatable sample is wanted
    with options.demo.open(encoding="utf-8", newline="") as file:
        demo = {row["review_id"] for row in csv.DictReader(file)}
    old, held = [], []
    films = options.data / "nsmc_raw/nsmc_pre2015.tsv.zst"
    for date, text, score in reviews(films, demo):
        if date < HELD_OUT_FROM:
            old.append((text, score, 1.0))
        else:
            held.append((text, score))
    rated = balanced(rng.sample(old, min(options.reviews, len(old))))
    rated += balanced(emotions(options.data / "goemotions_ko_en"))
    rated += balanced(tweets(options.data / "vader"))
    rated += balanced(products(options.data / "opinion_reviews"))
    rated += balanced([(text, score, 2.0) for text, score in judged(rng)])
    rated += chats(options.data / "multidogo", 15_000)
    rated = [row for row in rated if tidy(row[0])]
    rng.shuffle(rated)
    return rated, rng.sample(held, 20_000)


def balanced_accuracy(model: Sentiment, held: list[tuple[str, float]]) -> float:
    found = model.predict([text for text, _ in held]) > 0
    truth = np.array([score > 0 for _, score in held])
    return float((found[truth].mean() + (~found[~truth]).mean()) / 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--demo", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--reviews", type=int, default=400_000)
    parser.add_argument("--alpha", type=float, default=1e-6)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rated, held = gathered(options)
    print(f"{len(rated)} rated texts", flush=True)
    x, y, weights = doubled(matrix([row[0] for row in rated]), rated)
    print(f"{x.shape[0]} rows, {x.nnz / 1e6:.0f} million values", flush=True)
    model = SGDClassifier(
        loss="log_loss", alpha=options.alpha, max_iter=6, tol=None,
        average=True, fit_intercept=False, random_state=options.seed,
    )  # fmt: skip
    model.fit(x, y, sample_weight=weights)
    w = model.coef_[0].astype(np.float32)
    scale = np.quantile(np.abs(w[w != 0]), 0.9995) / 127
    small = np.round(w / scale).clip(-127, 127).astype(np.int8)
    np.savez_compressed(
        options.out / "sentiment.npz",
        weights=small,
        scale=scale,
        bias=model.intercept_[0],
    )
    numbers = {
        "rated_texts": len(rated),
        "held_out_reviews_2014_balanced_accuracy": round(
            balanced_accuracy(Sentiment(options.out), held), 4
        ),
        "weights_in_use": int((small != 0).sum()),
    }
    print(numbers)
    (options.out / "sentiment.json").write_text(json.dumps(numbers, indent=1) + "\n")


if __name__ == "__main__":
    main()
