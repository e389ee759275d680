"""Printing through verbs, pages, API and command line."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotAllowed, NotFound, UserError
from moksori.base.testing.makers import Team
from moksori.collect.models import (
    Contact,
    ContactList,
    OptOut,
    PaperForm,
    Printing,
    Sheet,
    Survey,
)
from moksori.collect.paper.cli import paper
from moksori.collect.paper.codes import code_from
from moksori.collect.paper.printing import Options, Paper
from moksori.collect.paper.recipients import Recipient
from moksori.collect.reads import paper as reads
from moksori.collect.tests.surveys import EVERYTHING, SHORT, make_survey
from moksori.collect.tests.world_of_asking import make_contacts
from moksori.collect.writes import printing as writes
from moksori.collect.writes.contacts import forget_contact
from moksori.collect.writes.surveys import add_survey, change_draft, publish

PEOPLE = [
    {"name": f"손님 {n}", "email": f"guest{n}@example.com", "customer": f"C-{n}"}
    for n in range(3)
]
KIM = Recipient("김민지", {"customer": "C-17", "attributes": {"등급": "금"}})


@pytest.fixture
def survey(team: Team) -> Survey:
    return make_survey(team.ours)


@pytest.fixture
def ada(team: Team) -> Client:
    client = Client()
    client.force_login(team.ada)
    return client


def printed(survey: Survey, team: Team, **order: Any) -> Printing:
    asked = {"kind": "anonymous", "count": 3, **order}
    return writes.print_sheets(survey, writes.Order(**asked), by=team.ada)


def codes_in(pdf: bytes) -> list[tuple[str, int]]:
    """Sheet and page of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = []
        for page in document:
            image = page.render(scale=150 / 72, grayscale=True).to_numpy().copy()
            [code] = zxingcpp.read_barcodes(image)
            said = code_from(code.text)
            assert said is not None
            found.append((said.sheet, said.page))
    finally:
        document.close()
    return found


