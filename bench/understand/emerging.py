"""New subjects planted among old texts: how many are found, how often none is "found".

python bench/understand/emerging.py DATA [--worlds 40]

DATA is a folder with the public sets as `sets.py` reads them. A world is 5,000 texts of
a labelled set on evenly spread days of half a year; one label is left out of them, and
some of its texts come in the last two weeks. Found: more than half of an issue is of
that label. In worlds with nothing planted, whatever is found is a false alarm; half of
them have a load of one text in copies, which must be named as a campaign.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

from sets import SETS  # noqa: E402

from moksori.analysis.emerging import Emerging  # noqa: E402
from moksori.analysis.encoder import load_encoder  # noqa: E402
from moksori.analysis.topical import topical  # noqa: E402

Rows = NDArray[np.float32]
Numbers = NDArray[np.int64]
DAYS, LATELY, OLD = 182, 14, 5_000
PLANTED = (10, 15, 25, 50)


@dataclass(frozen=True)
class Labelled:
    """Vectors and labels of a set; labels with at least sixty texts can be planted."""

    rows: Rows
    labels: Numbers

    @property
    def plantable(self) -> Numbers:
        return np.flatnonzero(np.bincount(self.labels) >= max(PLANTED) + 10)


def look(data: Labelled, ids: Numbers, days: Numbers, **more: Numbers) -> Emerging:
    return Emerging().fit(data.rows[ids], days=days, **more)


def planted(data: Labelled, count: int, seed: int) -> tuple[bool, bool]:
    """Whether the planted label is found, and whether anything else is."""
    rng = np.random.default_rng(seed)
    label = rng.choice(data.plantable)
    new = rng.permutation(np.flatnonzero(data.labels == label))[:count]
    old = rng.permutation(np.flatnonzero(data.labels != label))[:OLD]
    ids = np.concatenate([old, new])
    days = np.concatenate(
        [
            rng.integers(0, DAYS, len(old)),
            rng.integers(DAYS - LATELY, DAYS, len(new)),
        ]
    )
    found = look(data, ids, days).found_
    shares = [(data.labels[ids[one.members]] == label).mean() for one in found]
    return any(share > 0.5 for share in shares), any(share < 0.1 for share in shares)


def quiet(data: Labelled, seed: int, *, campaign: bool) -> tuple[bool, bool]:
    """Whether anything is found where nothing is new, and whether a campaign is."""
    rng = np.random.default_rng(10_000 + seed)
    ids = rng.permutation(len(data.rows))[:OLD]
    days = rng.integers(0, DAYS, len(ids))
    copies = np.arange(len(ids))
    if campaign:
        one = rng.integers(len(ids))
        ids = np.concatenate([ids, np.full(60, ids[one])])
        days = np.concatenate([days, rng.integers(DAYS - 7, DAYS, 60)])
        copies = np.concatenate([copies, np.full(60, one)])
    found = look(data, ids, days, copies=copies).found_
    named = any(one.is_campaign for one in found)
    return any(not one.is_campaign for one in found), named


def labelled(name: str, folder: Path) -> Labelled:
    texts, labels = SETS[name](folder)
    rows = load_encoder().encode([topical(text) for text in texts])
    return Labelled(rows, np.unique(labels, return_inverse=True)[1].astype(np.int64))


def measured(name: str, folder: Path, worlds: int) -> str:
    data = labelled(name, folder)
    begun = time.process_time()
    cells = []
    for count in PLANTED:
        told = [planted(data, count, seed) for seed in range(worlds)]
        cells.append(f"{np.mean([hit for hit, _ in told]):.2f}")
    alarms = [quiet(data, seed, campaign=seed % 2 == 1) for seed in range(worlds)]
    wrong = sum(alarm for alarm, _ in alarms)
    named = sum(is_named for _, is_named in alarms)
    looks = worlds * (len(PLANTED) + 1)
    seconds = (time.process_time() - begun) / looks
    cells += [f"{wrong} of {worlds}", f"{named} of {worlds // 2}", f"{seconds:.1f} s"]
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("data", type=Path)
    asked.add_argument("--sets", nargs="*", default=["banking77", "multidogo finance"])
    asked.add_argument("--worlds", type=int, default=40)
    given = asked.parse_args()
    head = [f"{count} planted" for count in PLANTED]
    head += ["false alarms", "campaigns named", "CPU a look"]
    print(f"| set | {' | '.join(head)} |\n|---{'|--:' * len(head)}|")
    for name in given.sets:
        print(measured(name, given.data, given.worlds), flush=True)


if __name__ == "__main__":
    main()
