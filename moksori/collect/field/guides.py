"""Guides for visits: questions written one a line, as a person would jot them down.

What keeps you busy this month?
How likely are you to buy again? [0-10]
Who decides? [the owner / the buyer / both]
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.utils.translation import gettext as _

from moksori.base.errors import UserError
from moksori.collect.answers import Answer, Kind

MOST = 40
LONGEST = 300
_KIND = re.compile(r"\s*\[([^\[\]]+)\]\s*\Z")
_SCALE = re.compile(r"0\s*[-–~]\s*10\Z")


@dataclass(frozen=True, slots=True)
class Question:
    """`options` are what one chooses from; without them it is a text or, with
    `is_score`, a number from 0 to 10."""

    id: str
    text: str
    options: tuple[str, ...] = ()
    is_score: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "text": self.text,
            "options": list(self.options),
            "score": self.is_score,
        }

    @property
    def line(self) -> str:
        """As it is written down."""
        if self.is_score:
            return f"{self.text} [0-10]"
        return (
            f"{self.text} [{' / '.join(self.options)}]" if self.options else self.text
        )


def question_from(row: Mapping[str, Any]) -> Question:
    return Question(
        row["id"], row["text"], tuple(row.get("options", ())), bool(row.get("score"))
    )


def questions_from(lines: str) -> tuple[Question, ...]:
    """The questions in a text, one a line; each keeps its id while its words stay."""
    found = [_question(line) for line in map(str.strip, lines.splitlines()) if line]
    if not found:
        raise UserError(_("Write at least one question."), field="questions")
    if len(found) > MOST:
        raise UserError(
            _("A guide has at most {most} questions.").format(most=MOST),
            field="questions",
        )
    if len({one.id for one in found}) < len(found):
        raise UserError(_("Two questions are the same."), field="questions")
    return tuple(found)


def answered(
    questions: Sequence[Question], answers: Mapping[str, Any]
) -> tuple[Answer, ...]:
    """What was answered, as feedback holds it; the first score counts as the main."""
    return tuple(
        _answer(one, answers[one.id])
        for one in questions
        if answers.get(one.id) not in (None, "")
    )


def _answer(question: Question, value: Any) -> Answer:
    if question.is_score and isinstance(value, int) and 0 <= value <= 10:
        return Answer(question.id, Kind.NPS, value, label=question.text)
    kind = Kind.CHOICE if str(value) in question.options else Kind.TEXT
    return Answer(question.id, kind, str(value), label=question.text)


def _question(line: str) -> Question:
    found = _KIND.search(line)
    text = " ".join(line[: found.start()].split() if found else line.split())
    if not text or len(text) > LONGEST:
        raise UserError(
            _("“{line}…” is no question of at most {most} letters.").format(
                line=line[:40], most=LONGEST
            ),
            field="questions",
        )
    given = found.group(1).strip() if found else ""
    is_score = bool(_SCALE.match(given))
    options: tuple[str, ...] = ()
    if given and not is_score:
        options = tuple(dict.fromkeys(o for p in given.split("/") if (o := p.strip())))
        if len(options) < 2:
            raise UserError(
                _("Give “{text}” at least two answers, with “/” between.").format(
                    text=text[:60]
                ),
                field="questions",
            )
    return Question(_id(text), text, options, is_score)


def _id(text: str) -> str:
    return "q" + blake2b(text.casefold().encode(), digest_size=6).hexdigest()
