"""Which fields each type of question has, and what a new one begins with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moksori.collect.questionnaires.definition import (
    CHOOSING,
    MATRICES,
    SCALES,
    SILENT,
    UPLOADS,
    WRITING,
    Type,
)

Json = dict[str, Any]

# Every question has these; what a type has besides is in `fields_of`.
COMMON = ("id", "type", "text", "show")
ASKED = ("help", "code", "required", "may_not_apply", "may_prefer_not")
_COUNTED = WRITING | UPLOADS | {Type.MULTIPLE, Type.RANKING, Type.MATRIX_MULTIPLE}
_BOUNDED = frozenset({Type.NUMBER, Type.DATE, *SCALES})
_SHUFFLED = CHOOSING - {Type.WITHOUT}

# The answers of this item are given: shares of different surveys compare by them.
WITHOUT_WORDS: Mapping[str, Mapping[str, str]] = {
    "very": {"ko": "매우 아쉬울 것 같습니다", "en": "Very disappointed"},
    "somewhat": {"ko": "조금 아쉬울 것 같습니다", "en": "Somewhat disappointed"},
    "not": {"ko": "아쉽지 않을 것 같습니다", "en": "Not disappointed"},
}
_ENDS: Mapping[Type, tuple[Mapping[str, str], Mapping[str, str]]] = {
    Type.NPS: (
        {"ko": "전혀 권하지 않음", "en": "Not at all likely"},
        {"ko": "꼭 권함", "en": "Extremely likely"},
    ),
    Type.CSAT: (
        {"ko": "매우 불만족", "en": "Very dissatisfied"},
        {"ko": "매우 만족", "en": "Very satisfied"},
    ),
    Type.CES: (
        {"ko": "매우 어려웠음", "en": "Very difficult"},
        {"ko": "매우 쉬웠음", "en": "Very easy"},
    ),
    Type.STARS: (
        {"ko": "나쁨", "en": "Poor"},
        {"ko": "훌륭함", "en": "Excellent"},
    ),
    Type.SMILEYS: (
        {"ko": "매우 불만족", "en": "Very unhappy"},
        {"ko": "매우 만족", "en": "Very happy"},
    ),
}


def fields_of(type: Type) -> frozenset[str]:
    """The fields that mean something for a question of this type."""
    if type == Type.SECTION:
        return frozenset({*COMMON, "help"})
    if type == Type.HIDDEN:
        return frozenset({*COMMON, "code", "default"})
    found = {*COMMON, *ASKED}
    found |= {"options"} if type in CHOOSING else set()
    found |= {"rows"} if type in MATRICES else set()
    found |= {"random"} if type in _SHUFFLED else set()
    found |= {"least", "most"} if type in _COUNTED else set()
    found |= {"low", "high"} if type in _BOUNDED - {Type.NPS} else set()
    found |= {"low_words", "high_words"} if type in SCALES else set()
    found |= {"total", "unit"} if type == Type.SUM else set()
    found |= {"unit"} if type == Type.NUMBER else set()
    if type == Type.CONSENT:
        found = (found | {"purpose"}) - {"may_not_apply", "may_prefer_not"}
    return frozenset(found)


def beginning(type: Type, languages: tuple[str, ...]) -> Json:
    """The fields of a new question beside its id, type and words."""

    def said(words: Mapping[str, str]) -> dict[str, str]:
        return {one: words[one] for one in languages if one in words}

    found: Json = {}
    if type in _ENDS:
        low, high = _ENDS[type]
        found |= {"low_words": said(low), "high_words": said(high)}
    if type == Type.WITHOUT:
        found["options"] = [
            {"id": id, "text": said(words)} for id, words in WITHOUT_WORDS.items()
        ]
    elif type in CHOOSING:
        found["options"] = [{"id": "o1"}, {"id": "o2"}]
    if type in MATRICES:
        found["rows"] = [{"id": "r1"}]
    if type == Type.SUM:
        found["total"] = 100
    if type == Type.CONSENT:
        found["purpose"] = "contact"
    return {name: value for name, value in found.items() if value or value == 0}


def is_asked(type: Type) -> bool:
    return type not in SILENT