def words_in(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return " ".join(" ".join(pages).split())


# --- verbs ---------------------------------------------------------------------


def test_anonymous_sheets_have_codes_of_their_own_and_belong_to_nobody(
    team: Team, survey: Survey
) -> None:
    printing = printed(survey, team, name="  부산  지점 ")
    sheets = list(printing.sheets.all())
    assert printing.name == "부산 지점"
    assert [sheet.number for sheet in sheets] == [1, 2, 3]
    assert len({sheet.key for sheet in sheets}) == 3
    assert all(not (one.name or one.about or one.contact) for one in sheets)

    pdf = reads.printing_pdf(printing)
    assert codes_in(pdf) == [(sheet.key, 1) for sheet in sheets]
    assert words_in(pdf).count("아무도 알 수 없습니다") == 3
    entry = Entry.objects.filter(verb="print_sheets").get()
    assert entry.facts == {"kind": "anonymous", "sheets": 3}


def test_a_sheet_with_a_name_says_so_and_knows_whom_it_is_about(
    team: Team, survey: Survey
) -> None:
    printing = printed(survey, team, kind="personal", people=[KIM])
    sheet = printing.sheets.get()
    assert (sheet.name, sheet.about) == (KIM.name, KIM.about)
    said = words_in(reads.printing_pdf(printing))
    assert "김민지 님께 드리는 설문지입니다" in said
    assert "아무도 알 수 없습니다" not in said


def test_of_a_master_there_is_one_sheet(team: Team, survey: Survey) -> None:
    printing = printed(survey, team, kind="master", count=500)
    assert printing.count == printing.sheets.count() == 1
    assert reads.printing_line(printing).waiting is None


def test_the_same_choice_is_never_laid_out_again(team: Team, survey: Survey) -> None:
    first = printed(survey, team).form
    again = printed(survey, team, count=1).form
    assert again == first
    other = printed(survey, team, options=Options(Paper.LETTER)).form
    assert other.key != first.key
    assert bytes(other.secret) != bytes(first.secret)
    assert PaperForm.objects.count() == 2


def test_a_new_version_is_a_new_form_and_old_sheets_stay_as_they_were(
    team: Team, survey: Survey
) -> None:
    old = printed(survey, team)
    before = reads.printing_pdf(old)
    draft = {**SHORT, "title": {"ko": "다른 제목", "en": "Another"}}
    change_draft(survey, draft, seen=survey.draft_number, by=team.ada)
    publish(survey, by=team.ada)
    survey.refresh_from_db()
    new = printed(survey, team)
    assert new.form.version.number == old.form.version.number + 1
    assert new.form_id != old.form_id
    assert words_in(reads.printing_pdf(old)) == words_in(before)
    assert "다른 제목" in words_in(reads.printing_pdf(new))


def test_the_stored_form_is_whole(team: Team, survey: Survey) -> None:
    form = printed(survey, team).form
    stored = PaperForm.objects.get(pk=form.pk)
    assert hashlib.sha256(bytes(stored.pdf)).hexdigest() == stored.sha256
    assert stored.placed.pages == stored.pages == 1
    assert {field.id for field in stored.placed.fields} == {"nps", "why"}


def test_what_cannot_be_printed_is_said(team: Team, survey: Survey) -> None:
    draft = add_survey("초안", unit=team.ours, draft=SHORT, by=None)
    with pytest.raises(Conflict):
        printed(draft, team)
    for order, field in (
        ({"kind": "odd"}, "kind"),
        ({"count": 0}, "count"),
        ({"count": 100_000}, "count"),
        ({"kind": "personal"}, "people"),
        ({"language": "fr"}, "language"),
    ):
        with pytest.raises(UserError) as caught:
            printed(survey, team, **order)
        assert caught.value.field == field, order
    assert not Printing.objects.exists()


def test_a_file_of_too_many_pages_is_said_before_it_is_made(team: Team) -> None:
    long = make_survey(team.ours, EVERYTHING, name="긴 설문")
    with pytest.raises(UserError) as caught:
        printed(long, team, count=5_000)
    assert caught.value.field == "count"
    assert not Sheet.objects.exists()


def test_only_who_builds_prints_and_outside_there_is_nothing(
    team: Team, survey: Survey
) -> None:
    order = writes.Order("anonymous", count=1)
    for member in (team.eve, team.vic):
        with pytest.raises((NotAllowed, NotFound)):
            writes.print_sheets(survey, order, by=member)
    printing = printed(survey, team)
    with pytest.raises(NotFound):
        reads.printing_row(printing.pk, by=team.eve)
    assert reads.printing_row(printing.pk, by=team.ada) == printing


def test_a_withdrawn_printing_is_not_handed_out_and_may_come_back(
    team: Team, survey: Survey
) -> None:
    printing = printed(survey, team)
    withdrawn = writes.withdraw_printing(printing, by=team.ada)
    assert withdrawn.withdrawn_by == team.ada
    writes.withdraw_printing(printing, by=team.ada)
    assert Entry.objects.filter(verb="withdraw_printing").count() == 1
    with pytest.raises(Conflict):
        reads.printing_pdf(withdrawn)
    back = writes.restore_printing(printing, by=team.ada)
    assert not back.is_withdrawn
    assert reads.printing_pdf(back)


def test_what_came_back_is_counted(team: Team, survey: Survey) -> None:
    printing = printed(survey, team)
    Sheet.objects.filter(printing=printing, number=2).update(arrived_at=timezone.now())
    [line] = reads.printing_lines(survey, by=team.ada)
    assert (line.count, line.arrived, line.waiting) == (3, 1, 2)


def test_two_sheets_never_share_a_code(team: Team, survey: Survey) -> None:
    printing = printed(survey, team)
    one, other = printing.sheets.all()[:2]
    other.key = one.key
    with pytest.raises(IntegrityError):
        other.save()


def test_who_wants_to_be_asked_no_more_gets_no_sheet(
    team: Team, survey: Survey
) -> None:
    contacts = make_contacts(team.ours, *PEOPLE)
    OptOut.objects.create(address=contacts[0].mail_address, via="member")
    found, silent = reads.recipients_of(contacts, survey)
    assert silent == 1
    assert [one.contact for one in found] == [one.pk for one in contacts[1:]]


def test_a_forgotten_contact_is_on_no_sheet_any_more(
    team: Team, survey: Survey
) -> None:
    [contact] = make_contacts(team.ours, *PEOPLE[:1])
    found, _silent = reads.recipients_of([contact], survey)
    printing = printed(survey, team, kind="personal", people=found)
    assert printing.sheets.get().name == str(contact)
    forget_contact(contact, by=team.ada)
    sheet = printing.sheets.get()
    assert (sheet.name, sheet.about, sheet.contact_id) == ("", {}, None)
    with pytest.raises(Conflict):  # there is nobody left to print for
        reads.printing_pdf(printing)


# --- pages ---------------------------------------------------------------------


def address(survey: Survey, name: str = "survey_paper", *more: Any) -> str:
    return reverse(f"collect:{name}", args=[survey.pk, *more])


def test_the_page_prints_and_lists_what_came_of_it(
    ada: Client, team: Team, survey: Survey
) -> None:
    assert "아직 인쇄한 설문지가 없습니다" in ada.get(address(survey)).content.decode()
    sent = {
        "kind": "anonymous",
        "count": "2",
        "paper": "letter",
        "columns": "2",
        "language": "en",
        "closing": "Put it into the box.",
        "name": "Busan",
    }
    answer = ada.post(address(survey), sent)
    assert answer.status_code == 302
    printing = Printing.objects.get()
    assert printing.form.options["paper"] == "letter"
    page = ada.get(answer["Location"]).content.decode()
    assert "Busan" in page
    file = ada.get(reverse("collect:printing_sheets", args=[printing.pk]))
    assert file["Content-Type"] == "application/pdf"
    assert "Put it into the box." in words_in(file.content)
    assert len(codes_in(file.content)) == 2


def test_the_page_prints_names_out_of_a_table(
    ada: Client, team: Team, survey: Survey
) -> None:
    table = "이름,고객번호,등급\n김민지,C-1,금\n,,은\n이준호,,\n".encode()
    sent = {"kind": "personal", "paper": "a4", "columns": "1", "language": "ko",
            "file": SimpleUploadedFile("people.csv", table)}  # fmt: skip
    answer = ada.post(address(survey), sent, follow=True)
    assert answer.status_code == 200
    sheets = list(Printing.objects.get().sheets.all())
    assert [sheet.name for sheet in sheets] == ["김민지", "이준호"]
    assert sheets[0].about == {"customer": "C-1", "attributes": {"등급": "금"}}
    assert "이 행에는 이름이 없습니다" in answer.content.decode()


def test_the_page_prints_for_a_list_of_contacts(
    ada: Client, team: Team, survey: Survey
) -> None:
    contacts = make_contacts(team.ours, *PEOPLE[:2])
    chosen = ContactList.objects.create(unit=team.ours, name="단골")
    chosen.contacts.set(contacts)
    sent = {"kind": "personal", "paper": "a4", "columns": "1", "language": "ko",
            "people": chosen.pk}  # fmt: skip
    ada.post(address(survey), sent)
    assert set(Sheet.objects.values_list("contact", flat=True)) == {
        one.pk for one in contacts
    }


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"kind": "anonymous", "count": ""}, "몇 부가 필요한지"),
        ({"kind": "personal"}, "명단을 고르거나"),
        ({"count": "999999"}, "5000"),
    ],
)
def test_the_page_says_what_is_wrong(
    ada: Client, survey: Survey, sent: dict[str, str], told: str
) -> None:
    usual = {"kind": "anonymous", "count": "1", "paper": "a4", "columns": "1",
             "language": "ko"}  # fmt: skip
    answer = ada.post(address(survey), {**usual, **sent})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Printing.objects.exists()


