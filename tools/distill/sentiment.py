"""Train the clause sentiment model on openly licensed, rated texts.

    python tools/distill/sentiment.py --data DIR --out moksori/analysis/models \
        --demo demo.csv [--lexicon vader_lexicon.txt] [--seed 7]

Korean: film reviews before 2014 (rating 1–4 or 9–10), translated GoEmotions. English:
GoEmotions, tweets rated by twenty people, pros and cons of products, annotated product
sentences, opinion lexicons; and composed service phrases in both. Two regressions: is
anything felt (a text without a feeling counts against), and is it praise or blame
(such a text counts half as each). Reviews in `--demo` are never trained on; those of
2014, the tweets with odd numbers and the development half of GoEmotions are held out
for `bench/understand/sentiment.py`. Slopes and shifts are fitted on texts neither saw.
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
from sklearn.linear_model import LogisticRegression, SGDClassifier

from moksori.analysis.sentiment import BITS, Sentiment, hashed, is_hangul

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
REVIEWS_APART, EMOTIONS_APART, TWEETS_APART = 8_000, 8_000, 250
FELT = 0.25


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
    """Those with even numbers: the others are held out."""
    for row in lines(folder / "tweets_GroundTruth.txt"):
        cells = row.split("\t")
        if len(cells) == 3 and int(cells[0]) % 2 == 0:
            yield cells[2], float(np.clip(float(cells[1]) / 2, -1, 1)), 3.0


def lexicon(path: Path) -> Iterator[Rated]:
    """Words and signs with the mean of ten raters (VADER's, MIT)."""
    for row in lines(path):
        cells = row.split("\t")
        if len(cells) > 2:
            yield cells[0], float(np.clip(float(cells[1]) / 2.5, -1, 1)), 6.0


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


def learned(
    x: sparse.csr_matrix, score: NDArray[np.float32], weight: NDArray[np.float32],
    options: argparse.Namespace,
) -> NDArray[np.float32]:  # fmt: skip
    """Weights of one regression. Soft labels (−1 to 1) are two weighted hard ones."""
    good, bad = weight * (1 + score) / 2, weight * (1 - score) / 2
    ups, downs = np.flatnonzero(good > 0.02), np.flatnonzero(bad > 0.02)
    labels = np.concatenate([np.ones(len(ups), np.int8), np.zeros(len(downs), np.int8)])
    model = SGDClassifier(
        loss="log_loss", alpha=options.alpha, max_iter=6, tol=None,
        average=True, fit_intercept=False, random_state=options.seed,
    )  # fmt: skip
    model.fit(
        x[np.concatenate([ups, downs])],
        labels,
        sample_weight=np.concatenate([good[ups], bad[downs]]),
    )
    return model.coef_[0].astype(np.float32)


def gathered(options: argparse.Namespace) -> tuple[list[Rated], list[Rated]]:
    """What is trained on, and what the calibration is fitted on."""
    rng = random.Random(options.seed)  # noqa: S311 - a repeatable sample is wanted
    with options.demo.open(encoding="utf-8", newline="") as file:
        demo = {row["review_id"] for row in csv.DictReader(file)}
    films = options.data / "nsmc_raw/nsmc_pre2015.tsv.zst"
    old = [
        (text, score, 1.0)
        for date, text, score in reviews(films, demo)
        if date < HELD_OUT_FROM
    ]
    rng.shuffle(old)
    told = list(emotions(options.data / "goemotions_ko_en"))
    rng.shuffle(told)
    brief = list(tweets(options.data / "vader"))
    rng.shuffle(brief)
    rated = balanced(old[: options.reviews]) + balanced(told[EMOTIONS_APART:])
    rated += balanced(brief[TWEETS_APART:])
    rated += balanced(products(options.data / "opinion_reviews"))
    rated += balanced([(text, score, 2.0) for text, score in judged(rng)])
    rated += chats(options.data / "multidogo", 15_000)
    if options.lexicon:
        rated += lexicon(options.lexicon)
    rated = [row for row in rated if tidy(row[0])]
    rng.shuffle(rated)
    apart = even(old[options.reviews :], REVIEWS_APART)
    return rated, apart + told[:EMOTIONS_APART] + brief[:TWEETS_APART]


def even(rows: list[Rated], n: int) -> list[Rated]:
    """As much praise as blame, so that neither is expected."""
    good = [row for row in rows if row[1] > 0][: n // 2]
    return good + [row for row in rows if row[1] < 0][: n // 2]


def calibration(model: Sentiment, apart: list[Rated]) -> NDArray[np.float32]:
    """Slope and shift (Platt) by script and regression, on texts not trained on."""
    texts = [text for text, _, _ in apart]
    feeling, logits = np.array([row[1] for row in apart]), model.logits(texts)
    script = np.array([is_hangul(text) for text in texts])
    felt = np.abs(feeling) >= FELT
    out = np.zeros((2, 2, 2), np.float32)
    for at in (0, 1):
        for head, rows, truth in ((0, felt, feeling > 0), (1, felt | ~felt, felt)):
            chosen = rows & (script == bool(at))
            # Neither praise nor blame is to be expected before a word is read.
            even_handed = "balanced" if head == 0 else None
            fitted = LogisticRegression(C=1e6, class_weight=even_handed)
            fitted.fit(logits[head][chosen, None], truth[chosen])
            out[at, head] = fitted.coef_[0, 0], fitted.intercept_[0]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--demo", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lexicon", type=Path)
    parser.add_argument("--reviews", type=int, default=400_000)
    parser.add_argument("--alpha", type=float, default=4e-7)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rated, apart = gathered(options)
    print(f"{len(rated)} rated texts, {len(apart)} to calibrate on", flush=True)
    x = matrix([row[0] for row in rated])
    score = np.array([row[1] for row in rated], np.float32)
    weight = np.array([row[2] for row in rated], np.float32)
    heads = [learned(x, y, weight, options) for y in (score, 2 * np.abs(score) - 1)]
    stored(options.out, np.stack(heads), np.stack([np.eye(2, dtype=np.float32)] * 2))
    fitted = calibration(Sentiment(options.out), apart)
    small = stored(options.out, np.stack(heads), fitted)
    numbers = {
        "rated_texts": len(rated),
        "calibrated_on": len(apart),
        "calibration": fitted.round(3).tolist(),
        "weights_in_use": int((small != 0).sum()),
    }
    print(numbers)
    (options.out / "sentiment.json").write_text(json.dumps(numbers, indent=1) + "\n")


def stored(
    folder: Path, weights: NDArray[np.float32], calibration: NDArray[np.float32]
) -> NDArray[np.int8]:
    scales = np.array([np.quantile(np.abs(w[w != 0]), 0.9995) / 127 for w in weights])
    small = np.round(weights / scales[:, None]).clip(-127, 127).astype(np.int8)
    np.savez_compressed(
        folder / "sentiment.npz", weights=small, scales=scales, calibration=calibration
    )
    return small


if __name__ == "__main__":
    main()
