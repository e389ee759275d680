"""The builder's forms change drafts as their fields say, and lose nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from moksori.collect.questionnaires import editing
from moksori.collect.questionnaires.building.orders import Done, carried_out
from moksori.collect.questionnaires.building.screen import rules_form, screen
from moksori.collect.questionnaires.definition import Type
from moksori.collect.questionnaires.drafts import Draft, empty


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def ordered(draft: Draft, **fields: Any) -> Done:
    return carried_out(
        draft,
        {
            name.replace("__", "-"): value if isinstance(value, list) else [str(value)]
            for name, value in fields.items()
        },
    )


def draft_with(*types: Type) -> tuple[Draft, list[str]]:
    draft = empty()
    for type_ in types:
        draft = editing.add_question(draft, type_)
    return draft, [one["id"] for one in draft["pages"][0]["questions"]]


def test_a_form_changes_words_in_its_language_and_keeps_the_others() -> None:
    draft, [id] = draft_with(Type.NPS)
    draft = editing.change_question(draft, id, {"text": {"ko": "추천하시겠어요?"}})
    done = ordered(
        draft, do="question", id=id, language="en", text="Would you?", required="on"
    )
    found = editing.question_in(done.draft, id)
    assert found
    assert found["text"] == {"ko": "추천하시겠어요?", "en": "Would you?"}
    assert found["required"] is True
    assert done.is_plain


def test_what_is_no_number_stays_as_it_was_written_and_is_told() -> None:
    draft, [id] = draft_with(Type.MULTIPLE)
    done = ordered(draft, do="question", id=id, text="무엇?", least="둘")
    found = editing.question_in(done.draft, id)
    assert found
    assert found["least"] == "둘"
    told = screen(done.draft, at=id).problems_at("pages.0.questions.0.least")
    assert [str(one.message) for one in told] == [
        "This has to be a whole number from 0 to 100000."
    ]


def test_a_button_keeps_what_was_typed_beside_it() -> None:
    draft, [id] = draft_with(Type.SINGLE)
    done = ordered(
        draft,
        do="question",
        id=id,
        text="왜요?",
        options__o1__text="가격",
        options__o2__text="배송",
        then="add:options",
    )
    found = editing.question_in(done.draft, id)
    assert found
    assert [one.get("text", {}).get("ko", "") for one in found["options"]] == [
        "가격",
        "배송",
        "",
    ]
    assert done.focus == "options-o3"


def test_a_deleted_question_is_put_back_by_the_order_that_undoes_it() -> None:
    draft, ids = draft_with(Type.NPS, Type.LONG_TEXT, Type.TEXT)
    gone = ordered(draft, do="delete", id=ids[1])
    assert editing.question_in(gone.draft, ids[1]) is None
    back = {
        name: json.dumps(value) if name == "piece" else value
        for name, value in gone.undo.items()
    }
    assert ordered(gone.draft, **back).draft == draft


def test_pasted_lines_become_answers() -> None:
    draft, [id] = draft_with(Type.MULTIPLE)
    done = ordered(draft, do="question", id=id, lines="하나\n\n둘\r\n셋", then="lines")
    found = editing.question_in(done.draft, id)
    assert found
    texts = [one.get("text", {}).get("ko") for one in found["options"]]
    assert texts == [None, None, "하나", "둘", "셋"]


def test_a_rule_is_added_changed_and_dropped_by_form() -> None:
    draft, [score, why] = draft_with(Type.CSAT, Type.LONG_TEXT)
    draft = ordered(draft, do="question", id=why, then="add_rule:show").draft
    shown = editing.question_in(draft, why)
    assert shown
    assert shown["show"] == {"<=": [{"answer": score}, 3]}
    changed = ordered(
        draft,
        do="question",
        id=why,
        show__0__about=score,
        show__0__how="at_least",
        show__0__value="4",
    )
    assert editing.question_in(changed.draft, why)["show"] == {  # type: ignore[index]
        ">=": [{"answer": score}, 4]
    }
    dropped = ordered(
        changed.draft,
        do="question",
        id=why,
        show__0__about=score,
        show__0__how="at_least",
        show__0__value="4",
        then="drop_rule:show:0",
    )
    assert "show" not in (editing.question_in(dropped.draft, why) or {})


def test_a_rule_of_its_own_is_json_and_bad_json_changes_nothing() -> None:
    draft, [_score, why] = draft_with(Type.CSAT, Type.LONG_TEXT)
    own = {">": [{"count": {"answer": "q2"}}, 1]}
    draft = ordered(draft, do="question", id=why, show__json=json.dumps(own)).draft
    open_ = screen(draft, at=why)
    form = rules_form("show", own, open_.whole, "ko", ())
    assert json.loads(form.json) == own
    bad = ordered(draft, do="question", id=why, text="새 말", show__json="{nonsense")
    assert bad.draft == draft
    assert str(bad.said) == "This is no JSON. Check the brackets."
    strange = ordered(draft, do="question", id=why, show__json='{"explode": [1]}')
    assert "explode" in str(strange.said)


def test_a_page_leads_on_by_rules() -> None:
    draft, [score] = draft_with(Type.NPS)
    draft = ordered(draft, do="page", id="p1", then="add_go").draft
    draft = ordered(draft, do="page", id="p1", go__0__to="out", then="add_rule:0").draft
    assert draft["pages"][0]["go"] == [
        {"to": "out", "when": {"<=": [{"answer": score}, 5]}}
    ]


def test_quotas_and_variants_come_and_go() -> None:
    draft, [_score] = draft_with(Type.NPS)
    draft = ordered(draft, do="quotas", then="add_quota").draft
    draft = ordered(
        draft,
        do="quotas",
        quota__0__id="quota1",
        quota__0__limit="250",
        quota__0__full="flag",
        then="add_variant",
    ).draft
    assert draft["quotas"] == [{"id": "quota1", "limit": 250, "full": "flag"}]
    assert draft["variants"] == [{"id": "a", "name": "A", "share": 1}]


def test_times_are_local_in_the_form_and_exact_in_the_draft() -> None:
    done = carried_out(
        empty(),
        {"do": ["whole"], "title": ["제목"], "opens_at": ["2026-12-01T09:00"],
         "languages": ["ko, en"], "back": ["on"]},
        zone=__import__("zoneinfo").ZoneInfo("Asia/Seoul"),
    )  # fmt: skip
    assert done.draft["opens_at"] == "2026-12-01T00:00:00+00:00"
    assert "back" not in done.draft
    assert done.draft["resume"] is False


def test_the_screen_counts_what_is_missing_where_it_is() -> None:
    draft, ids = draft_with(Type.SINGLE, Type.SECTION, Type.NPS)
    draft = editing.change_question(draft, ids[2], {"text": {"ko": "추천?"}})
    open_ = screen(draft, at=ids[0])
    first, between, last = open_.pages[0].rows
    assert (first.number, between.number, last.number) == ("1", "", "2")
    assert first.problems == 3  # its words, and those of both answers
    assert last.problems == 0
    assert open_.open_path == "pages.0.questions.0"


def test_a_quota_has_a_name_in_any_language_and_an_id_that_stays() -> None:
    draft, [_score] = draft_with(Type.NPS)
    more = {"do": ["quotas"], "then": ["add_quota"]}
    draft = carried_out(draft, more, used={"quota1"}).draft
    [made] = draft["quotas"]
    assert made["id"] == "quota2"  # an earlier version counted under the first
    fields = {"quota__0__id": "quota2", "quota__0__limit": "10"}
    draft = ordered(draft, do="quotas", quota__0__name=" 강남  할당 ", **fields).draft
    assert draft["quotas"] == [{"id": "quota2", "name": "강남 할당", "limit": 10}]
    told = [one for one in screen(draft).problems if one.path.startswith("quotas")]
    assert told == []
    # A name where an id was wanted is taken for what it is.
    fields |= {"quota__0__id": "강남 할당"}
    draft = ordered(draft, do="quotas", **fields).draft
    assert draft["quotas"] == [{"id": "quota1", "name": "강남 할당", "limit": 10}]


def test_variants_are_named_in_rules() -> None:
    draft, [score] = draft_with(Type.NPS)
    draft = ordered(
        draft, do="quotas", variant__0__id="a", variant__0__name="짧은 인사"
    ).draft
    draft = editing.change_question(
        draft, score, {"show": {"==": [{"variant": []}, "a"]}}
    )
    assert "짧은 인사" in screen(draft).pages[0].rows[0].rule


def test_a_rule_that_compares_with_nothing_is_missing_something() -> None:
    """No answer is chosen for a person who has not chosen one."""
    draft, [chosen, _score] = draft_with(Type.SINGLE, Type.NPS)
    draft = ordered(draft, do="quotas", then="add_quota").draft
    fields = {"quota__0__id": "quota1", "quota__0__limit": "5"}
    done = ordered(
        draft,
        do="quotas",
        **fields,
        quota__0__when__0__about=chosen,
        quota__0__when__0__was="q9",
        quota__0__when__0__value="o1",
    )
    assert done.draft["quotas"][0]["when"] == {"any_of": [{"answer": chosen}, []]}
    assert "another question" in str(done.said)
    told = [str(one.message) for one in screen(done.draft).problems
            if one.path == "quotas.0.when"]  # fmt: skip
    assert told == ["Say what the answer is compared with in this rule."]


FIELD = st.sampled_from(
    ["do", "id", "then", "type", "text", "page", "after", "by", "piece", "place",
     "show-0-about", "show-0-how", "show-0-value", "show-json", "go-0-to", "lines",
     "options-o1-text", "loop-over", "loop-most", "quota-0-id", "quota-0-limit",
     "variant-0-share", "languages", "opens_at", "say:title:ko", "low", "high"]
)  # fmt: skip
VALUE = st.sampled_from(
    ["question", "page", "whole", "quotas", "says", "put_back", "delete", "move",
     "duplicate", "add_page", "add_question", "q2", "p1", "o1", "nps", "single",
     "-1", "1e999", "add:options", "delete:options:o1", "up:rows:r1", "add_rule:show",
     "drop_rule:show:0", "add_rule:0", "add_go", "drop_go:0", "add_quota", "lines",
     "{", '{"id": "q9", "questions": [{}]}', "[" * 2000, "NaN", "is", "any_of", "",
     "@variant", "2026-13-01T00:00", "\x00\ud800"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.dictionaries(FIELD, VALUE.map(lambda v: [v]), max_size=6), max_size=4)
)
def test_no_form_whatever_breaks_the_builder(forms: list[dict[str, list[str]]]) -> None:
    draft, _ids = draft_with(Type.SINGLE, Type.CSAT, Type.MATRIX)
    for fields in forms:
        draft = carried_out(draft, fields).draft
    json.dumps(draft).encode()
    for id in ("q2", "p1", ""):
        screen(draft, at=id)


@pytest.mark.parametrize("type_", list(Type))
def test_the_form_of_every_type_sent_back_as_it_stands_changes_nothing(
    type_: Type,
) -> None:
    draft, [id] = draft_with(type_)
    question = editing.question_in(draft, id)
    assert question
    fields: dict[str, list[str]] = {"do": ["question"], "id": [id], "language": ["ko"]}
    for name, value in question.items():
        if name in ("id", "type"):
            continue
        if isinstance(value, list):
            for option in value:
                fields[f"{name}-{option['id']}-text"] = [
                    option.get("text", {}).get("ko", "")
                ]
        elif isinstance(value, dict):
            fields[name] = [value.get("ko", "")]
        else:
            fields[name] = [str(value)]
    assert carried_out(draft, fields).draft == draft
