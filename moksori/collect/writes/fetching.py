"""New mails fetched from IMAP folders, each taken once, the place kept mail by mail."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from moksori.base.errors import UserError
from moksori.base.sealed import unseal
from moksori.collect.models import Mailbox
from moksori.collect.sources.mail import imap
from moksori.collect.sources.mail.message import LARGEST
from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.writes.mails import take_mail

AT_ONCE = 200  # mails in one go; the rest follows in the next
PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=2)
CLAIMED = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Fetched:
    """How many mails came, and whether more wait."""

    mails: int
    has_more: bool


def account_of(mailbox: Mailbox) -> imap.Account:
    return imap.Account(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        login=mailbox.login,
        secret=unseal(mailbox.secret) if mailbox.secret else "",
        folder=mailbox.folder or "INBOX",
    )


def due_mailboxes() -> list[int]:
    """Mailboxes whose time has come."""
    now = timezone.now()
    due = Mailbox.objects.filter(
        Q(next_at__isnull=True) | Q(next_at__lte=now),
        way=Mailbox.Way.FETCHED,
        is_paused=False,
    )
    return list(due.order_by("next_at").values_list("pk", flat=True))


def is_due() -> bool:
    return bool(due_mailboxes())


def fetch_mails(mailbox_id: int) -> Fetched:
    """Fetch what is new; two at once take turns. A failure is kept in words, and the
    next try comes later and later."""
    mailbox = _claimed(mailbox_id)
    if mailbox is None:
        return Fetched(0, has_more=False)
    try:
        fetched = _fetched(mailbox)
    except UserError as error:
        _note_failure(mailbox, error)
        return Fetched(0, has_more=False)
    _note_success(mailbox, fetched)
    return fetched


def _claimed(mailbox_id: int) -> Mailbox | None:
    """One worker at a time: who moves the time has the mailbox."""
    now = timezone.now()
    moved = Mailbox.objects.filter(
        Q(next_at__isnull=True) | Q(next_at__lte=now),
        pk=mailbox_id,
        way=Mailbox.Way.FETCHED,
        is_paused=False,
    ).update(next_at=now + CLAIMED, asked_at=now)
    if not moved:
        return None
    return Mailbox.objects.select_related("unit", "source").get(pk=mailbox_id)


def _fetched(mailbox: Mailbox) -> Fetched:
    with imap.opened(account_of(mailbox)) as folder:
        if mailbox.uid_validity != folder.validity:
            # The numbers mean other mails now; what was taken before is known by its
            # identity and stays one.
            _keep_place(mailbox, folder.validity, 0)
        waiting = folder.after(mailbox.last_uid)
        for uid in waiting[:AT_ONCE]:
            _take(mailbox, folder, uid)
            _keep_place(mailbox, folder.validity, uid)
        return Fetched(min(len(waiting), AT_ONCE), has_more=len(waiting) > AT_ONCE)


def _take(mailbox: Mailbox, folder: imap.Folder, uid: int) -> None:
    is_whole = folder.size(uid) <= LARGEST
    raw = folder.mail(uid) if is_whole else folder.head(uid)
    if raw is None:
        return
    take_mail(raw, mailbox=mailbox, problem="" if is_whole else "too_large")
    # Only when it is safe here, the server's copy is touched.
    if mailbox.afterwards == Mailbox.Afterwards.SEEN:
        folder.mark_read(uid)
    elif mailbox.afterwards == Mailbox.Afterwards.MOVE and mailbox.done_folder:
        folder.move(uid, mailbox.done_folder)


def _keep_place(mailbox: Mailbox, validity: int, uid: int) -> None:
    mailbox.uid_validity, mailbox.last_uid = validity, uid
    mailbox.save(update_fields=["uid_validity", "last_uid"])


def _note_success(mailbox: Mailbox, fetched: Fetched) -> None:
    now = timezone.now()
    Mailbox.objects.filter(pk=mailbox.pk).update(
        reached_at=now,
        next_at=now if fetched.has_more else now + PAUSE,
        failures=0,
        problem={},
    )


def _note_failure(mailbox: Mailbox, error: UserError) -> None:
    failures = min(mailbox.failures + 1, 1_000)
    pause = min(PAUSE * 2 ** min(failures, 10), LONGEST_PAUSE)
    jitter = random.uniform(0.8, 1.2)  # noqa: S311 – spreads, hides nothing
    message = (
        error.as_message
        if isinstance(error, Unreadable)
        else Message("{why}", {"why": str(error)})
    )
    Mailbox.objects.filter(pk=mailbox.pk).update(
        next_at=timezone.now() + pause * jitter,
        failures=failures,
        problem={"template": message.template, "facts": message.facts},
    )
