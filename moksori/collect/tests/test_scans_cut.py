# mypy: disable-error-code="no-untyped-def"
"""A page of which a part is not in the picture, and the whole one after it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from moksori.collect.models import (
    Filled,
    Response,
    ReviewItem,
    Scan,
    ScanBatch,
    Survey,
)
from moksori.collect.reads.scan_photos import photo_line
from moksori.collect.reads.scan_troubles import page_words
from moksori.collect.tests.papers import (
    PAPER,
    filled,
    jpeg_of,
    make_sheets,
    run_jobs,
    scanned,
)
from moksori.collect.tests.surveys import make_survey
from moksori.collect.tests.test_scans import MARKS, SAID, bring, states
from moksori.collect.tests.test_survey_pages import signed_in
from moksori.collect.writes.scan_deciding import finish_as_it_is

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def survey(team: Any) -> Survey:
    return make_survey(team.ours, PAPER, "종이 설문")


@pytest.mark.parametrize("share", [0.3, 0.4, 0.5])
def test_half_a_page_is_said_to_be_cut_and_gives_way_to_the_whole(team, survey, share):
    (sheet,) = make_sheets(survey)
    (whole,) = [scanned(one) for one in filled(sheet, MARKS).pages]
    part = whole.crop((0, 0, whole.width, int(whole.height * share)))
    first = bring(team, jpeg_of(part), name="a.jpg", way="camera")
    assert states(first) == ["unreadable"]
    with override("en"):
        assert page_words(Scan.objects.get()).startswith("The bottom is cut off.")
        told = photo_line(first.files.get(), by=team.ada)
        assert (told.state, told.trouble) == ("again", page_words(Scan.objects.get()))
    assert not ReviewItem.objects.exists()
    second = bring(team, jpeg_of(whole), name="b.jpg", way="camera")
    assert (states(first), states(second)) == (["twice"], ["used"])
    assert SAID.items() <= Response.objects.get().answers.items()
    assert not ReviewItem.objects.exists()


def test_a_cut_page_after_the_whole_one_changes_nothing(team, survey):
    (sheet,) = make_sheets(survey)
    (whole,) = [scanned(one) for one in filled(sheet, MARKS).pages]
    bring(team, jpeg_of(whole))
    later = bring(team, jpeg_of(whole.crop((0, 0, whole.width, whole.height // 2))))
    assert states(later) == ["twice"]
    assert SAID.items() <= Response.objects.get().answers.items()


def test_what_is_cut_and_taken_as_it_is_gives_way_as_well(team, survey):
    (sheet,) = make_sheets(survey)
    (whole,) = [scanned(one) for one in filled(sheet, MARKS).pages]
    first = bring(team, jpeg_of(whole.crop((0, 0, whole.width, whole.height // 2))))
    finish_as_it_is(Filled.objects.get(), by=team.ada)
    assert states(first) == ["used"]
    second = bring(team, jpeg_of(whole))
    assert (states(first), states(second)) == (["twice"], ["used"])
    assert SAID.items() <= Response.objects.get().answers.items()


def test_the_same_picture_again_is_calmly_known(team, survey):
    (sheet,) = make_sheets(survey)
    (whole,) = [scanned(one) for one in filled(sheet, MARKS).pages]
    part = whole.crop((0, 0, whole.width, whole.height // 2))
    for picture, state in ((part, "again"), (whole, "good")):
        bring(team, jpeg_of(picture), way="camera")
        again = bring(team, jpeg_of(picture), way="camera").files.get()
        assert again.state == "repeated"
        told = photo_line(again, by=team.ada)
        assert (told.state, told.is_known) == (state, state == "good")


def test_an_empty_file_stops_none_of_the_others(client, team, survey):
    (sheet,) = make_sheets(survey)
    (whole,) = [scanned(one) for one in filled(sheet, MARKS).pages]
    files = [
        SimpleUploadedFile("a.jpg", jpeg_of(whole)),
        SimpleUploadedFile("empty.pdf", b""),
    ]
    data = {"unit": team.ours.pk, "files": files}
    signed_in(client, team.ada).post(reverse("collect:scans"), data)
    run_jobs()
    batch = ScanBatch.objects.get()
    kept = {one.name: one.state for one in batch.files.all()}
    assert kept == {"a.jpg": "done", "empty.pdf": "failed"}
    page = client.get(reverse("collect:scan_batch", args=[batch.pk]))
    assert "empty.pdf" in page.content.decode()
    again = bring(team, jpeg_of(whole))
    page = client.get(reverse("collect:scan_batch", args=[again.pk]))
    link = reverse("collect:scan_batch", args=[batch.pk])
    assert f'href="{link}"' in page.content.decode()
    alone = {"unit": team.ours.pk, "files": SimpleUploadedFile("empty.pdf", b"")}
    assert client.post(reverse("collect:scans"), alone).status_code == 400


def test_from_a_batch_one_decides_on_this_batch_and_comes_back(client, team, survey):
    first, second = make_sheets(survey, 2)
    batches = []
    for sheet in (first, second):
        pen = filled(sheet, {**MARKS, "came": ["yes", "no"]})
        batches.append(bring(team, jpeg_of(scanned(pen.pages[0])), name=f"{sheet.pk}"))
    signed_in(client, team.ada)
    page = client.get(reverse("collect:scan_batch", args=[batches[1].pk]))
    assert f"?batch={batches[1].pk}" in page.content.decode()
    start = reverse("collect:review") + f"?batch={batches[1].pk}"
    shown = client.get(start, follow=True)
    (item,) = ReviewItem.objects.filter(about_id=str(second.pk))
    assert shown.redirect_chain[-1][0] == (
        reverse("collect:review_item", args=[item.pk]) + f"?batch={batches[1].pk}"
    )
    html = shown.content.decode()
    assert survey.name in html
    assert reverse("collect:filled_sheet", args=[second.pk]) in html
    assert reverse("collect:scan_batch", args=[batches[1].pk]) in html
    answer = reverse("collect:review_answer", args=[item.pk])
    done = client.post(f"{answer}?batch={batches[1].pk}", {"code": "yes"})
    assert done["Location"] == reverse("collect:scan_batch", args=[batches[1].pk])


def test_a_cut_page_of_somebody_else_is_not_swallowed(team, survey):
    (sheet,) = make_sheets(survey)
    (one,) = [scanned(one) for one in filled(sheet, MARKS).pages]
    (other,) = [scanned(one) for one in filled(sheet, {**MARKS, "nps": ["1"]}).pages]
    first = bring(team, jpeg_of(other.crop((0, 0, other.width, other.height // 2))))
    second = bring(team, jpeg_of(one))
    assert (states(first), states(second)) == (["unreadable"], ["used"])
