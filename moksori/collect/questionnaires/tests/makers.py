"""Questionnaires to test with: written by hand, and drawn at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from moksori.collect.questionnaires.definition import (
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.reading import questionnaire_from

YES_NO = [{"id": "yes", "text": "예"}, {"id": "no", "text": "아니요"}]
ABC = [{"id": id, "text": f"항목 {id}"} for id in "abc"]
WITHOUT = [
    {"id": "very", "text": "매우 아쉬워요"},
    {"id": "somewhat", "text": "조금 아쉬워요"},
    {"id": "not", "text": "아쉽지 않아요"},
]
NEEDED: dict[str, dict[str, Any]] = {
    **{type_: {"options": ABC} for type_ in ("single", "multiple", "ranking")},
    "matrix": {"options": ABC, "rows": YES_NO},
    "matrix_multiple": {"options": ABC, "rows": YES_NO},
    "sum": {"options": ABC, "total": 100},
    "consent": {"purpose": "contact"},
    "without": {"options": WITHOUT},
}
TYPES = [type_.value for type_ in Type]


def asked(id: str, type: str, **more: Any) -> dict[str, Any]:
    """One question as JSON, with what its type cannot do without."""
    return {
        "id": id,
        "type": type,
        "text": f"질문 {id}",
        **NEEDED.get(type, {}),
        **more,
    }


def page(id: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": id, "questions": list(questions), **more}


def made(*pages: dict[str, Any], **more: Any) -> Questionnaire:
    return questionnaire_from({"title": "설문", "pages": list(pages), **more})


def one(type: str, **more: Any) -> Question:
    """A question of this type, out of a questionnaire that could be published."""
    [question] = made(page("p", asked("q", type, **more))).questions()
    return question


def answer_to(id: str) -> dict[str, str]:
    return {"answer": id}


# --- drawn at random --------------------------------------------------------------

PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | PLAIN
    | st.sampled_from(["a", "b", "yes", "no", "very", "not_applicable", "2026-12-01"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(PLAIN, inner, max_size=4)
    ),
    max_leaves=8,
)
_COMPARED = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "contains", "any_of"])


def rules(known: list[str]) -> st.SearchStrategy[Any]:
    """Rules that ask for these questions."""
    if not known:
        return st.none()
    told = st.sampled_from([0, 5, 9, "a", "yes", "very", True, ["a", "b"]])
    simple = st.builds(
        lambda id, sign, value: {sign: [answer_to(id), value]},
        st.sampled_from(known), _COMPARED, told,
    )  # fmt: skip
    bare = st.builds(
        lambda id, name: {name: answer_to(id)},
        st.sampled_from(known), st.sampled_from(["answered", "not"]),
    )  # fmt: skip
    both = st.builds(lambda a, b: {"and": [a, b]}, simple, bare)
    return st.none() | simple | bare | both


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """The JSON of a questionnaire that can be published, with rules of all kinds."""
    known: list[str] = []
    loopable: list[str] = []
    pages: list[dict[str, Any]] = []
    count = draw(st.integers(1, 5))
    for p in range(count):
        found = draw(pages_of(p, known, loopable))
        here = [question["id"] for question in found["questions"]]
        known += here
        if draw(st.booleans()):
            to = draw(st.sampled_from([*(f"p{n}" for n in range(p + 1, count)), "out"]))
            found["go"] = [{"when": draw(rules(known)), "to": to}]
        pages.append(found)
    return {"title": "설문", "pages": pages, "random": draw(st.booleans())}


@st.composite
def pages_of(
    draw: st.DrawFn, p: int, known: list[str], loopable: list[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {"id": f"p{p}", "random": draw(st.booleans())}
    if rule := draw(rules(known)):
        found["show"] = rule
    if loopable and draw(st.booleans()):
        found["loop"] = {"over": draw(st.sampled_from(loopable)), "most": 2}
    here: list[dict[str, Any]] = []
    for k in range(draw(st.integers(1, 3))):
        id, type_ = f"q{p}_{k}", draw(st.sampled_from(TYPES))
        flags = ("required", "may_not_apply", "may_prefer_not", "random")
        question = asked(id, type_, **{flag: draw(st.booleans()) for flag in flags})
        if rule := draw(rules([*known, *(one["id"] for one in here)])):
            question["show"] = rule
        here.append(question)
        if type_ in {"multiple", "ranking"} and "loop" not in found:
            loopable.append(id)
    return {**found, "questions": here}


_LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "single": st.sampled_from("abc"),
    "multiple": st.lists(st.sampled_from("abc"), unique=True),
    "ranking": st.permutations(["a", "b", "c"]),
    "matrix": st.dictionaries(st.sampled_from(["yes", "no"]), st.sampled_from("abc")),
    "sum": st.just({"a": 100}) | st.just({"a": 30, "b": 70}),
    "without": st.sampled_from(["very", "somewhat", "not"]),
    "date": st.dates().map(lambda day: day.isoformat()),
    "consent": st.booleans(),
}
_TEXTS = dict.fromkeys(("text", "long_text", "hidden", "email", "phone"), PLAIN)


@st.composite
def responses(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Any], int]:
    """A questionnaire, answers that mostly fit, and a seed."""
    q = questionnaire_from(draw(definitions()))
    answers: dict[str, Any] = {}
    for question in q.questions():
        likely = _LIKELY.get(
            question.type, _TEXTS.get(question.type, st.integers(0, 10))
        )
        for id in (question.id, *(f"{question.id}@{item}" for item in "ab")):
            if draw(st.integers(0, 3)):
                answers[id] = draw(likely | JSON)
            elif draw(st.booleans()):
                answers[f"{id}?"] = draw(st.sampled_from(["not_applicable", "skipped"]))
    return q, answers, draw(st.integers(0, 2**31))
