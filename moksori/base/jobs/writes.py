"""What an administrator does about jobs."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict
from moksori.base.jobs.models import Schedule
from moksori.base.people.everywhere import must_everywhere
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability


@transaction.atomic
def retry_job(job_id: uuid.UUID, *, by: Member) -> None:
    """Have a failed job done again, with all its attempts."""
    must_everywhere(by, Ability.ADMINISTER)
    job = one(DBTaskResult.objects.all(), pk=job_id)
    failed = DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.FAILED)
    if not failed.update(
        status=TaskResultStatus.READY,
        run_after=get_date_max(),
        worker_ids=[],
        finished_at=None,
    ):
        raise Conflict(_("This job has not failed, or is already being tried again."))
    audit.record("retry_job", job, by=by, task=job.task_path)


@transaction.atomic
def run_schedule_now(name: str, *, by: Member) -> None:
    """Make a schedule due; its rhythm goes on from there."""
    must_everywhere(by, Ability.ADMINISTER)
    schedule = one(Schedule.objects.all(), name=name)
    schedule.next_run = timezone.now()
    schedule.save(update_fields=["next_run"])
    audit.record("run_schedule_now", schedule, by=by, name=name)
