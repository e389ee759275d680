"""How well themes agree with intents that people gave, beside k-means.

python bench/themes.py train.csv [--limit 10003]

The file is Banking77's (text, category). Labels are used for scoring alone.
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, v_measure_score

from moksori.analysis.encoder import load_encoder
from moksori.analysis.themes import Themes
from moksori.analysis.topical import topical


def scored(name: str, labels: NDArray[np.int64], truth: list[str], took: float) -> str:
    count = len(set(labels[labels >= 0].tolist()))
    v = v_measure_score(truth, labels)
    ari = adjusted_rand_score(truth, labels)
    covered = float((labels >= 0).mean())
    return f"{name:24}{count:7}{covered:10.2f}{v:8.3f}{ari:8.3f}{took:9.1f} s"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path)
    options.add_argument("--limit", type=int, default=20_000)
    chosen = options.parse_args()
    with chosen.file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))[: chosen.limit]
    texts, truth = [r["text"] for r in rows], [r["category"] for r in rows]
    vectors = load_encoder().encode([topical(text) for text in texts])
    print(f"{'':24}{'themes':>7}{'coverage':>10}{'V':>8}{'ARI':>8}{'CPU':>9}")
    start = time.process_time()
    found = Themes().fit(vectors)
    print(scored("themes", found.labels_, truth, time.process_time() - start))
    for count in (len(found.centers_), len(set(truth))):
        start = time.process_time()
        labels = KMeans(count, n_init=4, random_state=0).fit_predict(vectors)
        took = time.process_time() - start
        print(scored(f"k-means, k = {count}", labels.astype(np.int64), truth, took))
    again = Themes().fit(vectors)
    print("repeats exactly:", bool((again.labels_ == found.labels_).all()))


if __name__ == "__main__":
    main()
