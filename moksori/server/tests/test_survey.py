"""Questionnaires at the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from moksori.base.errors import NotFound, UserError
from moksori.collect.questionnaires.reading import Malformed
from moksori.collect.questionnaires.templates import template, templates
from moksori.collect.questionnaires.tests.makers import asked
from moksori.server.cli.survey import survey


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
