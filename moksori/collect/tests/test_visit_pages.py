"""The pages of visits, plans, guides and notes, as people use them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.base.customers.models import Account
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.models import (
    Attachment,
    Device,
    Feedback,
    Guide,
    GuideVersion,
    Handover,
    Visit,
    VisitPlan,
)
from moksori.collect.reads.guides import units_to_write_for
from moksori.collect.reads.listening import listening, quarter_of
from moksori.collect.tests.field import a_photo, a_visit, phone_of, post, sent
from moksori.collect.views.visit_forms import GuideForm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(team: Team) -> None:
    Member.objects.update(language="en")


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def visited(team: Team, **said: object) -> Visit:
    answer = post(phone_of(team.vic), sent(a_visit(**said)))
    return Visit.objects.get(pk=answer.json()["visit"])


def test_a_visit_is_listed_and_shown_with_all_that_hangs_on_it(team: Team) -> None:
    visit = visited(
        team,
        met=[{"name": "김 과장", "role": "구매"}],
        handovers=[{"id": "h1", "kind": "order", "text": "두 상자", "to": team.lea.pk}],
        companions=[team.lea.pk],
        products=[team.product.pk],
    )
    client = signed_in(team.ada)
    assert "한빛식품" in client.get(reverse("collect:visits")).content.decode()
    page = client.get(reverse("collect:visit", args=[visit.pk])).content.decode()
    for words in (
        "배송이 자주 늦습니다",
        "김 과장",
        "두 상자",
        "Lea",
        "Film A",
        "Order",
    ):
        assert words in page


def test_a_visit_written_at_a_desk_and_corrected_keeps_its_history(team: Team) -> None:
    client = signed_in(team.vic)
    form = {
        "whom": "늘봄마트",
        "started_at": "2026-11-18T14:00",
        "minutes": "30",
        "way": "there",
        "said_0": "포장이 약해요",
        "who_0": "점장",
    }
    client.post(reverse("collect:visit_new"), form)
    visit = Visit.objects.get()
    kept = Feedback.objects.get()
    assert kept.text == "포장이 약해요"

    edit = reverse("collect:visit_edit", args=[visit.pk])
    assert "포장이 약해요" in client.get(edit).content.decode()
    client.post(edit, {**form, "said_0": "포장이 많이 약해요", "minutes": "45"})
    visit.refresh_from_db()
    kept.refresh_from_db()
    assert (visit.minutes, visit.revision) == (45, 2)
    assert (kept.text, kept.revision) == ("포장이 많이 약해요", 2)
    page = client.get(reverse("collect:visit", args=[visit.pk])).content.decode()
    assert "Version 1" in page

    client.post(edit, {**form, "said_0": ""})
    assert not Feedback.objects.exists()


def test_only_who_was_there_or_an_analyst_changes_a_visit(team: Team) -> None:
    visit = visited(team)
    edit = reverse("collect:visit_edit", args=[visit.pk])
    assert signed_in(team.pia).get(edit).status_code == 403
    assert signed_in(team.eve).get(edit).status_code == 404
    assert signed_in(team.ada).get(edit).status_code == 200


def test_removing_a_visit_takes_its_words_along_and_it_does_not_come_back(
    team: Team,
) -> None:
    token, record = phone_of(team.vic), sent(a_visit())
    post(token, record)
    visit = Visit.objects.get()
    signed_in(team.vic).post(reverse("collect:visit_remove", args=[visit.pk]))
    assert not Visit.objects.exists()
    assert not Feedback.objects.exists()
    assert post(token, record).status_code == 200
    assert not Visit.objects.exists()


def test_a_guide_is_written_and_its_change_is_a_new_version(team: Team) -> None:
    client = signed_in(team.ada)
    lines = "What keeps you busy?\nBuy again? [0-10]\nWho decides? [owner / buyer]"
    form = {"name": "Quarter", "questions": lines, "unit": team.ours.pk}
    client.post(reverse("collect:guide_new"), form)
    guide = Guide.objects.get()
    address = reverse("collect:guide", args=[guide.pk])
    client.post(address, {"name": "Quarter", "questions": lines + "\nAnything else?"})
    guide.refresh_from_db()
    assert guide.version is not None
    assert guide.version.number == 2
    assert guide.versions.get(number=1).retired_at is not None
    ids = [[one["id"] for one in version.questions] for version in guide.versions.all()]
    assert ids[1][:3] == ids[0]
    pack = signed_in(team.vic).get("/field/pack/").json()
    assert [one["text"] for one in pack["guides"][0]["questions"]][
        3
    ] == "Anything else?"


@pytest.mark.parametrize("lines", ["", "Who decides? [owner]", "Same?\nSame?"])
def test_a_guide_that_cannot_be_used_is_refused_in_words(
    team: Team, lines: str
) -> None:
    answer = signed_in(team.ada).post(
        reverse("collect:guide_new"),
        {"name": "Q", "questions": lines, "unit": team.ours.pk},
    )
    assert answer.status_code == 422
    assert not Guide.objects.exists()


def a_guide_of_the_group(team: Team) -> Guide:
    guide = Guide.objects.create(unit=team.root, name="Of the group")
    asked = {"id": "a", "text": "What keeps you busy?"}
    guide.version = GuideVersion.objects.create(
        guide=guide, number=1, questions=[asked]
    )
    guide.save()
    return guide


def test_a_guide_is_for_the_highest_unit_unless_another_is_chosen(team: Team) -> None:
    form = GuideForm(units=units_to_write_for(by=team.ada))
    assert form["unit"].initial == str(team.ours.pk)
    assert [key for key, _name in form.fields["unit"].choices] == [  # type: ignore[attr-defined]
        str(team.ours.pk), str(team.team.pk)
    ]  # fmt: skip
    posted = {"name": "Q", "questions": "Why?", "unit": team.theirs.pk}
    refused = signed_in(team.ada).post(reverse("collect:guide_new"), posted)
    assert refused.status_code == 422
    assert not Guide.objects.exists()


def test_the_guides_of_units_above_are_listed_and_not_to_be_changed(team: Team) -> None:
    guide = a_guide_of_the_group(team)
    page = signed_in(team.vic).get(reverse("collect:guides")).content.decode()
    assert "Of the group" in page
    assert "What keeps you busy?" in page
    address = reverse("collect:guide", args=[guide.pk])
    assert address not in page
    assert signed_in(team.vic).get(address).status_code == 404
    theirs = Guide.objects.create(unit=team.theirs, name="Of the others")
    theirs.version = guide.version
    theirs.save()
    assert "Of the others" not in (
        signed_in(team.vic).get(reverse("collect:guides")).content.decode()
    )


@pytest.mark.parametrize("name", ["visits", "visit_plans", "guides", "rescue"])
def test_who_listens_is_on_every_page_of_visits_for_those_who_may_see_it(
    team: Team, name: str
) -> None:
    listening = reverse("collect:listening")
    address = reverse(f"collect:{name}")
    assert listening in signed_in(team.sol).get(address).content.decode()
    assert listening not in signed_in(team.vic).get(address).content.decode()


def test_a_plan_for_a_day_that_is_past_is_refused(team: Team) -> None:
    form = {
        "whom": "한빛식품",
        "on": timezone.localdate() - timedelta(days=1),
        "member": team.vic.pk,
    }
    answer = signed_in(team.vic).post(reverse("collect:visit_plan_new"), form)
    assert answer.status_code == 422
    assert "is past" in answer.content.decode()
    assert not VisitPlan.objects.exists()


def test_a_promise_due_before_its_visit_is_kept_and_said(team: Team) -> None:
    visit = visited(
        team, promises=[{"id": "p1", "text": "견적 보내기", "due": "2026-11-10"}]
    )
    assert visit.doubts == ["due_before"]
    page = signed_in(team.vic).get(reverse("collect:visit", args=[visit.pk]))
    assert "due before the day of the visit" in page.content.decode()


def test_a_plan_stands_on_the_phone_of_who_goes(team: Team) -> None:
    Account.objects.create(unit=team.ours, name="한빛식품")
    client = signed_in(team.lea)
    form = {
        "whom": "한빛식품",
        "on": timezone.localdate() + timedelta(days=3),
        "purpose": "재계약",
        "member": team.vic.pk,
    }
    assert client.post(reverse("collect:visit_plan_new"), form).status_code == 302
    plan = VisitPlan.objects.get()
    mine = signed_in(team.vic).get("/field/pack/").json()["plans"]
    assert [(one["id"], one["whom"]) for one in mine] == [(plan.pk, "한빛식품")]
    assert "재계약" in client.get(reverse("collect:visit_plans")).content.decode()


def test_what_is_passed_on_is_done_by_whom_it_was_passed_to(team: Team) -> None:
    visit = visited(
        team, handovers=[{"id": "h", "text": "견적 보내기", "to": team.lea.pk}]
    )
    one = Handover.objects.get(visit=visit)
    work = signed_in(team.lea).get(reverse("act:my_work")).content.decode()
    assert "견적 보내기" in work
    signed_in(team.lea).post(reverse("collect:handover_done", args=[one.pk]))
    one.refresh_from_db()
    assert one.done_at is not None


def test_who_met_nobody_is_named_with_n_and_period(team: Team) -> None:
    visited(team, started_at=timezone.now().isoformat(), companions=[team.lea.pk])
    page = signed_in(team.sol).get(reverse("collect:listening")).content.decode()
    assert "met no customer" in page
    assert "n = " in page
    assert signed_in(team.vic).get(reverse("collect:listening")).status_code == 403


def test_who_met_nobody_leaves_out_those_who_need_not_meet_customers(
    team: Team,
) -> None:
    visited(team, started_at=timezone.now().isoformat())
    now = quarter_of("", timezone.localdate())
    found = listening(by=team.sol, quarter=now)
    names = {one.name for one in found.members}
    assert {"Vic", "Lea", "Pia"} <= names
    assert not names & {"Ada", "Eve", "Max"}  # analysts, an administrator
    every = listening(by=team.sol, quarter=now, role="everybody")
    assert {"Ada", "Max"} <= {one.name for one in every.nobody}
    analysts = listening(by=team.sol, quarter=now, role="analyst")
    assert {"Ada", "Eve"} == {one.name for one in analysts.members}
    client = signed_in(team.sol)
    page = client.get(reverse("collect:listening")).content.decode()
    assert "front line, product owners" in page
    assert page.index("By unit") < page.index("Met nobody")
    address = reverse("collect:listening") + "?role=everybody"
    assert "front line, product owners" not in client.get(address).content.decode()


def test_my_phones_stand_on_my_page_and_end_there(team: Team) -> None:
    phone_of(team.vic)
    client = signed_in(team.vic)
    assert reverse("collect:devices") in client.get("/people/me").content.decode()
    device = Device.objects.get()
    assert device.name in client.get(reverse("collect:devices")).content.decode()
    client.post(reverse("collect:device_end", args=[device.pk]))
    device.refresh_from_db()
    assert device.ended_at is not None
    other = signed_in(team.ada).post(reverse("collect:device_end", args=[device.pk]))
    assert other.status_code == 404


def a_file(
    member: Member, *records: dict[str, str], files: Sequence[dict[str, str]] = ()
) -> io.BytesIO:
    lines: list[dict[str, object]] = [
        {"moksori_field": 1, "member": {"id": member.pk}}, *files
    ]  # fmt: skip
    lines += [
        {"record": r["client_id"], "hash": r["content_hash"], "content": r["content"]}
        for r in records
    ]
    file = io.BytesIO("\n".join(json.dumps(line) for line in lines).encode())
    file.name = "moksori-2026-11-18.jsonl"
    return file


def test_a_phones_file_is_brought_in_and_what_was_sent_is_not_doubled(
    team: Team,
) -> None:
    records = [sent(a_visit()), sent(a_visit(minutes=50))]
    post(phone_of(team.vic), records[0])
    client = signed_in(team.vic)
    page = client.post(
        reverse("collect:rescue"), {"file": a_file(team.vic, *records)}
    ).content.decode()
    assert "1 new, 1 here already" in page
    assert Visit.objects.count() == 2
    assert post(phone_of(team.vic), records[1]).status_code == 200


def test_the_file_of_somebody_else_needs_an_analyst(team: Team) -> None:
    file = a_file(team.vic, sent(a_visit()))
    refused = signed_in(team.pia).post(reverse("collect:rescue"), {"file": file})
    assert refused.status_code == 422
    file.seek(0)
    signed_in(team.ada).post(reverse("collect:rescue"), {"file": file})
    assert Visit.objects.get().author == team.vic


def test_what_somebody_who_left_had_on_the_phone_is_brought_in(team: Team) -> None:
    photo = a_photo()
    sha256 = hashlib.sha256(photo).hexdigest()
    token = phone_of(team.vic)
    records = [
        sent(a_visit(files=[{"sha256": sha256, "name": "a.jpg"}])),
        *(sent(a_visit(minutes=10 + n)) for n in range(4)),
        sent({"kind": "note", "text": "줄이 길대요"}),
    ]
    Member.objects.filter(pk=team.vic.pk).update(is_active=False)
    assert post(token, records[1]).status_code == 401
    image = {"file": sha256, "data": base64.b64encode(photo).decode()}
    file = a_file(team.vic, *records, files=[image])
    page = signed_in(team.ada).post(reverse("collect:rescue"), {"file": file})
    assert "6 new" in page.content.decode()
    visits = Visit.objects.all()
    assert len(visits) == 5
    assert {visit.author for visit in visits} == {team.vic}
    assert Attachment.objects.get().sha256 == sha256


def test_a_torn_file_gives_what_can_be_had_and_says_the_rest(team: Team) -> None:
    whole = a_file(team.vic, sent(a_visit()), sent(a_visit())).getvalue()
    file = io.BytesIO(whole[:-40])
    file.name = "a.jsonl"
    page = signed_in(team.vic).post(reverse("collect:rescue"), {"file": file})
    assert Visit.objects.count() == 1
    assert "torn here" in page.content.decode()


def test_a_file_that_is_no_rescue_file_is_refused_in_words(team: Team) -> None:
    file = io.BytesIO(b"{}" * 1000)
    file.name = "a.jsonl"
    answer = signed_in(team.vic).post(reverse("collect:rescue"), {"file": file})
    assert answer.status_code == 422
    assert "no file of the field app" in answer.content.decode()
