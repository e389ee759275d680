"""Notes of staff: quick, once, and without a trace where that was asked."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.base.audit.models import Entry
from moksori.base.testing.makers import Team
from moksori.collect.field.told import NoteTold
from moksori.collect.models import Device, Feedback, FieldRecord, NamelessNote, Note
from moksori.collect.tests.field import phone_of, post, sent
from moksori.collect.writes import notes
from moksori.collect.writes.notes import put_in_nameless, take_note

pytestmark = pytest.mark.django_db
NAMELESS = {"kind": "note", "text": "반품 상자가 없다고 하십니다", "anonymous": True}


def a_day_later() -> None:
    NamelessNote.objects.update(day=timezone.localdate() - timedelta(days=1))


def test_a_note_with_a_name_is_feedback_at_once_and_only_once(team: Team) -> None:
    client = Client()
    client.force_login(team.vic)
    form = {"text": "줄이 길대요", "channel": "phone", "name": str(uuid.uuid4())}
    for _times in range(2):
        assert client.post(reverse("collect:note_new"), form).status_code == 302
    assert Feedback.objects.get().channel == "phone"
    assert Note.objects.get().member == team.vic


def test_a_note_without_a_name_leads_back_to_nobody(team: Team) -> None:
    token = phone_of(team.vic)
    entries = Entry.objects.count()
    assert post(token, sent(NAMELESS)).status_code == 201
    note = NamelessNote.objects.get()
    assert not Note.objects.exists()
    assert note.unit == team.ours
    assert not FieldRecord.objects.exists()
    assert Entry.objects.count() == entries
    assert not Feedback.objects.exists()
    # The phone remembers a day, never a minute.
    assert Device.objects.get().seen_on == timezone.localdate()


def test_nameless_notes_go_in_at_night_together_and_leave_their_rows_empty(
    team: Team,
) -> None:
    token = phone_of(team.vic)
    for number in range(3):
        post(token, sent({**NAMELESS, "text": f"불편 하나 {number}"}))
    assert put_in_nameless() == 0
    a_day_later()
    assert put_in_nameless() == 3
    assert put_in_nameless() == 0
    assert Feedback.objects.count() == 3
    for row in Feedback.objects.all():
        at = timezone.localtime(row.occurred_at)
        assert (at.hour, at.minute) == (0, 0)
        assert row.received_at == row.occurred_at
    for note in NamelessNote.objects.all():
        assert (note.text, note.product, note.theme) == ("", None, None)


def test_one_alone_waits_for_others_a_week_at_most(team: Team) -> None:
    post(phone_of(team.vic), sent(NAMELESS))
    a_day_later()
    assert put_in_nameless() == 0
    NamelessNote.objects.update(day=timezone.localdate() - timedelta(days=7))
    assert put_in_nameless() == 1


def test_who_knows_the_name_of_a_nameless_note_cannot_replace_it(team: Team) -> None:
    record = sent(NAMELESS)
    token = phone_of(team.vic)
    assert post(token, record).status_code == 201
    assert post(token, record).status_code == 200
    other = sent({**NAMELESS, "text": "다 좋대요"}, record["client_id"])
    assert post(phone_of(team.lea), other).status_code == 201
    corrected = sent({**NAMELESS, "text": "지움", "supersedes": record["client_id"]})
    assert post(token, corrected).status_code == 201
    assert {note.text for note in NamelessNote.objects.all()} == {
        "반품 상자가 없다고 하십니다", "다 좋대요", "지움",
    }  # fmt: skip


def test_an_empty_note_is_refused_in_words(team: Team) -> None:
    answer = post(phone_of(team.vic), sent({"kind": "note", "text": "  "}))
    assert answer.status_code == 400


def test_numbers_of_customers_are_masked_in_notes_too(team: Team) -> None:
    told = NoteTold("010-1234-5678로 전화 달라고 하십니다")
    take_note(told, name="1", proof="2", by=team.vic)
    assert "1234" not in Feedback.objects.get().text


def test_the_places_of_rows_tell_nothing_of_when_nameless_notes_came(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In mixed order, in one piece, and on PostgreSQL of one transaction."""
    # A mixer that turns the order around, so that the test needs no luck.
    monkeypatch.setattr(
        notes._mixer, "shuffle", lambda rows: rows.sort(key=lambda r: r.text)
    )
    for text in ("d", "b", "c", "a"):
        take_note(NoteTold(f"named {text}"), name=text, proof=text, by=team.vic)
        nameless = NoteTold(text, is_anonymous=True)
        assert take_note(nameless, name=text, proof=text, by=team.vic)
        assert not take_note(nameless, name=text, proof=text, by=team.vic)
    table = NamelessNote._meta.db_table
    place = "ctid, xmin" if connection.vendor == "postgresql" else "rowid, 1"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text, {place} FROM {table} ORDER BY 2")
        rows = cursor.fetchall()
        assert [row[0] for row in rows] == ["a", "b", "c", "d"]
        assert len({row[2] for row in rows}) == 1
        if connection.vendor == "sqlite":
            assert [row[1] for row in rows] == [1, 2, 3, 4]


def test_a_nameless_note_is_known_for_a_hundred_days(team: Team) -> None:
    told = NoteTold("상자가 젖었어요", is_anonymous=True)
    assert take_note(told, name="1", proof="1", by=team.vic)
    for days, left in ((8, 1), (100, 1), (101, 0)):
        NamelessNote.objects.update(day=timezone.localdate() - timedelta(days=days))
        put_in_nameless()
        assert NamelessNote.objects.count() == left
    assert Feedback.objects.count() == 1
