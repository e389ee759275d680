"""Numbers, directions and rules in words, for paper and for callers."""

from __future__ import annotations

import pytest
from django.utils.translation import override
from hypothesis import given, settings

from moksori.collect.questionnaires.numbering import Direction, lines, numbers
from moksori.collect.questionnaires.saying import rule_in_words
from moksori.collect.questionnaires.tests.makers import (
    YES_NO,
    answer_to,
    asked,
    definitions,
    made,
    page,
    questionnaire_from,
)

CHOICES = [{"id": "a", "text": {"ko": "앱", "en": "App"}}, {"id": "b", "text": "매장"}]
Q = made(
    page("p1", asked("s", "section"), asked("q1", "single", options=YES_NO),
         go=[{"when": {"==": [answer_to("q1"), "no"]}, "to": "p3"}]),
    page("p2", asked("h", "hidden"), asked("q2", "multiple", options=CHOICES),
         asked("q3", "nps", show={"contains": [answer_to("q2"), "a"]}),
         go=[{"when": {"<": [answer_to("q3"), 7]}, "to": "p4"}, {"to": "end"}]),
    page("p3", asked("s2", "section"), asked("q4", "csat"), loop={"over": "q2"}),
    page("p4", asked("q5", "text"), show={"answered": answer_to("q4")}),
)  # fmt: skip


def test_what_asks_something_has_a_number():
    assert numbers(Q) == {"q1": "1", "q2": "2", "q3": "3", "q4": "4", "q5": "5"}
    assert [(one.number, one.question.id) for one in lines(Q)] == [
        ("", "s"), ("1", "q1"), ("2", "q2"), ("3", "q3"), ("", "s2"), ("4", "q4"),
        ("5", "q5"),
    ]  # fmt: skip


def test_directions_stand_at_the_end_of_their_page():
    found = {line.question.id: line.directions for line in lines(Q)}

    assert found["q1"] == (Direction("4", ("no",), {"==": [answer_to("q1"), "no"]}),)
    assert found["q3"] == (
        Direction("5", (), {"<": [answer_to("q3"), 7]}),
        Direction("end"),
    )
    assert found["q2"] == ()


def test_who_a_question_is_meant_for_is_said():
    found = {line.question.id: line for line in lines(Q)}

    assert found["q3"].only_if == ({"contains": [answer_to("q2"), "a"]},)
    assert found["q5"].only_if == ({"answered": answer_to("q4")},)
    assert found["q4"].over == "q2"
    assert [one.is_first for one in lines(Q)] == [True, False, True, False, True, False,
                                                  True]  # fmt: skip


RULES = [
    ({"==": [answer_to("q1"), "yes"]}, "question 1 is “예”"),
    ({"!=": ["no", answer_to("q1")]}, "question 1 is not “아니요”"),
    ({"<": [answer_to("q3"), 7]}, "question 3 is less than 7"),
    ({">": [7, answer_to("q3")]}, "question 3 is less than 7"),
    ({">=": [answer_to("q3"), 9]}, "question 3 is 9 or more"),
    ({"contains": [answer_to("q2"), "a"]}, "“App” was chosen in question 2"),
    ({"any_of": [answer_to("q2"), ["a", "b"]]},
     "one of “App”, “매장” was chosen in question 2"),
    ({"in": [answer_to("q1"), ["yes", "no"]]}, "question 1 is one of “예”, “아니요”"),
    ({"answered": answer_to("q5")}, "question 5 was answered"),
    ({"not": [{"answered": [answer_to("q5")]}]}, "question 5 was not answered"),
    ({"not": {"==": [answer_to("q1"), "no"]}},
     "it is not so that question 1 is “아니요”"),
    ({"and": [{"answered": answer_to("q5")}, {"or": [
        {"<": [answer_to("q3"), 3]}, {">": [answer_to("q3"), 8]}]}]},
     "question 5 was answered and (question 3 is less than 3 or question 3 is more "
     "than 8)"),
    ({">": [{"count": answer_to("q2")}, 1]},
     "the number of answers to question 2 is more than 1"),
    ({"==": [{"variant": []}, "b"]}, "the variant is “b”"),
    ({"==": [answer_to("h"), "vip"]}, "“h” is “vip”"),
    ({"==": [answer_to("q1"), True]}, "question 1 is yes"),
    ({"+": [1, 2]}, '{"+": [1, 2]}'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "said"), RULES)
def test_a_rule_is_said_in_words(rule, said):
    with override("en"):
        assert rule_in_words(rule, Q, "en") == said


def test_a_rule_is_said_in_korean():
    rule = {"and": [{"<": [answer_to("q3"), 7]}, {"answered": answer_to("q1")}]}

    with override("ko"):
        assert rule_in_words(rule, Q, "ko") == "3번 답이 7 미만 그리고 1번에 답함"


@settings(max_examples=25, deadline=None)
@given(definitions())
def test_anything_can_be_numbered_and_said(definition):
    q = questionnaire_from(definition)

    for line in lines(q):
        rules = [*line.only_if, *(one.when for one in line.directions)]
        assert all(rule_in_words(rule, q, "ko") for rule in rules)
