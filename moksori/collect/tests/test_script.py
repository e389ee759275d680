"""A questionnaire for the telephone, and questionnaires at the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from moksori.base.errors import NotFound, UserError
from moksori.collect.questionnaires.definition import Type
from moksori.collect.questionnaires.reading import Malformed
from moksori.collect.questionnaires.script import script
from moksori.collect.questionnaires.templates import template, templates
from moksori.collect.questionnaires.tests.makers import answer_to, asked, made, page
from moksori.server.cli.survey import survey


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


def run(*arguments, given=None):
    done = CliRunner().invoke(survey, arguments, input=given)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(run("template", "transaction").stdout_bytes)
    return path


def test_templates_are_listed_and_printed():
    listed = run("template").output
    assert all(one.id in listed for one in templates())
    assert json.loads(run("template", "after_case").output)["moksori"] == 1


def test_a_file_is_checked_linted_converted_and_read_aloud(file):
    assert "4" in run("check", str(file)).output
    assert "ko" in run("lint", str(file)).output
    run("convert", str(file), "--to", "surveyjs")
    converted = file.with_name("a.surveyjs.json")
    assert "rating" in converted.read_text(encoding="utf-8")
    run("convert", str(file), "--to", "xlsform")
    assert "4" in run("check", str(file.with_suffix(".xlsx"))).output
    english = run("script", str(file), "--language", "en").output
    assert "How easy or difficult" in english
    title = template("transaction").title.said("ko")
    assert title in run("script", str(file)).output


def test_notes_are_told_and_fail_where_asked(file):
    question = asked("q", "text", text={"en": "Your SSN?"})
    form = {
        "title": "x",
        "languages": ["en"],
        "pages": [{"id": "p", "questions": [question]}],
    }
    content = json.dumps({"moksori": 1, **form})

    assert "personal_number" in run("lint", "-", given=content).output
    line = run("lint", "-", "--json", given=content).output
    assert json.loads(line)["severity"] == "serious"
    with pytest.raises(UserError, match="1"):
        run("lint", "-", "--strict", given=content)


def test_bad_files_end_with_a_sentence(file):
    with pytest.raises(NotFound):
        run("check", "/no/such/file")
    with pytest.raises(UserError):
        run("check", "-", given="{}")
    with pytest.raises(Malformed):
        run("check", "-", given='{"moksori": 1, "pages": []}')
    with pytest.raises(UserError, match="fr"):
        run("lint", str(file), "--language", "fr")
