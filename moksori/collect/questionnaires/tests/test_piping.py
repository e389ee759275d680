"""Earlier answers in later words."""

from __future__ import annotations

from hypothesis import given, settings

from moksori.collect.questionnaires import flow, piping
from moksori.collect.questionnaires.flow import State
from moksori.collect.questionnaires.tests.makers import (
    ABC,
    PLAIN,
    asked,
    made,
    page,
    responses,
)
from moksori.collect.questionnaires.words import Words, named_in

OTHER = {"id": "etc", "text": {"ko": "기타", "en": "Other"}, "other": True}
Q = made(
    page("p1", asked("nps", "nps"), asked("used", "multiple", options=[*ABC, OTHER]),
         asked("name", "text"), asked("on", "date"), asked("cost", "number"),
         asked("m", "matrix"), asked("ok", "consent")),
    page("p2", asked("why", "text", text={"ko": "{item} 왜 {nps}점인가요?"}),
         loop={"over": "used"}),
)  # fmt: skip


def said(text, answers=None, language="ko", **more):
    return piping.filled(
        Words({"ko": text}), Q, State(answers or {}, language=language), **more
    )


def test_answers_stand_where_they_are_named():
    answers = {"nps": 3, "name": "김", "on": "2026-12-01", "cost": 12.5}

    assert said("{name}님, {nps}점을 주셨네요.", answers) == "김님, 3점을 주셨네요."
    assert said("{on}에 {cost}원", answers) == "2026년 12월 1일에 12.5원"
    assert said("{used}", {"used": ["c", "a"]}) == "항목 c, 항목 a"


def test_without_an_answer_the_words_say_what_then():
    assert said("{name|고객}님") == "고객님"
    assert said("{name}님") == "님"
    assert said("{name}님", otherwise="…") == "…님"
    assert said("{m|표}{ok|동의}", {"m": {"yes": "a"}, "ok": True}) == "표동의"


def test_own_words_are_said_in_place_of_other():
    assert said("{used}", {"used": ["etc"], "used:etc": "팩스"}) == "팩스"
    assert said("{used}", {"used": ["etc"]}, language="en") == "Other"


def test_other_braces_stay():
    assert said("{이름} {} {nobody} {a b} {{nps}}", {"nps": 1}) == (
        "{이름} {} {nobody} {a b} {1}"
    )


def test_an_answer_is_never_piped_again_and_stays_one_short_line():
    assert said("{name}", {"name": "{nps}", "nps": 1}) == "{nps}"
    assert said("{name}!", {"name": "<b>\n\x07두 줄"}) == "<b> 두 줄!"
    assert len(said("{name}", {"name": "가" * 5_000})) == piping.LONGEST


def test_what_runs_from_right_to_left_keeps_to_itself():
    assert said("{name}!", {"name": "\u202eשלום"}) == "\u2068שלום\u2069!"
    assert said("{name}!", {"name": "\u202eabc"}) == "abc!"


def test_a_repeated_page_names_what_it_is_about():
    state = State({"used": ["etc", "b"], "used:etc": "팩스", "nps": 4})
    _first, fax, b = flow.path(Q, state)

    assert piping.filled_step(fax, Q, state).questions[0].text.said("ko") == (
        "팩스 왜 4점인가요?"
    )
    assert (
        piping.filled_step(b, Q, state)
        .questions[0]
        .text.said("ko")
        .startswith("항목 b")
    )


def test_what_is_beside_the_path_is_not_said():
    q = made(
        page("p1", asked("a", "nps"), asked("b", "text", show={"==": [1, 2]})),
        page("p2", asked("c", "text", text="{b|아무것도} {a}")),
    )
    state = State({"a": 2, "b": "옛말"})
    step = flow.step(q, state, "p2")

    assert piping.filled_step(step, q, state).questions[0].text.said("ko") == (
        "아무것도 2"
    )


def test_the_questions_named_in_words_are_found():
    words = Words({"ko": "{nps} {item}", "en": "{name|you}"})

    assert list(named_in(words)) == ["nps", "name"]


@settings(max_examples=25, deadline=None)
@given(responses(), PLAIN)
def test_no_answer_can_make_it_fail(response, text):
    q, answers, seed = response
    state = State(answers, seed=seed)
    words = Words({"ko": text + "".join(f"{{{one.id}}}" for one in q.questions())})

    found = piping.filled(words, q, state)

    assert "\n" not in found.removeprefix(text)
    for step in flow.path(q, state):
        assert piping.filled_step(step, q, state).key == step.key
