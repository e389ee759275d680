"""Texts that nobody writes twice by chance, known again whatever stands between."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from moksori.collect.questionnaires.definition import Questionnaire, Type
from moksori.collect.questionnaires.flow import CODE, COPY, OWN

# A syllable of Hangul says as much as two letters: some twenty of them, a sentence.
LEAST = 40
_WORDS = frozenset({Type.TEXT, Type.LONG_TEXT})
_WIDE = "\u1100"


def digests_of(q: Questionnaire, answers: Mapping[str, Any]) -> frozenset[str]:
    """One for each longer text of a response, in whatever question it stands."""
    found = (digest_of(text) for text in _texts(q, answers))
    return frozenset(one for one in found if one)


def digest_of(text: str) -> str:
    """The same for the same letters and digits in the same order; "" for a short text.

    "정말 친절해요!!" two people write; a whole sentence they do not.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(sign for sign in folded if sign.isalnum())
    if len(plain) + sum(sign >= _WIDE for sign in plain) < LEAST:
        return ""
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()


def _texts(q: Questionnaire, answers: Mapping[str, Any]) -> Iterator[str]:
    kinds = {one.id: one.type for one in q.questions()}
    for name, value in answers.items():
        if not isinstance(value, str) or name.endswith(CODE):
            continue
        if OWN in name or kinds.get(name.split(COPY, 1)[0]) in _WORDS:
            yield value
