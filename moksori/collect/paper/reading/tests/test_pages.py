"""Pages as they come: scanned, faxed, photographed, covered, forged, not ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from moksori.collect.paper.layout import Rect
from moksori.collect.paper.reading.files import PageImage
from moksori.collect.paper.reading.pages import read_page
from moksori.collect.paper.reading.pictures import crop, straight
from moksori.collect.paper.reading.readings import (
    Answer,
    Outcome,
    Reading,
    reading_from,
)
from moksori.collect.paper.reading.tests.drawing import (
    FINE,
    Grey,
    Paper,
    bilevel,
    form,
    forms,
    paper,
    photographed,
    scanned,
)
from moksori.collect.paper.reading.troubles import Why

TRUE = {
    "q1": {"8"},
    "q2.r0": {"1"},
    "q2.r1": {"2"},
    "q2.r2": {"3"},
    "q2.r3": {"4"},
    "q2.r4": set(),
    "q3": {"o1", "o4"},
    "q4": {"o2"},
}


def filled(**known: object) -> Paper:
    """Ticks and crosses with a ballpoint, and a sentence."""
    page = paper(**known)
    page.tick("q1", "8")
    for row in range(4):
        page.cross(f"q2.r{row}", str(row + 1))
    for code in ("o1", "o4"):
        page.tick("q3", code)
    page.cross("q4", "o2")
    page.write("q5")
    return page


def read(picture: Grey) -> Reading:
    return read_page(picture, forms)


def wrong(reading: Reading, true: dict[str, set[str]]) -> list[str]:
    """Fields that were answered without a person, and not as they were meant."""
    assert reading.outcome == Outcome.READ
    return [
        name
        for name, codes in true.items()
        if (one := reading.field(name))
        and one.outcome != Answer.REVIEW
        and set(one.codes) != codes
    ]


def sure(reading: Reading, true: dict[str, set[str]]) -> None:
    """Everything answered, everything right."""
    assert not wrong(reading, true)
    reviewed = [
        one
        for one in reading.fields
        if one.outcome == Answer.REVIEW and one.field in true
    ]
    assert not reviewed


def rotated(picture: Grey, way: int) -> Grey:
    return np.asarray(cv2.rotate(picture, way))


WAYS: dict[str, Callable[[Grey], Grey]] = {
    "300": lambda page: scanned(page, 300),
    "200 upside-down": lambda page: rotated(scanned(page), cv2.ROTATE_180),
    "200 sideways": lambda page: rotated(scanned(page), cv2.ROTATE_90_CLOCKWISE),
    "150 turned": lambda page: scanned(page, 150, angle=5),
    "100": lambda page: scanned(page, 100),
    "600": lambda page: scanned(page, 600),
    "two colours": bilevel,
    "phone": photographed,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_page_is_read_however_it_comes(way: str) -> None:
    reading = read(WAYS[way](filled().picture))

    sure(reading, TRUE)
    words = reading.field("q5")
    assert words
    assert words.has_ink
    assert reading.code
    assert reading.code.page == 1


def test_the_second_page_is_told_from_the_first() -> None:
    page = paper(2)
    page.tick("p2q1", "3")

    reading = read(scanned(page.picture))

    assert {one.field[:2] for one in reading.fields} == {"p2"}
    assert reading.field("p2q1").codes == ("3",)


@pytest.mark.parametrize("covered", [(0,), (2,), (0, 2), (0, 1), (1, 2), (2, 3)])
def test_covered_marks_are_done_without(covered: tuple[int, ...]) -> None:
    page = filled()
    for corner in covered:
        rect = page.layout.marks[corner]
        middle = (round((rect.x + 4) * FINE), round((rect.y + 4) * FINE))
        cv2.circle(page.picture, middle, 9 * FINE, 140, -1)

    reading = read(scanned(page.picture, angle=2))

    assert not wrong(reading, TRUE)
    assert reading.quality.marks == 4 - len(covered)


def test_a_blank_page_is_blank_and_other_documents_are_not_ours() -> None:
    empty = scanned(np.full((297 * FINE, 210 * FINE), 255, np.uint8))
    letter = np.full((297 * FINE, 210 * FINE), 255, np.uint8)
    for line in range(40):
        where = (300, 300 + 70 * line)
        cv2.putText(letter, "Dear Sir or Madam, please find", where, 0, 2, 0, 4)
    somebody = paper()
    top, left = round(10 * FINE), round(165 * FINE)
    somebody.picture[top : top + 18 * FINE, left : left + 18 * FINE] = 255
    for rect in somebody.layout.marks:
        x, y = round(rect.x * FINE), round(rect.y * FINE)
        cv2.rectangle(somebody.picture, (x, y), (x + 110, y + 110), 0, -1)

    assert read(empty).outcome == Outcome.BLANK_PAGE
    assert read(scanned(letter)).outcome == Outcome.NOT_OURS
    assert read(scanned(somebody.picture)).outcome == Outcome.NOT_OURS


def test_a_forged_code_an_unknown_form_and_a_page_too_many() -> None:
    assert read(scanned(paper(secret=b"guess").picture)).outcome == Outcome.FORGED
    unknown = read(scanned(paper(key="ZZZZZZ").picture))
    assert unknown.outcome == Outcome.UNKNOWN_FORM
    assert unknown.code
    assert unknown.code.form == "ZZZZZZ"

    def shorter(_key: str) -> object:
        one = form()
        return replace(one, layout=replace(one.layout, pages=1))

    beyond = read_page(scanned(paper(2).picture), shorter)
    assert (beyond.outcome, beyond.why) == (Outcome.UNREADABLE, Why.NEWER_LAYOUT)


def test_a_code_that_cannot_be_read_says_which_page_it_was() -> None:
    page = filled()
    code = page.layout.code
    top, left = round(code.y * FINE), round(code.x * FINE)
    page.picture[top : top + 12 * FINE, left : left + 18 * FINE] = 90

    reading = read(scanned(page.picture))

    assert (reading.outcome, reading.why) == (Outcome.UNREADABLE, Why.NO_CODE)
    assert dict(reading.facts) == {"page": 1}


def test_two_sheets_in_one_picture_are_never_mixed() -> None:
    first, second = scanned(filled().picture), scanned(paper(sheet="XXXXXXXX").picture)
    beside = np.hstack([first, second])
    other_page = np.hstack([first, scanned(paper(2).picture)])
    over = first.copy()
    over[900:, :] = second[900:, :]
    over[:, 1100:] = scanned(paper(2).picture)[:, 1100:]

    for picture in (beside, other_page, over):
        assert read(picture).outcome == Outcome.TWO_SHEETS


def test_half_a_page_leaves_nothing_unsaid() -> None:
    whole = scanned(filled().picture)
    torn = whole.copy()
    torn[1100:] = 238

    for picture in (whole[:1100], torn):
        reading = read(picture)

        assert reading.why == Why.PART_MISSING
        assert not wrong(reading, TRUE)
        lost = [reading.field(name) for name in ("q3", "q4")]
        assert all(one and one.outcome == Answer.REVIEW for one in lost)


def test_coffee_hides_nothing_silently() -> None:
    page = filled()
    stain = np.zeros(page.picture.shape, np.float32)
    cv2.circle(stain, (110 * FINE, 75 * FINE), 28 * FINE, 1.0, 5 * FINE)
    cv2.circle(stain, (110 * FINE, 75 * FINE), 27 * FINE, 0.35, -1)
    stain = cv2.GaussianBlur(stain, (0, 0), 10)
    page.picture = (page.picture * (1 - 0.45 * stain)).astype(np.uint8)

    assert not wrong(read(scanned(page.picture)), TRUE)


@pytest.mark.parametrize("blur", [3, 5, 8, 12])
def test_behind_a_dirty_lens_nothing_is_blank(blur: float) -> None:
    picture = cv2.GaussianBlur(scanned(filled().picture), (0, 0), blur)
    hazy = (150 + picture * 0.25).astype(np.uint8)

    reading = read(hazy)

    if reading.outcome == Outcome.READ:
        assert not wrong(reading, TRUE)
    if blur >= 5:
        outcomes = {one.outcome for one in reading.fields if one.field in TRUE}
        assert outcomes <= {Answer.REVIEW}


def test_a_pencil_lost_by_a_two_colour_scan_is_not_blank() -> None:
    page = paper()
    for row in range(5):
        page.tick(f"q2.r{row}", "2", dark=0.3, width=0.4)
    page.tick("q1", "5", dark=0.3, width=0.4)

    reading = read(bilevel(page.picture, 130))

    ones = [one for one in reading.fields if one.field != "q5"]
    assert all(one.outcome == Answer.REVIEW for one in ones)


def test_a_faint_pencil_is_read_from_a_grey_scan() -> None:
    page = paper()
    true = {"q1": {"5"}} | {f"q2.r{row}": {"2"} for row in range(5)}
    page.tick("q1", "5", dark=0.35)
    for row in range(5):
        page.tick(f"q2.r{row}", "2", dark=0.35)

    sure(read(scanned(page.picture)), true)


def test_two_marks_are_for_a_person() -> None:
    page = filled()
    page.tick("q1", "2")

    one = read(scanned(page.picture)).field("q1")

    assert one
    assert one.outcome == Answer.REVIEW


def test_a_correction_is_read_as_the_sheet_explains_it() -> None:
    page = filled()
    page.fill("q1", "3")
    page.fill("q4", "o0")

    sure(read(scanned(page.picture)), TRUE)


def test_a_correction_where_it_was_not_explained_is_for_a_person() -> None:
    page = filled()
    page.fill("q3", "o0")

    one = read(scanned(page.picture)).field("q3")

    assert one
    assert one.outcome == Answer.REVIEW


def test_words_struck_through_take_a_mark_back_only_by_a_person() -> None:
    page = filled()
    box, label = page.box("q3", "o4"), page.label("q3", "o4")
    for part in (1.2, 2.8):
        page.line((box.x - 1, box.y + part), (label.right + 1, box.y + part))

    one = read(scanned(page.picture)).field("q3")

    assert one
    assert one.outcome == Answer.REVIEW


@pytest.mark.parametrize("more", [0.8, 1.4, 2.0])
def test_circles_around_boxes_are_marks(more: float) -> None:
    page = paper()
    true = {"q1": {"4"}, "q4": {"o1"}, "q2.r0": {"3"}, "q2.r3": {"1"}}
    for field, codes in true.items():
        page.circle(page.box(field, next(iter(codes))), more)

    reading = read(scanned(page.picture))

    assert not wrong(reading, true)
    reviewed = [one for one in reading.fields if one.outcome == Answer.REVIEW]
    assert len(reviewed) <= 3  # a wide circle reaches into the next row


def test_a_circled_word_is_not_blank() -> None:
    page = filled()
    blank = paper()
    blank.circle(blank.label("q4", "o1"))
    blank.circle(blank.label("q1", "7"), 1.0)
    for row in range(5):
        blank.tick(f"q2.r{row}", "2")
    page = read(scanned(blank.picture))

    for name in ("q4", "q1"):
        one = page.field(name)
        assert one
        assert one.outcome == Answer.REVIEW


def test_a_reading_survives_storage_and_shows_its_page() -> None:
    picture = scanned(filled().picture, angle=3)
    reading = read_page(PageImage(picture, "scan", 1), forms)

    again = reading_from(json.loads(json.dumps(reading.to_json())))

    assert again.outcome == Outcome.READ
    assert [one.codes for one in again.fields] == [one.codes for one in reading.fields]
    assert again.place == reading.place
    page = straight(picture, again)
    assert page.shape == (2376, 1680)
    cut = crop(picture, again, Rect(10, 10, 9, 9), margin=0)
    assert cut[2:8, 2:-2].max() < 110  # the black edge of the corner mark
    assert crop(picture, again, Rect(60, 265, 10, 10), margin=0).min() > 200


def test_a_tiny_picture_says_that_it_is_too_small() -> None:
    reading = read(np.full((80, 60), 255, np.uint8))

    assert (reading.outcome, reading.why) == (Outcome.UNREADABLE, Why.TOO_SMALL)
