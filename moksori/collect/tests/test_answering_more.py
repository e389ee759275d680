# ruff: noqa: E501 – questionnaires read best with a question on each line
"""What can go wrong while a customer answers: nothing is lost, doubled or let in."""

from __future__ import annotations

import io
import random
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone
from PIL import Image

from moksori.base.warehouse.models import Outbox
from moksori.collect.answering import challenge, files, tokens
from moksori.collect.models import Feedback, QuotaCount, Response, Upload
from moksori.collect.questionnaires.definition import Type
from moksori.collect.tests.surveys import (
    EVERYTHING,
    SHORT,
    fill,
    hidden_of,
    make_survey,
    words,
)
from moksori.collect.writes import rates
from moksori.collect.writes import surveys as writes
from moksori.collect.writes.answering import BEGINS_A_MINUTE
from moksori.collect.writes.rates import forget_rates, passes
from moksori.collect.writes.uploads import place_of

pytestmark = pytest.mark.django_db
GOOD = {"nps": "9", "why": "친절했어요"}


@pytest.fixture
def survey(team):
    return make_survey(team.ours)


@pytest.fixture
def long(team):
    """Three pages: a score, a text with a photo, a consent."""
    draft = {**SHORT, "pages": [
        {"id": "a", "questions": [{"id": "nps", "type": "nps", "text": words("추천"), "required": True}],
         "go": [{"when": {"==": [{"answer": "nps"}, 0]}, "to": "out"}]},
        {"id": "b", "questions": [
            {"id": "why", "type": "long_text", "text": words("까닭")},
            {"id": "photo", "type": "photo", "text": words("사진"), "most": 2}]},
        {"id": "c", "questions": [{"id": "ok", "type": "consent", "purpose": "contact", "text": words("연락해도 됩니다")}]},
    ]}  # fmt: skip
    return make_survey(team.ours, draft, "긴 설문")


def page_of(client, address, **more):
    return client.get(
        address, headers={"accept-language": "ko"}, **more
    ).content.decode()


def test_looking_leaves_no_trace(client, survey):
    page_of(client, f"/s/{survey.slug}/")
    assert Response.objects.count() == 0
    assert client.cookies == {}


def test_a_missing_answer_is_told_beside_the_field_and_at_the_top(client, survey):
    sent = fill(client, f"/s/{survey.slug}/", {"why": "아직 점수는 없음"})
    html = sent.content.decode()
    assert sent.status_code == 422
    assert '<a href="#nps">' in html
    assert 'aria-invalid="true"' in html
    assert "아직 점수는 없음" in html
    assert Feedback.objects.count() == 0


def test_a_page_sent_twice_is_one_answer(client, survey):
    html = page_of(client, f"/s/{survey.slug}/")
    data = {**hidden_of(html), **GOOD}
    first = client.post(f"/s/{survey.slug}/", data)
    again = client.post(f"/s/{survey.slug}/", data)
    assert first["Location"] == again["Location"]
    assert Response.objects.count() == Feedback.objects.count() == 1


def test_a_forged_form_is_shown_again_with_what_was_entered(client, survey):
    sent = client.post(f"/s/{survey.slug}/", {"begin": "x:y", "screen": "z", **GOOD})
    assert sent.status_code == 409
    assert "친절했어요" in sent.content.decode()
    assert Response.objects.count() == 0


def test_an_answer_of_another_survey_does_not_fit(client, survey, team):
    other = make_survey(team.ours, name="다른 설문")
    data = {**hidden_of(page_of(client, f"/s/{other.slug}/")), **GOOD}
    sent = client.post(f"/s/{survey.slug}/", data)
    assert sent.status_code == 409
    assert Response.objects.count() == 0


def test_resume_by_link_back_and_to_the_end(client, long):
    second = fill(client, f"/s/{long.slug}/", {"nps": "3"})["Location"]
    assert "b" in second
    address = second.split("?")[0]
    # Another device, another day: the link alone goes on where it stopped.
    assert "까닭" in page_of(client, address)
    back = fill(client, address, {"why": "반쯤 쓴 글", "back": "1"})
    assert back["Location"].endswith("?step=a")
    html = page_of(client, back["Location"])
    assert re.search(r'value="3" checked', html)
    onward = fill(client, back["Location"], {"nps": "4"})
    assert "반쯤 쓴 글" in page_of(client, onward["Location"])
    third = fill(client, onward["Location"], {"why": "다 쓴 글"})
    end = fill(client, third["Location"], {"ok": "yes"})
    assert Response.objects.get().state == "complete", page_of(client, end["Location"])
    feedback = Feedback.objects.get()
    assert (feedback.score, feedback.text, feedback.consent) == (
        4,
        "다 쓴 글",
        {"contact": True},
    )


