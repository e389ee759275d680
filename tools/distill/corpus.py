"""Gather the unlabelled texts on which the encoder learns to follow its teacher.

    python tools/distill/corpus.py --data DIR --out texts.txt [--seed 7]

`DIR` holds the folders named in `SETS`; each is redistributable (see PROVENANCE.md in
moksori/analysis/models). A set that is missing is left out and reported. The result is
one text per line in random order, so that any prefix is a fair sample.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import random
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import zstandard
from phrases import phrases

LONGEST = 300
SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
TAG = re.compile(r"<[^>]+>")


def lines(path: Path) -> Iterator[str]:
    raw = path.read_bytes()
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    if path.suffix == ".zst":
        raw = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(raw)).read()
    # Not splitlines(): some texts hold exotic line separators.
    yield from raw.decode("utf-8", "replace").split("\n")


def nsmc(folder: Path) -> Iterator[str]:
    rows = lines(folder / "nsmc_pre2015.tsv.zst")
    next(rows)
    for row in rows:
        yield row.split("\t")[-1]


def goemotions(folder: Path) -> Iterator[str]:
    for path in ("ko/train.tsv.gz", "en/original/train.tsv.gz"):
        for row in lines(folder / path):
            yield row.split("\t")[0]


def multidogo(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.tsv.gz")):
        rows = lines(path)
        next(rows)
        for row in rows:
            yield (row.split("\t") + [""] * 4)[3].strip('"')


def banking(folder: Path) -> Iterator[str]:
    with (folder / "train.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["text"]


def complaints(folder: Path) -> Iterator[str]:
    text = "\n".join(lines(folder / "cfpb_complaints_clean.csv.gz"))
    for row in csv.DictReader(io.StringIO(text)):
        yield row["Issue"]
        yield row["Sub-issue"]
        yield from SENTENCE.split(row["Consumer complaint narrative"])


def opinions(folder: Path) -> Iterator[str]:
    for name in ("pros_cons.zip", "product_reviews_1.zip", "product_reviews_2.zip"):
        with zipfile.ZipFile(folder / name) as archive:
            for part in archive.namelist():
                if part.endswith(".txt") and "README" not in part:
                    text = archive.read(part).decode("latin-1")
                    for line in text.splitlines():
                        yield TAG.sub(" ", line.split("##")[-1])


def tweets(folder: Path) -> Iterator[str]:
    for row in lines(folder / "tweets_GroundTruth.txt"):
        yield row.split("\t")[-1]


SETS: dict[str, tuple[Callable[[Path], Iterator[str]], int]] = {
    "nsmc_raw": (nsmc, 110_000),
    "goemotions_ko_en": (goemotions, 90_000),
    "multidogo": (multidogo, 40_000),
    "banking77": (banking, 10_000),
    "cfpb_complaints": (complaints, 16_000),
    "opinion_reviews": (opinions, 30_000),
    "vader": (tweets, 4_200),
}


def tidy(text: str) -> str:
    flat = " ".join(unicodedata.normalize("NFC", text).lower().split())
    return flat[:LONGEST]


def sample(texts: Iterator[str], n: int, rng: random.Random) -> list[str]:
    unique = sorted({tidy(text) for text in texts} - {""})
    return rng.sample(unique, min(n, len(unique)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311 - a repeatable sample is wanted
    texts: list[str] = []
    for name, (read, n) in SETS.items():
        folder = options.data / name
        if not folder.exists():
            print(f"{name}: not found, left out")
            continue
        found = sample(read(folder), n, rng)
        print(f"{name}: {len(found)}")
        texts += found
    made = sample(phrases(rng), 60_000, rng)
    print(f"composed phrases: {len(made)}")
    texts = sorted({*texts, *made})
    rng.shuffle(texts)
    options.out.write_text("\n".join(texts) + "\n", encoding="utf-8")
    print(f"total: {len(texts)}")


if __name__ == "__main__":
    main()
