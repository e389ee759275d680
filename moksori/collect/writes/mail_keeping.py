"""How long mails are kept as they came, and who may have them."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Mailbox, RawMail
from moksori.collect.writes import mail_files


def forget_mails() -> int:
    """Files and senders of mails older than their mailbox keeps them; how many.

    The row stays, so that the same mail is still known when it comes again.
    """
    count = 0
    for mailbox in Mailbox.objects.all():
        before = timezone.now() - timedelta(days=mailbox.keep_days)
        old = RawMail.objects.filter(mailbox=mailbox, received_at__lt=before)
        for row in old.exclude(digest="").iterator(chunk_size=500):
            RawMail.objects.filter(pk=row.pk).update(digest="", sender="")
            drop_file(row.digest)
            count += 1
    return count


def drop_file(digest: str) -> None:
    """The file goes unless another mail is the same to the last byte."""
    if not RawMail.objects.filter(digest=digest).exists():
        mail_files.forget(digest)


def forget_strays() -> int:
    """Files that no mail names: copies that came another way, writes that broke off."""
    count = 0
    for digest in mail_files.older_than_a_day():
        if not RawMail.objects.filter(digest=digest).exists():
            mail_files.forget(digest)
            count += 1
    return count


@transaction.atomic
def original(row: RawMail, *, by: Member) -> bytes:
    """The bytes as they came, names and numbers included; the log says who had them."""
    by.must(Ability.ADMINISTER, row.mailbox)
    if not row.digest:
        raise NotFound(_("This mail is no longer kept."))
    raw = mail_files.opened(row.digest)
    audit.record("download_mail", row, by=by)
    return raw
