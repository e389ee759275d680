"""From numbers to answers: what is sure, and what a person should see."""

from __future__ import annotations

import pytest

from moksori.collect.paper.layout import Box, Field, Kind, Layout, Rect
from moksori.collect.paper.reading.deciding import decide_page, decide_sheet
from moksori.collect.paper.reading.readings import (
    Answer,
    BoxInk,
    FieldReading,
    Outcome,
    Quality,
    Reading,
    Reason,
)
from moksori.collect.paper.reading.states import Pen, pen_of

EMPTY = {"seen": 1.0, "sharp": 1.0}
TICK = {**EMPTY, "inner": 0.25, "mean": 0.2, "extent": 0.9, "dark": 0.8, "edge": 0.3}
FULL = {**TICK, "inner": 1.0, "extent": 1.0, "solid": 0.95}
CIRCLE = {**EMPTY, "ring": 1.0, "around": 1.0}
FAR_CIRCLE = {**EMPTY, "ring": 0.4, "around": 0.9}
BESIDE = {**EMPTY, "ring": 0.3, "around": 0.45}  # what a box sees of the next circle
TICKS = Pen(marks=9)
CIRCLES = Pen(marks=9, circles=1.0)
FILLS = Pen(marks=9, inner=1.0, full=0.95)

MARK = Rect(10, 10, 9, 9)
CODES = ("a", "b", "c")


def layout(kind: Kind, count: int = 1) -> Layout:
    fields = tuple(
        Field(
            f"q{number}",
            kind,
            1,
            Rect(20, 40 + 8 * number, 160, 7),
            tuple(
                Box(code, Rect(30 + 20 * place, 41 + 8 * number, 4, 4))
                for place, code in enumerate(CODES)
            ),
            may_cancel=kind == Kind.ONE,
        )
        for number in range(count)
    )
    return Layout(210, 297, 1, (MARK,) * 4, MARK, fields)


def page(*rows: list[dict[str, float]], stray: float = 0.0, **more: bool) -> Reading:
    """Each row: what was measured in the boxes of a field."""
    fields = tuple(
        FieldReading(
            f"q{number}",
            Answer.BLANK,
            boxes=tuple(
                BoxInk(code, **ink) for code, ink in zip(CODES, row, strict=True)
            ),
            stray=stray,
        )
        for number, row in enumerate(rows)
    )
    quality = Quality(4, sharpness=1.0, seen=1.0, **more)
    return Reading(Outcome.READ, fields=fields, quality=quality)


def decided(
    kind: Kind, row: list[dict[str, float]], pen: Pen, stray: float = 0.0
) -> FieldReading:
    (one,) = decide_page(page(row, stray=stray), layout(kind), pen).fields
    return one


@pytest.mark.parametrize("circle", [CIRCLE, FAR_CIRCLE])
def test_a_circle_is_a_mark_however_large(circle: dict[str, float]) -> None:
    one = decided(Kind.ONE, [EMPTY, circle, EMPTY], CIRCLES)
    assert (one.outcome, one.codes) == (Answer.VALUE, ("b",))


def test_a_box_beside_a_clear_circle_is_not_doubted() -> None:
    one = decided(Kind.ONE, [BESIDE, CIRCLE, BESIDE], CIRCLES)
    assert (one.outcome, one.codes) == (Answer.VALUE, ("b",))


def test_half_a_circle_alone_is_no_blank() -> None:
    one = decided(Kind.ONE, [EMPTY, BESIDE, EMPTY], CIRCLES)
    assert one.outcome == Answer.REVIEW
    assert Reason.OUTSIDE in one.reasons


def test_of_several_boxes_half_a_circle_may_be_another_answer() -> None:
    half = {**EMPTY, "around": 0.6}
    one = decided(Kind.MANY, [CIRCLE, EMPTY, half], CIRCLES)
    assert one.outcome == Answer.REVIEW


def test_a_circle_by_somebody_who_ticks_is_shown() -> None:
    one = decided(Kind.ONE, [EMPTY, CIRCLE, EMPTY], TICKS)
    assert one.outcome == Answer.REVIEW
    assert Reason.UNLIKE in one.reasons


def test_ink_elsewhere_is_shown_beside_a_circle_too() -> None:
    one = decided(Kind.MANY, [CIRCLE, EMPTY, EMPTY], CIRCLES, stray=6.0)
    assert Reason.OUTSIDE in one.reasons


@pytest.mark.parametrize("pen", [TICKS, FILLS])
def test_of_several_boxes_a_full_one_may_be_taken_back(pen: Pen) -> None:
    one = decided(Kind.MANY, [TICK, FULL, EMPTY], pen)
    assert one.outcome == Answer.REVIEW
    assert Reason.CANCELLED in one.reasons


def test_who_fills_boxes_fills_one() -> None:
    one = decided(Kind.ONE, [EMPTY, FULL, EMPTY], FILLS)
    assert (one.outcome, one.codes) == (Answer.VALUE, ("b",))


def test_one_full_box_and_a_tick_is_a_correction() -> None:
    one = decided(Kind.ONE, [FULL, TICK, EMPTY], TICKS)
    assert (one.outcome, one.codes) == (Answer.VALUE, ("b",))


def test_a_faint_line_through_words_counts_where_it_takes_back() -> None:
    struck = {**TICK, "label": 0.06}
    assert decided(Kind.MANY, [struck, EMPTY, EMPTY], TICKS).outcome == Answer.REVIEW
    assert decided(Kind.ONE, [struck, EMPTY, EMPTY], TICKS).outcome == Answer.VALUE


def test_a_black_and_white_page_with_hardly_a_mark_has_no_sure_blanks() -> None:
    rows = [[TICK, EMPTY, EMPTY], [EMPTY] * 3]
    thin = page(*rows, is_bilevel=True)
    form = layout(Kind.ONE, 2)
    alone = decide_page(thin, form, pen_of(thin.fields))
    assert alone.fields[1].reasons == (Reason.THIN_SCAN,)
    grey = decide_page(page(*rows), form, pen_of(thin.fields))
    assert grey.fields[1].outcome == Answer.BLANK


def test_the_other_pages_of_a_sheet_show_that_the_pen_comes_through() -> None:
    form = layout(Kind.ONE, 2)
    thin = page([TICK, EMPTY, EMPTY], [EMPTY] * 3, is_bilevel=True)
    rest = page([TICK, EMPTY, EMPTY], [EMPTY, TICK, EMPTY], is_bilevel=True)
    first, _second = decide_sheet([thin, rest], form)
    assert first.fields[1].outcome == Answer.BLANK
