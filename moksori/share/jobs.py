"""Background work of the step share: each a thin call of a write."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moksori.base.jobs.job import job
from moksori.base.jobs.rhythms import Every
from moksori.base.jobs.schedules import register_schedule
from moksori.share import reads, writes
from moksori.share.models import Mail

TICK = timedelta(minutes=5)
DAY = timedelta(days=1)


@job(title=_("Look who is due an edition"))
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
    return len(due) + len(ids) + _send_due_deliveries()


def _send_due_deliveries() -> int:
    writes.settle_stale_deliveries()
    waiting = writes.due_deliveries()
    for delivery_id in waiting:
        send_delivery.enqueue(delivery_id)
    return len(waiting)


@job(title=_("Make an edition"))
def make_edition(subscription_id: int, slot: str) -> int | None:
    """Compose one due edition and send its letter."""
    edition = writes.compose_for_slot(subscription_id, date.fromisoformat(slot))
    if edition is None:
        return None
    mail = Mail.objects.filter(
        edition=edition, state=Mail.State.WAITING, next_try_at__lte=timezone.now()
    ).first()
    if mail is not None:
        send_mail.enqueue(mail.pk)
    for delivery in edition.deliveries.filter(next_try_at__lte=timezone.now()):
        send_delivery.enqueue(delivery.pk)
    return edition.pk


@job(title=_("Send a letter"))
def send_mail(mail_id: int) -> str:
    """Hand one letter to the mail server, if it still waits."""
    state = writes.send_mail(mail_id)
    return state.value if state else ""


@job(title=_("Hand an edition to a messenger"))
def send_delivery(delivery_id: int) -> str:
    """Hand one edition to the messenger of its reader, if it still waits."""
    state = writes.send_delivery(delivery_id)
    return state.value if state else ""


@job(title=_("Forget old deliveries"))
def forget_deliveries() -> int:
    """The log of deliveries goes after three months."""
    return writes.forget_deliveries()


@job(title=_("Remind members of what waits"))
def nudge_members() -> int:
    """Reminders, each within the law: see `reads.manners`."""
    return writes.nudge_members()


register_schedule("share.nudge_members", nudge_members, Every(DAY))
register_schedule("share.forget_deliveries", forget_deliveries, Every(DAY))
register_schedule("share.send_due_editions", send_due_editions, Every(TICK))
