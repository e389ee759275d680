"""The outbox: in order, once a reader, and nothing lost to a late commit."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from moksori.base.warehouse import outbox
from moksori.base.warehouse.models import Cursor, Outbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_notes_come_in_order_and_again_until_the_cursor_moves() -> None:
    for number in range(5):
        outbox.put("feedback", [number])

    first = outbox.take("warehouse", "feedback", 3)

    assert first.payloads == ([0], [1], [2])
    assert outbox.take("warehouse", "feedback", 3) == first
    assert outbox.advance(first)
    assert outbox.take("warehouse", "feedback").payloads == ([3], [4])
    assert outbox.waiting("warehouse", "feedback") == 2


def test_a_note_of_a_change_that_failed_is_not_written() -> None:
    with transaction.atomic():
        outbox.put("feedback", [1])
        transaction.set_rollback(True)

    assert not outbox.take("warehouse", "feedback")


def test_readers_and_topics_do_not_disturb_each_other() -> None:
    outbox.put("feedback", [1])
    outbox.put("themes", [2])
    outbox.advance(outbox.take("warehouse", "feedback"))

    assert outbox.take("search", "feedback").payloads == ([1],)
    assert outbox.take("warehouse", "themes").payloads == ([2],)


def test_of_two_readers_with_one_name_one_moves_the_cursor() -> None:
    outbox.put("feedback", [1])
    one, other = (outbox.take("warehouse", "feedback") for _ in range(2))

    assert outbox.advance(one)
    assert not outbox.advance(other)


def test_notes_that_all_have_read_are_forgotten() -> None:
    for number in range(4):
        outbox.put("feedback", [number])
    outbox.advance(outbox.take("quick", "feedback"))
    outbox.advance(outbox.take("slow", "feedback", 1))
    outbox.put("unread", [9])

    assert outbox.prune() == 1
    assert outbox.take("slow", "feedback").payloads == ([1], [2], [3])
    assert Outbox.objects.filter(topic="unread").count() == 1


def test_a_reader_can_be_sent_back() -> None:
    outbox.put("feedback", [1])
    outbox.advance(outbox.take("warehouse", "feedback"))

    outbox.read_again("warehouse", "feedback")

    assert outbox.take("warehouse", "feedback").payloads == ([1],)


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.parametrize("late_has_smaller_id", [True, False])
def test_a_late_commit_is_not_lost(late_has_smaller_id: bool) -> None:
    wrote, commit = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                if not late_has_smaller_id:
                    _begin_writing()
                    wrote.set()
                    commit.wait(10)
                outbox.put("feedback", ["late"])
                wrote.set()
                commit.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    assert wrote.wait(10)
    outbox.put("feedback", ["early"])
    seen = []
    for _ in range(3):
        batch = outbox.take("warehouse", "feedback")
        seen += list(batch.payloads)
        outbox.advance(batch)
    commit.set()
    thread.join()
    batch = outbox.take("warehouse", "feedback")
    seen += list(batch.payloads)

    assert sorted(seen) == [["early"], ["late"]]


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_an_older_transaction_with_a_larger_id_does_not_hide_a_younger_one() -> None:
    """The younger takes id 1 and stays open; the older takes id 2 and commits."""
    ready, go_on = threading.Event(), threading.Event()

    def younger() -> None:
        try:
            with transaction.atomic():
                outbox.put("feedback", ["younger"])
                ready.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=younger)
    with transaction.atomic():
        _begin_writing()
        thread.start()
        assert ready.wait(10)
        outbox.put("feedback", ["older"])
    ids = list(Outbox.objects.order_by("xid").values_list("payload", flat=True))
    assert ids == [["older"]]
    first = outbox.take("warehouse", "feedback")
    outbox.advance(first)
    go_on.set()
    thread.join()
    second = outbox.take("warehouse", "feedback")

    assert (first.payloads, second.payloads) == ((["older"],), (["younger"],))
    assert Outbox.objects.get(payload=["younger"]).pk < (
        Outbox.objects.get(payload=["older"]).pk
    )


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_notes_restored_on_another_server_are_noticed_and_read_again() -> None:
    outbox.put("feedback", [1])
    outbox.advance(outbox.take("warehouse", "feedback"))
    assert not outbox.is_from_another_server()
    Outbox.objects.update(xid=10**15)
    Cursor.objects.update(xid=10**15)
    assert outbox.is_from_another_server()

    outbox.settle()

    assert outbox.take("warehouse", "feedback").payloads == ([1],)


def _begin_writing() -> None:
    """Give the open transaction its number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
