"""The jobs that keep the queue small and the database quick."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from moksori.base.jobs.job import job
from moksori.base.jobs.rhythms import Daily, Every
from moksori.base.jobs.schedules import register_schedule
from moksori.base.warehouse import outbox

CHUNK = 500  # rows a transaction, so that intake never waits long
DONE = timedelta(days=2)
FAILED = timedelta(days=90)


@job(title=_("Clear away finished jobs"))
def tidy() -> int:
    """Forget jobs done two days ago, failed a quarter ago, and notes all have read."""
    now = timezone.now()
    gone = _forget(TaskResultStatus.SUCCESSFUL, now - DONE)
    gone += _forget(TaskResultStatus.FAILED, now - FAILED)
    return gone + outbox.prune()


def _forget(status: TaskResultStatus, before: object) -> int:
    old = DBTaskResult.objects.filter(status=status, finished_at__lt=before)
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:CHUNK]):
        gone += DBTaskResult.objects.filter(pk__in=ids).delete()[0]
    return gone


@job(title=_("Take stock of the database"))
def take_stock() -> None:
    """Tell SQLite how its tables are filled, by a sample of each.

    Without that it takes every condition for equally good, and reads a whole unit where
    six hundred keys were asked for. PostgreSQL does it by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit=1000")
            cursor.execute("ANALYZE")


register_schedule("jobs.stock", take_stock, Every(timedelta(minutes=10)))
register_schedule("jobs.tidy", tidy, Daily(3, 30))
