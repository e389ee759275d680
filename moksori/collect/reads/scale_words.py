"""The words at the ends of a scale, where a questionnaire gives none of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from moksori.collect.questionnaires.definition import Question, Type


def ends_of(one: Question, language: str) -> tuple[str, str]:
    low, high = one.low_words.said(language), one.high_words.said(language)
    usual = _usual().get(one.type, ("", ""))
    return low or usual[0], high or usual[1]


def faces_of(one: Question, language: str) -> list[str]:
    """A word for each face: a face alone says little. Only for five of them."""
    if one.type != Type.SMILEYS or one.scale != (1, 5):
        return []
    low, high = ends_of(one, language)
    between = [
        pgettext("smiley", "Bad"),
        pgettext("smiley", "So-so"),
        pgettext("smiley", "Good"),
    ]
    return [low, *between, high]


def _usual() -> dict[Type, tuple[str, str]]:
    return {
        Type.NPS: (_("Not at all likely"), _("Extremely likely")),
        Type.CSAT: (_("Very dissatisfied"), _("Very satisfied")),
        Type.CES: (_("Very difficult"), _("Very easy")),
        Type.STARS: (_("Poor"), _("Excellent")),
        Type.SMILEYS: (pgettext("smiley", "Very bad"), pgettext("smiley", "Very good")),
    }
