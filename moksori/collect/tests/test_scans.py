"""Printed, filled in, scanned, read, decided: what becomes of paper that comes back."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.utils import timezone
from PIL import Image, ImageDraw

from moksori.base.errors import Conflict, TooLarge
from moksori.collect.models import (
    Contact,
    Feedback,
    Filled,
    PaperAnswer,
    Response,
    ReviewItem,
    Scan,
    ScanBatch,
    ScanFile,
    ScanReading,
    Sheet,
    Survey,
)
from moksori.collect.paper.reading import readings
from moksori.collect.reads.scan_troubles import file_words, page_words
from moksori.collect.reads.scan_words import choices_of
from moksori.collect.tests.papers import (
    LONG,
    PAPER,
    Pen,
    filled,
    jpeg_of,
    make_form,
    make_sheets,
    pdf_of,
    run_jobs,
    scanned,
    tiff_of,
)
from moksori.collect.tests.surveys import make_survey
from moksori.collect.writes import scan_again
from moksori.collect.writes.contacts import forget_contact
from moksori.collect.writes.review import decide, take_back
from moksori.collect.writes.scan_again import read_batch_again
from moksori.collect.writes.scan_deciding import Given, answer_field, finish_as_it_is
from moksori.collect.writes.scan_files import place_of_file, place_of_picture
from moksori.collect.writes.scan_keeping import erase_sheet, forget_files
from moksori.collect.writes.scans import begin_batch, must_fit, take_file
from moksori.collect.writes.withdrawing import withdraw

pytestmark = pytest.mark.django_db(transaction=True)

MARKS = {"nps": ["9"], "came": ["yes"], "how": ["4"], "what": ["app", "call"]}
SAID = {"nps": 9, "came": "yes", "how": 4, "what": ["app", "call"]}
MORE = {f"more{n}": [str(n % 5 + 1)] for n in range(8)}


@pytest.fixture
def survey(team: Any) -> Survey:
    return make_survey(team.ours, PAPER, "종이 설문")


@pytest.fixture
def long(team: Any) -> Survey:
    return make_survey(team.ours, LONG, "긴 종이 설문")


def bring(team: Any, *files: bytes, name: str = "a.pdf", way: str = "upload") -> Any:
    """Files of one batch, read by a worker."""
    batch = begin_batch(team.ours, way=way, by=team.ada, name="scan")
    for number, content in enumerate(files):
        take_file([content], name=f"{number}-{name}", batch=batch)
    run_jobs()
    return batch


def pages(pen: Pen, seed: int = 1) -> list[Image.Image]:
    return [scanned(page, seed + n) for n, page in enumerate(pen.pages)]


def states(batch: ScanBatch) -> list[str]:
    rows = Scan.objects.filter(file__batch=batch).order_by("file_id", "number")
    return list(rows.values_list("state", flat=True))


def test_a_sheet_becomes_feedback_of_its_survey(team, survey):
    (sheet,) = make_sheets(survey)
    batch = bring(team, pdf_of(pages(filled(sheet, MARKS))))

    response = Response.objects.get()
    assert states(batch) == ["used"]
    assert response.channel == "paper"
    assert response.state == "complete"
    assert response.answers == {**SAID, "why?": "skipped"}
    assert response.feedback.score == 9
    assert Sheet.objects.get(pk=sheet.pk).response == response
    assert Filled.objects.get().state == "done"
    # The pictures are the evidence; the file that held them is not needed twice.
    file = ScanFile.objects.get()
    assert not file.is_kept
    assert not place_of_file(file.sha256).exists()
    assert place_of_picture(Scan.objects.get().picture).exists()


def test_doubts_and_handwriting_wait_for_a_person(team, survey):
    (sheet,) = make_sheets(survey)
    pen = filled(sheet, {**MARKS, "nps": ["2", "3"]}).write("why")
    bring(team, pdf_of(pages(pen)))

    assert not Response.objects.exists()
    waiting = {item.evidence["field"]: item for item in ReviewItem.objects.all()}
    assert set(waiting) == {"nps", "why"}
    answer_field(waiting["nps"], Given(codes=["2"]), by=team.ada)
    assert not Response.objects.exists()
    answer_field(waiting["why"], Given(text="줄이 너무 깁니다"), by=team.ada)

    response = Response.objects.get()
    assert response.answers["nps"] == 2
    assert response.feedback.text == "줄이 너무 깁니다"
    assert PaperAnswer.objects.get(field="why").member == team.ada


def test_a_decision_is_taken_back_and_puts_the_response_right(team, survey):
    (sheet,) = make_sheets(survey)
    bring(team, pdf_of(pages(filled(sheet, MARKS).write("why"))))
    item = answer_field(
        ReviewItem.objects.get(), Given(text="값이 비쌉니다"), by=team.ada
    )
    take_back(item, by=team.ada)
    assert Filled.objects.get().state == "asked"
    assert Response.objects.get().answers["why"] == "값이 비쌉니다"  # until decided

    answer_field(ReviewItem.objects.get(), Given(text="값이 쌉니다"), by=team.ada)
    response = Response.objects.get()
    assert response.answers["why"] == "값이 쌉니다"
    feedback = Feedback.objects.get()
    assert feedback.text == "값이 쌉니다"
    assert feedback.revision == 2


def test_the_queue_itself_can_say_that_nothing_was_answered(team, survey):
    (sheet,) = make_sheets(survey)
    bring(team, pdf_of(pages(filled(sheet, MARKS).write("why"))))
    decide(ReviewItem.objects.get(), "blank", by=team.ada)
    assert Response.objects.get().answers == {**SAID, "why?": "skipped"}


def test_what_paper_did_not_ask_counts_all_the_same_and_is_told(team, survey):
    (sheet,) = make_sheets(survey)
    marks = {**MARKS, "came": ["no"], "what": ["app", "web", "call"]}
    bring(team, pdf_of(pages(filled(sheet, marks))))

    response = Response.objects.get()
    assert response.answers["how"] == 4  # though “no” skips it
    assert response.answers["what"] == ["app", "web", "call"]  # though two are asked
    kinds = {flag["kind"] for flag in response.flags}
    assert kinds == {"paper_path", "paper_unfit"}
    answers = {one["key"]: one.get("value") for one in response.feedback.answers}
    assert answers["how"] == 4


def test_pages_find_together_over_files_batches_and_upside_down(team, long):
    one, two = make_sheets(long, 2)
    first = pages(filled(one, {**MARKS, **MORE}))
    second = pages(filled(two, {**MARKS, **MORE, "nps": ["3"]}), seed=9)
    assert len(first) == 2
    bring(team, pdf_of([second[1].rotate(180), first[0]]))
    assert {row.state for row in Filled.objects.all()} == {"missing"}
    assert not Response.objects.exists()
    bring(team, tiff_of([first[1]]), name="b.tiff")
    bring(team, jpeg_of(second[0]), name="c.jpg")

    assert [one["nps"] for one in Response.objects.order_by("id").values_list(
        "answers", flat=True)] == [9, 3]  # fmt: skip
    assert all(
        response.answers[f"more{n}"] == n % 5 + 1
        for response in Response.objects.all()
        for n in range(8)
    )


def test_a_sheet_is_taken_as_it_is_and_a_late_page_is_added(team, long):
    (sheet,) = make_sheets(long)
    front, back = pages(filled(sheet, {**MARKS, **MORE}))
    bring(team, pdf_of([front]))
    finish_as_it_is(Filled.objects.get(), by=team.ada)
    response = Response.objects.get()
    assert response.answers["nps"] == 9
    assert "paper_pages" in {flag["kind"] for flag in response.flags}

    bring(team, pdf_of([back]))
    response = Response.objects.get()
    assert response.answers["more4"] == 5
    assert "paper_pages" not in {flag["kind"] for flag in response.flags}
    assert Feedback.objects.count() == 1


def test_the_same_page_twice_is_set_aside(team, survey):
    (sheet,) = make_sheets(survey)
    pen = filled(sheet, MARKS).write("why")
    bring(team, pdf_of(pages(pen)))
    again = bring(team, pdf_of(pages(pen, seed=50)))
    assert states(again) == ["twice"]
    assert page_words(Scan.objects.get(state="twice"))
    assert Filled.objects.count() == 1


@pytest.mark.parametrize(
    ("decision", "scores"), [("first", [9]), ("second", [1]), ("both", [9, 1])]
)
def test_a_page_that_says_something_else_waits_for_a_person(
    team, survey, decision, scores
):
    (sheet,) = make_sheets(survey)
    bring(team, pdf_of(pages(filled(sheet, MARKS))))
    other = bring(team, pdf_of(pages(filled(sheet, {**MARKS, "nps": ["1"]}), seed=30)))
    assert states(other) == ["asked"]
    decide(ReviewItem.objects.get(kind="paper_page"), decision, by=team.ada)

    found = Response.objects.order_by("id").values_list("answers", flat=True)
    assert [one["nps"] for one in found] == scores
    assert Feedback.objects.count() == len(scores)


@pytest.mark.parametrize("decision", ["first", "second", "both"])
def test_what_was_decided_about_two_pages_is_taken_back_whole(team, survey, decision):
    (sheet,) = make_sheets(survey)
    bring(team, pdf_of(pages(filled(sheet, MARKS).write("why"))))
    words = ReviewItem.objects.get(kind="paper")
    answer_field(words, Given(text="문이 무겁습니다"), by=team.ada)
    bring(team, pdf_of(pages(filled(sheet, {**MARKS, "nps": ["1"]}), seed=30)))
    item = ReviewItem.objects.get(kind="paper_page")
    first, second = Scan.objects.order_by("id")

    for _times in range(2):  # and decided anew, and taken back once more
        decide(item, decision, by=team.ada)
        item.refresh_from_db()
        take_back(item, by=team.ada)
        item.refresh_from_db()
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, first.sheet_id, first.of_id) == ("used", sheet.pk, None)
        assert (second.state, second.sheet_id) == ("asked", sheet.pk)
        assert second.of_id == first.pk
        assert item.is_open
        sheet.refresh_from_db()
        assert sheet.response.answers["nps"] == 9
        assert sheet.response.answers["why"] == "문이 무겁습니다"
        assert PaperAnswer.objects.get().text == "문이 무겁습니다"
        assert ReviewItem.objects.get(kind="paper").decision == "value"
        assert Sheet.objects.count() == Filled.objects.count() == 1
        assert Feedback.objects.count() == 1
        assert place_of_picture(second.picture).is_file()

    decide(item, "both", by=team.ada)
    assert sorted(
        one["nps"]
        for one in Response.objects.filter(state="complete").values_list(
            "answers", flat=True
        )
    ) == [1, 9]


def test_of_two_pages_of_a_second_person_one_can_be_taken_back(team, long):
    (sheet,) = make_sheets(long)
    marks = {**MARKS, **MORE}
    bring(team, pdf_of(pages(filled(sheet, marks))))
    more = {**marks, "nps": ["1"], "more4": ["1"]}
    bring(team, pdf_of(pages(filled(sheet, more), seed=30)))
    items = list(ReviewItem.objects.filter(kind="paper_page").order_by("id"))
    assert len(items) == 2
    for item in items:
        decide(item, "both", by=team.ada)
    assert Response.objects.filter(state="complete").count() == 2
    items[0].refresh_from_db()
    take_back(items[0], by=team.ada)
    assert Response.objects.filter(state="complete").count() == 1
    copy = Sheet.objects.get(copy_of=sheet)
    assert Filled.objects.get(sheet=copy).state == "missing"
    items[0].refresh_from_db()
    decide(items[0], "both", by=team.ada)
    assert Response.objects.filter(state="complete").count() == 2


def test_an_erased_sheet_takes_no_decision_back(team, survey):
    (sheet,) = make_sheets(survey)
    bring(team, pdf_of(pages(filled(sheet, MARKS))))
    bring(team, pdf_of(pages(filled(sheet, {**MARKS, "nps": ["1"]}), seed=30)))
    item = ReviewItem.objects.get(kind="paper_page")
    decide(item, "second", by=team.ada)
    erase_sheet(Filled.objects.get(), by=team.ada)
    item.refresh_from_db()
    assert item.outcome == {}
    with pytest.raises(Conflict):
        take_back(item, by=team.ada)


def test_other_handwriting_is_another_person(team, survey):
    (sheet,) = make_sheets(survey)
    bring(team, pdf_of(pages(filled(sheet, MARKS).write("why", seed=7))))
    other = filled(sheet, MARKS).write("why", seed=1234)  # the same marks, other words
    again = bring(team, pdf_of(pages(other, seed=50)))
    assert states(again) == ["asked"]


def test_photocopies_are_told_apart_by_their_order(team, long):
    (master,) = make_sheets(long, kind="master")
    copies = [
        pages(filled(master, {**MARKS, **MORE, "nps": [str(score)]}), seed=score)
        for score in (1, 5, 8)
    ]
    bring(team, pdf_of([page for copy in copies for page in copy]))
    found = Response.objects.order_by("id").values_list("answers", flat=True)
    assert [one["nps"] for one in found] == [1, 5, 8]
    assert Sheet.objects.filter(copy_of=master).count() == 3


def test_photocopies_are_never_joined_across_a_gap(team, long):
    (master,) = make_sheets(long, kind="master")
    one = pages(filled(master, {**MARKS, **MORE, "nps": ["1"]}), seed=1)
    two = pages(filled(master, {**MARKS, **MORE, "nps": ["8"]}), seed=2)
    strange = Image.new("L", one[0].size, 250)
    strange.paste(20, (200, 300, 1400, 900))
    # The back of the first and the front of the second cannot be read.
    bring(team, pdf_of([one[0], strange, two[1]]))
    assert not Response.objects.exists()
    assert Filled.objects.filter(state="missing").count() == 2


def test_a_comment_that_is_cut_off_is_never_called_empty(team, survey):
    (sheet,) = make_sheets(survey)
    (page,) = pages(filled(sheet, MARKS).write("why"))
    why = next(one for one in sheet.form.placed.fields if one.id == "why")
    # Above the words; all boxes are there, and the two marks at the top.
    cut = page.crop((0, 0, page.width, int((why.area.y - 2) / 25.4 * 200)))
    batch = bring(team, jpeg_of(cut), name="cut.jpg")
    assert states(batch) == ["unreadable"]
    assert "잘렸습니다" in page_words(Scan.objects.get())
    assert not Response.objects.exists()
    assert not ReviewItem.objects.exists()  # nobody is asked for what is not there
    # Taken as it is all the same, what is missing is asked for.
    finish_as_it_is(Filled.objects.get(), by=team.ada)
    assert states(batch) == ["used"]
    assert not Response.objects.exists()
    item = ReviewItem.objects.get(kind="paper")
    assert item.evidence["field"] == "why"
    assert item.evidence["reasons"] == ["not_seen"]


def test_of_two_marks_none_is_chosen_beforehand(team, survey):
    (sheet,) = make_sheets(survey)
    bring(team, pdf_of(pages(filled(sheet, {**MARKS, "nps": ["2", "9"]}))))
    field = next(one for one in sheet.form.placed.fields if one.id == "nps")
    assert not any(one.is_on for one in choices_of(sheet, field, ("2", "9")))
    assert any(one.is_on for one in choices_of(sheet, field, ("9",)))
    what = next(one for one in sheet.form.placed.fields if one.id == "what")
    assert sum(one.is_on for one in choices_of(sheet, what, ("app", "web"))) == 2


def test_anonymous_sheets_carry_nobody_and_personal_ones_do(team, survey):
    form = make_form(survey)
    about = {"customer": "C-7", "attributes": {"shop": "강남"}}
    (secret,) = make_sheets(survey, form=form, about=about)
    (personal,) = make_sheets(survey, kind="personal", form=form, about=about)
    bring(team, pdf_of(pages(filled(secret, MARKS))))
    bring(team, pdf_of(pages(filled(personal, MARKS))))
    nobody, somebody = Response.objects.order_by("id")
    assert nobody.about == {}
    assert nobody.feedback.customer is None
    assert somebody.about == about
    assert somebody.feedback.customer.external_id == "C-7"


def test_every_page_that_gives_nothing_says_why(team, survey):
    (sheet,) = make_sheets(survey)
    (page,) = pages(filled(sheet, MARKS))
    blank = Image.new("L", page.size, 250)
    letter = Image.new("L", page.size, 250)
    for line in range(30):
        words = f"Dear Sir or Madam, this is line {line} of another letter. " * 2
        ImageDraw.Draw(letter).text(
            (150, 200 + 60 * line), words, fill=20, font_size=28
        )
    batch = bring(team, pdf_of([blank, letter, page]))
    assert states(batch) == ["blank", "foreign", "used"]
    foreign = Scan.objects.get(state="foreign")
    assert page_words(foreign)

    Sheet.objects.filter(pk=sheet.pk).update(key="22222222")
    (again,) = make_sheets(survey, form=sheet.form)
    forged = filled(again, MARKS)
    sheet.form.secret = b"x" * 32
    sheet.form.save()
    batch = bring(team, pdf_of(pages(forged)))
    assert states(batch) == ["forged"]
    assert Response.objects.count() == 1


def test_a_withdrawn_printing_takes_nothing(team, survey):
    (sheet,) = make_sheets(survey)
    sheet.printing.withdrawn_at = timezone.now()
    sheet.printing.save()
    assert states(bring(team, pdf_of(pages(filled(sheet, MARKS))))) == ["void"]
    assert not Response.objects.exists()


def test_bad_files_are_told_in_words_and_the_log_stays_silent(team, survey, capfd):
    (sheet,) = make_sheets(survey)
    whole = pdf_of(pages(filled(sheet, MARKS)))
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    capfd.readouterr()
    batch = bring(team, locked.getvalue(), b"no scan at all", tiff_of(
        pages(filled(sheet, MARKS)))[:9000])  # fmt: skip
    told = [file_words(file.problem) for file in batch.files.order_by("id")]
    assert all(told)
    assert len(set(told)) == 3
    assert [file.state for file in batch.files.order_by("id")][:2] == ["failed"] * 2
    logged = capfd.readouterr()
    assert "Traceback" not in logged.err
    assert "TIFF" not in logged.err


def test_what_is_sent_at_once_is_limited_in_sum(settings):
    settings.MOKSORI_UPLOAD_BYTES = 5_000_000
    must_fit([2_000_000, 3_000_000])
    with pytest.raises(TooLarge, match="5"):
        must_fit([2_000_000, 3_000_001])


def test_the_same_file_again_is_not_read_again(team, survey):
    (sheet,) = make_sheets(survey)
    content = pdf_of(pages(filled(sheet, MARKS)))
    bring(team, content)
    again = bring(team, content)
    file = again.files.get()
    assert file.state == "repeated"
    assert file_words(file.problem)
    assert Scan.objects.count() == 1


def test_erasing_takes_every_picture_along_also_of_copies(team, survey):
    (sheet,) = make_sheets(survey)
    pen = filled(sheet, MARKS).write("why")
    bring(team, pdf_of(pages(pen)))
    bring(team, pdf_of(pages(pen, seed=50)))
    answer_field(ReviewItem.objects.get(), Given(text="줄이 깁니다"), by=team.ada)
    names = list(Scan.objects.values_list("picture", flat=True))
    assert len(names) == 2
    assert all(place_of_picture(name).exists() for name in names)

    erase_sheet(Filled.objects.get(), by=team.ada)
    assert not any(place_of_picture(name).exists() for name in names)
    assert set(Scan.objects.values_list("picture", "state")) == {("", "erased")}
    assert not ScanReading.objects.exists()
    assert not PaperAnswer.objects.exists()
    assert Response.objects.get().state == "withdrawn"
    assert not Feedback.objects.exists()
    # Whoever finds the paper once more changes nothing.
    late = bring(team, pdf_of(pages(pen, seed=70)))
    assert states(late) == ["erased"]
    assert Scan.objects.filter(file__batch=late).get().picture == ""


def test_withdrawing_the_answer_erases_its_paper(team, survey):
    (sheet,) = make_sheets(survey)
    bring(team, pdf_of(pages(filled(sheet, MARKS))))
    name = Scan.objects.get().picture
    withdraw(Response.objects.get())
    assert not place_of_picture(name).exists()
    assert Filled.objects.get().state == "erased"


def test_forgetting_a_contact_erases_the_paper_with_their_name(team, survey):
    person = Contact.objects.create(unit=team.ours, name="김민지")
    (sheet,) = make_sheets(survey, kind="personal", contact=person, name="김민지")
    bring(team, pdf_of(pages(filled(sheet, MARKS).write("why"))))  # still to decide
    name = Scan.objects.get().picture
    forget_contact(person, by=team.ada)
    assert not place_of_picture(name).exists()
    sheet.refresh_from_db()
    assert (sheet.name, sheet.about, sheet.contact) == ("", {}, None)
    assert not ReviewItem.objects.filter(state="open").exists()


def test_stray_files_and_strange_pages_are_forgotten(team, survey):
    (sheet,) = make_sheets(survey)
    letter = Image.new("L", (1654, 2339), 250)
    letter.paste(20, (200, 300, 1400, 900))
    bring(team, pdf_of([*pages(filled(sheet, MARKS)), letter]))
    used, strange = Scan.objects.order_by("number")
    stray = place_of_picture("0" * 32 + ".jpg")
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    os.utime(stray, (1, 1))
    assert forget_files() == 1
    assert not stray.exists()
    Scan.objects.update(read_at=timezone.now() - timedelta(days=31))
    assert forget_files() == 1
    assert not place_of_picture(strange.picture).exists()
    assert place_of_picture(used.picture).exists()


def test_read_again_by_a_newer_reader_people_keep_the_last_word(
    team, survey, monkeypatch
):
    (sheet,) = make_sheets(survey)
    batch = bring(team, pdf_of(pages(filled(sheet, {**MARKS, "nps": ["2", "3"]}))))
    answer_field(ReviewItem.objects.get(), Given(codes=["2"]), by=team.ada)

    def newer(scan: Scan) -> Any:
        found = readings.reading_from(ScanReading.objects.get(scan=scan).data)
        fields = tuple(
            replace(one, codes=("1",), outcome=readings.Answer.VALUE)
            if one.field in {"nps", "how"}
            else one
            for one in found.fields
        )
        return replace(found, fields=fields, reader="99")

    monkeypatch.setattr(scan_again, "READER", "99")
    monkeypatch.setattr(scan_again, "seen", newer)
    monkeypatch.setattr(
        "moksori.collect.writes.scan_settling._together",
        lambda found, _layout: list(found.values()),
    )
    assert read_batch_again(batch, by=team.ada) == 1
    run_jobs()
    response = Response.objects.get()
    assert response.answers["nps"] == 2  # a person said so
    assert response.answers["how"] == 1  # the newer reader
    assert set(ScanReading.objects.values_list("reader", flat=True)) == {
        "99",
        readings.READER,
    }
    assert Feedback.objects.get().revision == 2
