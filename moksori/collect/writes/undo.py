"""Undo an import: what it added goes, what it changed is as before."""

from __future__ import annotations

from collections import defaultdict

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.warehouse import outbox
from moksori.collect.models import Batch, Feedback, Revision
from moksori.collect.writes import staging
from moksori.collect.writes.review import take_down
from moksori.collect.writes.store import CONTENT, one_writer
from moksori.collect.writes.turns import keep_apart

CHUNK = 400
State = Batch.State


def undo_import(batch: Batch, *, by: Member) -> Batch:
    """Have an import undone in the background.

    Feedback that a later import changed stays; so does what another step protects.
    """
    from moksori.collect.jobs import undo_batch  # noqa: PLC0415 - jobs call us

    by.must(Ability.IMPORT, batch)
    with transaction.atomic():
        keep_apart(batch.source_id, State.READY, State.RUNNING)
        ended = Batch.objects.filter(pk=batch.pk, state__in=[State.DONE, State.STOPPED])
        # Without its file: an import that is half undone must not go on.
        if not ended.update(state=State.UNDOING, problem={}, stored_as=""):
            raise Conflict(_("Only a finished import can be undone."))
        audit.record("undo_import", batch, by=by)
        take_down("rows", batch.unit_id, key=f"batch-{batch.pk}")
        undo_batch.enqueue(batch.pk)
    staging.forget(batch.stored_as)
    batch.refresh_from_db()
    return batch


def run_undo(batch_id: int) -> Batch:
    """Undo what is left of an import; may be killed and called again."""
    batch = Batch.objects.select_related("source").get(pk=batch_id)
    if batch.state == State.STOPPED and not batch.stored_as:
        _take_up(batch)  # an administrator has its failed job tried again
    if batch.state != State.UNDOING:
        return batch
    kept = take_back(batch)
    Batch.objects.filter(pk=batch_id, state=State.UNDOING).update(
        state=State.UNDONE, finished_at=timezone.now(), kept=kept
    )
    batch.refresh_from_db()
    return batch


@transaction.atomic
def _take_up(batch: Batch) -> None:
    keep_apart(batch.source_id, State.READY, State.RUNNING)
    Batch.objects.filter(pk=batch.pk, state=State.STOPPED).update(
        state=State.UNDOING, problem={}
    )
    batch.refresh_from_db()


def take_back(batch: Batch) -> int:
    """Restore and remove everything of this batch; returns how much had to stay."""
    while _restore(batch):
        pass
    last = 0
    while ids := list(
        Feedback.objects.filter(batch=batch, pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:CHUNK]
    ):
        last = ids[-1]
        _remove(batch, ids)
    return Feedback.objects.filter(batch=batch).count()


@transaction.atomic
def _restore(batch: Batch) -> bool:
    """Take back some changes, the latest first; False when none is left."""
    one_writer(batch.source_id)
    revisions = list(Revision.objects.filter(batch=batch).order_by("-id")[:CHUNK])
    if not revisions:
        return False
    ids = [revision.feedback_id for revision in revisions]
    rows = Feedback.objects.select_for_update().in_bulk(ids)
    chains = _chains(ids)
    for revision in revisions:
        chain = chains[revision.feedback_id]
        place = chain.index(revision)
        if place == len(chain) - 1:
            _put_back(rows[revision.feedback_id], revision)
        else:
            # Changed again since: only the memory of this step goes.
            chain[place + 1].before = revision.before
            chain[place + 1].save(update_fields=["before"])
        chain.remove(revision)
    Revision.objects.filter(pk__in=[revision.pk for revision in revisions]).delete()
    outbox.put("feedback", {"ids": sorted(set(ids))})
    return True


def _chains(ids: list[int]) -> dict[int, list[Revision]]:
    """The changes of each feedback in order; numbers have gaps where one was undone."""
    chains: dict[int, list[Revision]] = defaultdict(list)
    for revision in Revision.objects.filter(feedback__in=ids).order_by("number"):
        chains[revision.feedback_id].append(revision)
    return chains


def _put_back(feedback: Feedback, revision: Revision) -> None:
    for name in CONTENT:
        setattr(feedback, name, revision.before[name])
    field = Feedback._meta.get_field("occurred_at")
    feedback.occurred_at = field.to_python(revision.before["occurred_at"])
    feedback.revision = revision.number
    feedback.save(update_fields=[*CONTENT, "occurred_at", "revision"])


def _leave_what_changed_later(ids: list[int]) -> None:
    """Added here and changed by a later import: it is that import's now."""
    later = Revision.objects.filter(feedback=models.OuterRef("pk")).order_by("-number")
    changed = Revision.objects.filter(feedback__in=ids).values_list("feedback_id")
    Feedback.objects.filter(pk__in=changed).update(
        batch_id=models.Subquery(later.values("batch_id")[:1])
    )


@transaction.atomic
def _remove(batch: Batch, ids: list[int]) -> None:
    # Under one lock: an import between the two would lose what it changed.
    one_writer(batch.source_id)
    _leave_what_changed_later(ids)
    left = Feedback.objects.filter(batch=batch, pk__in=ids)
    gone = _deleted(list(left.values_list("pk", flat=True)))
    if not gone:
        return
    Batch.objects.filter(pk=batch.pk).update(removed=F("removed") + len(gone))
    outbox.put("feedback", {"removed": gone, "unit": batch.unit_id})


def _deleted(ids: list[int]) -> list[int]:
    """Delete these, except what somebody works on; returns the ids that are gone."""
    try:
        with transaction.atomic():
            Feedback.objects.filter(pk__in=ids).delete()
    except (models.ProtectedError, models.RestrictedError):
        half = len(ids) // 2
        return _deleted(ids[:half]) + _deleted(ids[half:]) if half else []
    return ids
