"""Rules: the shared vectors, and that nothing whatever makes them fail."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moksori.collect.questionnaires.expressions import (
    ARITY,
    ASKING,
    DEEPEST,
    LAZY,
    OPERATORS,
    Around,
    evaluate,
    fault,
    holds,
    names,
    same,
)
from moksori.collect.questionnaires.tests.makers import JSON

ROOT = Path(__file__).resolve().parents[4]
VECTORS = json.loads((ROOT / "tests/vectors/expressions.json").read_text())
SCRIPT = ROOT / "moksori/collect/static/collect/answer.js"
IDS = st.sampled_from([*ASKING, *OPERATORS, *LAZY, "answer", "xor", "__proto__"])
RULES = st.recursive(
    JSON | st.just({"answer": "q1"}) | st.just({"code": "q2"}),
    lambda inner: st.dictionaries(IDS, inner | st.lists(inner, max_size=3), max_size=2),
    max_leaves=12,
)


def around(vector: dict[str, Any]) -> Around:
    where = {name: vector.get(name) for name in ("variant", "language", "item")}
    return Around(VECTORS["answers"], **where)


def test_there_are_vectors_enough_and_for_every_operator():
    used = Counter(
        name
        for vector in VECTORS["vectors"]
        if isinstance(vector["rule"], dict)
        for name in vector["rule"]
    )

    assert len(VECTORS["vectors"]) >= 300
    assert {name for name in (*ARITY, *ASKING) if used[name] < 2} == set()


def test_every_vector_comes_to_what_it_says():
    wrong = [
        vector
        for vector in VECTORS["vectors"]
        if json.dumps(plain(evaluate(vector["rule"], around(vector))))
        != json.dumps(plain(vector["result"]))
    ]

    assert wrong == []


def plain(value: Any) -> Any:
    """3.0 as 3 and -0.0 as 0, for a browser knows but one kind of number."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value


def test_the_script_for_the_browser_is_small():
    assert len(SCRIPT.read_bytes()) <= 4096


@settings(max_examples=120, deadline=None)
@given(RULES, JSON, JSON)
def test_no_rule_and_no_answer_can_make_it_fail(rule, first, second):
    evaluate(rule, Around({"q1": first, "q2?": second}))

    assert holds(rule, Around()) in {True, False}
    assert isinstance(fault(rule), str)
    assert all(isinstance(name, str) for name in names(rule))


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_everything_is_the_same_as_itself(value):
    assert same(value, value) or deep_of(value) > DEEPEST


def deep_of(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value
    return (
        1 + max(map(deep_of, inner), default=0) if isinstance(value, dict | list) else 0
    )


def test_a_rule_of_any_depth_is_safe():
    rule: Any = True
    for _ in range(900):
        rule = {"not": [rule]}

    assert evaluate(rule, Around()) in {True, False}
    assert fault(rule) == "…"


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ({"xor": [1, 2]}, "xor"),
        ({"==": [1]}, "=="),
        ({"and": [{"answer": 5}]}, "answer"),
        ({"variant": ["b"]}, "variant"),
        ({"==": [1, 1], "in": []}, "{==, in}"),
        ({"+": [float("inf"), 1]}, "inf"),
        ({"and": [True] * 500}, "…"),
        ([{"not": []}], "not"),
    ],
)
def test_what_cannot_be_understood_is_named(rule, part):
    assert fault(rule) == part


def test_no_rule_always_holds():
    assert holds(None, Around())
    assert not holds({"answer": "q"}, Around())


def test_the_questions_of_a_rule_are_found_wherever_they_stand():
    rule = {"and": [{"==": [{"answer": "a"}, {"answer": "b"}]}, {"not": {"code": "c"}}]}

    assert list(names(rule)) == ["a", "b", "c"]
