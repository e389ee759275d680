"""Corrections from phones: photos added and taken out, names that come twice."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from moksori.base.people.models import Assignment
from moksori.base.testing.makers import Team
from moksori.collect.models import Attachment, Blob, Feedback, Handover, Note, Visit
from moksori.collect.tests.field import a_photo, a_visit, phone_of, post, put, sent
from moksori.collect.writes import blobs
from moksori.collect.writes.blobs import place_of
from moksori.collect.writes.rescue import rescue

pytestmark = pytest.mark.django_db
NAMES = [f"018f0000-0000-7000-8000-00000000000{n}" for n in range(4)]


def told(number: int, **said: Any) -> dict[str, str]:
    """The record number 0, or a correction of it."""
    supersedes = NAMES[0] if number else ""
    return sent(a_visit(supersedes=supersedes, **said), NAMES[number])


def brought(token: str, number: int) -> str:
    photo = a_photo(number)
    sha = hashlib.sha256(photo).hexdigest()
    assert put(token, sha, photo).status_code == 201
    return sha


def test_a_correction_that_only_adds_a_photo_keeps_it(team: Team) -> None:
    token = phone_of(team.vic)
    assert post(token, told(0, files=[])).status_code == 201
    sha = brought(token, 1)
    assert post(token, told(1, files=[{"sha256": sha}])).status_code == 201
    assert Attachment.objects.get().sha256 == sha
    assert Visit.objects.get().revision == 2


def test_other_words_below_a_photo_are_a_correction_too(team: Team) -> None:
    token = phone_of(team.vic)
    sha = brought(token, 1)
    assert post(token, told(0, files=[{"sha256": sha}])).status_code == 201
    second = told(1, files=[{"sha256": sha, "caption": "찌그러진 상자"}])
    assert post(token, second).status_code == 201
    assert Attachment.objects.get().caption == "찌그러진 상자"


def test_a_photo_taken_out_is_gone_and_the_others_stay(
    team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    token = phone_of(team.vic)
    first, second = brought(token, 1), brought(token, 2)
    both = [{"sha256": first}, {"sha256": second}]
    assert post(token, told(0, files=both)).status_code == 201
    # Long after: what the phone handed in is known by the visits only.
    Blob.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        assert post(token, told(1, files=both[:1])).status_code == 201
    assert Attachment.objects.get().sha256 == first
    assert place_of(first).exists()
    assert not place_of(second).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert post(token, told(2, files=[])).status_code == 201
    assert not Attachment.objects.exists()
    assert not place_of(first).exists()


def test_a_photo_that_another_visit_shows_stays_on_the_disk(
    team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    token = phone_of(team.vic)
    sha = brought(token, 1)
    assert post(token, told(0, files=[{"sha256": sha}])).status_code == 201
    assert post(token, sent(a_visit(files=[{"sha256": sha}]))).status_code == 201
    with django_capture_on_commit_callbacks(execute=True):
        assert post(token, told(1, files=[])).status_code == 201
    assert Attachment.objects.get().sha256 == sha
    assert place_of(sha).exists()


def test_who_says_nothing_about_photos_leaves_them(team: Team) -> None:
    token = phone_of(team.vic)
    sha = brought(token, 1)
    assert post(token, told(0, files=[{"sha256": sha}])).status_code == 201
    visit, client = Visit.objects.get(), Client()
    client.force_login(team.vic)
    answer = client.patch(
        f"/api/v1/collect/visits/{visit.pk}",
        {"minutes": 55},
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    page = client.get(reverse("collect:visit_edit", args=[visit.pk]))
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields}
    given |= {"minutes": 65, "score": "", "started_at": "2026-11-18T14:00"}
    given = {name: value for name, value in given.items() if value is not None}
    client.post(reverse("collect:visit_edit", args=[visit.pk]), given)
    assert Visit.objects.get().minutes == 65
    assert Attachment.objects.get().sha256 == sha


def test_names_that_come_twice_in_a_list_lose_nothing(team: Team) -> None:
    token = phone_of(team.vic)
    twice: dict[str, Any] = {
        "verbatims": [
            {"id": "v1", "text": "비쌉니다."},
            {"id": "v1", "text": "느려요."},
        ],
        "promises": [
            {"id": "p", "text": "견적을 보낸다", "due": "2026-12-01"},
            {"id": "p", "text": "견본을 보낸다", "due": "2026-12-02"},
        ],
        "handovers": [
            {"id": "h", "kind": "order", "text": "두 상자"},
            {"id": "h", "kind": "order", "text": "세 상자"},
        ],
        "met": [{"name": "김 과장"}, {"name": "이 대리"}],
    }
    record = told(0, **twice)
    assert post(token, record).status_code == 201
    assert post(token, record).status_code == 200
    assert post(token, told(1, minutes=70, **twice)).status_code == 201
    assert {*Feedback.objects.values_list("text", flat=True)} == {
        "비쌉니다.",
        "느려요.",
    }
    assert apps.get_model("moksori_act", "Promise").objects.count() == 2
    assert Handover.objects.count() == 2
    assert len(Visit.objects.get().met) == 2


def test_no_name_of_a_saying_meets_the_answers_to_the_guide(team: Team) -> None:
    said = a_visit(score=3, verbatims=[{"id": "guide", "text": "느려요."}])
    assert post(phone_of(team.vic), sent(said)).status_code == 201
    visit = Visit.objects.get()
    assert visit.feedback_id not in {None, visit.verbatims[0]["feedback"]}
    assert Feedback.objects.get(pk=visit.feedback_id).score == 3
    assert Feedback.objects.get(pk=visit.verbatims[0]["feedback"]).text == "느려요."


def test_the_note_of_somebody_who_left_is_not_doubled_by_a_rescue_file(
    team: Team,
) -> None:
    token = phone_of(team.vic)
    here, lost = (
        sent({"kind": "note", "text": text}) for text in ("줄이 길대요", "좋대요")
    )
    assert post(token, here).status_code == 201
    team.vic.is_active = False
    team.vic.save()
    rows: list[dict[str, Any]] = [
        {"moksori_field": 1, "member": {"id": team.vic.pk}},
        *(
            {"record": one["client_id"], "hash": one["content_hash"],
             "content": one["content"]}
            for one in (here, lost)
        ),
    ]  # fmt: skip
    file = "\n".join(json.dumps(row) for row in rows).encode()
    done = rescue(io.BytesIO(file), by=team.ada)
    assert (done.same, done.added, done.troubles) == (1, 1, [])
    assert Feedback.objects.count() == 2
    assert {note.member for note in Note.objects.all()} == {team.vic}


def test_a_phone_of_a_member_without_a_role_hands_in_no_photo(team: Team) -> None:
    token, photo = phone_of(team.vic), a_photo()
    Assignment.objects.filter(member=team.vic).delete()
    sha = hashlib.sha256(photo).hexdigest()
    assert put(token, sha, photo).status_code == 403
    assert not place_of(sha).exists()


@pytest.mark.parametrize("limit", ["MOST_WAITING", "MOST_WAITING_BYTES"])
def test_photos_without_a_visit_have_a_limit_and_those_of_visits_count_not(
    team: Team, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    token = phone_of(team.vic)
    sha = brought(token, 1)
    most = {"MOST_WAITING": 1, "MOST_WAITING_BYTES": 100}[limit]
    monkeypatch.setattr(blobs, limit, most)
    late = a_photo(2)
    name = hashlib.sha256(late).hexdigest()
    answer = put(token, name, late)
    assert answer.status_code == 413
    assert answer.json()["error"]["message"]
    assert not place_of(name).exists()
    assert post(token, told(0, files=[{"sha256": sha}])).status_code == 201
    assert put(token, name, late).status_code == 201
