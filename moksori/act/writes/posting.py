"""Letters of cases leave the house: each claimed, handed over once, and noted.

SENDING is committed before the mail server hears a word. Who dies in between leaves
the letter unsure, and only a person sends it again; no customer is answered twice by
a machine that does not know what it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from moksori.act.casework import marks
from moksori.act.models import Case, CaseLetter
from moksori.act.reads.addressees import addressee, company
from moksori.act.writes.cases import locked
from moksori.act.writes.letters import note_sent
from moksori.act.writes.returning import MARK, living, wake
from moksori.base.audit import writes as audit
from moksori.base.sealed import Broken, unseal
from moksori.base.web import text
from moksori.collect.replies import Letter
from moksori.collect.senders.email import sender
from moksori.collect.senders.sender import Fate, Line, Message, Outcome
from moksori.collect.sources.mail.bounces import Bounce, Verdict

State = CaseLetter.State
AT_ONCE = 200
STALE_AFTER = timedelta(minutes=10)
WHILE_DOWN = timedelta(minutes=3)
WAITS = tuple(timedelta(minutes=m) for m in (2, 10, 60, 240))
_ENDS = {Fate.REFUSED: State.REFUSED, Fate.UNSURE: State.UNSURE}
_VERBS = {
    State.REFUSED: "answer_refused",
    State.FAILED: "answer_failed",
    State.UNSURE: "answer_unsure",
    State.TAKEN_BACK: "answer_not_wanted",
}


def is_any_due() -> bool:
    """A cheap question for the schedule."""
    due = CaseLetter.objects.filter(state=State.WAITING, not_before__lte=timezone.now())
    return due.exists()


def send_due(most: int = AT_ONCE) -> int:
    """Hand over what is due, the oldest first; how many were tried."""
    due = CaseLetter.objects.filter(state=State.WAITING, not_before__lte=timezone.now())
    ids = list(due.order_by("not_before", "pk").values_list("pk", flat=True)[:most])
    tried = 0
    with sender.line({}) as line:
        for pk in ids:
            fate = post(pk, line)
            tried += fate is not None
            if fate == Fate.DOWN:
                break
    return tried


def post(letter_id: int, line: Line) -> Fate | None:
    """Try once; None when it does not wait (any more)."""
    letter = _claimed(letter_id)
    if letter is None:
        return None
    if letter.case.feedback is None:
        _note_end(letter, State.TAKEN_BACK, "The feedback was withdrawn.")
        return Fate.FAILED
    if not settings.MOKSORI_MAIL_IS_SENT:
        _note_out(letter, State.KEPT)
        return Fate.SENT
    outcome = _handed_over(letter, line)
    _note(letter, outcome)
    return outcome.fate


def settle_stale() -> int:
    """Letters whose sender died while the server had them: perhaps sent."""
    stale = CaseLetter.objects.filter(
        state=State.SENDING, tried_at__lt=timezone.now() - STALE_AFTER
    )
    letters = list(stale.select_related("case"))
    for letter in letters:
        _note_end(letter, State.UNSURE, "The worker stopped while sending.")
    return len(letters)


def case_letter(tokens: Sequence[str], message_ids: Sequence[str]) -> Letter | None:
    """The letter of a case that a mail answers; for `collect.replies`."""
    number = marks.letter_in(tokens, message_ids)
    letter = _letters().filter(pk=number).first() if number is not None else None
    if letter is None:
        return None
    feedback = letter.case.feedback
    customer = feedback.customer if feedback else None
    return Letter(
        sent=body(letter),
        customer=customer.external_id if customer else "",
        language=letter.language,
        metadata={MARK: letter.case_id, "letter": marks.signed(letter.pk)},
    )


def take_bounce(told: Bounce) -> None:
    """A letter came back: the customer waits on. The same report again does nothing."""
    number = marks.letter_bounced(told.to, told.message_id)
    if number is None or told.verdict not in {Verdict.HARD, Verdict.SOFT}:
        return
    with transaction.atomic():
        known = CaseLetter.objects.filter(pk=number).select_related("case").first()
        if known is None:
            return
        case = living(known.case_id) or locked(known.case)
        state = State.REFUSED if told.verdict == Verdict.HARD else State.FAILED
        changed = CaseLetter.objects.filter(
            pk=number, state__in=[State.SENT, State.SENDING, State.UNSURE]
        ).update(state=state, error=told.status[:12])
        if changed:
            wake(case, "answer_bounced", letter=number)


def body(letter: CaseLetter) -> str:
    """What the customer reads: our words, who says them, their own words below."""
    with translation.override(letter.language):
        who = letter.by.name if letter.by else ""
        name = company(letter.case.unit, letter.language)
        address = reverse("act:rate", args=[marks.rating_token(letter.pk)])
        asked = _("Did this help you? Two taps tell us:")
        parts = [letter.text, "\n".join(filter(None, (who, name)))]
        parts.append(f"{asked}\n{settings.MOKSORI_BASE_URL}{address}")
        if letter.quoted:
            feedback = letter.case.feedback
            day = text.day(text.local_day(feedback.occurred_at)) if feedback else ""
            lines = "\n".join(f"> {one}" for one in letter.quoted.splitlines())
            said = _("What you told us on %(day)s:") % {"day": day}
            parts.append(f"{said}\n{lines}")
    return "\n\n".join(parts) + "\n"


def message(letter: CaseLetter) -> Message:
    """The letter as a mail server takes it; raises Broken where it cannot be opened."""
    to = addressee(letter.case)
    back = marks.returns_to(letter.pk, to.mailbox if to else "")
    headers = {"Content-Language": letter.language}
    if letter.answers_to:
        thread = f"<{letter.answers_to.strip('<>')}>"
        headers |= {"In-Reply-To": thread, "References": thread}
    if back:
        headers["Reply-To"] = back
    return Message(
        to=unseal(letter.address),
        subject=letter.subject,
        text=body(letter),
        reference=marks.message_id(letter.pk),
        headers=headers,
        from_name=company(letter.case.unit, letter.language),
        returns_to=back,
    )


def _letters() -> QuerySet[CaseLetter]:
    return CaseLetter.objects.select_related("case__unit", "case__feedback", "by")


def _claimed(letter_id: int) -> CaseLetter | None:
    now = timezone.now()
    waiting = CaseLetter.objects.filter(
        pk=letter_id, state=State.WAITING, not_before__lte=now
    )
    with transaction.atomic():
        if not waiting.update(
            state=State.SENDING, tried_at=now, attempts=F("attempts") + 1
        ):
            return None
    return _letters().get(pk=letter_id)


def _handed_over(letter: CaseLetter, line: Line) -> Outcome:
    try:
        made = message(letter)
    except Broken as error:
        return Outcome(Fate.FAILED, str(error))
    return line.hand_over(made)


def _note(letter: CaseLetter, outcome: Outcome) -> None:
    if outcome.fate == Fate.SENT:
        _note_out(letter, State.SENT)
    elif outcome.fate == Fate.DOWN:
        _wait(letter, WHILE_DOWN, letter.attempts - 1, outcome.error)
    elif outcome.fate == Fate.LATER and letter.attempts <= len(WAITS):
        wait = WAITS[letter.attempts - 1]
        _wait(letter, wait, letter.attempts, outcome.error)
    else:
        _note_end(letter, _ENDS.get(outcome.fate, State.FAILED), outcome.error)


def _wait(letter: CaseLetter, wait: timedelta, attempts: int, error: str) -> None:
    rows = CaseLetter.objects.filter(pk=letter.pk, state=State.SENDING)
    rows.update(
        state=State.WAITING, not_before=timezone.now() + wait, attempts=attempts,
        error=error[:300],
    )  # fmt: skip


@transaction.atomic
def _note_out(letter: CaseLetter, state: CaseLetter.State) -> None:
    case = locked(letter.case)
    rows = CaseLetter.objects.select_for_update(no_key=True)
    row = rows.filter(pk=letter.pk, state=State.SENDING).first()
    if row is None:
        return  # settled meanwhile, by the clock or by a person
    note_sent(row, case, state)
    verb = "answer_sent" if state == State.SENT else "answer_kept"
    audit.record(verb, case, by=None, letter=row.pk)


@transaction.atomic
def _note_end(letter: CaseLetter, state: CaseLetter.State, error: str) -> None:
    """It will not leave by itself any more; the case waits for a person."""
    case: Case = locked(letter.case)
    rows = CaseLetter.objects.filter(pk=letter.pk, state=State.SENDING)
    if rows.update(state=state, error=error[:300]):
        case.turn += 1
        case.save(update_fields=["turn"])
        audit.record(_VERBS[state], case, by=None, letter=letter.pk)
