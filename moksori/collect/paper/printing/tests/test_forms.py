"""A form is printed exactly where its layout says, in every variant."""

from __future__ import annotations

import itertools
from typing import Any

import cv2
import pytest

from moksori.base.errors import UserError
from moksori.collect.paper.layout import Kind, Layout, Rect, layout_from
from moksori.collect.paper.printing import Options, Paper, Why, form_of, options_from
from moksori.collect.paper.printing.places import code_on
from moksori.collect.paper.printing.tests.drawn import (
    VARIANTS,
    asking,
    everything,
    outline,
    picture,
    words_on,
)
from moksori.collect.questionnaires.definition import Type
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.tests.surveys import EVERYTHING, options, words

EXACT = 0.1  # mm


def single(id: str, *ids: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "type": "single", "text": words(f"{id}?"),
            "options": options(*(ids or ("a", "b"))), **more}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_box_stands_where_the_layout_says(variant: str) -> None:
    form = everything(variant)
    worst = 0.0
    for page in range(1, form.layout.pages + 1):
        image = picture(form.pdf, page)
        for field in form.layout.on(page):
            for box in field.boxes:
                found = outline(image, box.rect)
                apart = (found.x - box.rect.x, found.y - box.rect.y,
                         found.right - box.rect.right,
                         found.bottom - box.rect.bottom)  # fmt: skip
                worst = max(worst, *map(abs, apart))
    assert worst <= EXACT


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_marks_of_every_page_stand_in_its_corners(variant: str) -> None:
    form = everything(variant)
    detector = cv2.aruco.ArucoDetector(
        cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_100)
    )
    scale = 300 / 25.4
    for page in range(1, form.layout.pages + 1):
        corners, ids, _rest = detector.detectMarkers(picture(form.pdf, page, 300))
        found = dict(zip(ids.flatten().tolist(), corners, strict=True))
        assert sorted(found) == [4 * (page - 1) + n for n in range(4)]
        for corner, mark in enumerate(form.layout.marks):
            x, y = found[4 * (page - 1) + corner][0][0] / scale
            assert abs(x - mark.x) <= EXACT
            assert abs(y - mark.y) <= EXACT


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_stands_on_the_marks_or_off_the_paper(variant: str) -> None:
    layout = everything(variant).layout
    code = code_on(layout.width)
    assert layout.code == code
    for field in layout.fields:
        for rect in (*(box.rect for box in field.boxes), field.zone):
            assert rect.x >= 20
            assert rect.right <= layout.width - 20
            assert rect.y >= code.bottom + 3
            assert rect.bottom <= layout.height - 22


@pytest.mark.parametrize("variant", VARIANTS)
def test_boxes_keep_their_distance(variant: str) -> None:
    for page_fields in _pages(everything(variant).layout):
        boxes = [box.rect for field in page_fields for box in field.boxes]
        for one, other in itertools.combinations(boxes, 2):
            apart = max(abs(one.x - other.x), abs(one.y - other.y))
            assert apart >= 6.5


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_question_that_fits_on_paper_is_there_with_all_its_boxes(
    variant: str,
) -> None:
    layout = everything(variant).layout
    fields = {field.id: field for field in layout.fields}
    assert len(fields) == len(layout.fields)
    codes = {id: [box.code for box in one.boxes] for id, one in fields.items()}

    assert codes["nps"] == [str(n) for n in range(11)]
    assert codes["csat"] == [*"12345", "not_applicable"]
    assert codes["one"] == ["a", "b", "other"]
    assert fields["one#other"].kind == Kind.TEXT
    assert codes["many"] == ["x", "y", "z", "none", "prefer_not_to_say"]
    assert codes["grid.g1"] == ["o1", "o2", "o3", "not_applicable"]
    assert fields["multi.m2"].kind == Kind.MANY
    assert codes["rank.r3"] == ["1", "2", "3"]
    assert fields["points.s1"].area is not None
    assert codes["contact"] == ["yes"]
    assert fields["contact"].kind == Kind.MANY
    area = fields["long"].area
    assert area is not None
    assert area.height >= 28
    assert not {"photo", "paper", "sound", "each", "note", "product"} & set(fields)


