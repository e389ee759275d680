"""One job's life: claimed once, tried again, given up, never finished twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from moksori.base.jobs import leases
from moksori.base.jobs.job import Policy, policy_of, title_of
from moksori.base.jobs.leases import Claimed
from moksori.base.jobs.models import Lease
from moksori.base.jobs.tests import sample
from moksori.base.jobs.worker import do, drain

pytestmark = pytest.mark.django_db

SOON = timedelta(seconds=-1)


def claimed(worker: str = "a", lease: timedelta = leases.LEASE) -> Claimed:
    found = leases.claim(worker, lease=lease)
    assert found is not None
    return found


def the_job() -> DBTaskResult:
    return DBTaskResult.objects.get()


def make_due() -> None:
    DBTaskResult.objects.update(run_after=timezone.now() + SOON)


def test_a_job_is_done_and_says_what_came_of_it(tmp_path: Path) -> None:
    sample.note.enqueue(str(tmp_path), 7)

    assert drain() == 1

    assert the_job().status == TaskResultStatus.SUCCESSFUL
    assert the_job().return_value == 7
    assert not Lease.objects.exists()


def test_a_job_of_a_change_that_failed_is_not_asked_for(tmp_path: Path) -> None:
    with transaction.atomic():
        sample.note.enqueue(str(tmp_path), 1)
        transaction.set_rollback(True)

    assert drain() == 0


def test_a_job_is_claimed_once() -> None:
    sample.fail.enqueue()
    claimed("a")

    assert leases.claim("b") is None


def test_a_failure_is_tried_again_later_and_then_given_up() -> None:
    sample.fail.enqueue()

    for attempt in (1, 2):
        assert drain() == 1
        wait = the_job().run_after - timezone.now()
        assert the_job().status == TaskResultStatus.READY
        assert 4 * attempt < wait.total_seconds() <= 15 * 4 ** (attempt - 1)
        make_due()
    drain()

    assert the_job().status == TaskResultStatus.FAILED
    assert "did not answer" in the_job().traceback
    assert drain() == 0


def test_bad_input_is_not_tried_again() -> None:
    sample.refuse.enqueue()

    drain()

    assert the_job().status == TaskResultStatus.FAILED


def test_an_answer_that_is_not_json_is_a_failure() -> None:
    sample.answer_nonsense.enqueue()

    drain()

    assert the_job().status == TaskResultStatus.FAILED
    assert not Lease.objects.exists()


def test_a_job_that_no_longer_exists_is_given_up() -> None:
    sample.fail.enqueue()
    DBTaskResult.objects.update(task_path="moksori.base.jobs.tests.sample.gone")

    drain()

    assert the_job().status == TaskResultStatus.FAILED


def test_a_silent_worker_loses_its_job_to_another(tmp_path: Path) -> None:
    sample.note.enqueue(str(tmp_path), 1)
    slow = claimed("slow", SOON)

    assert leases.reap() == 1
    quick = claimed("quick")
    assert not leases.beat(slow)
    assert not leases.finish(slow, "too late")
    assert not leases.fail(slow, RuntimeError("too late"))
    assert leases.finish(quick, 1)

    assert the_job().return_value == 1
    assert leases.reap() == 0


def test_a_worker_that_speaks_up_keeps_its_job() -> None:
    sample.fail.enqueue()
    mine = claimed("slow", SOON)

    assert leases.beat(mine)
    assert leases.reap() == 0


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    sample.fail.enqueue()
    for worker in "abc":
        claimed(worker, SOON)
        leases.reap()

    assert the_job().status == TaskResultStatus.FAILED
    assert the_job().exception_class_path == leases.LOST


def test_a_job_handed_back_has_not_used_an_attempt() -> None:
    sample.fail.enqueue()
    mine = claimed()

    leases.release(mine)

    assert the_job().status == TaskResultStatus.READY
    assert claimed().attempt == 1


def test_a_job_left_by_a_worker_without_leases_comes_back() -> None:
    sample.fail.enqueue()
    the_job().claim("other worker")
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=1))

    assert leases.reap() == 1
    assert the_job().status == TaskResultStatus.READY


def test_a_signal_to_stop_gives_the_job_back(monkeypatch: pytest.MonkeyPatch) -> None:
    sample.fail.enqueue()
    mine = claimed()
    monkeypatch.setattr(mine.job, "args_kwargs", {"args": [], "kwargs": {}})
    with monkeypatch.context() as patch:
        patch.setattr(DBTaskResult, "task", property(lambda _self: _Interrupted()))
        with pytest.raises(KeyboardInterrupt):
            do(mine)

    assert the_job().status == TaskResultStatus.READY


class _Interrupted:
    def call(self) -> None:
        raise KeyboardInterrupt


def test_waits_grow_and_end() -> None:
    policy = Policy(first_delay=timedelta(seconds=10))

    first, third, last = (policy.delay(n).total_seconds() for n in (1, 3, 50))

    assert 5 <= first <= 15
    assert 80 <= third <= 240
    assert last <= 1.5 * 3600


@task()
def _plain_job() -> None: ...


def test_a_plain_task_is_tried_again_too() -> None:
    assert policy_of(_plain_job.module_path) == Policy()
    assert title_of(_plain_job.module_path) == "Plain job"
    assert title_of(sample.note.module_path) == "Write a note"
