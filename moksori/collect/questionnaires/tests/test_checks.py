"""Whether an answer fits: out of forms, out of JSON, and what is said if not."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from moksori.collect.answers import State
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.checks import (
    check,
    check_all,
    check_json,
    hidden,
    saved,
)
from moksori.collect.questionnaires.definition import Type
from moksori.collect.questionnaires.fields import number
from moksori.collect.questionnaires.tests.makers import (
    ABC,
    JSON,
    PLAIN,
    TYPES,
    asked,
    made,
    one,
    page,
)

OTHER = [*ABC, {"id": "etc", "text": "기타", "other": True}]
ALONE = [*ABC, {"id": "none", "text": "없음", "exclusive": True}]


def sent(question, **fields):
    raw = {
        name.replace("__", "."): [values] if isinstance(values, str) else values
        for name, values in fields.items()
    }
    return check(question, raw, language="ko")


@pytest.mark.parametrize(
    ("question", "fields", "value"),
    [
        (one("nps"), {"q": "9"}, 9),
        (one("nps"), {"q": "0"}, 0),
        (one("stars", high=10), {"q": "10"}, 10),
        (one("single"), {"q": "b"}, "b"),
        (one("without"), {"q": "very"}, "very"),
        (one("multiple"), {"q": ["c", "a"]}, ["c", "a"]),
        (one("multiple"), {"q": ["c", "c"]}, ["c"]),
        (one("multiple", options=ALONE), {"q": ["none"]}, ["none"]),
        (one("ranking"), {"q__a": "2", "q__b": "1", "q__c": "3"}, ["b", "a", "c"]),
        (one("ranking"), {"q": ["c", "b", "a"]}, ["c", "b", "a"]),
        (one("ranking", least=1), {"q__b": "1"}, ["b"]),
        (one("ranking", most=2), {"q__b": "1", "q__c": "2"}, ["b", "c"]),
        (one("matrix"), {"q__yes": "a", "q__no": "c"}, {"yes": "a", "no": "c"}),
        (one("matrix", may_not_apply=True), {"q__yes": "not_applicable"},
         {"yes": "not_applicable"}),
        (one("matrix_multiple"), {"q__yes": ["a", "b"]}, {"yes": ["a", "b"]}),
        (one("sum"), {"q__a": "40", "q__b": "60"}, {"a": 40, "b": 60, "c": 0}),
        (one("sum", total=1), {"q__a": "0.1", "q__b": "0.2", "q__c": "0.7"},
         {"a": 0.1, "b": 0.2, "c": 0.7}),
        (one("number"), {"q": " 1,234.5 "}, 1234.5),
        (one("number"), {"q": "３０"}, 30),
        (one("number", unit="분"), {"q": "30분"}, 30),
        (one("number"), {"q": "3,5"}, 3.5),
        (one("number", low=0, high=10), {"q": "10"}, 10),
        (one("date"), {"q": "2026-12-01"}, "2026-12-01"),
        (one("date"), {"q": "2026. 12. 1."}, "2026-12-01"),
        (one("date"), {"q": "2026년 3월 9일"}, "2026-03-09"),
        (one("date"), {"q": "20240229"}, "2024-02-29"),
        (one("text"), {"q": " 두\r\n 줄 "}, "두 줄"),
        (one("long_text"), {"q": "두\r\n줄\x00\x07"}, "두\n줄"),
        (one("text"), {"q": "\u1100\u1161"}, "가"),
        (one("email"), {"q": " kim@example.com "}, "kim@example.com"),
        (one("phone"), {"q": "010-1234-5678"}, "01012345678"),
        (one("phone"), {"q": "+82 (10) 1234 5678"}, "+821012345678"),
        (one("consent"), {"q": "yes"}, True),
        (one("consent"), {}, False),
        (one("photo"), {"q": ["a1.jpg"]}, ["a1.jpg"]),
        (one("hidden"), {"q": "gold\n tier"}, "gold tier"),
    ],
)  # fmt: skip
def test_what_fits_is_taken_in_one_form(question, fields, value):
    found = sent(question, **fields)

    assert found.problem is None
    assert (found.value, found.state) == (value, State.ANSWERED)
    # As JSON the same again is the same.
    assert check_json(question, found.value).value == value


@pytest.mark.parametrize(
    ("question", "fields", "said"),
    [
        (one("nps"), {"q": "11"}, "from 0 to 10"),
        (one("nps"), {"q": "5.5"}, "from 0 to 10"),
        (one("nps"), {"q": "아홉"}, "number"),
        (one("csat", required=True), {"q": ""}, "answer this question"),
        (one("single"), {"q": "z"}, "not offered"),
        (one("multiple", options=ALONE), {"q": ["none", "a"]}, "“없음” cannot"),
        (one("multiple", least=2), {"q": ["a"]}, "at least 2"),
        (one("multiple", most=1), {"q": ["a", "b"]}, "1 at most"),
        (one("ranking"), {"q__a": "1", "q__b": "1"}, "place of its own"),
        (one("ranking"), {"q__a": "1", "q__b": "x"}, "place of its own"),
        (one("ranking"), {"q__a": "1"}, "2 still need"),
        (one("ranking", most=1), {"q": ["a", "b"]}, "1 at most"),
        (one("matrix", required=True), {"q__yes": "a"}, "1 to go"),
        (one("matrix"), {"q__yes": "z"}, "not offered"),
        (one("sum"), {"q__a": "40", "q__b": "50"}, "add up to 90; please make it 100"),
        (one("sum"), {"q__a": "140", "q__b": "-40"}, "at least 0"),
        (one("sum"), {"q__a": "many"}, "number"),
        (one("number", low=1), {"q": "0"}, "at least 1"),
        (one("number", high=9), {"q": "10"}, "at most 9"),
        (one("number"), {"q": "1e400"}, "number"),
        (one("number"), {"q": "99999999999999999"}, "number"),
        (one("number"), {"q": "NaN"}, "number"),
        (one("date"), {"q": "2026-02-30"}, "like 2026-12-01"),
        (one("date"), {"q": "내일"}, "like 2026-12-01"),
        (one("date", low="2026-01-01"), {"q": "2025-12-31"}, "not before 2026-01-01"),
        (one("date", high="2026-01-01"), {"q": "2026-01-02"}, "not after 2026-01-01"),
        (one("text"), {"q": "가" * 5_000}, "5000 characters; 500 at most"),
        (one("long_text", most=10), {"q": "가" * 11}, "11 characters; 10 at most"),
        (one("text", least=5), {"q": "네"}, "at least 5"),
        (one("email"), {"q": "kim@"}, "name@example.com"),
        (one("email"), {"q": "a@b.kr\nBcc: x@y.kr"}, "name@example.com"),
        (one("phone"), {"q": "전화 없음"}, "010-1234-5678"),
        (one("consent", required=True), {}, "consent"),
        (one("photo"), {"q": ["a.jpg", "b.jpg"]}, "At most 1 can"),
        (one("file", least=2, most=3), {"q": ["a.pdf"]}, "at least 2"),
        (one("file"), {"q": ["../../etc/passwd"]}, "form"),
        (one("nps"), {"q": "not_applicable"}, "not offered"),
        (one("nps", may_not_apply=True), {"q": "prefer_not_to_say"}, "not offered"),
        (one("single", options=OTHER), {"q": "etc", "q:etc": "가" * 501},
         "“기타” have 501"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_one_sentence(question, fields, said):
    found = sent(question, **fields)

    with override("en"):
        assert said in str(found.problem)
    assert found.value is None
    assert found.entries("q") == {}


@pytest.mark.parametrize("type_", TYPES)
def test_nothing_is_an_answer_that_was_skipped(type_):
    found = sent(one(type_))

    assert found.problem is None
    if type_ == Type.CONSENT:
        assert found.entries("q") == {"q": False}
    elif type_ == Type.SECTION:
        assert (found.state, found.entries("q")) == (State.NOT_SHOWN, {})
    else:
        assert found.state == State.SKIPPED
        assert found.entries("q") == {"q?": "skipped"}


@pytest.mark.parametrize("type_", sorted(set(TYPES) - {"section"}))
def test_any_question_may_be_one_that_does_not_apply(type_):
    question = one(type_, may_not_apply=True, may_prefer_not=True, required=True)

    found = sent(question, **{"q?": "not_applicable"})
    rather_not = check_json(question, None, code="prefer_not_to_say")

    assert (found.value, found.state) == (None, State.NOT_APPLICABLE)
    assert found.entries("q") == {"q?": "not_applicable"}
    assert (rather_not.state, rather_not.code) == (State.SKIPPED, "prefer_not_to_say")


def test_who_would_rather_not_say_is_not_held_to_what_they_wrote():
    question = one("long_text", may_prefer_not=True)

    found = sent(question, **{"q": "비밀", "q?": "prefer_not_to_say"})

    assert found.entries("q") == {"q?": "prefer_not_to_say"}


def test_own_words_go_with_the_option_that_asks_for_them():
    single = one("single", options=OTHER)
    several = one("multiple", options=OTHER)

    assert sent(single, **{"q": "etc", "q:etc": " 전화 "}).entries("q") == {
        "q": "etc",
        "q:etc": "전화",
    }
    assert sent(single, **{"q": "a", "q:etc": "전화"}).entries("q") == {"q": "a"}
    assert sent(several, **{"q": ["a", "etc"], "q:etc": "팩스"}).words == {
        "etc": "팩스"
    }
    assert sent(single, q="etc").problem is None  # asked for, not insisted on


def test_an_answer_takes_the_place_of_all_of_the_one_before():
    question = one("single", options=OTHER, may_not_apply=True)
    answers = {"q": "etc", "q:etc": "전화", "q2": 1, "q@a": 2, "q@a?": "skipped"}

    found = saved(answers, question, sent(question, q="not_applicable"))

    assert found == {"q?": "not_applicable", "q2": 1, "q@a": 2, "q@a?": "skipped"}


def test_a_copy_of_a_question_has_fields_of_its_own():
    q = made(
        page("p1", asked("used", "multiple")),
        page("p2", asked("m", "matrix"), loop={"over": "used"}),
    )
    step = flow.step(q, flow.State({"used": ["a", "b"]}), "p2@b")
    [copy] = step.questions

    found = check(copy, {"m@b.yes": ["c"], "m@a.yes": ["a"]}, language="ko")

    assert found.entries(copy.id) == {"m@b": {"yes": "c"}}


WHOLE = made(
    page("p1", asked("q1", "nps", required=True),
         asked("q2", "text", show={"<": [{"answer": "q1"}, 7]}, required=True)),
    page("p2", asked("q3", "single", options=OTHER), asked("tier", "hidden")),
)  # fmt: skip


def test_a_whole_response_is_checked_along_its_path():
    good = flow.State(
        {"q1": 9, "q2": "옛 답", "q3": "etc", "q3:etc": "밖", "tier": "vip"}
    )
    bad = flow.State({"q1": 3, "q3": "z"})

    assert check_all(WHOLE, good).problems == {}
    assert check_all(WHOLE, good).answers == {
        "q1": 9, "q3": "etc", "q3:etc": "밖", "tier": "vip"}  # fmt: skip
    assert set(check_all(WHOLE, bad).problems) == {"q2", "q3"}


def test_hidden_questions_hear_what_the_link_says_and_no_more():
    told = {"tier": "골드\x00" + "x" * 900, "q1": "9", "admin": "1"}

    found = hidden(WHOLE, told)

    assert set(found) == {"tier"}
    assert found["tier"].startswith("골드x")
    assert len(found["tier"]) == 500


def test_the_problem_is_said_in_the_language_of_the_reader():
    found = sent(one("nps"), q="11")

    with override("en"):
        english = str(found.problem)
    with override("ko"):
        korean = str(found.problem)

    assert english == "Please choose a number from 0 to 10."
    assert korean != english


def test_code_may_come_as_the_value_of_a_program():
    question = one("nps", may_not_apply=True)

    assert check_json(question, {"code": "not_applicable"}).code == "not_applicable"
    assert check_json(question, {"code": "no"}).problem


@pytest.mark.parametrize(
    ("text", "found"),
    [("1,234", 1234), ("-3", -3), ("3.50", 3.5), (".5", 0.5), ("1.0", 1),
     ("1,2,3", "1,2,3"),
     ("", ""), ("0x10", "0x10"), ("1_000", "1_000"), ("²", 2), ("∞", "∞")],
)  # fmt: skip
def test_numbers_as_people_write_them(text, found):
    assert number(text) == found


RAW = st.dictionaries(
    st.sampled_from(["q", "q?", "q.a", "q.b", "q.c", "q.yes", "q.no", "q:etc", "x"]),
    st.lists(PLAIN | st.sampled_from(["a", "1", "2", "9", "100", "yes", "2026-12-01"]),
             max_size=3),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(TYPES), RAW, st.booleans())
def test_no_form_can_make_a_check_fail(type_, raw, flag):
    question = one(type_, required=flag, may_not_apply=not flag)

    found = check(question, raw, language="ko")

    assert not (found.problem and found.entries("q"))
    if found.problem:
        assert str(found.problem)
    else:
        assert check_json(question, found.value, code=found.code).problem is None or (
            found.value is False  # a consent that was not given
        )


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(TYPES), JSON, st.booleans())
def test_no_value_can_make_a_check_fail_and_what_is_taken_is_taken_again(
    type_, value, flag
):
    question = one(type_, required=flag, may_prefer_not=flag)

    found = check_json(question, value)

    if found.problem:
        assert str(found.problem)
        assert found.value is None
    else:
        again = check_json(question, found.value, code=found.code)
        assert (again.value, again.code) == (found.value, found.code)