def test_who_cannot_answer_has_a_box_that_is_no_answer_of_the_text() -> None:
    may = {"may_not_apply": True, "may_prefer_not": True}
    table = {"id": "q2", "type": "matrix", "text": words("표"), **may,
             "rows": options("r1"), "options": options("x", "y")}  # fmt: skip
    text = {"id": "q1", "type": "text", "text": words("왜?"), **may}
    form = form_of(asking(text, table), Options(), "ko")
    fields = {field.id: field for field in form.layout.fields}
    assert set(fields) == {"q1", "q1.?", "q2.r1", "q2.?"}
    assert fields["q1"].boxes == ()
    assert [box.code for box in fields["q1.?"].boxes] == [
        "not_applicable",
        "prefer_not_to_say",
    ]
    assert [box.code for box in fields["q2.?"].boxes] == ["prefer_not_to_say"]
    # What is written on the line is no ink of theirs.
    area = fields["q1"].area
    assert area is not None
    assert fields["q1.?"].zone.y >= area.bottom


def test_a_table_in_a_narrow_column_puts_its_rows_above_their_boxes() -> None:
    words_of = ("전혀 아니다", "아니다", "보통", "그렇다", "매우 그렇다")
    table = {"id": "q1", "type": "matrix", "text": words("표"),
             "rows": [{"id": "r1", "text": words("말을 끝까지 들어 주었다")}],
             "options": [{"id": f"o{n}", "text": words(one)}
                         for n, one in enumerate(words_of)]}  # fmt: skip
    [wide] = form_of(asking(table), Options(), "ko").layout.fields
    [narrow] = form_of(asking(table), Options(columns=2), "ko").layout.fields
    assert wide.boxes[0].rect.x - wide.zone.x > 50
    assert narrow.boxes[0].rect.x - narrow.zone.x < 10
    assert narrow.boxes[0].rect.y - narrow.zone.y > 6
    assert narrow.boxes[1].rect.x - narrow.boxes[0].rect.x > 10


def test_what_may_be_cancelled_is_where_one_box_is_marked() -> None:
    for field in everything("a4-ko").layout.fields:
        assert field.may_cancel == (field.kind == Kind.ONE)
        assert bool(field.area) == (field.kind == Kind.TEXT)


def test_a_layout_goes_to_json_and_back() -> None:
    layout = everything("a4-ko").layout
    again = layout_from(layout.to_json())
    assert again.to_json() == layout.to_json()
    assert again.note is not None


def test_large_print_is_large() -> None:
    small, large = everything("a4-ko"), everything("large-ko")
    assert large.layout.pages > small.layout.pages
    for field in large.layout.fields:
        for box in field.boxes:
            assert box.rect.width == pytest.approx(5.0)


def test_the_sheet_says_how_to_mark_and_how_to_correct_in_its_language() -> None:
    korean, english = everything("a4-ko"), everything("letter-two-en")
    assert "이렇게 표시해 주세요" in words_on(korean.pdf)
    assert "잘못 고른 칸을 까맣게 채우고" in words_on(korean.pdf)
    assert "두 줄을 긋습니다" in words_on(korean.pdf)
    assert "fill the wrong box completely" in words_on(english.pdf)
    assert "strike out the box and its words" in words_on(english.pdf)


def test_where_one_box_is_marked_nobody_learns_to_strike_out() -> None:
    form = form_of(asking(single("q1")), Options(), "en")
    assert "fill the wrong box" in words_on(form.pdf)
    assert "strike out" not in words_on(form.pdf)


def test_a_table_of_many_says_that_its_marks_stay() -> None:
    """Struck out without words beside it, a box would still be read as marked."""
    table = {"id": "q1", "type": "matrix_multiple", "text": words("표"),
             "rows": options("r1", "r2"), "options": options("a", "b")}  # fmt: skip
    form = form_of(asking(table), Options(), "en")
    assert "cannot be taken back" in words_on(form.pdf)
    assert "strike out" not in words_on(form.pdf)


def test_a_word_longer_than_its_column_is_broken_and_not_cut_off() -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlung"
    told = [{"id": "a", "text": words("가", long)}, {"id": "b", "text": words("나")}]
    asked = {"id": "q1", "type": "single", "text": words("q1?"), "options": told}
    form = form_of(asking(asked), Options(columns=2), "en")
    [field] = form.layout.fields
    assert field.boxes[0].label.right < form.layout.width / 2  # type: ignore[union-attr]
    assert form.remarks == ()


