"""The page of jobs: for administrators, with errors that people understand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotAllowed, NotFound
from moksori.base.jobs import leases, reads, writes
from moksori.base.jobs.jobs import tidy
from moksori.base.jobs.models import Schedule
from moksori.base.jobs.schedules import fire_due, sync_schedules
from moksori.base.jobs.tests import sample
from moksori.base.jobs.worker import drain
from moksori.base.testing.makers import Team

pytestmark = pytest.mark.django_db


def test_the_board_tells_what_failed_in_words(team: Team) -> None:
    sample.refuse.enqueue()
    sample.fail.enqueue()
    drain()

    board = reads.job_board(by=team.max)

    (failed,), (waits,) = board.failed, board.ready
    assert failed.error == "Row 3 has no date."
    assert waits.error == "The other side did not answer."
    assert waits.again_at is not None
    assert (waits.title, waits.attempts, waits.attempts_allowed) == ("Fail", 1, 3)


def test_a_job_that_killed_its_workers_says_so(team: Team) -> None:
    sample.fail.enqueue()
    for worker in "abc":
        leases.claim(worker, lease=timedelta(seconds=-1))
        leases.reap()

    (failed,) = reads.job_board(by=team.max).failed

    assert "3" in failed.error
    assert "WorkerLost" not in failed.error


def test_a_failed_job_is_tried_again_by_an_administrator(team: Team) -> None:
    sample.refuse.enqueue()
    drain()
    job = DBTaskResult.objects.get()

    with pytest.raises(NotAllowed):
        writes.retry_job(job.pk, by=team.ada)
    writes.retry_job(job.pk, by=team.max)
    with pytest.raises(Conflict):
        writes.retry_job(job.pk, by=team.max)

    assert DBTaskResult.objects.get().status == TaskResultStatus.READY
    assert Entry.objects.filter(verb="retry_job", member_id=team.max.pk).exists()


def test_a_job_that_is_not_there_is_not_found(team: Team) -> None:
    with pytest.raises(NotFound):
        writes.retry_job("00000000-0000-0000-0000-000000000000", by=team.max)
    with pytest.raises(NotFound):
        writes.run_schedule_now("nothing", by=team.max)


def test_a_schedule_can_be_run_now(team: Team) -> None:
    sync_schedules()
    Schedule.objects.exclude(name="jobs.tidy").delete()

    writes.run_schedule_now("jobs.tidy", by=team.max)

    assert fire_due() == 1


@pytest.mark.parametrize("name", ["ada", "vic", "eve", "sol"])
def test_others_may_not_look(name: str, team: Team) -> None:
    with pytest.raises(NotAllowed):
        reads.job_board(by=getattr(team, name))


def test_a_queue_that_nobody_works_on_is_noticed(team: Team) -> None:
    sample.fail.enqueue()
    assert reads.oldest_waiting_minutes() == 0
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=10))

    assert reads.oldest_waiting_minutes() == 10
    assert reads.job_board(by=team.max).is_stalled


def test_the_page_shows_jobs_and_retries_one(
    team: Team, client: Client, tmp_path: Path
) -> None:
    sync_schedules()
    sample.refuse.enqueue()
    drain()
    sample.note.enqueue(str(tmp_path), 1)
    client.force_login(team.max)

    page = client.get(reverse("jobs:list"))
    fragment = client.get(reverse("jobs:list"), headers={"HX-Request": "true"})
    job = DBTaskResult.objects.get(status=TaskResultStatus.FAILED)
    answer = client.post(reverse("jobs:retry", args=[job.pk]))

    assert "Row 3 has no date." in page.content.decode()
    assert "Write a note" in page.content.decode()
    assert b"<html" not in fragment.content
    assert answer.status_code == 302
    assert client.get(reverse("jobs:retry", args=[job.pk])).status_code == 405


def test_old_jobs_are_cleared_away() -> None:
    sample.refuse.enqueue()
    sample.fail.enqueue()
    drain()
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=100))

    tidy.call()

    (left,) = DBTaskResult.objects.all()
    assert left.status == TaskResultStatus.READY
