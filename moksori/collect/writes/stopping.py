"""Imports that broke off: stopped with what is there, taken up again, or undone."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict
from moksori.base.jobs.reads import is_to_be_done
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Batch
from moksori.collect.writes.turns import keep_apart

State = Batch.State
MOVING = (State.READY, State.RUNNING, State.UNDOING)
LOST = timedelta(hours=3)  # longer than any import takes
READING = gettext_noop(
    "Reading stopped because of a fault on the server. What had been read until then "
    "is here and counted below."
)
UNDOING = gettext_noop(
    "Undoing stopped because of a fault on the server. Undo the import again to remove "
    "the rest."
)


@transaction.atomic
def stop_import(batch_id: int) -> bool:
    """End an import, or its undoing, that nobody goes on with; False if somebody does.

    What is there stays, and the batch says what happened.
    """
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None or batch.state not in MOVING or _goes_on(batch_id):
        return False
    was_undone = batch.state == State.UNDOING
    batch.state = State.STOPPED
    batch.finished_at = timezone.now()
    batch.problem = {"template": UNDOING if was_undone else READING, "facts": {}}
    batch.save(update_fields=["state", "finished_at", "problem"])
    audit.record("stop_import", batch, by=None, rows_read=batch.rows_read)
    return True


def stop_lost_imports() -> int:
    """Stop those whose process was killed outside the worker; how many were lost."""
    since = Coalesce("started_at", "created_at")
    moving = Batch.objects.filter(state__in=MOVING).annotate(since=since)
    lost = moving.filter(since__lt=timezone.now() - LOST)
    return sum(stop_import(id) for id in list(lost.values_list("pk", flat=True)))


def resume_import(batch: Batch, *, by: Member) -> Batch:
    """Go on with a stopped import, from the first row that was not read."""
    from moksori.collect.jobs import import_batch  # noqa: PLC0415 - jobs call us

    by.must(Ability.IMPORT, batch)
    with transaction.atomic():
        keep_apart(batch.source_id, State.UNDOING)
        stopped = Batch.objects.filter(pk=batch.pk, state=State.STOPPED)
        if not stopped.exclude(stored_as="").update(
            state=State.READY, problem={}, finished_at=None
        ):
            raise Conflict(_("This import cannot go on. Choose the file again."))
        audit.record("resume_import", batch, by=by, rows_read=batch.rows_read)
        import_batch.enqueue(batch.pk)
    batch.refresh_from_db()
    return batch


def _goes_on(batch_id: int) -> bool:
    from moksori.collect.jobs import import_batch, undo_batch  # noqa: PLC0415

    return any(
        is_to_be_done(job.module_path, batch_id) for job in (import_batch, undo_batch)
    )
