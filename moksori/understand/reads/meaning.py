"""Which feedback is near in meaning, whatever words and language it uses."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.duplicates import text_key
from moksori.analysis.encoder import load_encoder
from moksori.analysis.sentiment import load_sentiment
from moksori.base.people.models import Member
from moksori.understand.models import BAD, Mention
from moksori.understand.reads.clause_index import ClauseIndex, clause_index
from moksori.understand.reads.narrow import ANY, Narrow

# Cosines below which two clauses have little in common. What is written alike lies
# closer than what means the same in another language: "볼만해요" is at 0.576 from
# "빨리 해지하고 싶어요", "they refuse to give me my money back" at 0.5 from
# "환불이 안 돼요".
NEAR = 0.48
NEAR_ALIKE = 0.58
# Meaning is mostly what is spoken of: a praise is put behind, for one who complains.
OPPOSITE = 0.15
CLAUSES = 600
MOST = 200
# Single letters mean nothing by themselves: ㅂㅅ, ㅠㅠ.
_SAYS_SOMETHING = re.compile(r"[^\W\d_ㄱ-ㅎㅏ-ㅣ]{2}")
_HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True, slots=True)
class Near:
    """The clause of a feedback that is nearest; `closeness` is a cosine."""

    feedback: int
    start: int
    end: int
    closeness: float


def nearest(query: str, *, by: Member, narrow: Narrow = ANY) -> list[Near]:
    """Up to 200 feedbacks with a clause near in meaning, nearest first.

    The vectors only propose: whether a clause may be seen, still says this, and meets
    the conditions is answered by the database.
    """
    index = clause_index()
    if not index.is_current or not says_something(query):
        return []
    asked = load_encoder().encode([query])[0]
    close = _closest(index, asked, by, narrow)
    allowed = Mention.objects.visible_to(by).filter(narrow.mentions())
    rows = allowed.filter(pk__in=list(close)).values_list(
        "pk", "key", "feedback_id", "start", "end", "sentiment", "feedback__text"
    )
    judged = float(load_sentiment().predict([query])[0])
    best: dict[int, tuple[float, Near]] = {}
    for pk, key, feedback, start, end, sentiment, text in rows:
        written, closeness = close[pk]
        if written != (text_key(text[start:end]) if key is None else key):
            continue
        if closeness < NEAR_ALIKE and _are_alike(query, text[start:end]):
            continue
        worth = closeness - OPPOSITE * _are_opposite(judged, sentiment)
        if feedback not in best or best[feedback][0] < worth:
            best[feedback] = worth, Near(feedback, start, end, closeness)
    # The newer one of two that are equally near: it has the larger id.
    found = sorted(best.values(), key=lambda one: (-one[0], -one[1].feedback))
    return [near for _, near in found[:MOST]]


def says_something(query: str) -> bool:
    """Whether there is a word in it: ㅋㅋㅋ, ㅂㅅ and 10 mean nothing alone."""
    return bool(_SAYS_SOMETHING.search(query))


def _are_alike(one: str, other: str) -> bool:
    """Whether both are written in Hangul, or neither."""
    return bool(_HANGUL.search(one)) == bool(_HANGUL.search(other))


def _are_opposite(one: float, other: float) -> bool:
    return min(one, other) <= BAD and max(one, other) >= -BAD


def _closest(
    index: ClauseIndex, asked: NDArray[np.float32], by: Member, narrow: Narrow
) -> dict[int, tuple[int, float]]:
    """The nearest clauses: text key and closeness by mention."""
    scope = by.scope()
    mentions, keys, close = [], [], []
    for segment in index.segments:
        wanted = narrow.rows(segment, scope)
        if not wanted.any():
            continue
        closeness = segment.closeness(asked, wanted)
        rows = _best(closeness)
        mentions.append(segment.mentions[rows])
        keys.append(segment.keys[rows])
        close.append(closeness[rows])
    if not close:
        return {}
    joined = np.concatenate(close)
    best = _best(joined)
    return dict(
        zip(
            np.concatenate(mentions)[best].tolist(),
            zip(
                np.concatenate(keys)[best].tolist(), joined[best].tolist(), strict=True
            ),
            strict=True,
        )
    )


def _best(closeness: NDArray[np.float32]) -> NDArray[np.int64]:
    near = np.flatnonzero(closeness >= NEAR)
    if len(near) <= CLAUSES:
        return near
    cut = len(near) - CLAUSES
    return near[np.argpartition(closeness[near], cut)[cut:]]
