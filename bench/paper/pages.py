"""One page by its seed: drawn, filled, scanned, read; what became of each answer."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from bench.paper import real, rivals
from bench.paper.captures import CAPTURES, Capture
from bench.paper.forms import Grey, Sheets, drawn
from bench.paper.people import Filling, Truth, person
from moksori.collect.paper.codes import new_key
from moksori.collect.paper.layout import Kind, Layout
from moksori.collect.paper.reading.pages import read_page
from moksori.collect.paper.reading.readings import Answer, Outcome, Reading

FORMS = 40  # a thousand pages share this many forms drawn here
REAL = 0.5  # share of the pages that the product printed


@dataclass(frozen=True)
class Page:
    """A page as it was filled in and what came out."""

    seed: int
    capture: str
    group: str
    style: str
    pen: str
    plain: bool
    truths: dict[str, Truth]
    reading: Reading
    layout: Layout
    rivals: dict[str, dict[str, tuple[str, ...] | None]]
    seconds: float


@dataclass(frozen=True)
class Result:
    """One answer: right, wrong (silently), or a person looks."""

    page: Page
    field: str
    how: str
    reviewed: bool
    wrong: bool


def made(seed: int) -> tuple[Grey, Sheets, int, Filling, dict[str, Truth], Capture]:
    """Everything about a page before it is read."""
    dice = np.random.default_rng(seed)
    if dice.random() < REAL:
        sheets = real.printed(int(dice.integers(len(real.VARIANTS))))
    else:
        sheets = _form(seed // 1000 * 1000 + int(dice.integers(FORMS)))
    number = int(dice.integers(1, sheets.form.layout.pages + 1))
    capture = CAPTURES[seed % len(CAPTURES)]
    filling = Filling(sheets.page(number, new_key(8)), person(dice))
    truths = filling.fill(sheets.form.layout, number)
    return capture.take(filling.picture, dice), sheets, number, filling, truths, capture


def read(seed: int) -> Page:
    image, sheets, _number, filling, truths, capture = made(seed)
    form = sheets.form
    start = time.process_time()
    reading = read_page(image, {form.key: form}.get)
    seconds = time.process_time() - start
    others = (
        rivals.answers(image, reading, form.layout)
        if reading.outcome == Outcome.READ
        else {}
    )
    return Page(
        seed,
        capture.name,
        capture.group,
        filling.who.style,
        filling.who.pen,
        filling.who.is_plain,
        truths,
        reading,
        form.layout,
        others,
        seconds,
    )


def results(page: Page) -> list[Result]:
    """Every question with boxes; a page that was not read has none."""
    kinds = {one.id: one.kind for one in page.layout.fields}
    found = []
    for one in page.reading.fields:
        if kinds[one.field] == Kind.TEXT:
            continue
        truth = page.truths[one.field]
        reviewed = one.outcome == Answer.REVIEW
        wrong = not reviewed and (
            truth.how == "double" or set(one.codes) != set(truth.codes)
        )
        found.append(Result(page, one.field, truth.how, reviewed, wrong))
    return found


@lru_cache(maxsize=64)
def _form(seed: int) -> Sheets:
    return drawn(seed)
