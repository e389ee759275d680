"""A letter as customers would get it, and what they would miss in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _

from moksori.base.errors import Conflict
from moksori.collect.asking import letters
from moksori.collect.asking.tokens import TRIAL, token
from moksori.collect.models import Approach, Contact, Survey, SurveyVersion
from moksori.collect.questionnaires import editing
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.drafts import tidied
from moksori.collect.reads.names import company

SEED = 1
_OWN = ("subject", "greeting")


@dataclass(frozen=True, slots=True)
class Gap:
    """What one language lacks: texts of the survey, words of the letter."""

    language: str
    texts: int
    words: int


def sample_facts(
    survey: Survey, approach: Approach, *, language: str, contact: Contact | None = None
) -> letters.Facts:
    """What a letter says, to somebody or to nobody in particular; its links try only.

    Raises Conflict before the survey is published.
    """
    q = published(survey).questionnaire
    spoken = spoken_language(q, language)
    link = f"{settings.MOKSORI_BASE_URL}/i/try/{token(TRIAL, survey.pk)}/"
    return letters.Facts(
        questionnaire=q,
        language=spoken,
        name=contact.name if contact else "",
        company=company(survey, spoken),
        link=link,
        stop=f"{link}?stop=1",
        words=approach.words.get(spoken, {}),
        seed=SEED,
        variant=q.variants[0].id if q.variants else "",
    )


def as_test(facts: letters.Facts) -> letters.Facts:
    """The same, marked as a test."""
    return replace(facts, is_test=True)


def spoken_language(q: Questionnaire, language: str) -> str:
    """What somebody of this language reads: the first where theirs is not offered."""
    return language if language in q.languages else q.languages[0]


def gaps(survey: Survey, approach: Approach) -> list[Gap]:
    """Languages that lack what another one has; customers read the first instead."""
    version = published(survey)
    languages = version.questionnaire.languages
    texts = [said for _path, said in editing.sayings(tidied(version.definition))]
    found = [
        Gap(
            language,
            sum(1 for said in texts if any(said.values()) and not said.get(language)),
            _missing_words(approach.words, languages, language),
        )
        for language in languages
    ]
    return [one for one in found if one.texts or one.words]


def published(survey: Survey) -> SurveyVersion:
    if survey.version is None:
        raise Conflict(_("Publish the survey first; then people can be invited."))
    return survey.version


def _missing_words(
    words: Mapping[str, Mapping[str, str]], languages: tuple[str, ...], language: str
) -> int:
    own = words.get(language, {})
    return sum(
        1
        for name in _OWN
        if not own.get(name)
        and any(words.get(other, {}).get(name) for other in languages)
    )
