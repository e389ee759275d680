"""Which question of a questionnaire to mend first."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.analysis.surveys.questionnaires import questionnaire_health
from moksori.analysis.surveys.questions import ENOUGH, Questionnaire
from moksori.base.people.models import Member
from moksori.collect.models import Source
from moksori.understand.reads.answer_sheets import Sheets, questionnaires, sheets_of


@dataclass(frozen=True, slots=True)
class QuestionList:
    """One questionnaire with its health; `health` is None from fewer than 30 sheets."""

    sources: list[Source]
    sheets: Sheets | None
    health: Questionnaire | None = None

    @property
    def to_mend(self) -> int:
        if self.health is None:
            return 0
        return sum(bool(one.verdicts) for one in self.health.questions)


def question_list(
    *, by: Member, source: int | None = None, weeks: int | None = None
) -> QuestionList:
    """The questionnaire asked for, or the first there is; NotFound for a hidden one."""
    known = questionnaires(by=by)
    sheets = sheets_of(by=by, source=source, weeks=weeks)
    if sheets is None or sheets.n < ENOUGH:
        return QuestionList(known, sheets)
    health = questionnaire_health(sheets.questions, sheets.answers)
    return QuestionList(known, sheets, health)