def test_a_link_opens_only_its_own_survey(client, long, survey):
    token = fill(client, f"/s/{long.slug}/", {"nps": "3"})["Location"].split("/")[3]
    assert client.get(f"/s/{survey.slug}/{token}/").status_code == 404
    assert client.get(f"/s/{long.slug}/{token}x/").status_code == 404
    assert client.get("/s/no-such-survey/").status_code == 404
    assert not Response.objects.filter(token_hash=token).exists()


def test_who_is_not_meant_is_kept_and_not_counted(client, long):
    end = fill(client, f"/s/{long.slug}/", {"nps": "0"})
    assert Response.objects.get().state == "out"
    assert Feedback.objects.count() == 0
    assert "코드" not in page_of(client, end["Location"])


def test_a_closed_survey_says_so_and_loses_nothing(client, long, team):
    second = fill(client, f"/s/{long.slug}/", {"nps": "3"})["Location"]
    form = page_of(client, second)
    writes.close(long, by=team.ada)
    assert client.get(f"/s/{long.slug}/").status_code == 410
    late = client.post(second, {**hidden_of(form), "why": "늦은 글"})
    assert late.status_code == 410
    assert Response.objects.get().answers["nps"] == 3


def test_a_paused_survey_lets_those_finish_who_have_begun(client, long, team):
    second = fill(client, f"/s/{long.slug}/", {"nps": "3"})["Location"]
    writes.pause(long, by=team.ada)
    assert "nps" not in page_of(client, f"/s/{long.slug}/")
    assert fill(client, second, {"why": "마저 씁니다"}).status_code == 303


def test_a_survey_changed_meanwhile_is_finished_as_it_was_begun(client, long, team):
    html = page_of(client, f"/s/{long.slug}/")
    writes.change_draft(long, SHORT, seen=1, by=team.ada)
    writes.publish(long, by=team.ada)
    sent = client.post(f"/s/{long.slug}/", {**hidden_of(html), "nps": "5"})
    assert "까닭" in page_of(client, sent["Location"])
    assert Response.objects.get().version.number == 1


def test_a_survey_opens_and_closes_by_the_clock(client, team):
    now = timezone.now()
    early = make_survey(
        team.ours, {**SHORT, "opens_at": (now + timedelta(days=1)).isoformat()}, "이른"
    )
    late = make_survey(
        team.ours, {**SHORT, "closes_at": (now - timedelta(days=1)).isoformat()}, "늦은"
    )
    assert "nps" not in page_of(client, f"/s/{early.slug}/")
    assert client.get(f"/s/{late.slug}/").status_code == 410


def test_a_full_quota_closes_and_one_that_flags_does_not(client, team):
    draft = {**SHORT, "quotas": [
        {"id": "some", "limit": 1, "when": {">=": [{"answer": "nps"}, 9]}},
        {"id": "few", "limit": 0, "full": "flag"}]}  # fmt: skip
    survey = make_survey(team.ours, draft)
    for expected in ("complete", "full"):
        fill(client, f"/s/{survey.slug}/", {"nps": "9"})
        assert Response.objects.first().state == expected
    fill(client, f"/s/{survey.slug}/", {"nps": "2"})
    assert Response.objects.first().state == "complete"
    assert [one["kind"] for one in Response.objects.first().flags][-1] == "quota"
    counts = {one.quota: (one.count, one.over) for one in QuotaCount.objects.all()}
    assert counts == {"some": (1, 0), "few": (0, 2)}
    assert Feedback.objects.count() == 2


