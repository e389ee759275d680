"""Scans that a copier or a fax sends by mail, to a mailbox that is marked for them."""

from __future__ import annotations

from django.db import transaction

from moksori.collect.models import Mailbox, RawMail, ScanBatch
from moksori.collect.sources.mail.message import Attachment, Mail
from moksori.collect.writes.scans import begin_batch, take_file

SCANS = "scans"  # why such a mail counts as taken
_ENDINGS = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".heic", ".heif")
_KINDS = ("application/pdf", "image/")


def scans_of(mail: Mail, mailbox: Mailbox) -> list[Attachment]:
    """The attachments that may be scans; none where the mailbox takes none."""
    if not mailbox.takes_scans:
        return []
    return [
        one
        for one in mail.attachments
        if one.size
        and (one.kind.startswith(_KINDS) or one.name.lower().endswith(_ENDINGS))
    ]


def take_scans(row: RawMail, mail: Mail, found: list[Attachment]) -> ScanBatch:
    """Keep the attachments as one batch; the mail itself is not kept beside them.

    Else pictures of people would stay there after they were erased here.
    """
    batch = begin_batch(
        row.mailbox.unit, way=ScanBatch.Way.MAIL, by=None, name=mail.subject
    )
    for one in found:
        take_file([one.content], name=one.name, batch=batch)
    digest, row.digest = row.digest, ""
    row.save(update_fields=["digest"])
    transaction.on_commit(lambda: _drop(digest))
    return batch


def _drop(digest: str) -> None:
    from moksori.collect.writes.mail_keeping import drop_file  # noqa: PLC0415 - loops

    drop_file(digest)