def test_a_table_without_names_is_refused(ada: Client, survey: Survey) -> None:
    file = SimpleUploadedFile("odd.csv", "색,모양\n빨강,원\n".encode())
    sent = {"kind": "personal", "paper": "a4", "columns": "1", "language": "ko",
            "file": file}  # fmt: skip
    answer = ada.post(address(survey), sent)
    assert answer.status_code == 422
    assert "이름이 든 열이 없습니다" in answer.content.decode()


def test_a_look_tells_pages_and_what_is_left_out_and_shows_pictures(
    ada: Client, team: Team
) -> None:
    survey = make_survey(team.ours, EVERYTHING, name="모두")
    html = ada.get(address(survey, "survey_paper_look")).content.decode()
    assert "문항 4개는 종이에 없습니다" in html
    assert "파일, 사진, 녹음은" in html
    picture = ada.get(address(survey, "survey_paper_page", 1))
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert ada.get(address(survey, "survey_paper_page", 99)).status_code == 404
    odd = ada.get(address(survey, "survey_paper_look") + "?columns=2&is_large=on")
    assert "page-1.png" in odd.content.decode()  # large print takes one column
    assert not PaperForm.objects.exists()


def test_the_code_on_a_picture_is_no_code_of_ours(ada: Client, survey: Survey) -> None:
    picture = ada.get(address(survey, "survey_paper_page", 1)).content
    grey = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
    for found in zxingcpp.read_barcodes(grey):
        assert code_from(found.text) is None