def test_many_from_one_place_are_asked_for_a_proof(client, survey, monkeypatch):
    # Within one minute, however slow the machine.
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: 1_800_000_000))
    for _one in range(BEGINS_A_MINUTE):
        fill(client, f"/s/{survey.slug}/", GOOD)
    busy = fill(client, f"/s/{survey.slug}/", GOOD)
    assert busy.status_code == 429
    html = busy.content.decode()
    assert "친절했어요" in html
    signed = hidden_of(html)["challenge"]
    proof = next(str(n) for n in range(10**7) if challenge.is_proof(signed, str(n)))
    data = {**hidden_of(html), **GOOD, "proof": proof}
    assert client.post(f"/s/{survey.slug}/", data).status_code == 303
    assert "challenged" in [one["kind"] for one in Response.objects.first().flags]
    # The same proof again is none.
    fresh = {
        **hidden_of(page_of(client, f"/s/{survey.slug}/")),
        "challenge": signed,
        "proof": proof,
        **GOOD,
    }
    assert client.post(f"/s/{survey.slug}/", fresh).status_code == 429


def test_a_limit_is_exact_and_forgotten_later():
    assert [passes("k", limit=3, seconds=10**9) for _one in range(5)] == [True] * 3 + [
        False
    ] * 2
    assert forget_rates() == 1


def test_a_field_that_nobody_sees_marks_a_program(client, survey):
    fill(client, f"/s/{survey.slug}/", {**GOOD, "website": "http://spam.example"})
    response = Response.objects.get()
    assert "trap" in [one["kind"] for one in response.flags]
    assert response.feedback.metadata["flags"] == ["instant", "trap"]


def test_the_same_browser_again_is_flagged_and_stored(client, survey):
    for _one in range(2):
        fill(client, f"/s/{survey.slug}/", GOOD)
    flags = [[one["kind"] for one in r.flags] for r in Response.objects.order_by("id")]
    assert "repeated" not in flags[0]
    assert "repeated" in flags[1]
    assert Feedback.objects.count() == 2


def test_addresses_are_never_stored_in_the_clear(client, survey):
    fill(client, f"/s/{survey.slug}/", GOOD, REMOTE_ADDR="203.0.113.77")
    stored = str(Response.objects.values().get()) + str(Feedback.objects.values().get())
    assert "203.0.113.77" not in stored


def photo(**more) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (2400, 1200), "red").save(out, "JPEG", exif=exif, **more)
    return out.getvalue()


def test_a_photo_is_kept_without_what_it_reveals(client, long):
    second = fill(client, f"/s/{long.slug}/", {"nps": "3"})["Location"]
    file = io.BytesIO(photo())
    file.name = "../../집 앞\u202egpj.exe"
    third = fill(client, second, {"why": "사진 있음", "photo": file})
    assert third.status_code == 303
    upload = Upload.objects.get()
    content = place_of(upload.sha256).read_bytes()
    assert b"SecretCamera" not in content
    assert Image.open(io.BytesIO(content)).size == (2000, 1000)
    assert upload.name == "집 앞gpj.jpg"
    assert Response.objects.get().answers["photo"] == [upload.key]
    # Taken away again, it is gone from the disk, too.
    back = f"{second.split('?')[0]}?step=b"
    assert upload.name in page_of(client, back)


def test_a_photo_with_broken_words_about_it_is_still_a_photo():
    # The tag of its resolution calls itself 0x0100, the width, which is no fraction.
    broken = Image.Exif()
    broken[0x0112], broken[0x011A] = 6, 72
    told = broken.tobytes().replace(b"\x01\x1a\x00\x05", b"\x01\x00\x00\x05")
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG", exif=told)
    found = files.kept("a.jpg", out.getvalue(), Type.PHOTO)
    assert Image.open(io.BytesIO(found.content)).size == (40, 30)


def test_a_zip_posing_as_a_photo_is_refused_in_words(client, long):
    second = fill(client, f"/s/{long.slug}/", {"nps": "3"})["Location"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    file = io.BytesIO(out.getvalue())
    file.name = "photo.jpg"
    sent = fill(client, second, {"why": "글은 남는다", "photo": file})
    assert sent.status_code == 422
    assert "JPEG" in sent.content.decode()
    assert "글은 남는다" in sent.content.decode()
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "type_", "expected"),
    [
        ("a.pdf", b"%PDF-1.7 x", Type.FILE, "a.pdf"),
        ("글.txt", "안녕하세요".encode("cp949"), Type.FILE, "글.txt"),
        ("x.mp3", b"ID3\x04" + b"0" * 20, Type.AUDIO, "x.mp3"),
        ("x.m4a", b"\x00\x00\x00\x20ftypM4A ", Type.AUDIO, "x.m4a"),
        ("page.txt", b"<script>alert(1)</script>", Type.FILE, ""),
        ("x.exe", b"MZ\x90\x00\x03", Type.FILE, ""),
        ("x.mp3", b"not a sound at all", Type.AUDIO, ""),
        ("x.jpg", b"", Type.PHOTO, ""),
    ],
)
def test_a_file_is_what_its_content_says(name, content, type_, expected):
    try:
        found = files.kept(name, content, type_).name
    except files.UserError:
        found = ""
    assert found == expected


