"""What was said between a customer and us, and what stands in the way of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moksori.act.models import Case, CaseLetter, CaseRating, CaseReturn
from moksori.act.reads.addressees import Addressee, addressee, letters_leave
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability

State = CaseLetter.State
LOST = {State.REFUSED, State.FAILED}


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said. `letter` is 0 for what the customer said.

    `tone` is "hurt" for what did not arrive, "good" for what did.
    """

    at: datetime
    text: str
    who: str = ""
    letter: int = 0
    feedback: int = 0
    state: str = ""
    state_name: str = ""
    way: str = ""
    subject: str = ""
    quoted: str = ""
    error: str = ""
    tone: str = ""

    @property
    def is_leaving(self) -> bool:
        return self.state == State.WAITING

    @property
    def is_unsure(self) -> bool:
        return self.state == State.UNSURE

    @property
    def is_lost(self) -> bool:
        return self.state in LOST

    @property
    def may_go_again(self) -> bool:
        return self.state in {State.UNSURE, State.FAILED}

    @property
    def is_noted(self) -> bool:
        return self.way == CaseLetter.Way.NOTED


@dataclass(frozen=True, slots=True)
class Rated:
    """What the customer last said of our answer."""

    is_solved: bool
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """`to` only for who may work on the case; `is_leaving`: an answer is on its way."""

    turns: list[Turn]
    to: Addressee | None
    letters_leave: bool
    is_leaving: bool
    turn: int
    rating: Rated | None

    @property
    def may_write(self) -> bool:
        return bool(self.letters_leave and self.to is not None and self.to.email)


def letter_row(letter_id: int, case_id: int, *, by: Member) -> CaseLetter:
    """The letter of this case, or NotFound."""
    rows = CaseLetter.objects.visible_to(by).select_related("case__unit", "by")
    return one(rows, pk=letter_id, case=case_id)


def talk(case: Case, *, by: Member) -> Talk:
    """Ask only for a case that this member may see.

    What the customer answered belongs to the case, also where the mailbox that took
    it lies above the member's unit.
    """
    letters = [_said_by_us(row) for row in case.letters.select_related("by")]
    returns = [_said_by_customer(row) for row in _returns(case)]
    may_act = by.may(Ability.ACT, case)
    return Talk(
        turns=sorted([*letters, *returns], key=lambda turn: turn.at),
        to=addressee(case) if may_act else None,
        letters_leave=letters_leave(),
        is_leaving=any(
            turn.state in {State.WAITING, State.SENDING} for turn in letters
        ),
        turn=case.turn,
        rating=_rated(case),
    )


def _rated(case: Case) -> Rated | None:
    row = CaseRating.objects.filter(case=case).first()
    return Rated(row.is_solved, row.words, row.at) if row else None


def _returns(case: Case) -> list[CaseReturn]:
    return list(CaseReturn.objects.filter(case=case).select_related("feedback"))


def _said_by_us(row: CaseLetter) -> Turn:
    state = State(row.state)
    if row.way == CaseLetter.Way.NOTED:
        name = str(CaseLetter.Way.NOTED.label)
    else:
        name = str(state.label)
    return Turn(
        at=row.sent_at or row.at,
        text=row.text,
        who=row.by.name if row.by else "",
        letter=row.pk,
        state=state.value,
        state_name=name,
        way=row.way,
        subject=row.subject,
        quoted=row.quoted,
        error=row.error,
        tone="hurt" if state in LOST or state == State.UNSURE else "good",
    )


def _said_by_customer(row: CaseReturn) -> Turn:
    return Turn(at=row.at, text=row.feedback.text, feedback=row.feedback_id)
