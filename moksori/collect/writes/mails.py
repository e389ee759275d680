"""One mail taken in: kept as it came, told apart, and stored once as feedback."""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.errors import Conflict, TooLarge
from moksori.base.sealed import seal
from moksori.base.storable import storable_json
from moksori.collect.answers import Answer, Kind
from moksori.collect.models import Channel, Mailbox, RawMail
from moksori.collect.records import Record, masked_text
from moksori.collect.replies import Letter, letter_of, tell_bounce
from moksori.collect.sources.mail.automatic import Automatic, automatic
from moksori.collect.sources.mail.bounces import bounces
from moksori.collect.sources.mail.decode import tidy_line
from moksori.collect.sources.mail.message import LARGEST, VERSION, Mail, read_mail
from moksori.collect.sources.mail.quotes import Stripped, own_words
from moksori.collect.sources.mail.routes import tokens_of
from moksori.collect.tables.table import clean
from moksori.collect.writes import mail_files, scan_mails
from moksori.collect.writes.bounces import take_bounces
from moksori.collect.writes.feedback import add_many
from moksori.collect.writes.review import put_up

log = logging.getLogger(__name__)
State = RawMail.State
REVIEW = "mail"
DECIDED = "decided"  # by a person
SHOWN = 5_000  # characters of a mail on the review page
# With these a part of the mail may be missing: a person looks.
_GRAVE = ("too_nested", "too_many_lines", "encrypted", "damaged", "too_large")
_CHECKS = re.compile(r"\b(spf|dkim|dmarc)=([a-z]{2,12})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What servers said to each other; None where nobody heard it."""

    sender: str | None = None
    to: tuple[str, ...] = ()


@dataclass(slots=True)
class _Arrived:
    """A mail while it is sorted."""

    row: RawMail
    mail: Mail
    letter: Letter | None = None
    stripped: Stripped = field(default_factory=lambda: Stripped(""))


def take_mail(
    raw: bytes,
    *,
    mailbox: Mailbox,
    envelope: Envelope | None = None,
    problem: str = "",
) -> RawMail:
    """Keep the mail and store what it says; the same mail again is only counted.

    When this returns, both survive a loss of power. Raises TooLarge above 25 MB;
    of such a mail the head alone may come, with the `problem` "too_large".
    """
    if len(raw) > LARGEST:
        raise TooLarge(
            _("The mail is larger than {most} MB.").format(most=LARGEST // 1_048_576)
        )
    envelope = envelope or Envelope()
    mail = _read(raw)
    if problem:
        mail = replace(mail, problems=(*mail.problems, problem))
    digest = mail_files.keep(raw)
    with transaction.atomic():
        row = _row(mail, mailbox, envelope, digest=digest, size=len(raw))
        if row.pk is None:
            return _counted_again(row)
        _sort_or_keep(_Arrived(row, mail), raw)
    return row


def _read(raw: bytes) -> Mail:
    """What no reader understands is a mail all the same: its bytes are kept."""
    try:
        return read_mail(raw)
    except Exception:
        log.exception("A mail could not be read.")
        return Mail(problems=("damaged",), body_hash=hashlib.sha256(raw).hexdigest())


def _sort_or_keep(arrived: _Arrived, raw: bytes) -> None:
    """One mail that stumbles must not hold up those behind it; it waits as FAILED."""
    try:
        with transaction.atomic():
            _sort(arrived, raw)
    except (OperationalError, InterfaceError):
        raise  # the database, not the mail: the sender keeps it and comes again
    except Exception as error:
        log.exception("A mail could not be sorted.")
        arrived.row.feedback_id = None
        _settle(arrived.row, State.FAILED, type(error).__name__[:40])


def _row(
    mail: Mail, mailbox: Mailbox, envelope: Envelope, *, digest: str, size: int
) -> RawMail:
    row = RawMail(
        mailbox=mailbox,
        identity=mail.identity,
        digest=digest,
        size=size,
        message_id=mail.message_id[:400],
        sender=seal(f"{mail.sender.name}\n{mail.sender.email}"),
        envelope_to=tidy_line(next(iter(envelope.to), ""))[:320],
        envelope_from=_sender(envelope),
        state=State.FAILED,
        attachments=min(len(mail.attachments), 32_000),
        authentication=_checks(mail),
        parser=VERSION,
        sent_at=mail.sent_at,
        received_at=timezone.now(),
        thread=_thread(mail, mailbox),
    )
    try:
        # The database decides which of two deliveries at one moment is the first.
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row.pk = None
    return row


def _sender(envelope: Envelope) -> str | None:
    return None if envelope.sender is None else tidy_line(envelope.sender)[:320]


def _counted_again(row: RawMail) -> RawMail:
    same = RawMail.objects.filter(mailbox=row.mailbox, identity=row.identity)
    same.update(copies=F("copies") + 1)
    return same.get()


def _thread(mail: Mail, mailbox: Mailbox) -> RawMail | None:
    """The first mail of the conversation that this one goes on with."""
    known = RawMail.objects.filter(
        mailbox=mailbox, message_id__in=mail.answers_to[:60]
    ).order_by("id")
    found = known.first() if mail.answers_to else None
    return (found.thread or found) if found else None


def _checks(mail: Mail) -> dict[str, str]:
    """What the receiving server found out about the sender, for people to see."""
    given = mail.headers.get("authentication-results", "")
    return {name.lower(): found.lower() for name, found in _CHECKS.findall(given)}


def _sort(arrived: _Arrived, raw: bytes) -> None:
    row, mail = arrived.row, arrived.mail
    kind = automatic(mail, envelope_from=row.envelope_from)
    scans = scan_mails.scans_of(mail, row.mailbox)
    if kind is Automatic.BOUNCE:
        _note_bounces(arrived, raw)
    elif scans and kind is not Automatic.LOOP:  # a copier calls itself automatic
        scan_mails.take_scans(row, mail, scans)
        _settle(row, State.TAKEN, scan_mails.SCANS)
    elif kind is not None:
        _settle(row, State.AUTOMATIC, kind.value)
    else:
        _read_words(arrived)
        _decide(arrived)


def _read_words(arrived: _Arrived) -> None:
    mail = arrived.mail
    to = (arrived.row.envelope_to, *mail.recipients)
    arrived.letter = letter_of(tokens_of(to), mail.answers_to)
    arrived.stripped = own_words(
        mail.text,
        is_reply=mail.is_reply or arrived.letter is not None,
        sent=arrived.letter.sent if arrived.letter else "",
    )


def _decide(arrived: _Arrived) -> None:
    stripped, mail, row = arrived.stripped, arrived.mail, arrived.row
    grave = next((one for one in _GRAVE if one in mail.problems), "")
    if grave:
        _ask(arrived, grave)
    elif stripped.is_forward:
        _ask(arrived, "forwarded")
    elif not stripped.words and mail.attachments:
        _ask(arrived, "only_files")
    elif not stripped.words and (stripped.is_doubtful or not mail.is_reply):
        _ask(arrived, "no_words")
    elif not stripped.words:
        _settle(row, State.ASIDE, "empty")
    elif stripped.is_doubtful:
        _ask(arrived, "unclear")
    else:
        _take(arrived, stripped.words)


def _note_bounces(arrived: _Arrived, raw: bytes) -> None:
    to = tuple(one for one in (arrived.row.envelope_to,) if one)
    found = bounces(raw, to=(*to, *arrived.mail.recipients))
    take_bounces(found, key=arrived.row.identity)
    for one in found:
        tell_bounce(one)
    _settle(arrived.row, State.BOUNCE, found[0].verdict.value if found else "unclear")


def _settle(row: RawMail, state: RawMail.State, reason: str) -> None:
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason", "feedback"])


def _ask(arrived: _Arrived, reason: str) -> None:
    """A person decides what of this mail is the customer's voice."""
    row, mail = arrived.row, arrived.mail
    _settle(row, State.REVIEW, reason)
    put_up(
        REVIEW,
        row.mailbox.unit,
        key=row.identity,
        about=row,
        evidence={
            "mail": row.pk,
            "mailbox": row.mailbox.address,
            "reason": reason,
            "subject": masked_text(mail.subject)[:300],
            "words": masked_text(arrived.stripped.words)[:SHOWN],
            "text": masked_text(mail.text)[:SHOWN],
            "files": [one.name for one in mail.attachments][:20],
        },
    )


def _take(arrived: _Arrived, words: str) -> None:
    row = arrived.row
    record = _record(arrived, words)
    added = add_many([record], source=row.mailbox.source, by=None)
    row.feedback_id = added.ids[0]
    _settle(row, State.TAKEN, DECIDED if row.state == State.TAKEN else "")


def _record(arrived: _Arrived, words: str) -> Record:
    row, mail = arrived.row, arrived.mail
    letter = arrived.letter or Letter()
    return Record(
        answers=(*_answers(arrived, letter, words),),
        external_id=f"mail:{row.identity}",
        occurred_at=mail.sent_at or row.received_at,
        channel=Channel.EMAIL,
        language=letter.language,
        product=letter.product,
        region=letter.region,
        customer=letter.customer,
        account=letter.account,
        attributes=letter.attributes,
        metadata={**letter.metadata, **_metadata(row, mail)},
        raw=storable_json(
            {
                "from": mail.sender.email,
                "name": mail.sender.name,
                "to": list(mail.recipients[:20]),
                "subject": mail.subject,
                "message_id": mail.message_id,
                "text": mail.text[:50_000],
            }
        ),
    )


def _answers(arrived: _Arrived, letter: Letter, words: str) -> list[Answer]:
    found: list[Answer] = []
    mail = arrived.mail
    subject = clean(mail.subject)
    if subject and not mail.is_reply and not arrived.stripped.is_forward:
        found.append(Answer("subject", Kind.TEXT, subject[:500]))
    found.append(Answer("message", Kind.TEXT, clean(words)))
    if letter.answers is not None:
        found += letter.answers(words)
    return found


def _metadata(row: RawMail, mail: Mail) -> dict[str, Any]:
    found: dict[str, Any] = {"mail": row.pk}
    if row.thread_id:
        found["thread"] = row.thread_id
    if mail.attachments:
        found["attachments"] = [
            {"name": one.name[:120], "kind": one.kind[:80], "size": one.size}
            for one in mail.attachments[:20]
        ]
    kept: dict[str, Any] = storable_json(found)
    return kept


@transaction.atomic
def take_words(row: RawMail) -> None:
    """A person decided: the words that were found are the customer's voice."""
    arrived = _decided(row)
    _take(arrived, arrived.stripped.words or arrived.mail.subject)


@transaction.atomic
def take_whole(row: RawMail) -> None:
    """A person decided: everything in this mail is the customer's voice."""
    arrived = _decided(row)
    _take(arrived, arrived.mail.text.strip() or arrived.mail.subject)


def _decided(row: RawMail) -> _Arrived:
    moved = RawMail.objects.filter(pk=row.pk, state=State.REVIEW).update(
        state=State.TAKEN
    )
    if not moved:
        raise Conflict(_("Somebody has decided this already."))
    row.refresh_from_db()
    return _read_anew(row)


def _read_anew(row: RawMail) -> _Arrived:
    arrived = _Arrived(row, read_mail(mail_files.opened(row.digest)))
    _read_words(arrived)
    return arrived


@transaction.atomic
def read_again(row: RawMail) -> bool:
    """What the parser of today makes of a mail; true if that is something else.

    What a person decided stays as it is.
    """
    if row.state == State.FAILED:
        raw = mail_files.opened(row.digest)
        _sort(_Arrived(row, read_mail(raw)), raw)
        return True
    if row.state != State.TAKEN or row.reason in {DECIDED, scan_mails.SCANS}:
        return False
    arrived = _read_anew(row)
    RawMail.objects.filter(pk=row.pk).update(parser=VERSION)
    if not arrived.stripped.words:
        return False
    record = _record(arrived, arrived.stripped.words)
    return add_many([record], source=row.mailbox.source, by=None).revised > 0


@transaction.atomic
def set_mail_aside(row: RawMail) -> None:
    """A person decided that no customer speaks here."""
    moved = RawMail.objects.filter(pk=row.pk, state=State.REVIEW).update(
        state=State.ASIDE
    )
    if not moved:
        raise Conflict(_("Somebody has decided this already."))


@transaction.atomic
def take_up_again(row: RawMail) -> None:
    """That it was set aside never happened."""
    RawMail.objects.filter(pk=row.pk, state=State.ASIDE).update(state=State.REVIEW)
