"""How much is asked of a customer, and whether the answers will say why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import (
    MATRICES,
    SILENT,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.lint.notes import Note, Rule, Severity
from moksori.collect.tables.messages import Message

LONGEST_MINUTES, MOST_LONG_TEXTS = 8, 4
# Seconds that a question takes on a phone, from what panels publish as rules of thumb.
SECONDS: Mapping[Type, float] = {
    Type.MULTIPLE: 15, Type.RANKING: 25, Type.SUM: 30, Type.TEXT: 15,
    Type.LONG_TEXT: 40, Type.FILE: 40, Type.PHOTO: 40, Type.AUDIO: 60,
    Type.EMAIL: 15, Type.PHONE: 15, Type.CONSENT: 12, Type.SECTION: 8, Type.HIDDEN: 0,
}  # fmt: skip
_SECONDS_OTHERWISE, _SECONDS_A_ROW = 9.0, 6.0


def minutes(whole: Questionnaire) -> float:
    """About how long the longest way through takes."""
    return sum(map(_seconds, whole.questions())) / 60


def _seconds(question: Question) -> float:
    if question.type in MATRICES:
        return _SECONDS_A_ROW * max(1, len(question.rows)) + 5
    return SECONDS.get(question.type, _SECONDS_OTHERWISE)


def effort(whole: Questionnaire) -> Iterator[Note]:
    questions = [one for one in whole.questions() if one.type not in SILENT]
    texts = sum(1 for one in questions if one.type == Type.LONG_TEXT)
    # Who talks to an interviewer has agreed to talk.
    is_talk = whole.metadata.get("mode") == "interview"
    taken = minutes(whole)
    if taken > LONGEST_MINUTES and not is_talk:
        why = Message(
            _("About {minutes} minutes for {count} questions: most people stop before "
              "the end, and not at random."),
            {"minutes": round(taken), "count": len(questions)},
        )  # fmt: skip
        better = Message(_("Keep what somebody will act on. Ask the rest another time, "
                           "or of a part of the people."))  # fmt: skip
        yield Note("pages", Rule.TOO_MANY, why, better)
    if texts > MOST_LONG_TEXTS and not is_talk:
        why = Message(
            _("{count} long texts to write: on a phone, after two or three the "
              "answers become “nothing”."),
            {"count": texts},
        )  # fmt: skip
        better = Message(_("Keep the one that asks why; make choices of the others."))
        yield Note("pages", Rule.TOO_MUCH_WRITING, why, better, Severity.HINT)
    has_score = any(one.is_score for one in questions)
    has_words = any(one.type in {Type.TEXT, Type.LONG_TEXT} for one in questions)
    if has_score and not has_words:
        why = Message(_("There is a score, and nowhere to say why."))
        better = Message(_("Add one open question after the score: “What is the main "
                           "reason for your answer?”"))  # fmt: skip
        yield Note("pages", Rule.NO_REASON, why, better, Severity.HINT)
