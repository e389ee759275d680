"""Questions about jobs and schedules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from moksori.base.jobs.job import policy_of, title_of
from moksori.base.jobs.leases import LOST
from moksori.base.jobs.models import Lease, Schedule
from moksori.base.jobs.rhythms import rhythm
from moksori.base.people.everywhere import must_everywhere
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability

SHOWN = 50
FRESH = timedelta(days=1)
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job as an administrator reads it.

    `again_at` is set while it waits for another attempt; `detail` is for developers.
    """

    id: str
    title: str
    enqueued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    again_at: datetime | None
    attempts: int
    attempts_allowed: int
    error: str
    detail: str


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    name: str
    title: str
    rhythm: str
    next_run: datetime
    last_run: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """Jobs by state (at most 50 each, all counted) and what comes back when."""

    ready: tuple[JobLine, ...]
    running: tuple[JobLine, ...]
    failed: tuple[JobLine, ...]
    n_ready: int
    n_running: int
    n_failed: int
    n_done_last_day: int
    schedules: tuple[ScheduleLine, ...]
    is_stalled: bool

    @property
    def is_empty(self) -> bool:
        return not (self.n_ready or self.n_running or self.n_failed)


def job_board(*, by: Member) -> Board:
    """Everything about jobs, for those who look after the installation."""
    must_everywhere(by, Ability.ADMINISTER)
    jobs = DBTaskResult.objects
    ready = jobs.filter(status=TaskResultStatus.READY)
    running = jobs.running().order_by("started_at")
    failed = jobs.failed().order_by("-finished_at")
    since = timezone.now() - FRESH
    return Board(
        ready=_lines(ready),
        running=_lines(running),
        failed=_lines(failed),
        n_ready=ready.count(),
        n_running=running.count(),
        n_failed=failed.count(),
        n_done_last_day=jobs.successful().filter(finished_at__gte=since).count(),
        schedules=tuple(_schedule_line(one) for one in Schedule.objects.all()),
        is_stalled=_is_stalled(),
    )


def oldest_waiting_minutes() -> int:
    """How long the job that has waited longest could have been done already."""
    now = timezone.now()
    fresh = DBTaskResult.objects.ready().filter(run_after=get_date_max())
    later = DBTaskResult.objects.ready().exclude(run_after=get_date_max())
    since = [
        *fresh.order_by("enqueued_at").values_list("enqueued_at", flat=True)[:1],
        *later.order_by("run_after").values_list("run_after", flat=True)[:1],
    ]
    return max((int((now - one).total_seconds() // 60) for one in since), default=0)


def is_to_be_done(task_path: str, *arguments: object) -> bool:
    """Whether a job with these arguments waits or runs."""
    live = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    jobs = DBTaskResult.objects.filter(task_path=task_path, status__in=live)
    given = jobs.values_list("args_kwargs", flat=True)
    return any(one["args"] == list(arguments) for one in given)


def _is_stalled() -> bool:
    """Whether jobs wait, nothing runs, and nothing was done lately: no worker."""
    waiting = timedelta(minutes=oldest_waiting_minutes())
    if waiting < PATIENCE or Lease.objects.exists():
        return False
    lately = Q(finished_at__gte=timezone.now() - PATIENCE)
    return not DBTaskResult.objects.filter(lately).exists()


def _lines(jobs: Iterable[DBTaskResult]) -> tuple[JobLine, ...]:
    return tuple(_line(job) for job in jobs[:SHOWN])  # type: ignore[index]


def _line(job: DBTaskResult) -> JobLine:
    waits = job.status == TaskResultStatus.READY and job.run_after > timezone.now()
    return JobLine(
        id=str(job.pk),
        title=title_of(job.task_path),
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        again_at=job.run_after if waits and job.run_after < get_date_max() else None,
        attempts=len(job.worker_ids),
        attempts_allowed=policy_of(job.task_path).attempts,
        error=_error(job),
        detail=job.traceback,
    )


def _error(job: DBTaskResult) -> str:
    """What went wrong, in words that help; the traceback is for developers."""
    if job.exception_class_path == LOST:
        return _(
            "The worker stopped while doing this, %(n)d times. Look for lack of "
            "memory in its log, then try again."
        ) % {"n": len(job.worker_ids)}
    if not job.traceback:
        return ""
    last: str = job.traceback.strip().rsplit("\n", 1)[-1]
    name, _colon, message = last.partition(": ")
    return message or name.rsplit(".", 1)[-1]


def _schedule_line(schedule: Schedule) -> ScheduleLine:
    return ScheduleLine(
        name=schedule.name,
        title=title_of(schedule.task_path),
        rhythm=rhythm(schedule.rhythm).words,
        next_run=schedule.next_run,
        last_run=schedule.last_run,
    )
