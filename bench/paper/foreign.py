"""What is not a page of ours, and pages of ours that are not whole.

python -m bench.paper.foreign [pages] [seed]        600 foreign pages unless told

Foreign pages must never be accepted; of pages torn, stained, overlapping or upside-down
no answer may be silently wrong.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter, defaultdict
from collections.abc import Callable
from time import perf_counter

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.paper import foreign_pages, other_forms
from bench.paper.captures import CAPTURES
from bench.paper.forms import FINE
from bench.paper.people import Filling, Truth, person
from bench.paper.reading import interval
from moksori.collect.paper.codes import new_key
from moksori.collect.paper.layout import Kind
from moksori.collect.paper.reading.pages import read_page
from moksori.collect.paper.reading.readings import Answer, Form, Outcome, Reading

Dice = np.random.Generator
Grey = NDArray[np.uint8]
HURT = 20  # pages of each kind of damage


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    cv2.setNumThreads(1)
    logging.disable(logging.INFO)
    start = perf_counter()
    forms = {
        one.form.key: one.form
        for one in map(other_forms.printed, range(other_forms.COUNT))
    }
    _foreign(count, seed, forms)
    _damaged(seed, forms)
    print(f"\n{perf_counter() - start:.0f} s")


def _foreign(count: int, seed: int, forms: dict[str, Form]) -> None:
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    accepted = 0
    for number in range(count):
        dice = np.random.default_rng([seed + number, 3])
        kinds = list(foreign_pages.KINDS)
        kind = kinds[number % len(kinds)]
        page = foreign_pages.KINDS[kind](dice)
        if kind not in foreign_pages.PICTURES:
            page = CAPTURES[int(dice.integers(len(CAPTURES)))].take(page, dice)
        outcome = read_page(page, forms.get).outcome
        outcomes[kind][str(outcome)] += 1
        accepted += outcome == Outcome.READ
    low, high = interval(accepted, count)
    print(f"\nSeeds {seed:,}–{seed + count - 1:,}: {count} foreign pages, "
          f"{accepted} accepted ({100 * low:.2f}–{100 * high:.2f} %)\n")  # fmt: skip
    print("| foreign page | pages | what became of them |\n| --- | --- | --- |")
    for kind, counted in outcomes.items():
        print(f"| {kind} | {counted.total()} | {_said(counted)} |")


def _damaged(seed: int, forms: dict[str, Form]) -> None:
    kinds: dict[str, Callable[[Grey, Dice], Grey]] = {
        "upper half": lambda page, _dice: page[: page.shape[0] // 2],
        "lower half": lambda page, _dice: page[page.shape[0] // 2 :],
        "left half": lambda page, _dice: page[:, : page.shape[1] // 2],
        "corner folded over": _folded,
        "coffee": _coffee,
        "upside-down": lambda page, _dice: np.ascontiguousarray(page[::-1, ::-1]),
        "another sheet over it": lambda page, dice: _two(page, dice, forms),
        "two sheets side by side": lambda page, dice: _beside(page, dice, forms),
    }
    print("\n| a page of ours | pages | what became of them | answers | review | "
          "silently wrong |\n| --- | --- | --- | --- | --- | --- |")  # fmt: skip
    for kind, hurt in kinds.items():
        outcomes: Counter[str] = Counter()
        answers = reviewed = wrong = 0
        for number in range(HURT):
            dice = np.random.default_rng([seed + number, 4])
            page, truths = _filled(dice)
            picture = CAPTURES[number % len(CAPTURES)].take(hurt(page, dice), dice)
            reading = read_page(picture, forms.get)
            outcomes[str(reading.outcome)] += 1
            counted = _counted(reading, truths, forms)
            if counted[2]:
                print(f"wrong: {kind} {seed + number}")
            answers, reviewed = answers + counted[0], reviewed + counted[1]
            wrong += counted[2]
        print(f"| {kind} | {HURT} | {_said(outcomes)} | {answers} | {reviewed} | "
              f"{wrong} |", flush=True)  # fmt: skip


def _said(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {many}" for name, many in counted.most_common())


def _filled(dice: Dice) -> tuple[Grey, dict[str, Truth]]:
    sheets = other_forms.printed(int(dice.integers(other_forms.COUNT)))
    layout = sheets.form.layout
    number = int(dice.integers(layout.pages)) + 1
    filling = Filling(sheets.page(number, new_key(8)), person(dice))
    truths = filling.fill(layout, number)
    return filling.picture, truths


def _counted(
    reading: Reading, truths: dict[str, Truth], forms: dict[str, Form]
) -> tuple[int, int, int]:
    """Answers, those for a person, and those silently wrong."""
    if reading.outcome != Outcome.READ or reading.code is None:
        return 0, 0, 0
    kinds = {one.id: one.kind for one in forms[reading.code.form].layout.fields}
    asked = [one for one in reading.fields if kinds[one.field] != Kind.TEXT]
    taken = [one for one in asked if one.outcome != Answer.REVIEW]
    wrong = 0
    for one in taken:
        truth = truths.get(one.field)
        wrong += (
            truth is None
            or truth.how == "double"
            or set(one.codes) != set(truth.codes)
        )  # fmt: skip
    return len(asked), len(asked) - len(taken), wrong


def _folded(page: Grey, dice: Dice) -> Grey:
    """A corner folded over: its back is white."""
    picture = page.copy()
    side = int(dice.uniform(25, 60) * FINE)
    corner = np.array([[0, 0], [side, 0], [0, side]])
    across, down = dice.random(2) < 0.5
    if across:
        corner[:, 0] = page.shape[1] - corner[:, 0]
    if down:
        corner[:, 1] = page.shape[0] - corner[:, 1]
    cv2.fillPoly(picture, [corner.astype(np.int32)], 250)
    return picture


def _coffee(page: Grey, dice: Dice) -> Grey:
    """A cup was emptied over it."""
    high, wide = page.shape
    spilt = np.zeros((high // 8, wide // 8), np.float32)
    for _blot in range(int(dice.integers(3, 9))):
        at = (int(dice.uniform(0, wide // 8)), int(dice.uniform(0, high // 8)))
        size = tuple(int(one) for one in dice.uniform(6, 45, 2) * FINE / 8)
        shade = float(dice.uniform(0.15, 0.6))
        cv2.ellipse(spilt, at, size, dice.uniform(0, 180), 0, 360, shade, -1)
        cv2.ellipse(spilt, at, size, 0, 0, 360, min(0.8, shade + 0.2), 2)
    soft = cv2.resize(cv2.GaussianBlur(spilt, (0, 0), 1.5), (wide, high))
    return np.clip(page * (1 - soft), 0, 255).astype(np.uint8)


def _two(page: Grey, dice: Dice, _forms: dict[str, Form]) -> Grey:
    """A second sheet covers a part of the first; both codes or one may be seen."""
    other, _truths = _filled(dice)
    other = cv2.resize(other, page.shape[::-1])
    down = int(page.shape[0] * dice.uniform(0.2, 0.7))
    picture = page.copy()
    picture[down:] = other[: page.shape[0] - down]
    return picture


def _beside(page: Grey, dice: Dice, _forms: dict[str, Form]) -> Grey:
    other, _truths = _filled(dice)
    both = np.hstack([page, cv2.resize(other, page.shape[::-1])])
    return cv2.resize(both, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)


if __name__ == "__main__":
    main()
