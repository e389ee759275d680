"""Clauses as the file of vectors keeps them, read from the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.duplicates import text_key
from moksori.collect.models import Feedback
from moksori.understand.models import Mention
from moksori.understand.reads.clause_index import (
    FACTS,
    SCORE_STEPS,
    SENTIMENT_STEPS,
    code,
    steps,
)

_OWN = ("pk", "key", "feedback_id", "start", "end", "day", "sentiment", "kind",
        "theme_id", "flags")  # fmt: skip
_SHARED = ("pk", "unit_id", "region_id", "product_id", "source_id", "channel",
           "language", "attributes", "score", "text")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rows:
    """Clauses in the order of their ids; `places` says where their words stand."""

    mentions: NDArray[np.int64]
    keys: NDArray[np.int64]
    facts: NDArray[np.int32]
    places: list[tuple[int, int, int]]
    texts: dict[int, str]

    def __len__(self) -> int:
        return len(self.mentions)

    def only(self, chosen: NDArray[np.int64]) -> Rows:
        places = [self.places[at] for at in chosen.tolist()]
        return Rows(
            self.mentions[chosen], self.keys[chosen], self.facts[:, chosen],
            places, self.texts,
        )  # fmt: skip


def read_rows(ids: Sequence[int]) -> Rows:
    """The clauses of these feedbacks."""
    about = Feedback.objects.filter(pk__in=ids).values_list(*_SHARED)
    shared = {row[0]: row for row in about}
    said = Mention.objects.filter(feedback_id__in=ids).order_by("pk")
    rows = [row for row in said.values_list(*_OWN) if row[2] in shared]
    texts = {pk: row[-1] for pk, row in shared.items()}
    facts = {pk: _facts_of(row) for pk, row in shared.items()}
    columns = [_facts(row, facts[row[2]]) for row in rows]
    return Rows(
        np.array([row[0] for row in rows], np.int64),
        np.array([_key(row, texts) for row in rows], np.int64),
        np.array(columns, np.int32).reshape(len(rows), len(FACTS)).T,
        [(row[2], row[3], row[4]) for row in rows],
        texts,
    )


def texts_of(rows: Rows, chosen: NDArray[np.int64]) -> list[str]:
    """The words of some clauses."""
    places = [rows.places[at] for at in chosen.tolist()]
    return [rows.texts[feedback][start:end] for feedback, start, end in places]


def _key(row: tuple[Any, ...], texts: dict[int, str]) -> int:
    if row[1] is not None:
        return int(row[1])
    return text_key(texts[row[2]][row[3] : row[4]])


def _facts_of(row: tuple[Any, ...]) -> tuple[int, ...]:
    """What all clauses of a feedback share, as codes."""
    _, unit, region, product, source, channel, language, attributes, score, _ = row
    given = attributes if isinstance(attributes, dict) else {}
    named = (unit, region, product, source, channel, language,
             _word(given, "age_band"), _word(given, "tier"))  # fmt: skip
    return (*(code(value) for value in named), steps(score, SCORE_STEPS))


def _word(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return "" if value is None else str(value)


def _facts(row: tuple[Any, ...], shared: tuple[int, ...]) -> tuple[int, ...]:
    """In the order of FACTS."""
    _, _, _, _, _, day, sentiment, kind, theme, flags = row
    unit, region, product, source, channel, language, age_band, tier, score = shared
    return (
        unit, region, product, source, code(theme), day.toordinal(), channel, language,
        age_band, tier, code(str(kind)), flags, steps(sentiment, SENTIMENT_STEPS),
        score,
    )  # fmt: skip
