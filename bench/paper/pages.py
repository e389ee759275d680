"""One sheet by its seed: drawn, filled, scanned, read; what became of each answer.

A sheet is filled in by one person with one pen. Its pages are judged one by one, and
again together, as they are when the whole sheet has come back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bench.paper import real, rivals
from bench.paper.captures import CAPTURES
from bench.paper.damage import worn
from bench.paper.forms import Grey, Sheets, drawn
from bench.paper.people import Filling, Person, Truth, person
from moksori.collect.paper.codes import new_key
from moksori.collect.paper.layout import Kind, Layout
from moksori.collect.paper.reading.deciding import decide_sheet
from moksori.collect.paper.reading.pages import read_page
from moksori.collect.paper.reading.readings import Answer, Form, Outcome, Reading

FORMS = 40  # a thousand sheets share this many forms drawn here
REAL = 0.5  # share of the sheets that the product printed
MOST = 3  # pages of a sheet that are filled in and come back


@dataclass(frozen=True)
class Case:
    """A page before it is read, and what its writer meant."""

    image: Grey
    form: Form
    number: int
    truths: dict[str, Truth]
    capture: str
    group: str
    who: Person


@dataclass(frozen=True)
class Page:
    """A page as it was filled in and what came out: by itself, and with its sheet."""

    seed: int
    capture: str
    group: str
    style: str
    pen: str
    plain: bool
    truths: dict[str, Truth]
    reading: Reading
    together: Reading
    layout: Layout
    rivals: dict[str, dict[str, tuple[str, ...] | None]]
    seconds: float


@dataclass(frozen=True)
class Result:
    """One answer: right, wrong (silently), or a person looks."""

    field: str
    how: str
    reviewed: bool
    wrong: bool


def made(seed: int) -> list[Case]:
    """Everything about a sheet before it is read."""
    dice = np.random.default_rng(seed)
    if dice.random() < REAL:
        sheets = real.printed(int(dice.integers(len(real.VARIANTS))))
    else:
        sheets = _form(seed // 1000 * 1000 + int(dice.integers(FORMS)))
    layout = sheets.form.layout
    capture = CAPTURES[seed % len(CAPTURES)]
    who, key = person(dice), new_key(8)
    numbers = dice.permutation(layout.pages)[:MOST] + 1
    cases = []
    for number in sorted(numbers.tolist()):
        filling = Filling(sheets.page(number, key), who)
        truths = filling.fill(layout, number)
        image = capture.take(worn(filling.picture, filling.ink, dice), dice)
        cases.append(
            Case(image, sheets.form, number, truths, capture.name, capture.group, who)
        )
    return cases


def read(seed: int, make: Callable[[int], list[Case]] = made) -> list[Page]:
    """The pages of a sheet, read one by one and judged together."""
    cases = make(seed)
    readings, seconds = [], []
    for case in cases:
        start = time.process_time()
        readings.append(read_page(case.image, {case.form.key: case.form}.get))
        seconds.append(time.process_time() - start)
    together = decide_sheet(readings, cases[0].form.layout)
    pages = []
    for number, case in enumerate(cases):
        reading = readings[number]
        is_read = reading.outcome == Outcome.READ
        pages.append(
            Page(
                seed,
                case.capture,
                case.group,
                case.who.style,
                case.who.pen,
                case.who.is_plain,
                case.truths,
                reading,
                together[number],
                case.form.layout,
                rivals.answers(case.image, reading, case.form.layout)
                if is_read
                else {},
                seconds[number],
            )
        )
    return pages


def results(page: Page, reading: Reading) -> list[Result]:
    """Every question with boxes; a page that was not read has none."""
    kinds = {one.id: one.kind for one in page.layout.fields}
    found = []
    for one in reading.fields:
        if kinds[one.field] == Kind.TEXT:
            continue
        truth = page.truths[one.field]
        reviewed = one.outcome == Answer.REVIEW
        wrong = not reviewed and (
            truth.how == "double" or set(one.codes) != set(truth.codes)
        )
        found.append(Result(one.field, truth.how, reviewed, wrong))
    return found


@lru_cache(maxsize=64)
def _form(seed: int) -> Sheets:
    return drawn(seed)
