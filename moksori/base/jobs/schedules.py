"""Schedules: declared in code, kept in a table, fired once by whoever comes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules, import_string
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from moksori.base.jobs.models import Schedule
from moksori.base.jobs.rhythms import Every, Rhythm, rhythm


@dataclass(frozen=True, slots=True)
class Declared:
    task_path: str
    rhythm: Rhythm
    arguments: dict[str, Any]
    needed: Callable[[], bool] | None = None


_declared: dict[str, Declared] = {}


def register_schedule(
    name: str,
    task: Task[Any, Any],
    rhythm: Rhythm,
    *,
    needed: Callable[[], bool] | None = None,
    **arguments: Any,
) -> None:
    """Have a job done again and again; call it at the top level of a step's jobs.py.

    `name` is its identity: changing rhythm or arguments under the same name changes
    the schedule, a name that is no longer registered ends it. With `needed`, a cheap
    question, a turn waits until the answer is yes: so a short rhythm leaves no trail of
    jobs that found nothing to do.
    """
    _declared[name] = Declared(task.module_path, rhythm, arguments, needed)


def sync_schedules() -> None:
    """Make the table say what the code declares; next runs already set are kept."""
    autodiscover_modules("jobs")
    now = timezone.now()
    with transaction.atomic():
        Schedule.objects.exclude(name__in=_declared).delete()
        kept = {one.name: one for one in Schedule.objects.select_for_update()}
        for name, wanted in _declared.items():
            _sync_one(kept.get(name), name, wanted, now)


def _sync_one(
    kept: Schedule | None, name: str, wanted: Declared, now: datetime
) -> None:
    facts = {
        "task_path": wanted.task_path,
        "arguments": wanted.arguments,
        "rhythm": str(wanted.rhythm),
    }
    first = now if isinstance(wanted.rhythm, Every) else wanted.rhythm.next(now)
    if kept is None:
        # Two workers may start at once.
        Schedule.objects.get_or_create(name=name, defaults={**facts, "next_run": first})
    elif kept.rhythm != facts["rhythm"]:
        Schedule.objects.filter(pk=kept.pk).update(**facts, next_run=first)
    elif any(getattr(kept, key) != value for key, value in facts.items()):
        Schedule.objects.filter(pk=kept.pk).update(**facts)


def fire_due() -> int:
    """Enqueue what is due; of several workers exactly one does so.

    What was missed while no worker ran is done once, not once for every miss, and
    what waits already is not asked for again.
    """
    now = timezone.now()
    due = Schedule.objects.filter(next_run__lte=now)
    return sum(_fire(schedule, now) for schedule in due if _is_needed(schedule))


def _is_needed(schedule: Schedule) -> bool:
    declared = _declared.get(schedule.name)
    return declared is None or declared.needed is None or declared.needed()


@transaction.atomic
def _fire(schedule: Schedule, now: datetime) -> bool:
    following = rhythm(schedule.rhythm).next(now)
    won = Schedule.objects.filter(pk=schedule.pk, next_run=schedule.next_run).update(
        next_run=following, last_run=now
    )
    if not won or _is_waiting(schedule):
        return False
    task: Task[Any, Any] = import_string(schedule.task_path)
    task.enqueue(**schedule.arguments)
    return True


def _is_waiting(schedule: Schedule) -> bool:
    """Whether the same job waits already: a long job would pile up short ones."""
    same = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY,
        task_path=schedule.task_path,
        args_kwargs__kwargs=schedule.arguments,
    )
    return bool(same.exists())
