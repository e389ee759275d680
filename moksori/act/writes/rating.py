"""A customer says whether our answer helped, by the signed link in the letter."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.act.casework import marks
from moksori.act.models import Case, CaseLetter, CaseRating
from moksori.act.writes.returning import living, wake
from moksori.base.audit import writes as audit
from moksori.base.errors import NotFound, UserError
from moksori.base.storable import storable
from moksori.collect.records import masked_text

VALID = timedelta(days=180)
LONGEST = 2_000  # letters
OUT = (
    CaseLetter.State.SENT, CaseLetter.State.UNSURE, CaseLetter.State.KEPT,
    CaseLetter.State.SENDING,
)  # fmt: skip


def letter_to_rate(token: str) -> CaseLetter:
    """The letter of this link; NotFound for what is not ours, not sent, or too old."""
    number = marks.rated_letter(token[:60])
    rows = CaseLetter.objects.select_related("case__unit").filter(
        state__in=OUT, at__gte=timezone.now() - VALID, case__feedback__isnull=False
    )
    letter = rows.filter(pk=number).first() if number is not None else None
    if letter is None:
        raise NotFound(
            _("This link is not valid any more. Please answer the letter instead.")
        )
    return letter


@transaction.atomic
def rate(letter: CaseLetter, *, is_solved: bool, words: str = "") -> CaseRating:
    """The last word counts, each is in the log; saying the same again changes nothing.

    “Not solved” opens the case again. Who has the link may speak: it was sent to the
    customer alone, and its signature is theirs.
    """
    words = masked_text(storable(words))
    if len(words) > LONGEST:
        raise UserError(
            _("This is longer than %(longest)s letters. Shorten it.")
            % {"longest": LONGEST},
            field="words",
        )
    case = living(letter.case_id)
    if case is None:
        raise NotFound
    known = CaseRating.objects.filter(case=case).first()
    if known is not None and (known.is_solved, known.words) == (is_solved, words):
        return known
    values = {
        "letter": letter, "is_solved": is_solved, "words": words,
        "at": timezone.now(),
    }  # fmt: skip
    rating, _new = CaseRating.objects.update_or_create(case=case, defaults=values)
    if is_solved:
        _note(case)
        audit.record("rate_case_solved", case, by=None, letter=letter.pk)
    elif case.status in {Case.Status.CLOSED, Case.Status.ANSWERED}:
        wake(case, "rate_case_unsolved", letter=letter.pk)
    else:
        _note(case)
        audit.record("rate_case_unsolved", case, by=None, letter=letter.pk)
    return rating


def _note(case: Case) -> None:
    case.turn += 1
    case.save(update_fields=["turn"])