def test_a_receipt_shows_what_came_of_it_and_withdraws(client, survey):
    end = fill(client, f"/s/{survey.slug}/", GOOD)["Location"]
    code = re.search(r"<code>([\w-]+)</code>", page_of(client, end))[1]
    typed = client.post("/r/", {"code": code.lower().replace("-", " ")})
    assert typed.status_code == 302
    assert typed["Location"] == f"/r/{code}/"  # as it is printed, without blanks
    by_hand = client.get(f"/r/{code.lower().replace('-', ' ')}/")
    assert by_hand["Location"] == f"/r/{code}/"
    assert page_of(client, f"/r/{code}/").count("<li>") == 1
    page_of(client, f"/r/{code}/?withdraw")
    assert Feedback.objects.count() == 1  # looking at the question withdraws nothing
    client.post(f"/r/{code}/")
    client.post(f"/r/{code}/")
    response = Response.objects.get()
    assert (response.state, response.answers, response.feedback) == (
        "withdrawn",
        {},
        None,
    )
    assert Feedback.objects.count() == 0
    notes = Outbox.objects.filter(topic="feedback").order_by("pk")
    assert notes.last().payload["unit"] == survey.unit_id  # who may hear that it went
    assert client.get("/r/KKKK-KKKK-KKKK/").status_code == 404
    assert code not in str(Response.objects.values().get())


def test_a_signed_link_says_whom_it_is_about_and_leads_to_one_response(
    client, survey, team
):
    signed = tokens.sign_about(
        {"invitation": "77", "customer": "C-1", "product": team.product.name}
    )
    address = f"/s/{survey.slug}/?a={signed}"
    html = page_of(client, address)
    sent = client.post(f"/s/{survey.slug}/", {**hidden_of(html), **GOOD})
    feedback = Feedback.objects.get()
    assert feedback.product == team.product
    assert feedback.customer is not None
    assert client.get(address)["Location"] == sent["Location"]
    assert "nps" in page_of(client, f"{address}x")  # tampered with, it says nothing


def test_rtl_and_long_texts_and_formulas_are_only_text(client, survey):
    text = "=HYPERLINK(1) \u202e" + "가" * 4_000 + "<script>"
    end = fill(client, f"/s/{survey.slug}/", {"nps": "1", "why": text})
    assert end.status_code == 303
    too_long = fill(client, f"/s/{survey.slug}/", {"nps": "1", "why": "가" * 9_000})
    assert too_long.status_code == 422


def test_the_page_and_all_that_it_loads_stay_small(client, team):
    survey = make_survey(team.ours, EVERYTHING)
    html = page_of(client, f"/s/{survey.slug}/")
    parts = re.findall(r'(?:src|href)="/static/([^"]+)"', html)
    found = [Path(str(finders.find(one))) for one in parts]
    whole = len(html.encode()) + sum(one.stat().st_size for one in found)
    assert whole < 50_000, whole


def test_long_hidden_values_and_a_page_of_300_questions_open_no_new_page(client, team):
    hidden = [{"id": f"told{n}", "type": "hidden", "text": words("")} for n in range(8)]
    asked = [
        {
            "id": f"question-with-a-rather-long-name-{n:04}",
            "type": "text",
            "text": words("한 줄"),
        }
        for n in range(290)
    ]
    draft = {**SHORT, "pages": [{"id": "p1", "questions": [*hidden, *asked]}]}
    survey = make_survey(team.ours, draft, "긴 쪽")
    dice = random.Random(5)  # noqa: S311
    told = {
        f"told{n}": "".join(dice.choices("가나다라마바사아자차카타파하", k=500))
        for n in range(8)
    }

    sent = fill(client, f"/s/{survey.slug}/?{urlencode(told)}", {asked[0]["id"]: "네"})

    assert sent.status_code == 303
    response = Response.objects.get()
    assert {name: response.answers[name] for name in told} == told
