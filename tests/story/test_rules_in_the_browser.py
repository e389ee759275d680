"""Both evaluators of rules, the one in Python and the one in the browser, agree."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from moksori.collect.questionnaires.expressions import (
    ARITY,
    ASKING,
    Around,
    evaluate,
)

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/expressions.json").read_text())
SCRIPTS = ROOT / "moksori/collect/static/collect"
# As text, for the way into the browser changes what it carries: 2.0, "__proto__".
EVALUATE = """(text) => JSON.parse(text).map(({ rule, around }) =>
    JSON.stringify(moksoriRules.evaluate(rule, around)))"""
LEAVES = [None, True, False, 0, 1, -1, 2.5, 0.1, 2**53, "", "a", "b", "10", "가", "😀",
          "\uffff", [], ["a", "b"], [1, 2.5], {}]  # fmt: skip


@pytest.fixture
def page(browser: Browser) -> Any:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_the_browser_finds_what_the_vectors_say(page: Page):
    asked = [
        {"rule": one["rule"], "around": {"answers": VECTORS["answers"], **one}}
        for one in VECTORS["vectors"]
    ]

    found = in_browser(page, asked)

    wrong = [
        one
        for one, text in zip(VECTORS["vectors"], found, strict=True)
        if plain(json.loads(text)) != plain(one["result"])
    ]
    assert wrong == []


def test_the_browser_and_python_agree_on_any_rule(page: Page):
    drawn = random.Random(4)  # noqa: S311 – the same rules every time
    answers = {f"q{n}": leaf for n, leaf in enumerate(LEAVES)} | {
        "m": {"r1": "a", "r2": "b"}, "s": {"a": 30, "b": 70}, "q1?": "skipped",
    }  # fmt: skip
    asked = [
        {
            "rule": rule(drawn, answers, 4),
            "around": {
                "answers": answers,
                "variant": "b",
                "language": "ko",
                "item": "a",
            },
        }
        for _ in range(3_000)
    ]

    found = in_browser(page, asked)

    where = Around(answers, variant="b", language="ko", item="a")
    wrong = [
        (one["rule"], text, evaluate(one["rule"], where))
        for one, text in zip(asked, found, strict=True)
        if plain(json.loads(text)) != plain(evaluate(one["rule"], where))
    ]
    assert wrong == []


def test_a_question_comes_out_when_it_is_asked_for(page: Page):
    page.set_content(FORM)
    for script in ("answer.js", "shown.js"):
        page.add_script_tag(path=SCRIPTS / script)
    why, how, more = (page.locator(f"#{id}") for id in ("why", "how", "more"))
    before = [why.is_hidden(), how.is_hidden(), more.is_hidden()]

    page.check("[name=q1][value='3']")
    page.check("[name=q2][value=b]")
    shown = [why.is_visible(), how.is_visible(), more.is_hidden()]
    page.fill("[name=q4]", "１２")
    fuller = more.is_visible()
    page.check("[name=q1][value=not_applicable]")

    assert (before, shown, fuller) == ([True] * 3, [True] * 3, True)
    # What is hidden says nothing: with its reason gone, the last one goes, too.
    assert [why.is_hidden(), more.is_hidden()] == [True, True]


FORM = """
<form data-known='{"answers": {"q0": 1}, "variant": "b", "language": "ko"}'>
<fieldset data-question="q1" data-type="nps">
<input type="radio" name="q1" value="3"><input type="radio" name="q1" value="9">
<input type="radio" name="q1" value="not_applicable"></fieldset>
<fieldset data-question="q2" data-type="multiple">
<input type="checkbox" name="q2" value="a"><input type="checkbox" name="q2" value="b">
</fieldset>
<fieldset id="why" data-question="q3" data-type="text" hidden
  data-show='{"<": [{"answer": "q1"}, 7]}'><input name="q3"></fieldset>
<fieldset id="how" data-question="q4" data-type="number" hidden
  data-show='{"contains": [{"answer": "q2"}, "b"]}'><input name="q4"></fieldset>
<fieldset id="more" data-question="q5" data-type="text" hidden data-show='{"and":
  [{">": [{"answer": "q4"}, 10]}, {"<": [{"answer": "q1"}, 7]},
  {"==": [{"answer": "q0"}, 1]}]}'><input name="q5"></fieldset>
</form>
"""


def in_browser(page: Page, asked: list[dict[str, Any]]) -> list[str]:
    page.goto("about:blank")
    page.add_script_tag(path=SCRIPTS / "answer.js")
    found: list[str] = page.evaluate(EVALUATE, json.dumps(asked))
    return found


def rule(drawn: random.Random, answers: dict[str, Any], deep: int) -> Any:
    kind = drawn.random()
    if deep == 0 or kind < 0.15:
        return drawn.choice(LEAVES)
    if kind < 0.4:
        return {"answer": drawn.choice([*answers, "nobody"])}
    if kind < 0.45:
        name = drawn.choice(list(ASKING))
        return {name: "q1" if name in {"answer", "code"} else []}
    name = drawn.choice(list(ARITY))
    low, high = ARITY[name]
    count = drawn.randint(low, min(high, 3))
    return {name: [rule(drawn, answers, deep - 1) for _ in range(count)]}


def plain(value: Any) -> str:
    """As JSON, true apart from 1 and 3.0 alike 3."""

    def whole(one: Any) -> Any:
        if isinstance(one, list):
            return [whole(inner) for inner in one]
        if isinstance(one, dict):
            return {key: whole(inner) for key, inner in sorted(one.items())}
        is_whole = isinstance(one, float) and one.is_integer()
        return int(one) if is_whole else one

    return json.dumps(whole(value))
