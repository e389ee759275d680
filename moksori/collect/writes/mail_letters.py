"""Invitations of ours, known again in the mails that answer them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from moksori.collect.answers import Answer, Kind
from moksori.collect.asking.tokens import RETURNED, opened
from moksori.collect.models import Contact, Invitation, Way
from moksori.collect.questionnaires.definition import Question, Questionnaire, Type
from moksori.collect.replies import Letter
from moksori.collect.sources.mail.scores import first_score
from moksori.collect.writes.handing import Writer

_MESSAGE = re.compile(r"^ask\.([0-9a-z]+-[a-z2-7]+)@", re.IGNORECASE)
_TOKEN = re.compile(r"^b-([0-9a-z]+-[a-z2-7]+)$", re.IGNORECASE)
_SCORES = {
    Type.NPS: Kind.NPS,
    Type.CSAT: Kind.CSAT,
    Type.CES: Kind.CES,
    Type.STARS: Kind.RATING,
    Type.SMILEYS: Kind.RATING,
}


def invitation_letter(
    tokens: Sequence[str], message_ids: Sequence[str]
) -> Letter | None:
    """The invitation behind a Message-ID or address of ours; both are signed."""
    marks = [(_TOKEN, one) for one in tokens] + [(_MESSAGE, one) for one in message_ids]
    for shape, given in marks:
        found = shape.match(given)
        number = opened(RETURNED, found[1]) if found else None
        if number is not None:
            return _letter(number)
    return None


def _letter(number: int) -> Letter | None:
    row = (
        Invitation.objects.filter(pk=number)
        .select_related("survey__unit", "contact__customer", "contact__account")
        .first()
    )
    if row is None:
        return None
    metadata = {"survey": row.survey_id, "invitation": row.pk}
    contact, version = row.contact, row.survey.version
    if contact is None or version is None or row.way != Way.EMAIL:
        return Letter(metadata=metadata)
    asked = version.questionnaire
    return Letter(
        sent=Writer().message(row).text,
        customer=_customer(contact),
        account=contact.account.name if contact.account else "",
        language=contact.language,
        metadata=metadata,
        answers=lambda words: _score(asked, contact.language, words),
    )


def _customer(contact: Contact) -> str:
    return contact.customer.external_id if contact.customer else ""


def _score(asked: Questionnaire, language: str, words: str) -> list[Answer]:
    """The answer to the first question, if the first line is nothing but a score."""
    question = next(
        (one for one in asked.questions() if one.type != Type.SECTION), None
    )
    if question is None or question.type not in _SCORES:
        return []
    low, high = question.scale
    value = first_score(words, low=int(low), high=int(high))
    return [] if value is None else [_answer(asked, question, language, value)]


def _answer(
    asked: Questionnaire, question: Question, language: str, value: int
) -> Answer:
    low, high = question.scale
    spoken = language if language in asked.languages else asked.languages[0]
    label = asked.said(question.text, spoken)
    return Answer(question.id, _SCORES[question.type], value, low, high, label=label)