def test_an_unpublished_survey_says_to_publish_first(ada: Client, team: Team) -> None:
    draft = add_survey("초안", unit=team.ours, draft=SHORT, by=None)
    assert "먼저 게시하면" in ada.get(address(draft)).content.decode()
    look = ada.get(address(draft, "survey_paper_look"))
    assert look.status_code < 500
    assert ada.get(address(draft, "survey_paper_page", 1)).status_code in {404, 409}


def test_the_page_withdraws_and_lets_count_again(
    ada: Client, team: Team, survey: Survey
) -> None:
    printing = printed(survey, team)
    turn = reverse("collect:printing_turn", args=[printing.pk])
    page = ada.post(turn, {"do": "withdraw"}, follow=True).content.decode()
    assert "다시 사용" in page
    sheets = reverse("collect:printing_sheets", args=[printing.pk])
    assert ada.get(sheets).status_code == 409
    ada.post(turn, {"do": "restore"})
    assert ada.get(sheets).status_code == 200
    assert ada.post(turn, {"do": "odd"}).status_code == 404


# --- API and command line ------------------------------------------------------


def test_programs_print_look_and_withdraw(
    ada: Client, team: Team, survey: Survey
) -> None:
    at = f"/api/v1/collect/surveys/{survey.pk}"
    look = ada.get(f"{at}/paper?is_large=true").json()
    assert look["pages"] == 1
    body = {"kind": "personal", "people": [{"name": "김민지", "customer": "C-1"}]}
    made = ada.post(f"{at}/printings", json.dumps(body), "application/json")
    assert made.status_code == 201
    id = made.json()["id"]
    assert made.json()["waiting"] == 1
    assert [one["id"] for one in ada.get(f"{at}/printings").json()] == [id]
    pdf = ada.get(f"/api/v1/collect/printings/{id}/sheets.pdf")
    assert "김민지" in words_in(pdf.content)
    gone = ada.post(f"/api/v1/collect/printings/{id}/withdraw")
    assert gone.json()["is_withdrawn"] is True
    assert ada.get(f"/api/v1/collect/printings/{id}/sheets.pdf").status_code == 409
    bad = ada.post(
        f"{at}/printings", json.dumps({"kind": "anonymous"}), "application/json"
    )
    assert bad.status_code == 400


def test_the_command_line_prints(team: Team, survey: Survey, tmp_path: Path) -> None:
    file = tmp_path / "sheets.pdf"
    with translation.override("en"):
        made = CliRunner().invoke(
            paper, ["print", str(survey.pk), str(file), "--sheets", "2", "--large"]
        )
        assert made.exit_code == 0, made.output
        assert len(codes_in(file.read_bytes())) == 2
        listed = CliRunner().invoke(
            paper, ["list", str(survey.pk), "--as", team.ada.email]
        )
        assert "2 printed, 0 came back" in listed.output
        number = str(Printing.objects.get().pk)
        CliRunner().invoke(paper, ["withdraw", number, "--as", team.ada.email])
    assert Printing.objects.get().is_withdrawn


def test_contacts_of_others_are_not_printed(
    ada: Client, team: Team, survey: Survey
) -> None:
    theirs = ContactList.objects.create(unit=team.theirs, name="남의 명단")
    theirs.contacts.set(make_contacts(team.theirs, *PEOPLE[:1]))
    sent = {"kind": "personal", "paper": "a4", "columns": "1", "language": "ko",
            "people": theirs.pk}  # fmt: skip
    assert ada.post(address(survey), sent).status_code == 422
    body = {"kind": "personal", "list_id": theirs.pk}
    answer = ada.post(
        f"/api/v1/collect/surveys/{survey.pk}/printings",
        json.dumps(body),
        "application/json",
    )
    assert answer.status_code == 404
    assert Contact.objects.filter(unit=team.theirs).exists()
    assert not Sheet.objects.exists()