def test_heads_of_a_narrow_table_stay_apart() -> None:
    heads = ("Very dissatisfied", "Dissatisfied", "Neither", "Satisfied",
             "Very satisfied", "Not applicable")  # fmt: skip
    table = {"id": "q1", "type": "matrix", "text": words("표"),
             "rows": options("r1", "r2"),
             "options": [{"id": f"o{n}", "text": words("가", one)}
                         for n, one in enumerate(heads)]}  # fmt: skip
    form = form_of(asking(table), Options(columns=2), "en")
    boxes = form.layout.fields[0].boxes
    top = form.layout.fields[0].zone.y
    image = picture(form.pdf, 1, 200) < 128
    scale = 200 / 25.4
    rows = slice(int((top - 11) * scale), int((top - 1.5) * scale))
    for left, right in itertools.pairwise(boxes):
        middle = int((left.rect.right + right.rect.x) / 2 * scale)
        assert not image[rows, middle - 1 : middle + 2].any()


def test_many_long_answers_share_a_narrow_column() -> None:
    texts = [f"Rather long name of place {n}" for n in range(40)]
    told = [{"id": f"o{n}", "text": words("가", one)} for n, one in enumerate(texts)]
    asked = {"id": "q1", "type": "single", "text": words("q1?"), "options": told}
    form = form_of(asking(asked), Options(Paper.LETTER, columns=2), "en")
    assert form.remarks == ()
    assert len({round(box.rect.x) for box in form.layout.fields[0].boxes}) == 2


def test_pages_are_numbered_and_the_end_says_how_to_hand_it_back() -> None:
    closing = "문 옆 상자에 넣어 주세요."
    form = form_of(asking(single("q1")), Options(closing=closing), "ko")
    assert "1 / 1쪽" in words_on(form.pdf)
    assert closing in words_on(form.pdf)
    assert "답해 주셔서 고맙습니다." in words_on(form.pdf)


def test_skips_stand_beside_the_answer_and_who_is_meant_before_the_question() -> None:
    asked = {"==": [{"answer": "q1"}, "b"]}
    score = {"id": "q3", "type": "nps", "text": words("점수")}
    low = {"<=": [{"answer": "q3"}, 6]}
    q = asking(
        pages=[
            {
                "id": "p1",
                "questions": [single("q1")],
                "go": [{"when": asked, "to": "p3"}],
            },
            {
                "id": "p2",
                "questions": [single("q2"), score],
                "go": [{"when": low, "to": "out"}],
            },
            {"id": "p3", "questions": [single("q4", show=asked)]},
        ]
    )
    korean = words_on(form_of(q, Options(), "ko").pdf)
    assert "보기 b → 4번으로" in korean
    assert "3번에 6 이하로 답하신 분은 → 여기까지입니다" in korean
    assert "1번에서 “보기 b”를 고르신 분만" in korean
    english = words_on(form_of(q, Options(), "en").pdf)
    assert "Option b → go to 4" in english
    assert "Only if you marked “Option b” in 1" in english


def test_a_long_list_stands_in_columns_on_one_page() -> None:
    ids = [f"o{n}" for n in range(60)]
    form = form_of(asking(single("q1", *ids)), Options(), "ko")
    [field] = form.layout.fields
    assert [box.code for box in field.boxes] == ids
    assert len({round(box.rect.x) for box in field.boxes}) >= 3
    assert form.remarks == ()


def test_what_is_too_long_for_a_page_is_left_out_and_told() -> None:
    many = single("q1", *(f"o{n}" for n in range(400)))
    form = form_of(asking(many, single("q2")), Options(), "ko")
    assert {field.question for field in form.layout.fields} == {"q2"}
    assert [(one.why, one.question) for one in form.remarks] == [(Why.TOO_LONG, "q1")]
    # What is left is numbered without a gap.
    assert "1. q2?" in words_on(form.pdf)


def test_a_table_too_wide_for_a_column_is_told() -> None:
    wide = {"id": "q1", "type": "matrix", "text": words("표"),
            "rows": options("r1", "r2"),
            "options": options(*(f"o{n}" for n in range(11)))}  # fmt: skip
    narrow = form_of(asking(wide, single("q2")), Options(columns=2), "ko")
    assert [one.why for one in narrow.remarks] == [Why.TOO_WIDE]
    assert form_of(asking(wide, single("q2")), Options(), "ko").remarks == ()


