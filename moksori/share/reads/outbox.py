"""Questions about the outbox: which letters went out, and how they looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from moksori.base.errors import NotFound
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.share.models import Mail


@dataclass(frozen=True, slots=True)
class MailLine:
    """One line of the outbox."""

    id: int
    to: str
    name: str
    subject: str
    state: str
    state_label: str
    created_at: datetime
    sent_at: datetime | None
    error: str
    language: str


@dataclass(frozen=True, slots=True)
class MailPage:
    """A letter with its headers; the words only for whoever may read them."""

    line: MailLine
    headers: tuple[tuple[str, str], ...]
    text: str
    attempts: int
    next_try_at: datetime | None
    may_read: bool
    may_resend: bool


def mail_lines(
    *, by: Member, before: int | None = None, size: int = 50
) -> list[MailLine]:
    """The newest first: one's own letters, and those one administers.

    In the demo, where the outbox is everybody's mailbox, also those of colleagues
    whose units one may read.
    """
    rows = _visible(by).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_line(mail) for mail in rows[:size]]


def mail_row(mail_id: int, *, by: Member) -> Mail:
    return one(_visible(by), pk=mail_id)


def mail_page(mail_id: int, *, by: Member) -> MailPage:
    mail = mail_row(mail_id, by=by)
    may_read = _may_read(mail, by)
    return MailPage(
        line=_line(mail),
        headers=tuple(sorted(mail.headers.items())) if may_read else (),
        text=mail.text if may_read else "",
        attempts=mail.attempts,
        next_try_at=mail.next_try_at if mail.state == Mail.State.WAITING else None,
        may_read=may_read,
        may_resend=_may_resend(mail, by),
    )


def letter_html(mail_id: int, *, by: Member) -> str:
    """The letter as it is sent. NotFound for whoever may not read its words."""
    mail = mail_row(mail_id, by=by)
    if not _may_read(mail, by):
        raise NotFound
    return mail.html


def _visible(by: Member) -> QuerySet[Mail]:
    seen = Q(member=by) | by.scope(Ability.ADMINISTER).q(unit="member__unit_id")
    if settings.MOKSORI_DEMO:
        seen |= by.scope(Ability.READ).q(unit="member__unit_id")
    return Mail.objects.filter(seen).select_related("member")


def _may_read(mail: Mail, by: Member) -> bool:
    """Its reader, and whoever may read all that its reader may.

    Administering members does not include reading what customers said. A letter also
    carries links that answer for its reader, so outside of the demo only that one
    reads it.
    """
    if mail.member_id == by.pk:
        return True
    if not settings.MOKSORI_DEMO:
        return False
    mine = [r.units for r in by.scope().reaches if not r.regions]
    return mail.member.scope().units <= frozenset().union(*mine)


def _may_resend(mail: Mail, by: Member) -> bool:
    again = {Mail.State.UNSURE, Mail.State.FAILED, Mail.State.KEPT}
    return (
        settings.MOKSORI_MAIL_IS_SENT
        and mail.state in again
        and by.may(Ability.ADMINISTER, mail)
    )


def _line(mail: Mail) -> MailLine:
    return MailLine(
        id=mail.pk,
        to=mail.to,
        name=mail.member.name,
        subject=mail.subject,
        state=mail.state,
        state_label=mail.get_state_display(),
        created_at=mail.created_at,
        sent_at=mail.sent_at,
        error=mail.error,
        language=mail.headers.get("Content-Language", mail.member.language),
    )
