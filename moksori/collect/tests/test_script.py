"""A questionnaire for the telephone."""

from __future__ import annotations

import pytest

from moksori.collect.questionnaires.definition import Type
from moksori.collect.questionnaires.script import script
from moksori.collect.questionnaires.templates import templates
from moksori.collect.questionnaires.tests.makers import answer_to, asked, made, page


def test_a_caller_is_told_what_to_read_whom_to_ask_and_where_to_go():
    said = script(
        made(
            page("a", asked("n", "nps", text="추천?", required=True,
                            low_words="아니요", high_words="예")),
            page("b", asked("s", "single", text="다시 오시겠습니까?"),
                 go=[{"when": {"==": [answer_to("s"), "b"]}, "to": "d"}]),
            page("c", asked("w", "long_text", text="{n}점을 주신 까닭은?",
                            show={"<": [answer_to("n"), 7]})),
            page("d", asked("c", "consent", text="연락해도 됩니까?"),
                 asked("f", "photo", text="사진")),
        ),
        "en",
    )  # fmt: skip

    assert "1. “추천?”" in said
    assert "0 means ‘아니요’, 10 means ‘예’" in said
    assert "After “항목 b”: go to question 4" in said
    assert "[Only if question 1 is less than 7; else go on.]" in said
    assert "3. “[answer to 1]점을 주신 까닭은?”" in said
    assert "cannot be asked on the telephone" in said
    assert said.index("1. “") < said.index("[END]")


def test_every_type_can_be_read_aloud():
    kinds = [one.value for one in Type if one != Type.HIDDEN]
    said = script(made(page("p", *(asked(one, one) for one in kinds))), "ko")

    assert all(f"“질문 {kind}”" in said for kind in kinds)


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.id)
def test_every_template_can_be_read_aloud_in_both_languages(one):
    for language in ("ko", "en"):
        said = script(one.questionnaire, language)
        assert one.title.said(language) in said
        assert "{" not in said
