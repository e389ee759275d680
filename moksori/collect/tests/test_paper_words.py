# mypy: disable-error-code="no-untyped-def"
"""What pages about paper say: rows by name, words as printed, what nobody can tell."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from moksori.collect.models import Feedback, Filled, Printing, ReviewItem, Survey
from moksori.collect.paper.answers import Said, doubts
from moksori.collect.paper.cli import paper
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.reads.scan_words import choices_of
from moksori.collect.tests.papers import (
    PAPER,
    filled,
    jpeg_of,
    make_sheets,
    scanned,
)
from moksori.collect.tests.surveys import make_survey, words
from moksori.collect.tests.test_scans import MARKS, bring
from moksori.collect.writes.review import decide

pytestmark = pytest.mark.django_db(transaction=True)

TABLE: dict[str, Any] = {
    "moksori": 1,
    "title": words("매장 방문", "Your visit"),
    "languages": ["ko", "en"],
    "pages": [{"id": "p1", "questions": [
        {"id": "grid", "type": "matrix", "text": words("얼마나 만족하십니까?"),
         "may_not_apply": True,
         "rows": [{"id": f"r{n}", "text": words(f"자리 {n}")} for n in range(3)],
         "options": [{"id": f"o{n}", "text": words(f"정도 {n}")} for n in range(3)]},
    ]}],
}  # fmt: skip


@pytest.fixture
def ada(client: Client, team: Any) -> Client:
    client.force_login(team.ada)
    return client


@pytest.fixture
def survey(team: Any) -> Survey:
    return make_survey(team.ours, PAPER, "종이 설문")


def test_a_table_is_told_by_its_rows_and_in_the_words_of_the_sheet(team):
    survey = make_survey(team.ours, TABLE, "표")
    (sheet,) = make_sheets(survey)
    layout = sheet.form.placed
    with override("en"):  # whoever looks, the sheet is Korean
        field = next(one for one in layout.fields if one.id == "grid.r1")
        labels = [one.label for one in choices_of(sheet, field)]
    assert labels[-1] == "해당 없음"
    said = {"grid.r1": Said(is_illegible=True), "grid.r2": Said(is_illegible=True)}
    found = list(doubts(questionnaire_from(TABLE), layout, said, "ko"))
    assert [one.kind for one in found] == ["paper_illegible"] * 2
    assert [one.facts["question"].rpartition(" – ")[2] for one in found] == [
        "자리 1",
        "자리 2",
    ]


def test_what_nobody_could_tell_is_not_called_unanswered(ada, team, survey):
    (sheet,) = make_sheets(survey)
    pen = filled(sheet, MARKS).write("why")
    bring(team, jpeg_of(scanned(pen.pages[0])))
    decide(ReviewItem.objects.get(), "illegible", by=team.ada)
    feedback = Feedback.objects.get()
    page = ada.get(reverse("collect:feedback", args=[feedback.pk]))
    assert "종이에 적힌 것을 알아볼 수 없었습니다" in page.content.decode()
    assert Filled.objects.get().state == "done"


def test_after_printing_the_pdf_is_offered_and_the_choices_stay(ada, survey):
    where = reverse("collect:survey_paper", args=[survey.pk])
    sent = {"kind": "master", "paper": "letter", "columns": "2", "is_large": "on",
            "language": "en", "closing": "At the door", "name": "부산점"}  # fmt: skip
    answer = ada.post(where, sent)
    assert answer.status_code == 302
    printing = Printing.objects.get()
    assert printing.form.options["columns"] == 1  # large print takes the whole width
    page = ada.get(answer["Location"]).content.decode()
    sheets = reverse("collect:printing_sheets", args=[printing.pk])
    assert f'href="{sheets}" autofocus' in page
    assert 'value="At the door"' in page
    assert '<option value="letter" selected>' in page
    assert '<option value="1" selected>' in page
    assert "모든 쪽을 이어서" in page
    told = unquote(ada.get(sheets)["Content-Disposition"])
    assert "종이-설문-부산점.pdf" in told


def test_the_number_of_sheets_is_asked_for_where_it_is_needed(ada, survey):
    where = reverse("collect:survey_paper", args=[survey.pk])
    sent = {"kind": "anonymous", "paper": "a4", "columns": "1", "language": "ko"}
    assert ada.post(where, sent).status_code == 422
    assert ada.post(where, {**sent, "kind": "master"}).status_code == 302


def test_the_command_line_lists_without_a_name(team, survey):
    from click.testing import CliRunner  # noqa: PLC0415

    make_sheets(survey, 2)
    with override("en"):
        listed = CliRunner().invoke(paper, ["list", str(survey.pk)])
    assert "2 printed, 0 came back" in listed.output
