"""Drafts stay drafts whatever is done to them, and nothing loses its id."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moksori.collect.questionnaires import editing
from moksori.collect.questionnaires.changes import Of, What, changes
from moksori.collect.questionnaires.definition import Type
from moksori.collect.questionnaires.drafts import (
    Draft,
    empty,
    ids_in,
    is_id,
    question_of,
    tidied,
)
from moksori.collect.questionnaires.reading import look_at, questionnaire_from
from moksori.collect.questionnaires.rules import (
    LANGUAGE,
    VARIANT,
    How,
    Rule,
    Rules,
    expression_of,
    rules_of,
)

Step = Callable[[Draft], Draft]

IDS = st.sampled_from(
    ["p1", "p2", "p3", "q1", "q2", "q3", "q4", "o1", "o2", "", "nobody"]
)
BY = st.sampled_from([-1, 1, -5, 5])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "pages",
                    "questions",
                    "options",
                    "rows",
                    "type",
                    "text",
                    "languages",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    id, other, by = draw(IDS), draw(IDS), draw(BY)
    type_ = draw(st.sampled_from(Type))
    fields = {
        "text": {"ko": draw(st.text(max_size=5))},
        "required": draw(st.booleans()),
    }
    found: list[Step] = [
        lambda d: editing.add_page(d, after=id),
        lambda d: editing.add_question(d, type_, page=other, after=id),
        lambda d: editing.add_option(d, id, kind="rows"),
        lambda d: editing.add_option(d, id),
        lambda d: editing.change_question(d, id, fields),
        lambda d: editing.change_page(d, id, {"title": {"ko": "쪽"}, "show": True}),
        lambda d: editing.change_option(d, id, other, fields),
        lambda d: editing.change_type(d, id, type_),
        lambda d: editing.move_question(d, id, by),
        lambda d: editing.move_page(d, id, by),
        lambda d: editing.move_option(d, id, other, by),
        lambda d: editing.duplicate_page(d, id),
        lambda d: editing.duplicate_question(d, id),
        lambda d: editing.delete_question(d, id),
        lambda d: editing.delete_option(d, id, other),
        lambda d: editing.delete_page(d, id),
        lambda d: editing.put_question(
            d, {"id": id, "type": "text"}, page=other, at=by
        ),
        lambda d: editing.put_page(d, {"id": id, "questions": [{"id": other}]}, at=by),
        lambda d: editing.change_whole(d, {"title": {"ko": "제목"}, "back": False}),
        lambda d: editing.say(d, f"pages.0.questions.{by}.text", "en", "Hello"),
    ]
    return draw(st.sampled_from(found))


@settings(max_examples=120, deadline=None)
@given(st.lists(steps(), max_size=12))
def test_whatever_is_done_ids_are_unique_and_the_draft_can_be_read(
    done: list[Step],
) -> None:
    draft = empty()
    for step in done:
        before = json.dumps(draft)
        changed = step(draft)
        assert json.dumps(draft) == before, "an edit makes a copy"
        draft = changed
        ids = list(ids_in(draft))
        assert len(ids) == len(set(ids))
        assert all(map(is_id, ids))
        for page in draft["pages"]:
            for question in page["questions"]:
                for kind in ("options", "rows"):
                    inner = [one["id"] for one in question.get(kind, [])]
                    assert len(inner) == len(set(inner))
                    assert all(map(is_id, inner))
    read, _problems = look_at(draft)
    assert read is not None


@settings(max_examples=80, deadline=None)
@given(ANYTHING, steps())
def test_any_json_at_all_can_be_edited(found: Any, step: Step) -> None:
    draft = step(tidied(found))
    assert tidied(draft) == draft


@settings(max_examples=60, deadline=None)
@given(st.lists(steps(), max_size=8), st.sampled_from(["q1", "q2", "q3"]), BY)
def test_moving_keeps_every_question(done: list[Step], id: str, by: int) -> None:
    draft = empty()
    for step in done:
        draft = step(draft)
    moved = editing.move_question(draft, id, by)
    assert sorted(ids_in(moved)) == sorted(ids_in(draft))
    assert question_of(moved, id) == question_of(draft, id)


@pytest.mark.parametrize("type_", list(Type))
def test_a_new_question_of_every_type_only_lacks_its_words(type_: Type) -> None:
    draft = editing.add_question(empty(), type_)
    _read, problems = look_at(editing.change_whole(draft, {"title": {"ko": "제목"}}))
    assert {problem.path.rsplit(".", 1)[1] for problem in problems} <= {"text"}


def test_a_question_crosses_the_edge_of_its_page() -> None:
    draft = editing.add_question(empty(), Type.NPS)
    draft = editing.add_page(draft)
    draft = editing.add_question(draft, Type.TEXT)
    last = draft["pages"][1]["questions"][0]["id"]
    up = editing.move_question(draft, last, -1)
    assert [q["id"] for q in up["pages"][0]["questions"]] == ["q2", last]
    assert editing.move_question(up, last, 1) == draft


def test_an_id_that_was_published_is_not_given_again() -> None:
    draft = editing.add_question(empty(), Type.NPS)
    id = draft["pages"][0]["questions"][0]["id"]
    gone = editing.delete_question(draft, id)
    again = editing.add_question(gone, Type.TEXT, used={"p1", id})
    assert again["pages"][0]["questions"][0]["id"] != id


def test_a_deleted_question_comes_back_to_its_place() -> None:
    draft = empty()
    for _n in range(3):
        draft = editing.add_question(draft, Type.TEXT)
    id = draft["pages"][0]["questions"][1]["id"]
    place = editing.place_of(draft, id)
    assert place is not None
    piece = editing.question_in(draft, id)
    gone = editing.delete_question(draft, id)
    assert editing.put_question(gone, piece, page=place[0], at=place[1]) == draft


def test_a_copied_page_asks_about_its_own_questions() -> None:
    draft = editing.add_question(empty(), Type.NPS)
    draft = editing.add_question(draft, Type.LONG_TEXT)
    first, second = (q["id"] for q in draft["pages"][0]["questions"])
    rule = {"<=": [{"answer": first}, 6]}
    draft = editing.change_question(draft, second, {"show": rule})
    copy = editing.duplicate_page(draft, "p1")["pages"][1]
    assert copy["questions"][1]["show"] == {
        "<=": [{"answer": copy["questions"][0]["id"]}, 6]
    }
    assert copy["questions"][0]["id"] != first


def test_changing_the_type_keeps_what_still_means_something() -> None:
    draft = editing.add_question(empty(), Type.SINGLE)
    id = draft["pages"][0]["questions"][0]["id"]
    draft = editing.change_question(
        draft, id, {"text": {"ko": "왜요?"}, "required": True}
    )
    draft = editing.change_option(draft, id, "o1", {"text": {"ko": "가격"}})
    many = editing.question_in(editing.change_type(draft, id, Type.MULTIPLE), id)
    assert many
    assert many["options"][0]["text"] == {"ko": "가격"}
    assert many["required"]
    text = editing.question_in(editing.change_type(draft, id, Type.LONG_TEXT), id)
    assert text == {
        "id": id,
        "type": "long_text",
        "text": {"ko": "왜요?"},
        "required": True,
    }


def test_new_answers_stand_before_none_of_these() -> None:
    draft = editing.add_question(empty(), Type.MULTIPLE)
    id = draft["pages"][0]["questions"][0]["id"]
    draft = editing.change_option(draft, id, "o2", {"exclusive": True})
    found = editing.question_in(editing.add_option(draft, id), id)
    assert found
    assert [one["id"] for one in found["options"]] == ["o1", "o3", "o2"]


def test_all_words_are_found_and_can_be_said_in_another_language() -> None:
    draft = editing.add_question(empty(), Type.NPS)
    paths = dict(editing.sayings(draft))
    assert paths["pages.0.questions.0.low_words"]["en"] == "Not at all likely"
    said = editing.say(draft, "pages.0.questions.0.text", "en", "Would you?")
    assert dict(editing.sayings(said))["pages.0.questions.0.text"] == {
        "en": "Would you?"
    }
    assert editing.say(draft, "pages.0.id", "en", "x") == draft
    assert editing.say(draft, "pages.99.questions.0.text", "en", "x") == draft


RULES = st.builds(
    Rules,
    st.lists(
        st.one_of(
            st.builds(
                Rule,
                st.sampled_from(["q1", "q2", VARIANT, LANGUAGE]),
                st.sampled_from([How.IS, How.IS_NOT, How.AT_LEAST, How.AT_MOST]),
                st.integers(0, 10) | st.text(max_size=3),
            ),
            st.builds(
                Rule,
                st.just("q3"),
                st.sampled_from([How.ANY_OF, How.NONE_OF, How.ALL_OF]),
                st.lists(st.sampled_from(["o1", "o2"]), max_size=2).map(tuple),
            ),
            st.builds(
                Rule, st.just("q4"), st.sampled_from([How.ANSWERED, How.NOT_ANSWERED])
            ),
        ),
        max_size=4,
    ).map(tuple),
)


@given(RULES, st.booleans())
def test_rules_become_expressions_and_come_back(rules: Rules, any_: bool) -> None:
    rules = Rules(rules.rules, any=any_ and len(rules.rules) > 1)
    assert rules_of(expression_of(rules)) == rules


@pytest.mark.parametrize(
    "expression",
    [
        {"+": [1, 2]},
        {"and": [{"==": [{"answer": "q1"}, 1]}, {"or": [True]}]},
        {"==": [1, {"answer": "q1"}]},
        True,
        {"and": []},
        {"not": {"not": {"answered": {"answer": "q1"}}}},
    ],
)
def test_what_is_no_usual_rule_is_left_to_json(expression: Any) -> None:
    assert rules_of(expression) is None


def test_changes_say_what_breaks_a_comparison() -> None:
    draft = editing.change_whole(empty(), {"title": {"ko": "제목"}})
    for type_ in (Type.CSAT, Type.SINGLE, Type.TEXT):
        draft = editing.add_question(draft, type_)
    csat, single, text = (q["id"] for q in draft["pages"][0]["questions"])
    for id in (csat, single, text):
        draft = editing.change_question(draft, id, {"text": {"ko": f"질문 {id}"}})
    for id in ("o1", "o2"):
        draft = editing.change_option(draft, single, id, {"text": {"ko": id}})
    before = questionnaire_from(draft)
    draft = editing.change_question(draft, csat, {"high": 7})
    draft = editing.change_question(draft, single, {"help": {"ko": "하나만"}})
    draft = editing.change_option(draft, single, "o2", {"text": {"ko": "다른 말"}})
    draft = editing.move_question(draft, text, -1)
    found = changes(before, questionnaire_from(draft))
    told = {(one.what, one.of, one.id): one for one in found}
    assert told[What.RESCALED, Of.QUESTION, csat].breaks
    assert not told[What.REWORDED, Of.QUESTION, single].breaks
    assert told[What.REWORDED, Of.OPTION, "o2"].before == "o2"
    assert len([one for one in found if one.what == What.MOVED]) == 1
    assert changes(before, before) == ()


def test_an_answer_in_a_list_is_one_of_them() -> None:
    rule = {"in": [{"answer": "q1"}, ["a", "b"]]}
    assert rules_of(rule) == Rules((Rule("q1", How.ANY_OF, ("a", "b")),))
