"""Numbers and facts about a person that a questionnaire had better not ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import WRITING, Type
from moksori.collect.questionnaires.lint.notes import Note, Rule, Severity
from moksori.collect.questionnaires.lint.pieces import Piece, Place
from moksori.collect.tables.messages import Message

# Questions into which a number can be written, or that send one along.
_TAKES_NUMBERS = WRITING | {Type.NUMBER, Type.FILE, Type.PHOTO}


def asks_for(piece: Piece, numbers: re.Pattern[str]) -> Iterator[Note]:
    """A number by which somebody can be taken for somebody else."""
    question = piece.question
    if question is None or question.type not in _TAKES_NUMBERS:
        return
    if piece.place not in {Place.QUESTION, Place.HELP}:
        return
    if found := numbers.search(piece.text):
        why = _(
            "“{found}” is a number that others can do harm with, and in Korea some may "
            "not be asked for at all without a law that says so."
        )
        better = _(
            "Leave it out. If you have to know who answers, send a link of their own, "
            "or ask for a customer or order number."
        )
        yield Note(
            piece.path,
            Rule.PERSONAL_NUMBER,
            Message(why, {"found": found.group().strip()}),
            Message(better),
            Severity.SERIOUS,
            piece.text,
        )
