"""Fields of a sheet in words: the question, its row, what its boxes mean."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from moksori.base.errors import NotFound
from moksori.collect.models import Sheet
from moksori.collect.paper.layout import Field, Kind
from moksori.collect.paper.reading.readings import Reason
from moksori.collect.questionnaires.definition import (
    MATRICES,
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
    Question,
    Questionnaire,
    Type,
)


@dataclass(frozen=True, slots=True)
class BoxChoice:
    """One box as it is offered: `key` is what to press for it."""

    code: str
    label: str
    key: str
    is_on: bool = False


@dataclass(frozen=True, slots=True)
class FieldWords:
    """What a field asks, in the language of its sheet."""

    question: str
    row: str
    is_text: bool
    is_long: bool
    is_one: bool


def words_of(sheet: Sheet, field: Field) -> FieldWords:
    q, language = sheet.form.version.questionnaire, sheet.form.language
    question = q.question(field.question)
    if question is None:
        raise NotFound  # a version never loses a question
    return FieldWords(
        question=q.said(question.text, language),
        row=_row(q, question, field, language),
        is_text=field.kind == Kind.TEXT,
        is_long=question.type == Type.LONG_TEXT and not field.option,
        is_one=field.kind == Kind.ONE,
    )


def _row(q: Questionnaire, question: Question, field: Field, language: str) -> str:
    for one in (*question.rows, *question.options):
        if one.id in {field.row, field.option}:
            return q.said(one.text, language)
    return ""


def choices_of(
    sheet: Sheet, field: Field, guess: tuple[str, ...] = ()
) -> tuple[BoxChoice, ...]:
    """The boxes in their order; numbers are their own keys, others are counted.

    `guess` are those that seem to be marked. Where there can be one only, several are
    no guess: none is chosen beforehand, so that nobody agrees by habit.
    """
    if field.kind == Kind.ONE and len(guess) > 1:
        guess = ()
    q, language = sheet.form.version.questionnaire, sheet.form.language
    question = q.question(field.question)
    found = []
    for place, box in enumerate(field.boxes, 1):
        key = box.code if box.code.isdigit() else str(place)
        label = code_words(q, question, box.code, language)
        found.append(BoxChoice(box.code, label, key, box.code in guess))
    if len({one.key for one in found}) < len(found):  # a number and a place are alike
        found = [
            BoxChoice(one.code, one.label, str(place), one.is_on)
            for place, one in enumerate(found, 1)
        ]
    return tuple(found)


def code_words(
    q: Questionnaire, question: Question | None, code: str, language: str
) -> str:
    """What is printed beside a box, in the language of the sheet."""
    is_table = question is not None and question.type in MATRICES
    with override(language):
        if code == NOT_APPLICABLE:
            return _("Does not apply") if is_table else _("Does not apply to me")
        if code == PREFER_NOT_TO_SAY:
            return _("Prefer not to say")
    if question is not None and question.type == Type.CONSENT:
        return _("Agreed")
    option = question.option(code) if question is not None else None
    return q.said(option.text, language) if option is not None else code


def reason_words(reason: str) -> str:
    """Why a person should look, in one sentence."""
    said = {
        Reason.NOT_SEEN: _("The boxes are covered, cut off or blurred."),
        Reason.FAINT: _("Something is there, too faint or too small to be sure."),
        Reason.OUTSIDE: _("There is ink near a box, but not in it."),
        Reason.TWO_MARKS: _("More than one box is marked."),
        Reason.CANCELLED: _("A mark may have been taken back."),
        Reason.STRUCK: _("There is ink across the words beside a box."),
        Reason.UNLIKE: _("A mark is unlike the others of this person."),
        Reason.THIN_SCAN: _("The black-and-white scan may have lost a faint pen."),
        Reason.DIRTY: _("The whole page is too dirty or blurred to be sure."),
        Reason.WRITING: _("Type what is written by hand."),
        "sample": _("Two readings differ: which one is right?"),
    }
    return said.get(reason, "")
