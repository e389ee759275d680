"""Themes beside BERTopic, EVōC and k-means, on sets that people labelled.

python bench/understand/themes.py DATA [--sets banking77 …] [--no-rivals]

DATA is a folder with the public sets as `sets.py` reads them. Labels are used for
scoring alone, and no setting differs from set to set. Rivals are installed by this
script into .cache/rivals, and each runs in a process of its own on the same vectors.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

from sets import SETS, parallel  # noqa: E402

from moksori.analysis.encoder import load_encoder  # noqa: E402
from moksori.analysis.themes import Themes  # noqa: E402

Labels = NDArray[np.int64]
RIVALS = HERE.parent.parent / ".cache" / "rivals"
SEEDS = tuple(f"BERTopic, seed {seed}" for seed in range(3))
OTHERS = ("EVoC", "k-means, told k")


@dataclass(frozen=True)
class Result:
    """Labels of one method, and the seconds it took to find them from the vectors."""

    name: str
    labels: Labels
    cpu: float
    wall: float


def entropy(labels: Labels) -> float:
    share = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(-(share * np.log(share)).sum())


def crossed(one: Labels, other: Labels) -> Labels:
    return one * (int(other.max()) + 1) + other


def v_measure(truth: Labels, found: Labels) -> float:
    """Harmonic mean of homogeneity and completeness (Rosenberg, Hirschberg 2007)."""
    shared = entropy(truth) + entropy(found) - entropy(crossed(truth, found))
    return 2 * shared / max(entropy(truth) + entropy(found), 1e-9)


def adjusted_rand(truth: Labels, found: Labels) -> float:
    """Pairs together in both, beyond chance (Hubert and Arabie 1985)."""

    def pairs(labels: Labels) -> float:
        counts = np.unique(labels, return_counts=True)[1].astype(float)
        return float((counts * (counts - 1) / 2).sum())

    total = len(truth) * (len(truth) - 1) / 2
    both, a, b = pairs(crossed(truth, found)), pairs(truth), pairs(found)
    expected = a * b / total
    return (both - expected) / ((a + b) / 2 - expected)


def ours(vectors: NDArray[np.float32]) -> tuple[Result, Themes]:
    start, clock = time.process_time(), time.perf_counter()
    themes = Themes().fit(vectors)
    took = time.process_time() - start, time.perf_counter() - clock
    return Result("Moksori", themes.labels_, *took), themes


def rival_python() -> Path:
    """A Python with the rivals, made the first time."""
    python = RIVALS / "bin" / "python"
    wanted = (HERE / "rivals.txt").read_text(encoding="utf-8")
    done = RIVALS / "done.txt"
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", "--clear", str(RIVALS)], check=True)
        install = [*uv, "pip", "install", "-q", "--python", str(python)]
        names = [n for n in wanted.splitlines() if n and not n.startswith("#")]
        # BERTopic asks for torch, which its default pipeline on given vectors never
        # imports.
        alone = [n for n in names if n.startswith("bertopic")]
        subprocess.run([*install, *(n for n in names if n not in alone)], check=True)
        subprocess.run([*install, "--no-deps", *alone], check=True)
        done.write_text(wanted, encoding="utf-8")
    return python


def rivals(
    texts: list[str], vectors: NDArray[np.float32], count: int, names: tuple[str, ...]
) -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
        np.save(at / "ours.npy", vectors)
        for name in names:
            which = "ours.npy"
            if name.endswith("MiniLM"):
                which = "minilm.npy"
                if not (at / which).exists():
                    asked(at, count, "encode", "")
            told = asked(at, count, name.removesuffix(" on MiniLM"), which)
            labels = np.load(at / "labels.npy").astype(np.int64)
            yield Result(name, labels, told["cpu"], told["wall"])


def asked(folder: Path, count: int, name: str, which: str) -> dict[str, float]:
    command = [rival_python(), HERE / "rivals.py", folder, str(count), name, which]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    # Rivals may print as well.
    told = [line for line in done.stdout.splitlines() if line.startswith('{"cpu"')]
    return json.loads(told[-1]) if told else {}


def row(result: Result, truth: Labels) -> str:
    inside = result.labels >= 0
    return (
        f"| {result.name} | {len(np.unique(result.labels[inside]))} "
        f"| {inside.mean():.3f} "
        f"| {v_measure(truth, result.labels - result.labels.min()):.3f} "
        f"| {adjusted_rand(truth, result.labels - result.labels.min()):.3f} "
        f"| {result.cpu:.1f} | {result.wall:.1f} |"
    )


def compare(name: str, texts: list[str], truth: Labels, *, alone: bool) -> None:
    vectors = load_encoder().encode(texts)
    result, themes = ours(vectors)
    again = Themes().fit(vectors)
    same = bool((again.labels_ == themes.labels_).all())
    kinds = len(np.unique(truth))
    print(f"\n### {name}: {len(texts):,} texts, {kinds} labels by people\n")
    print("| method | themes | placed | V | adjusted Rand | CPU s | wall s |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    print(row(result, truth))
    groups = np.append(themes.groups_, -1)[themes.labels_]
    print(row(Result("Moksori, groups above them", groups, 0.0, 0.0), truth))
    if not alone:
        names = (*SEEDS, *OTHERS) if name == "banking77" else (SEEDS[0], *OTHERS)
        if name == "banking77":
            names = (*names, *(f"{seed} on MiniLM" for seed in SEEDS))
        for other in rivals(texts, vectors, kinds, names):
            print(row(other, truth), flush=True)
    print(f"\nRepeats exactly: {same}; agreement of overlapping halves: ", end="")
    of_groups = halves(vectors, groups=True)
    print(f"{halves(vectors):.3f} (themes), {of_groups:.3f} (groups).", flush=True)


def halves(vectors: NDArray[np.float32], *, groups: bool = False) -> float:
    """Adjusted Rand on the shared half of two samples of three quarters."""
    order = np.random.default_rng(5).permutation(len(vectors))
    cut = len(order) // 4
    found = np.full((2, len(vectors)), -1, np.int64)
    for at, rows in enumerate((np.sort(order[cut:]), np.sort(order[: 3 * cut]))):
        themes = Themes().fit(vectors[rows])
        of = np.append(themes.groups_, -1) if groups else None
        labels = themes.labels_
        found[at, rows] = of[labels] if of is not None else labels
    both = np.sort(order[cut : 3 * cut])
    return adjusted_rand(found[0, both] + 1, found[1, both] + 1)


def languages(data: Path) -> None:
    """Whether a sentence and its translation meet in one group, and in one theme."""
    english, korean = parallel(data)
    themes = Themes().fit([*english, *korean])
    one, other = np.split(themes.labels_, 2)
    of = np.append(themes.groups_, -1)
    print(f"\n### SIB-200: {len(english)} sentences in English and Korean\n")
    print(f"Same group {(of[one] == of[other]).mean():.3f}, ", end="")
    print(f"same theme {(one == other).mean():.3f}; ", end="")
    print(f"{len(themes.sizes_)} themes in {len(set(themes.groups_))} groups.")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("data", type=Path)
    options.add_argument("--sets", nargs="*", default=list(SETS))
    options.add_argument("--no-rivals", action="store_true")
    chosen = options.parse_args()
    for name in chosen.sets:
        texts, said = SETS[name](chosen.data)
        truth = np.unique(said, return_inverse=True)[1].astype(np.int64)
        compare(name, texts, truth, alone=chosen.no_rivals)
    languages(chosen.data)


if __name__ == "__main__":
    main()
