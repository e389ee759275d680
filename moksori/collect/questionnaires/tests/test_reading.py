"""A questionnaire from its JSON and back, and everything that can be wrong with it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.utils.translation import override
from hypothesis import given, settings

from moksori.collect.questionnaires.definition import END, OUT, Question, Type
from moksori.collect.questionnaires.expressions import ARITY, ASKING
from moksori.collect.questionnaires.reading import (
    Malformed,
    look_at,
    questionnaire_from,
)
from moksori.collect.questionnaires.schema import schema
from moksori.collect.questionnaires.tests.makers import (
    ABC,
    JSON,
    TYPES,
    YES_NO,
    asked,
    definitions,
    page,
)
from moksori.collect.questionnaires.words import Words
from moksori.collect.questionnaires.writing import to_json

DOCS = Path(__file__).resolve().parents[4] / "docs" / "questionnaires.md"
FULL: dict[str, Any] = {
    "moksori": 1,
    "title": {"ko": "이용 후기", "en": "Your visit"},
    "languages": ["ko", "en"],
    "intro": {"ko": "1분이면 됩니다."},
    "thanks": {"ko": "고맙습니다."},
    "closed": {"ko": "끝났습니다."},
    "random": True,
    "back": False,
    "resume": False,
    "opens_at": "2026-12-01T09:00:00+09:00",
    "closes_at": "2026-12-31T18:00:00+09:00",
    "metadata": {"theme": "visit"},
    "pages": [
        page("p1", asked("q1", "nps", required=True, low_words="전혀", high_words="꼭"),
             asked("q2", "multiple", random=True, least=1, most=2, may_prefer_not=True,
                   options=[*ABC, {"id": "etc", "text": "기타", "other": True,
                                   "anchored": True, "exclusive": True, "score": 0}]),
             title="첫 장", random=True),
        page("p2", asked("q3", "csat", may_not_apply=True, code="SAT", help="도움말"),
             show={"answered": {"answer": "q2"}}, loop={"over": "q2", "most": 3},
             go=[{"when": {"==": [{"item": []}, "a"]}, "to": "p4"}, {"to": "end"}]),
        page("p3", asked("q4", "number", low=0, high=99.5, unit={"ko": "분"}),
             asked("q5", "matrix"), asked("q6", "sum"), asked("q7", "consent"),
             asked("q8", "hidden", default="x"), asked("q9", "date", low="2026-01-01")),
        page("p4", asked("q10", "without")),
    ],
    "quotas": [{"id": "a", "limit": 100, "when": {"variant": []}, "full": "flag"}],
    "variants": [{"id": "a", "share": 1.0}, {"id": "b", "share": 0.5}],
}  # fmt: skip


def test_a_full_questionnaire_comes_back_as_it_was():
    read = questionnaire_from(FULL)

    assert questionnaire_from(to_json(read)) == read
    assert to_json(questionnaire_from(to_json(read))) == to_json(read)
    assert set(to_json(read)) == set(FULL)


@settings(max_examples=25, deadline=None)
@given(definitions())
def test_any_questionnaire_comes_back_as_it_was(definition):
    read = questionnaire_from(definition)
    written = to_json(read)

    assert questionnaire_from(json.loads(json.dumps(written))) == read
    jsonschema_rs.validate(schema(), written)


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_no_json_makes_the_reader_fail(found):
    for whole in (found, {"title": "가", "pages": found}, {**FULL, "metadata": found}):
        _read, problems = look_at(whole)
        assert all(str(problem) for problem in problems)


def test_a_plain_text_is_in_the_first_language():
    read = questionnaire_from({**FULL, "title": "이름"})

    assert read.title == Words({"ko": "이름"})
    assert read.said(read.title, "en") == "이름"


@pytest.mark.parametrize("name", ["p1", "q1"])
def test_where_a_question_and_a_page_are_found(name):
    read = questionnaire_from(FULL)

    assert (read.page(name) or read.question(name)) is not None
    assert read.page_of("q4").id == "p3"
    assert read.question("nobody") is None


def changed(path: str, value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(FULL)
    *way, last = path.split(".")
    at: Any = whole
    for part in way:
        at = at[int(part) if part.isdigit() else part]
    at[int(last) if last.isdigit() else last] = value
    return whole


WRONG = [
    ("moksori", 2, "newer Moksori"),
    ("title", {}, "no words here"),
    ("title", {"ko": 5}, "Give a text"),
    ("title", {"Korean": "x"}, "Give a text"),
    ("intro", "가" * 5_001, "longer than 5000"),
    ("languages", "ko", "as a list"),
    ("random", "yes", "true or false"),
    ("opens_at", "tomorrow", "with its zone"),
    ("opens_at", "2026-12-01T09:00", "with its zone"),
    ("closes_at", "2026-11-01T09:00:00Z", "closes before it opens"),
    ("metadata", [1], "has to be an object"),
    ("pages", [], "at least one page"),
    ("pages", {"a": 1}, "list of objects"),
    ("pages", [{"id": f"p{n}", "questions": []} for n in range(101)], "too many"),
    ("pages.1.id", "p1", "“p1” is there 2 times"),
    ("pages.1.id", "1st", "starts with a letter"),
    ("pages.1.questions", [], "no question on this page"),
    ("pages.1.questions.0.id", "q1", "“q1” is there 2 times"),
    ("pages.1.questions.0.code", "q1", "“q1” is there 2 times"),
    ("pages.1.questions.0.type", "slider", "“slider” is not known here"),
    ("pages.1.questions.0.text", "", "no words here"),
    ("pages.1.questions.0.required", 1, "true or false"),
    ("pages.1.questions.0.least", -1, "whole number"),
    ("pages.1.questions.0.total", "ten", "to be a number"),
    ("pages.1.questions.0.high", [5], "a number or a date"),
    ("pages.1.questions.0.high", 50, "eleven at most"),
    ("pages.1.questions.0.high", 4.5, "whole steps"),
    ("pages.1.questions.0.text", "{q9} 왜?", "which no earlier page asks"),
    ("pages.1.title", "{nobody}", "which no earlier page asks"),
    ("pages.0.questions.0.high", 5, "runs from 0 to 10"),
    ("pages.0.questions.1.options", ABC[:1], "at least two answers"),
    ("pages.0.questions.1.options", [*ABC, ABC[0]], "“a” is there 2 times"),
    ("pages.0.questions.1.options.0.id", "not_applicable", "a code that a question"),
    ("pages.0.questions.1.options.0.text", "{q9}", "which no earlier page asks"),
    ("pages.0.questions.1.options.0.show", {"answer": "q9"}, "no earlier page asks"),
    ("pages.0.questions.1.options.0.show", {"answer": "q1"}, "no earlier page asks"),
    ("pages.0.questions.1.text", "{q1}점", "no earlier page asks"),
    ("pages.0.questions.1.least", 9, "least is more than the most"),
    ("pages.0.questions.0.show", {"answer": "q2"}, "asks for “q2”"),
    ("pages.0.show", {"xor": [1, 2]}, "cannot be understood at “xor”"),
    ("pages.1.show", {"answer": "q4"}, "asks for “q4”"),
    ("pages.1.loop", {"over": "q1"}, "chosen in an earlier question"),
    ("pages.1.loop", {"over": "nobody"}, "chosen in an earlier question"),
    ("pages.1.loop", {"over": "q2", "most": 99}, "whole number from 1 to 50"),
    ("pages.1.go.0.to", "p1", "no later page"),
    ("pages.1.go.0.when", {"answer": "q4"}, "asks for “q4”"),
    ("pages.2.questions.1.rows", [], "at least one row"),
    ("pages.2.questions.2.total", 0, "how many points"),
    ("pages.2.questions.3.purpose", "", "what the consent is for"),
    ("pages.3.questions.0.options", YES_NO, "very, somewhat, not"),
    ("quotas.0.limit", None, "whole number"),
    ("quotas.0.when", {"answer": "nobody"}, "asks for “nobody”"),
    ("quotas.0.full", "open", "“open” is not known here"),
    ("variants.0.share", 0, "more than 0"),
    ("variants.1.id", "a", "“a” is there 2 times"),
]


@pytest.mark.parametrize(("path", "value", "said"), WRONG)
def test_what_is_wrong_is_said_with_its_place(path, value, said):
    with pytest.raises(Malformed) as caught:
        questionnaire_from(changed(path, value))

    with override("en"):
        problems = [(one.path, str(one.message)) for one in caught.value.problems]
    assert any(said in message for _path, message in problems), problems
    assert any(found.startswith(path.split(".")[0]) for found, _message in problems)


def test_a_loop_in_a_loop_is_refused():
    inner = asked("more", "multiple")
    whole = changed("pages.1.questions", [inner])
    whole["pages"][2]["loop"] = {"over": "more"}

    with override("en"), pytest.raises(Malformed) as caught:
        questionnaire_from(whole)

    assert "one level only" in str(caught.value)


def test_all_problems_are_said_at_once_and_the_rest_is_read():
    whole = changed("title", {})
    whole["pages"][0]["questions"][0]["type"] = "slider"

    read, problems = look_at(whole)

    assert {"title", "pages.0.questions.0.type"} <= {one.path for one in problems}
    assert read is not None
    assert len(list(read.questions())) == 10


@pytest.mark.parametrize("whole", [None, [], "x", 5])
def test_what_is_no_questionnaire_at_all_is_said(whole):
    with pytest.raises(Malformed):
        questionnaire_from(whole)


def test_json_of_any_depth_is_refused_calmly():
    deep: Any = 1
    for _ in range(500):
        deep = [deep]

    _read, problems = look_at({**FULL, "metadata": {"x": deep}})

    assert problems


# --- the schema and the documentation ----------------------------------------------


def test_the_schema_takes_what_the_reader_takes():
    jsonschema_rs.validate(schema(), FULL)
    assert set(schema()["$defs"]["question"]["properties"]["type"]["enum"]) == set(
        TYPES
    )
    slots = {name.removeprefix("is_") for name in Question.__slots__}
    assert set(schema()["$defs"]["question"]["properties"]) == slots


@pytest.mark.parametrize(
    ("path", "value"),
    [("pages.0.questions.0.type", "slider"), ("pages.0.id", "1"), ("back", 1),
     ("languages", []), ("quotas.0.limit", -1), ("pages.0.questions.0.least", 1.5),
     ("pages.1.show", {"xor": [1, 1]}), ("pages.1.show", {"==": [1]}),
     ("pages.1.show", {"answer": 1}), ("title", {"ko": 1})],
)  # fmt: skip
def test_the_schema_refuses_what_the_reader_refuses(path, value):
    assert not jsonschema_rs.is_valid(schema(), changed(path, value))


def test_the_schema_knows_every_operator_and_refuses_unknown_fields():
    [*_others, operators] = schema()["$defs"]["rule"]["anyOf"]

    assert set(operators["properties"]) == {*ARITY, *ASKING}
    assert not jsonschema_rs.is_valid(schema(), {**FULL, "nonsense": 1})


def test_the_documentation_names_everything():
    text = DOCS.read_text(encoding="utf-8")
    named = [*TYPES, END, OUT, *schema()["$defs"]["question"]["properties"],
             *schema()["properties"], *schema()["$defs"]["page"]["properties"],
             *schema()["$defs"]["option"]["properties"]]  # fmt: skip

    assert [name for name in named if f"`{name}`" not in text] == []
    assert [
        sign for sign in ("any_of", "all_of", "cell", "mean") if sign not in text
    ] == []


def test_the_example_of_the_documentation_works():
    text = DOCS.read_text(encoding="utf-8")
    example = json.loads(text.split("```json", 1)[1].split("```", 1)[0])

    assert {one.type for one in questionnaire_from(example).questions()} >= {Type.NPS}
    jsonschema_rs.validate(schema(), example)
