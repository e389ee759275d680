"""Schedules: the right hour in Seoul, once, and whatever the code declares."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from moksori.base.jobs import schedules
from moksori.base.jobs.models import Schedule
from moksori.base.jobs.rhythms import Daily, Every, Rhythm, Weekly, rhythm
from moksori.base.jobs.schedules import fire_due, register_schedule, sync_schedules
from moksori.base.jobs.tests import sample

pytestmark = pytest.mark.django_db

SEOUL = ZoneInfo("Asia/Seoul")


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    sync_schedules()  # loads those of the real steps first
    monkeypatch.setattr(schedules, "_declared", {})


def make_due() -> None:
    Schedule.objects.update(next_run=timezone.now() - timedelta(days=3))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Every(timedelta(minutes=5)), datetime(2026, 3, 2, 0, 5, tzinfo=UTC)),
        (Daily(9), datetime(2026, 3, 3, 9, tzinfo=SEOUL)),  # it is nine right now
        (Daily(9, 1), datetime(2026, 3, 2, 9, 1, tzinfo=SEOUL)),
        (Weekly(0, 7), datetime(2026, 3, 9, 7, tzinfo=SEOUL)),
        (Weekly(0, 10), datetime(2026, 3, 2, 10, tzinfo=SEOUL)),
        (Weekly(4, 7), datetime(2026, 3, 6, 7, tzinfo=SEOUL)),
    ],
)
def test_the_next_time_is_right(given: Rhythm, expected: datetime) -> None:
    monday_nine_in_seoul = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)

    assert given.next(monday_nine_in_seoul) == expected
    assert rhythm(str(given)) == given


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Every(timedelta(seconds=20)), "20초마다"),
        (Every(timedelta(minutes=5)), "5분마다"),
        (Every(timedelta(hours=2)), "2시간마다"),
        (Daily(3, 30), "날마다 03:30"),
        (Weekly(6, 3), "일요일마다 03:00"),
    ],
)
def test_a_rhythm_is_said_in_words(given: Rhythm, words: str) -> None:
    with translation.override("ko"):
        assert given.words == words


@pytest.mark.usefixtures("declared")
def test_a_turn_waits_until_it_is_needed() -> None:
    waiting: list[str] = []
    register_schedule("test.fail", sample.fail, Daily(7), needed=lambda: bool(waiting))
    sync_schedules()
    make_due()

    before = Schedule.objects.get().next_run
    assert fire_due() == 0
    assert Schedule.objects.get().next_run == before
    waiting.append("something")
    assert fire_due() == 1


@pytest.mark.usefixtures("declared")
def test_a_due_schedule_fires_once_and_missed_runs_are_not_made_up() -> None:
    register_schedule("test.fail", sample.fail, Daily(7))
    sync_schedules()
    assert fire_due() == 0
    make_due()

    stale = Schedule.objects.get()
    assert fire_due() == 1
    assert not schedules._fire(stale, timezone.now())  # a worker that came second
    assert fire_due() == 0

    assert DBTaskResult.objects.count() == 1
    assert Schedule.objects.get().next_run > timezone.now()


@pytest.mark.usefixtures("declared")
def test_what_waits_already_is_not_asked_for_again() -> None:
    register_schedule("test.fail", sample.fail, Every(timedelta(seconds=20)))
    sync_schedules()
    assert fire_due() == 1
    make_due()

    assert fire_due() == 0
    assert Schedule.objects.get().next_run > timezone.now()
    assert DBTaskResult.objects.count() == 1


@pytest.mark.usefixtures("declared")
def test_the_table_follows_the_code() -> None:
    register_schedule("test.kept", sample.fail, Daily(7))
    register_schedule("test.gone", sample.fail, Daily(7))
    sync_schedules()
    before = Schedule.objects.get(name="test.kept").next_run
    del schedules._declared["test.gone"]
    sync_schedules()

    kept = Schedule.objects.get()
    assert (kept.name, kept.next_run) == ("test.kept", before)

    register_schedule("test.kept", sample.fail, Every(timedelta(minutes=1)))
    sync_schedules()

    assert Schedule.objects.get().rhythm == "every 60"
    assert fire_due() == 1


def test_the_house_keeps_its_own_queue_small() -> None:
    sync_schedules()

    assert Schedule.objects.filter(name="jobs.tidy").exists()
