"""Imports whose job gives up end where people see them, and can go on or be undone."""

from __future__ import annotations

import os
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotAllowed
from moksori.base.jobs.worker import drain
from moksori.base.jobs.writes import retry_job
from moksori.base.testing.makers import Team
from moksori.collect import writes
from moksori.collect.models import Batch, Feedback, Source
from moksori.collect.tests.files import csv_bytes, imported, reviews, stage
from moksori.collect.tests.makers import make_source
from moksori.collect.writes import staging
from moksori.collect.writes.imports import begin

TABLE = Feedback._meta.db_table
# The database itself refuses the second chunk.
BREAK = (
    f"CREATE UNIQUE INDEX broken ON {TABLE} (source_id) "
    "WHERE external_id IN ('R-1', 'R-700')"
)


@pytest.fixture
def source(team: Team) -> Source:
    return make_source(team.ours, "앱 리뷰")


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def do_all_attempts() -> None:
    """Every attempt at once, without the waits in between."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    while waiting.exists():
        waiting.update(run_after=timezone.now())
        drain()


@pytest.fixture
def stopped(team: Team, source: Source) -> Batch:
    """1,200 rows of which the first 500 went in before the database refused."""
    batch = stage(csv_bytes(reviews(1_200)), source, team.ada)
    writes.start_import(batch, by=team.ada)
    sql(BREAK)
    do_all_attempts()
    sql("DROP INDEX broken")
    batch.refresh_from_db()
    return batch


def test_an_import_whose_job_gave_up_says_so_and_what_was_stored(
    stopped: Batch,
) -> None:
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED
    assert stopped.state == Batch.State.STOPPED
    assert (stopped.rows_read, stopped.added) == (500, 500)
    assert Feedback.objects.count() == 500
    assert "서버 문제" in stopped.message
    assert Entry.objects.filter(verb="stop_import").count() == 1


def test_a_stopped_import_goes_on_where_it_stopped(team: Team, stopped: Batch) -> None:
    writes.resume_import(stopped, by=team.ada)
    do_all_attempts()

    stopped.refresh_from_db()
    assert stopped.state == Batch.State.DONE
    assert (stopped.added, stopped.unchanged, stopped.message) == (1_200, 0, "")
    assert Feedback.objects.count() == 1_200


def test_a_stopped_import_can_be_undone_and_then_not_go_on(
    team: Team, stopped: Batch
) -> None:
    writes.undo_import(stopped, by=team.ada)
    with pytest.raises(Conflict):
        writes.resume_import(stopped, by=team.ada)
    do_all_attempts()

    stopped.refresh_from_db()
    assert (stopped.state, stopped.removed) == (Batch.State.UNDONE, 500)
    assert not Feedback.objects.exists()
    assert not list(staging.folder().iterdir())


def test_trying_the_failed_job_again_goes_on_with_the_import(
    team: Team, stopped: Batch
) -> None:
    retry_job(DBTaskResult.objects.get().pk, by=team.max)
    do_all_attempts()

    stopped.refresh_from_db()
    assert (stopped.state, stopped.added) == (Batch.State.DONE, 1_200)


def test_an_undo_whose_job_gave_up_can_be_asked_for_again(
    team: Team, source: Source
) -> None:
    batch = imported(csv_bytes(reviews(900)), source, team.ada)
    sql(f"ALTER TABLE {TABLE} RENAME COLUMN fingerprint TO lost")
    writes.undo_import(batch, by=team.ada)
    do_all_attempts()
    sql(f"ALTER TABLE {TABLE} RENAME COLUMN lost TO fingerprint")

    batch.refresh_from_db()
    assert batch.state == Batch.State.STOPPED
    assert batch.can_be_undone
    assert not batch.can_go_on
    writes.undo_import(batch, by=team.ada)
    do_all_attempts()
    batch.refresh_from_db()
    assert batch.state == Batch.State.UNDONE
    assert not Feedback.objects.exists()


def test_the_page_offers_to_go_on_and_to_undo(
    team: Team, stopped: Batch, client: Client
) -> None:
    client.force_login(
        team.ada, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = f"/collect/imports/{stopped.pk}/"

    shown = client.get(page).content.decode()
    assert "500" in shown
    assert f"{page}resume/" in shown
    assert f"{page}undo/" in shown
    assert client.post(f"{page}resume/").status_code == 302
    stopped.refresh_from_db()
    assert stopped.state == Batch.State.READY


def test_only_those_who_import_go_on(team: Team, stopped: Batch) -> None:
    with pytest.raises(NotAllowed):
        writes.resume_import(stopped, by=team.eve)


def test_an_import_killed_outside_the_worker_is_found_after_hours(
    team: Team, source: Source
) -> None:
    lost = stage(csv_bytes(reviews(3)), source, team.ada)
    begin(lost, by=team.ada)
    queued = stage(csv_bytes(reviews(3)), source, team.ada)
    writes.start_import(queued, by=team.ada)

    assert writes.stop_lost_imports() == 0
    Batch.objects.update(created_at=timezone.now() - timedelta(hours=4))

    assert writes.stop_lost_imports() == 1
    lost.refresh_from_db()
    queued.refresh_from_db()
    assert (lost.state, queued.state) == (Batch.State.STOPPED, Batch.State.READY)


def test_a_worker_that_comes_late_takes_nothing_of_a_finished_import_back(
    team: Team, source: Source
) -> None:
    batch = stage(csv_bytes(reviews(3)), source, team.ada)
    begin(batch, by=team.ada)
    late = Batch.objects.get(pk=batch.pk)
    writes.run_import(batch.pk)

    writes.imports._refuse(late, _unreadable())

    batch.refresh_from_db()
    assert batch.state == Batch.State.DONE
    assert Feedback.objects.count() == 3


def test_files_that_no_import_knows_are_deleted_after_a_day(
    team: Team, source: Source
) -> None:
    waiting = stage(csv_bytes(reviews(3)), source, team.ada)
    stray, fresh = staging.folder() / "stray", staging.folder() / "fresh"
    for path in (stray, fresh):
        path.write_bytes(b"x")
    long_ago = time.time() - 25 * 3600
    for path in (stray, staging.staged(waiting)):
        os.utime(path, (long_ago, long_ago))

    assert writes.forget_strays() == 1
    assert not stray.exists()
    assert fresh.exists()
    assert staging.staged(waiting).exists()


def test_undoing_changes_in_any_order_ends_where_it_began(
    team: Team, source: Source
) -> None:
    batches = []
    for text in ("하나", "둘", "셋", "넷"):
        row = ("R-1", "2026-03-01", text, 5, "제품", "서울")
        batches.append(imported(csv_bytes([row]), source, team.ada))

    for number, left in ((2, "넷"), (3, "둘"), (1, "하나")):
        writes.undo_import(batches[number], by=team.ada)
        writes.run_undo(batches[number].pk)
        assert Feedback.objects.get().text == left


def _unreadable() -> writes.imports.Unreadable:
    return writes.imports.Unreadable("gone")
