"""What phones hand in: once, whole, by a token that can do nothing else."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from moksori.base.customers.models import Account
from moksori.base.testing.makers import Team, make_team
from moksori.collect.field import app
from moksori.collect.models import (
    Attachment,
    Device,
    Feedback,
    FieldConflict,
    FieldRecord,
    Guide,
    GuideVersion,
    Visit,
    VisitPlan,
)
from moksori.collect.tests.field import a_photo, a_visit, phone_of, post, put, sent
from moksori.collect.writes import blobs
from moksori.collect.writes.blobs import place_of
from moksori.collect.writes.devices import end_device

pytestmark = pytest.mark.django_db


def test_a_record_becomes_a_visit_and_its_words_feedback(team: Team) -> None:
    account = Account.objects.create(unit=team.ours, name="한빛식품", region=team.seoul)
    said = a_visit(account=account.pk, score=3, products=[team.product.pk])
    answer = post(phone_of(team.vic), sent(said))
    assert answer.status_code == 201
    visit = Visit.objects.get(pk=answer.json()["visit"])
    assert (visit.account, visit.unit, visit.author) == (account, team.ours, team.vic)
    words = Feedback.objects.get(text="배송이 자주 늦습니다.")
    assert words.account == account
    assert words.region == team.seoul
    assert words.product == team.product
    assert words.channel == "visit"
    assert "김 과장" not in str(words.attributes) + str(words.metadata)
    assert visit.feedback is not None
    assert visit.feedback.score == 3
    assert visit.doubts == []


def test_the_same_again_is_the_same_and_another_content_is_kept_beside(
    team: Team,
) -> None:
    token, record = phone_of(team.vic), sent(a_visit())
    assert post(token, record).status_code == 201
    again = post(token, record)
    assert (again.status_code, again.json()["came"]) == (200, "same")
    other = sent(a_visit(minutes=90), record["client_id"])
    for _times in range(2):
        answer = post(token, other)
        assert (answer.status_code, answer.json()["came"]) == (409, "other")
    assert Visit.objects.get().minutes == 40
    assert FieldConflict.objects.get().content == other["content"]


def test_somebody_else_may_use_the_same_name(team: Team) -> None:
    record = sent(a_visit())
    assert post(phone_of(team.vic), record).status_code == 201
    assert post(phone_of(team.lea), record).status_code == 201
    assert Visit.objects.count() == 2


def test_a_damaged_record_is_refused_and_stored_nowhere(team: Team) -> None:
    record = sent(a_visit())
    record["content"] += " "
    assert post(phone_of(team.vic), record).status_code == 400
    assert not FieldRecord.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"whom": ""}, "고객"),
        ({"minutes": 0}, "분"),
        ({"started_at": "soon"}, "시작"),
        ({"promises": [{"text": "견적"}]}, "언제"),
        ({"verbatims": [{"text": "a"}] * 51}, "50"),
        ({"promises": [{"text": "a", "due": "2026-12-01"}] * 60}, "30"),
        ({"promises": [{"text": "a", "due": "1900-01-01"}]}, "2000"),
        ({"promises": [{"text": "a", "due": "2999-01-01"}]}, "2100"),
        ({"started_at": "1900-01-01T00:00:00Z"}, "2000"),
        ({"started_at": "2099-01-01T00:00:00Z"}, "2099"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "2000"),
        ({"whom": "가" * 300}, "300"),
        ({"met": [{"name": "나" * 200}]}, "200"),
    ],
)
def test_what_is_missing_is_said_in_words(
    team: Team, change: dict[str, object], words: str
) -> None:
    answer = post(phone_of(team.vic), sent(a_visit(**change)))
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    english = post(
        phone_of(team.vic), sent(a_visit(**change)), **{"Accept-Language": "en"}
    )
    assert english.json()["error"]["message"].isascii() or "“" in str(english.json())
    assert not Visit.objects.exists()


def test_photos_come_first_and_stay_as_they_are(team: Team) -> None:
    token, photo = phone_of(team.vic), a_photo()
    sha = hashlib.sha256(photo).hexdigest()
    record = sent(a_visit(files=[{"sha256": sha, "name": "a.jpg", "caption": "상자"}]))
    early = post(token, record)
    assert early.status_code == 424
    assert early.json()["error"]["missing"] == [sha]
    assert not FieldRecord.objects.exists()
    assert put(token, sha, photo[:-1]).status_code == 400
    assert put(token, sha, photo).status_code == 201
    assert put(token, sha, photo).status_code == 200
    assert post(token, record).status_code == 201
    assert Attachment.objects.get().sha256 == sha
    assert place_of(sha).read_bytes() == photo


def test_the_photo_of_somebody_else_cannot_be_named(team: Team) -> None:
    photo = a_photo()
    sha = hashlib.sha256(photo).hexdigest()
    assert put(phone_of(team.vic), sha, photo).status_code == 201
    record = sent(a_visit(files=[{"sha256": sha}]))
    assert post(phone_of(team.eve), record).status_code == 424


def test_a_file_that_is_no_photo_is_refused(team: Team) -> None:
    page = b"<html><script>alert(1)</script></html>"
    sha = hashlib.sha256(page).hexdigest()
    assert put(phone_of(team.vic), sha, page).status_code == 400
    assert not place_of(sha).exists()


def test_a_token_can_hand_in_and_nothing_else(team: Team) -> None:
    token = phone_of(team.vic)
    header = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/collect/feedback", headers=header).status_code == 401
    assert Client().get("/field/pack/", headers=header).status_code == 302
    assert Client().get("/collect/feedback/", headers=header).status_code == 302


def test_a_session_alone_hands_in_nothing(team: Team) -> None:
    client = Client()
    client.force_login(team.vic)
    answer = client.post(
        "/field/records/", sent(a_visit()), content_type="application/json"
    )
    assert answer.status_code == 401


def test_an_ended_phone_and_one_whose_owner_left_are_refused(team: Team) -> None:
    token = phone_of(team.vic)
    end_device(Device.objects.get().pk, by=team.vic)
    assert post(token, sent(a_visit())).status_code == 401
    other = phone_of(team.lea)
    team.lea.is_active = False
    team.lea.save()
    assert post(other, sent(a_visit())).status_code == 401
    assert not Visit.objects.exists()


def test_opening_the_app_registers_nothing(team: Team) -> None:
    client = Client()
    client.force_login(team.vic)
    assert client.get("/field/").status_code == 200
    assert client.get("/field/pack/").status_code == 200
    assert not Device.objects.exists()
    done = client.post("/field/devices/", {"name": "내 전화"})
    assert done.status_code == 201
    assert Device.objects.get().name == "내 전화"
    assert done.json()["token"] not in str(Device.objects.values())


def test_a_correction_takes_the_place_of_what_it_corrects(team: Team) -> None:
    token = phone_of(team.vic)
    first = sent(a_visit(), "018f0000-0000-7000-8000-000000000001")
    second = sent(
        a_visit(minutes=60, supersedes=first["client_id"]),
        "018f0000-0000-7000-8000-000000000002",
    )
    third = sent(
        a_visit(minutes=90, supersedes=first["client_id"]),
        "018f0000-0000-7000-8000-000000000003",
    )
    # The acknowledgement of the first was lost, so it comes again at the end.
    for record in (first, third, second, first):
        assert post(token, record).status_code in {200, 201}
    visit = Visit.objects.get()
    assert (visit.minutes, visit.revision) == (90, 2)
    assert visit.revisions.get().before["minutes"] == 40


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_corrections_in_any_order_are_one_visit_that_says_the_last(
    team: Team, order: tuple[int, ...]
) -> None:
    token = phone_of(team.vic)
    names = [f"018f0000-0000-7000-8000-00000000000{n}" for n in range(3)]
    records = [
        sent(a_visit(minutes=10 * n + 10, supersedes=names[0] if n else ""), names[n])
        for n in range(3)
    ]
    for n in order:
        assert post(token, records[n]).status_code == 201
    assert Visit.objects.get().minutes == 30


def test_an_old_guide_is_taken_for_ninety_days(team: Team) -> None:
    guide = Guide.objects.create(unit=team.ours, name="분기 방문")
    question = {"id": "q1", "text": "무엇이 바쁜가요?", "options": [], "score": False}
    old = GuideVersion.objects.create(guide=guide, number=1, questions=[question])
    said = a_visit(guide={"id": guide.pk, "version": 1}, answers={"q1": "재고"})
    token = phone_of(team.vic)
    old.retired_at = timezone.now() - timedelta(days=89)
    old.save()
    assert post(token, sent(said)).status_code == 201
    assert Feedback.objects.filter(text="재고").exists()
    old.retired_at = timezone.now() - timedelta(days=91)
    old.save()
    late = post(token, sent(said))
    assert (late.status_code, late.json()["error"]["code"]) == (409, "too_old")


def test_questions_that_nobody_knows_here_lose_no_answer(team: Team) -> None:
    """A guide of a later version than this server has, after a restored backup."""
    guide = Guide.objects.create(unit=team.ours, name="분기 방문")
    said = a_visit(guide={"id": guide.pk, "version": 7}, answers={"q9": "재고"})
    assert post(phone_of(team.vic), sent(said)).status_code == 201
    visit = Visit.objects.get()
    assert (visit.doubts, visit.answers) == (["unknown_guide"], {"q9": "재고"})


def test_a_clock_that_is_two_days_ahead_is_said_and_nothing_refused(
    team: Team,
) -> None:
    ahead = timezone.now() + timedelta(days=2)
    clock = {"X-Moksori-Clock": str(int(ahead.timestamp() * 1000))}
    said = a_visit(started_at=ahead.isoformat())
    assert post(phone_of(team.vic), sent(said), **clock).status_code == 201
    assert Visit.objects.get().doubts == ["clock"]


def test_letters_of_all_kinds_come_back_as_they_were(team: Team) -> None:
    words = "👩🏽‍🔧 مرحبا — “늦어요” \u202e가나"
    said = a_visit(whom="شركة 🏭", verbatims=[{"id": "v1", "text": words}])
    assert post(phone_of(team.vic), sent(said)).status_code == 201
    visit = Visit.objects.get()
    assert (visit.whom, visit.verbatims[0]["text"]) == ("شركة 🏭", words)


@pytest.mark.parametrize(
    "body",
    ["", "x", "[]", '"a"', "null", '{"content": {}, "client_id": []}', "[" * 9_999],
)
def test_what_is_no_record_is_refused_in_words(team: Team, body: str) -> None:
    answer = Client().post(
        "/field/records/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {phone_of(team.vic)}"},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("value", [5, "x", [], {}, None, True, [[1]], {"id": []}])
def test_parts_of_a_wrong_type_break_nothing(team: Team, value: object) -> None:
    names = [
        "account", "way", "place", "purpose", "summary", "score", "plan", "guide",
        "products", "companions", "met", "verbatims", "promises", "handovers",
        "files", "answers", "supersedes", "anonymous",
    ]  # fmt: skip
    token = phone_of(team.vic)
    for name in names:
        answer = post(token, sent(a_visit(**{name: value})))
        assert answer.status_code in {201, 400}, (name, value)
    for name in ("whom", "minutes", "started_at"):
        answer = post(token, sent(a_visit(**{name: value})))
        assert answer.status_code in {201, 400}, (name, value)


def test_a_record_that_is_far_too_long_says_so(team: Team) -> None:
    record = sent(a_visit(summary="가" * 600_000))
    assert post(phone_of(team.vic), record).status_code == 413
    record["content"] = "x" * 5_000_000
    assert post(phone_of(team.vic), record).status_code == 413


def test_an_account_out_of_sight_is_kept_as_a_name_and_said(team: Team) -> None:
    theirs = Account.objects.create(unit=team.theirs, name="남의 회사")
    said = a_visit(account=theirs.pk, whom="남의 회사")
    post(phone_of(team.vic), sent(said))
    visit = Visit.objects.get()
    assert (visit.account, visit.whom, visit.doubts) == (None, "남의 회사", ["account"])
    assert visit.unit == team.ours


def test_a_plan_is_met_by_its_visit(team: Team) -> None:
    plan = VisitPlan.objects.create(
        unit=team.ours, member=team.vic, whom="한빛식품", on=timezone.localdate()
    )
    post(phone_of(team.vic), sent(a_visit(plan=plan.pk)))
    plan.refresh_from_db()
    assert plan.state == "done"


def test_the_ping_answers_with_the_number_that_was_asked(client: Client) -> None:
    told = client.get("/field/ping/", {"n": "17"}).json()
    assert (told["moksori"], told["n"]) == ("field", "17")


def test_the_first_open_is_small() -> None:
    client = Client()
    size = 0
    for url in [*app.kept(), "/field/sw.js"]:
        answer = client.get(url)
        assert answer.status_code == 200, url
        size += len(b"".join(answer) if answer.streaming else answer.content)
    assert size <= 300_000


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one_row_of_everything() -> None:
    team = make_team()
    token, photo = phone_of(team.vic), a_photo()
    sha = hashlib.sha256(photo).hexdigest()
    record = sent(a_visit(files=[{"sha256": sha, "name": "a.jpg"}]))

    def once(_number: int) -> tuple[int, int]:
        try:
            put_status = put(token, sha, photo).status_code
            return put_status, post(token, record).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(once, range(20)))
    assert {status for status, _ in found} <= {200, 201}
    assert sorted(status for _, status in found) == [200] * 19 + [201]
    assert FieldRecord.objects.count() == Visit.objects.count() == 1
    assert Feedback.objects.count() == Attachment.objects.count() == 1
    assert place_of(sha).read_bytes() == photo


def test_two_phones_of_one_member_hand_in_each_record_once(team: Team) -> None:
    first, second = phone_of(team.vic), phone_of(team.vic)
    record = sent(a_visit())
    assert post(first, record).status_code == 201
    assert post(second, record).json()["came"] == "same"
    assert post(second, sent(a_visit())).status_code == 201
    assert Visit.objects.count() == 2


def test_a_recording_that_is_too_large_is_refused_before_it_fills_the_disk(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "LARGEST", 100_000)
    content = b"OggS" + bytes(3_000_000)
    sha256 = hashlib.sha256(content).hexdigest()
    assert put(phone_of(team.vic), sha256, content).status_code == 413
    assert not place_of(sha256).exists()
    assert not [one for one in place_of(sha256).parent.glob("*") if one.is_file()]
