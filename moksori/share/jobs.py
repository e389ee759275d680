"""Background work of the step share: each a thin call of a write."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django_tasks import task

from moksori.share import reads, writes
from moksori.share.models import Mail


@task()
def send_due_editions() -> int:
    """Start a job for each edition that is due and each letter that waits.

    Safe to repeat: a slot is taken once, and a letter is claimed once.
    """
    due = reads.due_subscriptions()
    for each in due:
        make_edition.enqueue(each.subscription_id, each.slot.isoformat())
    writes.settle_stale_mails()
    waiting = Mail.objects.filter(
        state=Mail.State.WAITING, next_try_at__lte=timezone.now()
    )
    ids = list(waiting.order_by("next_try_at").values_list("pk", flat=True))
    for mail_id in ids:
        send_mail.enqueue(mail_id)
    return len(due) + len(ids)


@task()
def make_edition(subscription_id: int, slot: str) -> int | None:
    """Compose one due edition and send its letter."""
    edition = writes.compose_for_slot(subscription_id, date.fromisoformat(slot))
    if edition is None:
        return None
    mail = Mail.objects.filter(edition=edition).first()
    if mail is not None and mail.state == Mail.State.WAITING:
        send_mail.enqueue(mail.pk)
    return edition.pk


@task()
def send_mail(mail_id: int) -> str:
    """Hand one letter to the mail server, if it still waits."""
    state = writes.send_mail(mail_id)
    return state.value if state else ""
