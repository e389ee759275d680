"""How well feelings are told, on texts no model was trained on.

    python bench/understand/sentiment.py --data DIR [--demo FILE.csv]

`DIR` holds nsmc_raw, vader and goemotions_ko_en. Film reviews: those of 2014, while
only older ones were trained on. Tweets: those with odd numbers. GoEmotions: its
development half. The calibration error is that of the likeliest of three classes in
fifteen bins (expected calibration error); for film reviews, which are never neutral
here, that of good against bad.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.flags import flags_of
from moksori.analysis.sentiment import load_sentiment, signed

Rated = list[tuple[str, float]]  # a text, and −1, 0 or 1 (tweets: −4 to 4)
SAMPLE = 20_000
BINS = 15
NEUTRAL_TWEET = 0.5
GOOD = """admiration amusement approval caring desire excitement gratitude joy love
optimism pride relief"""
BAD = """anger annoyance disappointment disapproval disgust embarrassment fear grief
nervousness remorse sadness"""


def films(folder: Path) -> Rated:
    """As many good as bad reviews of 2014, drawn with seed 7."""
    import zstandard  # noqa: PLC0415 - of the tools extra

    packed = (folder / "nsmc_pre2015.tsv.zst").read_bytes()
    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)).read()
    good, bad = [], []
    for line in raw.decode().split("\n")[1:]:
        cells = line.split("\t")
        if len(cells) > 4 and cells[2] >= "2014" and int(cells[3]) not in range(5, 9):
            (good if int(cells[3]) >= 9 else bad).append(cells[4])
    rng = np.random.default_rng(7)
    n = min(SAMPLE // 2, len(good), len(bad))
    pick = lambda rows: [rows[i] for i in rng.permutation(len(rows))[:n]]  # noqa: E731
    return [(t, 1.0) for t in pick(good)] + [(t, -1.0) for t in pick(bad)]


def tweets(folder: Path) -> Rated:
    text = (folder / "tweets_GroundTruth.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.split("\n") if line)
    return [(row[2], float(row[1])) for row in rows if int(row[0]) % 2]


def comments(folder: Path, path: str) -> Rated:
    names = (folder / "en/original/labels.txt").read_text().split()
    good_ones, bad_ones = set(GOOD.split()), set(BAD.split())
    out = []
    for line in (folder / path).read_text(encoding="utf-8").split("\n"):
        cells = line.split("\t")
        if len(cells) > 1:
            told = {names[int(i)] for i in cells[1].split(",")}
            good, bad = bool(told & good_ones), bool(told & bad_ones)
            if not (good and bad):
                out.append((cells[0], float(good) - float(bad)))
    return out


def three(rated: Rated, neutral: float = NEUTRAL_TWEET) -> NDArray[np.int64]:
    """0 negative, 1 neutral, 2 positive."""
    truth = np.array([score for _, score in rated])
    return np.where(np.abs(truth) < neutral, 1, np.where(truth > 0, 2, 0))


def calibration_error(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [
        abs(sure[place == b].mean() - right[place == b].mean()) * (place == b).mean()
        for b in np.unique(place)
    ]
    return float(sum(gaps))


def told(rated: Rated) -> NDArray[np.float64]:
    model = load_sentiment()
    return model.probabilities([text for text, _ in rated]).astype(np.float64)


def lines_of(name: str, rated: Rated) -> Iterator[tuple[str, str]]:
    p, truth = told(rated), three(rated)
    best = p.argmax(axis=1)
    n = f"{name}, n = {len(rated):,}"
    yield f"{n}: right of three classes", f"{(best == truth).mean():.3f}"
    yield f"{n}: calibration error", f"{calibration_error(p.max(1), best == truth):.3f}"


def film_lines(rated: Rated) -> Iterator[tuple[str, str]]:
    p, truth = told(rated), np.array([score > 0 for _, score in rated])
    good = p[:, 2] / (p[:, 0] + p[:, 2])
    right = (good > 0.5) == truth
    error = calibration_error(np.maximum(good, 1 - good), right)
    n = f"film reviews of 2014, n = {len(rated):,}"
    yield f"{n}: good or bad, trained on those before", f"{right.mean():.3f}"
    yield f"{n}: calibration error of good against bad", f"{error:.3f}"


def tweet_lines(rated: Rated) -> Iterator[tuple[str, str]]:
    felt = signed(told(rated).astype(np.float32))
    r = np.corrcoef(felt, [score for _, score in rated])[0, 1]
    yield f"tweets, n = {len(rated):,}: r with the mean of twenty people", f"{r:.3f}"


def pooled(sets: list[Rated]) -> Iterator[tuple[str, str]]:
    """Every set equally heavy, by drawing as many of each with seed 7."""
    rng = np.random.default_rng(7)
    n = min(map(len, sets))
    rows = [each[i] for each in sets for i in rng.permutation(len(each))[:n]]
    yield from lines_of("all of these, as many of each", rows)


def speed(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row["review"] for row in csv.DictReader(file)]
    works = {"sentiment": load_sentiment().probabilities, "flags": flags_of}
    for name, work in works.items():
        work(texts[:100])
        began = time.process_time()
        work(texts)
        rate = len(texts) / (time.process_time() - began)
        yield f"{name}, reviews per CPU-second", f"{rate:,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--demo", type=Path)
    options = parser.parse_args()
    reviews = films(options.data / "nsmc_raw")
    brief = tweets(options.data / "vader")
    korean = comments(options.data / "goemotions_ko_en", "ko/dev.tsv")
    english = comments(options.data / "goemotions_ko_en", "en/original/dev.tsv")
    table = [*film_lines(reviews), *tweet_lines(brief)]
    table += lines_of("tweets", brief)
    table += lines_of("comments in Korean (GoEmotions)", korean)
    table += lines_of("comments in English (GoEmotions)", english)
    table += pooled([reviews, brief, korean, english])
    if options.demo:
        table += speed(options.demo)
    print("| what | result |\n|---|---|")
    for what, result in table:
        print(f"| {what} | {result} |")


if __name__ == "__main__":
    main()
