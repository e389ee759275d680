"""Answer a customer from a case: written, taken back, sent again by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.models import Case, CaseLetter
from moksori.act.reads.addressees import LANGUAGES, addressee, letters_leave
from moksori.act.writes.cases import (
    checked_text,
    keep_first_reply,
    locked,
    must_be_open,
)
from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.sealed import seal
from moksori.base.storable import one_line
from moksori.collect.asking.addresses import plain_email

State = CaseLetter.State
TO_THINK = timedelta(seconds=20)  # a letter waits so long, to be taken back
LONGEST_QUOTE = 2_000  # letters
LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer as somebody wrote it.

    `key` names this attempt: the same key twice is one letter. `turn` is the case's
    when the writer last saw it; what happened since must be read first.
    """

    text: str
    subject: str
    key: str
    turn: int
    language: str = "ko"
    quotes: bool = True


@transaction.atomic
def send_answer(case: Case, draft: Draft, *, by: Member) -> CaseLetter:
    """Put the letter in the outbox of the case; it leaves after `TO_THINK`."""
    by.must(Ability.ACT, case)
    row = locked(case)
    key = draft.key[:LONGEST_KEY]
    known = CaseLetter.objects.filter(case=row, key=key).first() if key else None
    if known is not None:
        return known
    row = must_be_open(row, by=by)
    letter = _composed(row, draft, by=by)
    _must_be_free(row)
    _must_know(row, draft.turn)
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        raise _leaves_already() from None
    row.turn += 1
    row.save(update_fields=["turn"])
    audit.record("send_answer", row, by=by, letter=letter.pk, way=letter.way)
    return letter


@transaction.atomic
def take_back(letter: CaseLetter, *, by: Member) -> CaseLetter:
    """As long as it has not left; its words stay, so that nothing is lost."""
    case = locked(letter.case)
    by.must(Ability.ACT, case)
    rows = CaseLetter.objects.filter(pk=letter.pk, state=State.WAITING)
    if not rows.update(state=State.TAKEN_BACK):
        raise Conflict(_("This answer has left already."))
    _next_turn(case)
    audit.record("take_answer_back", case, by=by, letter=letter.pk)
    letter.refresh_from_db()
    return letter


@transaction.atomic
def send_again(letter: CaseLetter, *, by: Member) -> CaseLetter:
    """A person decides that a letter that failed, or perhaps arrived, goes again."""
    case = must_be_open(letter.case, by=by)
    if not settings.MOKSORI_MAIL_IS_SENT:
        raise Conflict(_("There is no mail server; letters stay in the outbox."))
    _must_be_free(case)
    rows = CaseLetter.objects.filter(
        pk=letter.pk, state__in=[State.UNSURE, State.FAILED], way=CaseLetter.Way.MAIL
    )
    if not rows.update(
        state=State.WAITING, attempts=0, error="", not_before=timezone.now()
    ):
        raise Conflict(_("This letter is on its way, or has arrived."))
    _next_turn(case)
    audit.record("send_answer_again", case, by=by, letter=letter.pk)
    letter.refresh_from_db()
    return letter


@transaction.atomic
def say_arrived(letter: CaseLetter, *, by: Member) -> CaseLetter:
    """A person knows that a letter which perhaps left has arrived."""
    case = locked(letter.case)
    by.must(Ability.ACT, case)
    rows = CaseLetter.objects.select_for_update(no_key=True)
    letter = rows.get(pk=letter.pk)
    if letter.state != State.UNSURE:
        raise Conflict(_("This letter is on its way, or has arrived."))
    note_sent(letter, case, State.SENT)
    audit.record("answer_arrived", case, by=by, letter=letter.pk)
    return letter


def note_sent(letter: CaseLetter, case: Case, state: CaseLetter.State) -> None:
    """The letter is out, and the case answered; both rows are locked by the caller."""
    now = timezone.now()
    letter.state, letter.sent_at, letter.error = state, now, ""
    letter.save(update_fields=["state", "sent_at", "error"])
    case.reply, case.replied_by = letter.text, letter.by
    keep_first_reply(case, now)
    if case.needs_answer:
        case.status = Case.Status.ANSWERED
    case.turn += 1
    case.save(update_fields=["status", "turn"])


def _composed(case: Case, draft: Draft, *, by: Member) -> CaseLetter:
    """The letter as a row that is not stored yet; UserError says what is missing."""
    text = checked_text(draft.text, field="text")
    if not text:
        raise UserError(_("Write what the customer should read."), field="text")
    if draft.language not in LANGUAGES:
        raise UserError(_("Choose Korean or English."), field="language")
    subject = one_line(draft.subject, field="subject")
    if not subject:
        raise UserError(_("Write a subject."), field="subject")
    if not letters_leave():
        raise UserError(
            _("This installation has no mail server. Call the customer, and write "
              "down what was said.")
        )  # fmt: skip
    to = addressee(case)
    email = plain_email(to.email) if to else ""
    if to is None or not email:
        raise UserError(
            _("No e-mail address of this customer is known. Call them, and write down "
              "what was said.")
        )  # fmt: skip
    now = timezone.now()
    quoted = case.feedback.text if case.feedback and draft.quotes else ""
    return CaseLetter(
        case=case,
        key=draft.key[:LONGEST_KEY] or f"turn-{case.pk}-{case.turn}",
        way=CaseLetter.Way.MAIL,
        language=draft.language,
        subject=subject[:300],
        text=text,
        quoted=quoted[:LONGEST_QUOTE],
        address=seal(email),
        answers_to=to.answers_to[:400],
        by=by,
        at=now,
        not_before=now + TO_THINK,
    )


def _must_be_free(case: Case) -> None:
    leaving = [State.WAITING, State.SENDING]
    if CaseLetter.objects.filter(case=case, state__in=leaving).exists():
        raise _leaves_already()


def _leaves_already() -> Conflict:
    return Conflict(
        _("Another answer to this customer is leaving just now. Wait a minute, read "
          "it, and write again if something is missing."),
        field="text",
    )  # fmt: skip


def _must_know(case: Case, turn: int) -> None:
    if turn != case.turn:
        raise Conflict(
            _("Something happened here while you wrote: read what is new above. Your "
              "words are still here; send them if they still fit."),
            field="text",
        )  # fmt: skip


def _next_turn(case: Case) -> None:
    case.turn += 1
    case.save(update_fields=["turn"])
