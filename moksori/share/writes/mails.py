"""Put letters in the outbox and hand them to the mail server, each once."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.share.channels import email
from moksori.share.channels.email import links
from moksori.share.models import Depth, Edition, Mail, Reach, Subscription
from moksori.share.reads.manners import not_before
from moksori.share.writes.marks import record

WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 480))
STALE_AFTER = timedelta(minutes=10)


@transaction.atomic
def post(edition: Edition) -> Mail:
    """The edition's letter, in the outbox; the same one when it is there already.

    Without a mail server it is kept there for good. In the demo the outbox is the
    mailbox of everybody, so the edition counts as delivered.
    """
    known = Mail.objects.filter(edition=edition).first()
    if known is not None:
        return known
    subscription = Subscription.objects.filter(member=edition.member).first()
    letter = email.letter(edition, subscription.depth if subscription else Depth.NORMAL)
    is_sent = settings.MOKSORI_MAIL_IS_SENT
    mail = Mail.objects.create(
        member=edition.member,
        edition=edition,
        to=edition.member.email,
        subject=letter.subject,
        html=letter.html,
        text=letter.text,
        headers=letter.headers,
        state=Mail.State.WAITING if is_sent else Mail.State.KEPT,
        next_try_at=not_before(timezone.now(), subscription),
    )
    if settings.MOKSORI_DEMO and not is_sent:
        record(edition, Reach.Kind.DELIVERED)
    return mail


@transaction.atomic
def write_to(member: Member, *, subject: str, words: str, path: str) -> Mail:
    """A short letter of its own, beside the editions; without a server it is kept."""
    address = links.absolute(path)
    return Mail.objects.create(
        member=member,
        to=member.email,
        subject=subject[:300],
        html=format_html(
            '<p>{}</p><p><a href="{}">{}</a></p>', words, address, address
        ),
        text=f"{words}\n\n{address}\n",
        state=Mail.State.WAITING if settings.MOKSORI_MAIL_IS_SENT else Mail.State.KEPT,
    )


def send_mail(mail_id: int) -> Mail.State | None:
    """Try once to hand the letter over; None when it is not waiting (any more).

    The row says SENDING, committed, before the server hears a word; whoever comes
    second finds nothing to do.
    """
    mail = _claimed(mail_id)
    if mail is None:
        return None
    outcome = _handed_over(mail)
    _note(mail, outcome)
    return outcome.state


def settle_stale_mails() -> int:
    """Letters whose worker died while it spoke to the server: perhaps sent."""
    stale = Mail.objects.filter(
        state=Mail.State.SENDING, tried_at__lt=timezone.now() - STALE_AFTER
    )
    return stale.update(
        state=Mail.State.UNSURE,
        error="The worker stopped while the mail server had the letter.",
    )


@transaction.atomic
def resend(mail: Mail, *, by: Member) -> None:
    """A person decides that a letter that failed, or perhaps arrived, goes again."""
    by.must(Ability.ADMINISTER, mail)
    again = {Mail.State.UNSURE, Mail.State.FAILED, Mail.State.KEPT}
    if not settings.MOKSORI_MAIL_IS_SENT:
        raise Conflict(_("There is no mail server; letters stay in the outbox."))
    changed = Mail.objects.filter(pk=mail.pk, state__in=again).update(
        state=Mail.State.WAITING, attempts=0, next_try_at=timezone.now(), error=""
    )
    if not changed:
        raise Conflict(_("This letter is on its way, or has arrived."))
    audit.record("resend_mail", mail, by=by)


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: Mail.State
    error: str = ""


def _claimed(mail_id: int) -> Mail | None:
    now = timezone.now()
    waiting = Mail.objects.filter(
        pk=mail_id, state=Mail.State.WAITING, next_try_at__lte=now
    )
    with transaction.atomic():
        if not waiting.update(state=Mail.State.SENDING, tried_at=now):
            return None
    mail = Mail.objects.select_related("member", "edition").get(pk=mail_id)
    mail.attempts += 1
    return mail


def _handed_over(mail: Mail) -> _Outcome:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return _Outcome(Mail.State.WAITING, _words(error))
    try:
        connection.send_messages([_message(mail)])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _reason in error.recipients.values()]
        return _Outcome(_after_code(min(codes, default=550)), _words(error))
    except smtplib.SMTPResponseException as error:
        return _Outcome(_after_code(error.smtp_code), _words(error))
    except (OSError, smtplib.SMTPException) as error:
        # The line went dead in the middle: the server may have kept the letter.
        return _Outcome(Mail.State.UNSURE, _words(error))
    finally:
        _hang_up(connection)
    return _Outcome(Mail.State.SENT)


def _hang_up(connection: object) -> None:
    try:
        connection.close()  # type: ignore[attr-defined]
    except (OSError, smtplib.SMTPException):
        return


def _after_code(code: int) -> Mail.State:
    """4xx: the server asks to come back later; 5xx: it never wants this letter."""
    return Mail.State.WAITING if 400 <= code < 500 else Mail.State.FAILED


def _message(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers=dict(mail.headers),
    )
    message.attach_alternative(mail.html, "text/html")
    return message


@transaction.atomic
def _note(mail: Mail, outcome: _Outcome) -> None:
    now = timezone.now()
    mail.state, mail.error = outcome.state, outcome.error
    if outcome.state == Mail.State.WAITING and mail.attempts > len(WAITS):
        mail.state = Mail.State.FAILED
    elif outcome.state == Mail.State.WAITING:
        mail.next_try_at = now + WAITS[mail.attempts - 1]
    elif outcome.state == Mail.State.SENT:
        mail.sent_at = now
    mail.save(update_fields=["state", "error", "attempts", "next_try_at", "sent_at"])
    if mail.state == Mail.State.SENT and mail.edition is not None:
        record(mail.edition, Reach.Kind.DELIVERED)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
