"""The JSON door of mailboxes, and of mails that another program hands over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from moksori.base.errors import UserError
from moksori.base.people.requests import member_of
from moksori.collect.models import RawMail
from moksori.collect.reads import mailboxes as reads
from moksori.collect.writes.mails import take_mail

router = Router(tags=["collect"])


class MailboxOut(Schema):
    """A mailbox, what came of its mails, and why it is not reached (or "")."""

    id: int
    address: str
    unit: str
    is_fetched: bool
    is_paused: bool
    mails: int
    taken: int
    waiting: int
    newest: datetime | None
    reached_at: datetime | None
    message: str


class MailOut(Schema):
    """One mail. `state`: taken, automatic, bounce, review, aside, failed."""

    id: int
    state: str
    reason: str
    feedback: int | None
    thread: int | None
    attachments: int
    copies: int
    sent_at: datetime | None
    received_at: datetime


class MailListOut(Schema):
    total: int
    page: int
    pages: int
    mails: list[MailOut]


@router.get("/mailboxes", response=list[MailboxOut])
def mailbox_list(request: HttpRequest) -> Any:
    return reads.mailbox_lines(by=member_of(request))


@router.get("/mailboxes/{int:mailbox_id}/mails", response=MailListOut)
def mail_list(
    request: HttpRequest, mailbox_id: int, page: int = 1, state: str = ""
) -> Any:
    """What came, the newest first."""
    member = member_of(request)
    row = reads.mailbox_row(mailbox_id, by=member)
    found = reads.mail_lines(row, by=member, page=page, state=state)
    return {
        "total": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "mails": [_mail(one) for one in found.object_list],
    }


@router.post(
    "/mailboxes/{int:mailbox_id}/mails",
    response={200: MailOut, 201: MailOut},
    summary="Hand over one mail as it came (message/rfc822)",
)
def add_mail(request: HttpRequest, mailbox_id: int) -> Status[Any]:
    """The body is the mail itself, at most 20 MB. The same mail again is 200."""
    row = reads.mailbox_row(mailbox_id, by=member_of(request))
    if not request.body.strip():
        raise UserError(_("Send the mail as the body of the request."))
    mail = take_mail(request.body, mailbox=row)
    return Status(200 if mail.copies else 201, _mail(mail))


def _mail(row: RawMail) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.state,
        "reason": row.reason,
        "feedback": row.feedback_id,
        "thread": row.thread_id,
        "attachments": row.attachments,
        "copies": row.copies,
        "sent_at": row.sent_at,
        "received_at": row.received_at,
    }