def test_a_table_goes_on_over_pages_row_by_row() -> None:
    rows = options(*(f"r{n}" for n in range(60)))
    table = {"id": "q1", "type": "matrix", "text": words("표"), "rows": rows,
             "options": options("x", "y", "z")}  # fmt: skip
    layout = form_of(asking(table), Options(), "ko").layout
    assert layout.pages >= 2
    assert len(layout.fields) == 60
    for field in layout.fields:
        assert all(_is_in(box.rect, field.zone) for box in field.boxes)


def test_what_paper_cannot_do_is_told_before_printing() -> None:
    questions = [
        {"id": "q2", "type": "text", "text": words("왜 {q1}입니까?")},
        {"id": "q3", "type": "photo", "text": words("사진")},
        single("q4", show={"==": [{"answer": "q3"}, "x"]}),
        single("q5", show={"==": [{"variant": []}, "v1"]}),
    ]
    q = asking(
        pages=[
            {"id": "p1", "questions": [single("q1", random=True)]},
            {"id": "p2", "questions": questions},
        ],
        variants=[{"id": "v1"}, {"id": "v2"}],
        quotas=[{"id": "full", "limit": 10, "when": {"==": [{"answer": "q1"}, "a"]}}],
    )
    form = form_of(q, Options(), "ko")
    told = {(one.why, one.question) for one in form.remarks}
    assert told == {
        (Why.IN_ORDER, "q1"), (Why.PIPED, "q2"), (Why.FILE, "q3"), (Why.RULE, "q4"),
        (Why.RULE, "q5"), (Why.VARIANTS, ""), (Why.QUOTA, ""),
    }  # fmt: skip
    assert all(one.said for one in form.remarks)
    assert "왜 (1번에 답하신 것)입니까?" in words_on(form.pdf)


def test_nothing_left_to_print_is_said() -> None:
    photo = {"id": "q1", "type": "photo", "text": words("사진")}
    with pytest.raises(UserError, match="종이로 물을 수 있는 문항이 없습니다"):
        form_of(asking(photo), Options(), "ko")


def test_a_form_of_too_many_pages_is_said() -> None:
    texts = [
        {"id": f"q{n}", "type": "long_text", "text": words("왜?")} for n in range(150)
    ]
    with pytest.raises(UserError, match="24"):
        form_of(asking(*texts), Options(), "en")


def test_letters_without_a_typeface_are_told() -> None:
    odd = {"id": "q1", "type": "text", "text": words("𓀀 무엇입니까?")}
    form = form_of(asking(odd), Options(), "ko")
    assert [(one.why, one.text) for one in form.remarks] == [(Why.LETTERS, "𓀀")]


def test_words_are_no_markup() -> None:
    evil = {"id": "q1", "type": "text",
            "text": words("<img src=file:///etc/passwd> & <b>굵게</b>")}  # fmt: skip
    form = form_of(asking(evil), Options(), "ko")
    assert "<img src=file:///etc/passwd> & <b>굵게</b>" in words_on(form.pdf)


def test_options_go_together_or_say_why_not() -> None:
    with pytest.raises(UserError) as caught:
        Options(columns=2, is_large=True)
    assert caught.value.field == "columns"
    for odd in ({"paper": "a3"}, {"columns": "3"}, {"columns": "x"}):
        with pytest.raises(UserError):
            options_from(odd)
    assert options_from({"paper": "Letter", "columns": "2"}) == Options(Paper.LETTER, 2)
    assert options_from(Options(closing="끝").to_json()) == Options(closing="끝")


def test_every_type_is_either_printed_or_told() -> None:
    q = questionnaire_from(EVERYTHING)
    form = everything("a4-ko")
    seen = {field.question for field in form.layout.fields}
    seen |= {one.question for one in form.remarks}
    silent = {
        one.id for one in q.questions() if one.type in {Type.SECTION, Type.HIDDEN}
    }
    assert seen | silent == {one.id for one in q.questions()}


def _pages(layout: Layout) -> Any:
    return [list(layout.on(page)) for page in range(1, layout.pages + 1)]


def _is_in(rect: Rect, zone: Rect) -> bool:
    return (
        zone.x <= rect.x
        and zone.y <= rect.y
        and rect.right <= zone.right
        and rect.bottom <= zone.bottom
    )
