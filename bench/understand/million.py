"""A million comments from text to theme, and whether time grows with their number.

python bench/understand/million.py DATA [--rows 10000 100000 1000000]

Everything that happens to a comment: masking, clauses, language, tone, kind, flags,
vectors, then what it is about and its theme. Real comments (film reviews in Korean,
emotions in English), each new round with another number in front so that no two are
alike. Two processes, as two workers would share the work.
Promised: 1,000,000 in 150 s, 3 GB.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

sys.path[:0] = [str(Path(__file__).resolve().parent.parent.parent)]

from moksori.analysis.encoder import load_encoder  # noqa: E402
from moksori.analysis.enrich import enrich_table  # noqa: E402
from moksori.analysis.themes import Themes  # noqa: E402
from moksori.analysis.topical import topical  # noqa: E402

SLICE = 10_000
LEARN = 20_000
_fitted: list[Themes] = []


def comments(data: Path) -> list[str]:
    with (data / "nsmc_raw" / "nsmc_demo_sample.csv").open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))
    longest = max(range(len(rows[1])), key=lambda at: len(rows[1][at]))
    texts = [row[longest] for row in rows[1:]]
    path = data / "goemotions_ko_en" / "en" / "original" / "train.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as english:
        texts += [line.split("\t")[0] for line in english]
    return texts


def numbered(texts: list[str], count: int) -> Iterator[list[str]]:
    def every() -> Iterator[str]:
        for at in range(count):
            turn, place = divmod(at, len(texts))
            yield f"{turn + 1} {texts[place]}" if turn else texts[place]

    source = every()
    while some := list(islice(source, SLICE)):
        yield some


def understood(texts: list[str]) -> tuple[int, int, float]:
    """Mentions, mentions with a theme, peak MB of this process."""
    table = pa.table(
        {"feedback": pa.array(range(len(texts)), pa.int64()), "text": pa.array(texts)}
    )
    said = enrich_table(table, threads=1).column("text").to_pylist()
    vectors = load_encoder().encode([topical(text) for text in said])
    labels, _ = _fitted[0].assign(vectors)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return len(said), int((labels >= 0).sum()), peak


def learn(texts: list[str]) -> float:
    start = time.perf_counter()
    some = np.random.default_rng(0).permutation(len(texts))[:LEARN]
    chosen = [texts[at] for at in np.sort(some)]
    _fitted.append(
        Themes().fit(load_encoder().encode([topical(text) for text in chosen]))
    )
    return time.perf_counter() - start


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("data", type=Path)
    options.add_argument(
        "--rows", nargs="*", type=int, default=[10_000, 100_000, 1_000_000]
    )
    chosen = options.parse_args()
    texts = comments(chosen.data)
    print(f"themes learned on {LEARN:,} texts in {learn(texts):.1f} s\n")
    print("| comments | mentions | with a theme | wall s | per second | MB a process |")
    print("|--:|--:|--:|--:|--:|--:|")
    fork = multiprocessing.get_context("fork")
    for count in chosen.rows:
        start = time.perf_counter()
        with ProcessPoolExecutor(2, mp_context=fork) as pool:
            done = list(pool.map(understood, numbered(texts, count)))
        wall = time.perf_counter() - start
        said, placed = sum(one[0] for one in done), sum(one[1] for one in done)
        peak = max(one[2] for one in done)
        print(
            f"| {count:,} | {said:,} | {placed / said:.2f} | {wall:.1f} "
            f"| {count / wall:,.0f} | {peak:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
