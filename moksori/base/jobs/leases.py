"""Claim, keep, finish and reap: the life of a running job, by compare-and-swap.

django-tasks-db marks a job as running and knows no more: a worker that is killed
leaves it so for ever, and a slow one overwrites what another did since. A lease mends
both. Every step below changes rows only if they are as it found them.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta
from traceback import format_exception
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult, get_date_max

from moksori.base.errors import UserError
from moksori.base.jobs.job import policy_of
from moksori.base.jobs.models import Lease

LEASE = timedelta(seconds=60)
LOST = "moksori.base.jobs.leases.WorkerLostError"

logger = logging.getLogger(__name__)

READY, RUNNING = TaskResultStatus.READY, TaskResultStatus.RUNNING
FAILED, SUCCESSFUL = TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL


class WorkerLostError(Exception):
    """The worker stopped in the middle, more often than is reasonable."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that is this worker's to finish, as long as the token is."""

    job: DBTaskResult
    token: uuid.UUID

    @property
    def attempt(self) -> int:
        return len(self.job.worker_ids)


def claim(worker: str, *, lease: timedelta = LEASE) -> Claimed | None:
    """Take the next ready job, or None. Two workers never get the same one."""
    ready = DBTaskResult.objects.ready()
    # Looking costs nothing; the transaction below takes SQLite's one write lock.
    if not ready.exists():
        return None
    with transaction.atomic():
        job = ready.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        now = timezone.now()
        job.worker_ids = [*job.worker_ids, worker]
        won = DBTaskResult.objects.filter(pk=job.pk, status=READY).update(
            status=RUNNING, started_at=now, worker_ids=job.worker_ids
        )
        if not won:
            return None
        token = uuid.uuid4()
        Lease.objects.update_or_create(
            job=job,
            defaults={"token": token, "worker": worker, "expires_at": now + lease},
        )
    return Claimed(job, token)


def beat(claimed: Claimed, *, lease: timedelta = LEASE) -> bool:
    """Say "still at work"; False when the job has been given to somebody else."""
    held = Lease.objects.filter(job=claimed.job, token=claimed.token)
    return bool(held.update(expires_at=timezone.now() + lease))


def finish(claimed: Claimed, value: Any) -> bool:
    """Record success; False, and nothing changes, without the token."""
    found = normalize_json(value)
    return _settle(
        claimed,
        status=SUCCESSFUL,
        finished_at=timezone.now(),
        return_value=found,
        exception_class_path="",
        traceback="",
    )


def fail(claimed: Claimed, error: BaseException) -> bool:
    """Try again later, or give up and keep it where people see it."""
    policy = policy_of(claimed.job.task_path)
    facts = {
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        "traceback": "".join(format_exception(error)),
    }
    if isinstance(error, UserError) or claimed.attempt >= policy.attempts:
        return _give_up(claimed, facts)
    later = timezone.now() + policy.delay(claimed.attempt)
    return _settle(claimed, status=READY, run_after=later, **facts)


def release(claimed: Claimed) -> bool:
    """Hand a job back unfinished; the attempt does not count."""
    return _settle(
        claimed,
        status=READY,
        run_after=get_date_max(),
        worker_ids=claimed.job.worker_ids[:-1],
    )


@transaction.atomic
def _give_up(claimed: Claimed, facts: dict[str, Any]) -> bool:
    settled = _settle(claimed, status=FAILED, finished_at=timezone.now(), **facts)
    if settled:
        _tell_gave_up(claimed.job)
    return settled


def _tell_gave_up(job: DBTaskResult) -> None:
    """In the transaction that ends the job: no crash between leaves a thing stuck."""
    gave_up = policy_of(job.task_path).gave_up
    if gave_up is None:
        return
    try:
        with transaction.atomic():
            gave_up(*job.args_kwargs["args"], **job.args_kwargs["kwargs"])
    except Exception:  # the job has ended all the same
        logger.exception("job %s: nobody could be told that it gave up", job.pk)


@transaction.atomic
def _settle(claimed: Claimed, **facts: Any) -> bool:
    held = Lease.objects.filter(job=claimed.job, token=claimed.token)
    if not held.delete()[0]:
        logger.warning("job %s was given to another worker", claimed.job.pk)
        return False
    return bool(DBTaskResult.objects.filter(pk=claimed.job.pk).update(**facts))


def reap() -> int:
    """Give back the jobs of workers that fell silent; how many there were."""
    now = timezone.now()
    expired = Lease.objects.filter(expires_at__lt=now).select_related("job")
    found = sum(_reap_one(lease) for lease in expired)
    # Taken by a worker that knows no leases, such as django-tasks' own.
    bare = DBTaskResult.objects.filter(
        Q(lease=None), status=RUNNING, started_at__lt=now - 10 * LEASE
    )
    bare_ones: int = bare.update(status=READY, run_after=get_date_max())
    return found + bare_ones


@transaction.atomic
def _reap_one(lease: Lease) -> bool:
    mine = Lease.objects.filter(
        job=lease.job_id, token=lease.token, expires_at=lease.expires_at
    )
    if not mine.delete()[0]:
        return False  # it spoke up, finished, or another reaper came first
    attempts = len(lease.job.worker_ids)
    facts: dict[str, Any] = {"status": READY, "run_after": get_date_max()}
    if attempts >= max(3, policy_of(lease.job.task_path).attempts):
        facts = {
            "status": FAILED,
            "finished_at": timezone.now(),
            "exception_class_path": LOST,
            "traceback": f"{LOST}: {attempts}",
        }
    logger.warning("worker %s fell silent; job %s", lease.worker, lease.job_id)
    running = DBTaskResult.objects.filter(pk=lease.job_id, status=RUNNING)
    is_ours = bool(running.update(**facts))
    if is_ours and facts["status"] == FAILED:
        _tell_gave_up(lease.job)
    return is_ours
