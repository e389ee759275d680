"""Declaring a job: an ordinary function that may be enqueued, retried and repeated.

    @job(attempts=3, title=_("Send an edition"))
    def send_edition(edition: int) -> None: ...

    send_edition.enqueue(edition.id)      # in the transaction of the change

A job runs at least once, so it must bear repetition; its arguments are JSON. One that
takes long works in pieces and enqueues itself for the rest. A UserError ends it at
once (trying again would not help); any other error is tried again, later and later.
What must not stay half done is told by `gave_up`, called with the same arguments once
no attempt is left.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ParamSpec, TypeVar

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks.base import Task
from django_tasks.utils import get_module_path

# One worker does one job after another: who looks at a page that waits comes first,
# what takes minutes and changes from day to day comes last.
SOMEBODY_WAITS = 20
NO_HURRY = -20

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a job is tried, how long it waits in between, what people call it."""

    attempts: int = 5
    first_delay: timedelta = timedelta(seconds=10)
    longest_delay: timedelta = timedelta(hours=1)
    title: str | Promise = ""
    gave_up: Callable[..., object] | None = None

    def delay(self, attempt: int) -> timedelta:
        """The wait after this attempt (1, 2, …): four times the last, ± half.

        The jitter keeps jobs that failed together from coming back together.
        """
        grown: timedelta = self.first_delay * 4 ** min(attempt - 1, 20)
        return min(grown, self.longest_delay) * random.uniform(0.5, 1.5)  # noqa: S311


_policies: dict[str, Policy] = {}


def job(
    *,
    attempts: int = 5,
    first_delay: timedelta = timedelta(seconds=10),
    title: str | Promise = "",
    gave_up: Callable[..., object] | None = None,
    queue: str = "default",
    priority: int = 0,
) -> Callable[[Callable[P, T]], Task[P, T]]:
    """Make a module-level function a job; call `.enqueue(…)` to have it done."""

    def declare(function: Callable[P, T]) -> Task[P, T]:
        path = get_module_path(function)
        _policies[path] = Policy(attempts, first_delay, title=title, gave_up=gave_up)
        return task(priority=priority, queue_name=queue)(function)

    return declare


def policy_of(task_path: str) -> Policy:
    """The policy of a job, also of a plain `django_tasks.task`, also of a lost one."""
    if task_path not in _policies:
        try:
            import_string(task_path)
        except ImportError:
            return Policy(attempts=1)
    return _policies.get(task_path, Policy())


def title_of(task_path: str) -> str:
    """What people call it; the function's name in words where nobody said."""
    words = task_path.rsplit(".", 1)[-1].replace("_", " ").strip()
    return str(policy_of(task_path).title or words.capitalize())
