"""A customer takes an answer back: what they said goes, everywhere."""

from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone

from moksori.base.audit import writes as audit
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback, Response, Revision, Wording
from moksori.collect.writes import finishing, scan_keeping, uploads

KEPT_ORIGIN = timedelta(days=30)
_CHUNK = 500


@transaction.atomic
def withdraw(response: Response) -> Response:
    """Forget all answers of a response; twice is once.

    That there was one stays, without what was said. Its places in quotas are free
    again: they stand for answers that are there.
    """
    scan_keeping.hold_paper_of(response)
    found = (
        Response.objects.select_for_update(of=("self",))
        .select_related("survey", "version")
        .get(pk=response.pk)
    )
    if found.state == Response.State.WITHDRAWN:
        return found
    if found.state == Response.State.COMPLETE:
        finishing.give_back(found)
    feedback_id = found.feedback_id
    found.state = Response.State.WITHDRAWN
    found.answers, found.about, found.seconds, found.flags = {}, {}, {}, []
    found.origin = found.step = ""
    found.feedback = None
    # Whoever follows the responses of a survey hears of it as of one that came in.
    found.changed_at = found.finished_at = timezone.now()
    found.save()
    Wording.objects.filter(response=found).delete()
    uploads.drop(list(found.uploads.all()))
    scan_keeping.erase_paper_of(found)
    if feedback_id is not None:
        forget_feedback(feedback_id)
    audit.record("withdraw_response", found, by=None)
    return found


def forget_feedback(feedback_id: int) -> None:
    """Delete a feedback; empty it where somebody's case or plan holds on to it."""
    Revision.objects.filter(feedback=feedback_id).delete()
    # Whoever may hear that it is gone is told by its unit, which goes with it.
    unit_id = Feedback.objects.values_list("unit_id", flat=True).get(pk=feedback_id)
    try:
        with transaction.atomic():
            Feedback.objects.filter(pk=feedback_id).delete()
    except (models.ProtectedError, models.RestrictedError):
        Feedback.objects.filter(pk=feedback_id).update(
            text="", score=None, answers=[], consent={}, attributes={}, metadata={},
            raw={}, customer=None, account=None, fingerprint="withdrawn",
        )  # fmt: skip
        outbox.put("feedback", {"ids": [feedback_id]})
    else:
        outbox.put("feedback", {"removed": [feedback_id], "unit": unit_id})


def forget_origins() -> int:
    """From which browser an answer came is of use for a month, to see doubles."""
    old = timezone.now() - KEPT_ORIGIN
    found = Response.objects.filter(changed_at__lt=old).exclude(origin="")
    gone = 0
    while ids := list(found.values_list("pk", flat=True)[:_CHUNK]):
        gone += Response.objects.filter(pk__in=ids).update(origin="")
    return gone
