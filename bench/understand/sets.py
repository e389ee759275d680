"""The public sets that themes are measured on: texts, and what people said of them."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

Texts = tuple[list[str], list[str]]
INDUSTRIES = ("airline", "fastfood", "finance", "insurance", "media", "software")
NO_INTENT = {"contentonly", "outofdomain"}
NEUTRAL = "27"


def banking(data: Path) -> Texts:
    """10,003 questions to a bank, 77 intents (PolyAI)."""
    path = data / "banking77" / "train.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [row["text"] for row in rows], [row["category"] for row in rows]


def petitions(data: Path) -> Texts:
    """3,052 petitions in Korean, 17 categories: the title and 600 letters."""
    texts, truth = [], []
    for path in sorted((data / "petitions_kr").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                texts.append(f"{row['title']}. {row['content'][:600]}")
                truth.append(row["category"])
    return texts, truth


def multidogo(industry: str) -> Callable[[Path], Texts]:
    """Turns of customers in one industry, one intent each (awslabs)."""

    def read(data: Path) -> Texts:
        folder = data / "multidogo" / "splits_annotated_at_turn_level" / industry
        texts, truth = [], []
        for part in ("train", "dev", "test"):
            with gzip.open(folder / f"{part}.tsv.gz", "rt", encoding="utf-8") as lines:
                rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                for row in rows:
                    intent = row["intent"]
                    if intent and "<div>" not in intent and intent not in NO_INTENT:
                        texts.append(row["utterance"])
                        truth.append(intent)
        return drawn(texts, truth, 6_000)

    return read


def goemotions(data: Path) -> Texts:
    """8,000 English comments with one of 27 emotions."""
    path = data / "goemotions_ko_en" / "en" / "original" / "train.tsv.gz"
    texts, truth = [], []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            text, emotion, *_ = line.rstrip("\n").split("\t")
            if "," not in emotion and emotion != NEUTRAL:
                texts.append(text)
                truth.append(emotion)
    return drawn(texts, truth, 8_000)


def parallel(data: Path) -> tuple[list[str], list[str]]:
    """800 sentences in English and the same in Korean, in one order (SIB-200)."""
    both = []
    for language in ("eng_Latn", "kor_Hang"):
        found = {}
        for part in ("train", "dev"):
            path = data / "sib200" / language / f"{part}.tsv"
            with path.open(encoding="utf-8", newline="") as lines:
                rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                found |= {int(row["index_id"]): row["text"] for row in rows}
        both.append(found)
    shared = sorted(set(both[0]) & set(both[1]))
    return [both[0][at] for at in shared], [both[1][at] for at in shared]


def drawn(texts: list[str], truth: list[str], most: int) -> Texts:
    order = list(range(len(texts)))
    random.Random(1).shuffle(order)  # noqa: S311 - a sample, not a secret
    kept = sorted(order[:most])
    return [texts[at] for at in kept], [truth[at] for at in kept]


SETS: dict[str, Callable[[Path], Texts]] = {
    "banking77": banking,
    "petitions_kr": petitions,
    **{f"multidogo {name}": multidogo(name) for name in INDUSTRIES},
    "goemotions": goemotions,
}
