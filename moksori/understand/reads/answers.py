"""Scores and answers row by row, within a scope: for surveys and cross-tabs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from moksori.base.people.models import Member
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.conditions import In
from moksori.base.warehouse.cube import Cube
from moksori.base.warehouse.extract import Extract
from moksori.collect.answers import Answer, Kind, State, answer_from
from moksori.collect.models import Feedback
from moksori.understand.reads.facts import Facts
from moksori.understand.reads.places import labels

KINDS = (Kind.NPS, Kind.CSAT, Kind.CES, Kind.RATING)
KNOWN = ("age_band", "tier", "region", "product", "channel")
WAVE = "wave"
MOST_VALUES = 60
LATEST = 200
_COLUMNS = ("feedback", "day", "metric", "value", "score_0_10", *KNOWN, "traits")
_NAMED = {"product", "region", "channel", "language"}
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """A closed question of a source. `counts` are feedbacks by how it stands:
    answered, skipped, not_applicable, not_shown."""

    source: int
    key: str
    label: str
    kind: Kind
    low: float
    high: float
    counts: Mapping[str, int]

    @property
    def id(self) -> str:
        return f"{self.source}:{self.key}"

    @property
    def answered(self) -> int:
        return self.counts.get(State.ANSWERED, 0)

    @property
    def asked(self) -> int:
        """Who was shown it, and to whom it applies."""
        return self.answered + self.counts.get(State.SKIPPED, 0)


@dataclass(frozen=True, slots=True)
class Coded:
    """A value a row: its place in `words`, −1 where a row has none."""

    codes: NDArray[np.intp]
    words: tuple[str, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """How many rows have each value that occurs."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.words))
        found = zip(self.words, counts.tolist(), strict=True)
        return {word: n for word, n in found if n}

    def holds(self, word: str) -> NDArray[np.bool_]:
        return np.asarray(self.codes == self.words.index(word))

    def values(self) -> list[str | None]:
        words = [*self.words, None]
        return [words[code] for code in self.codes.tolist()]


@dataclass(frozen=True)
class Rows:
    """One row an answer: scores on 0–10, values as given, days, and attributes."""

    table: pa.Table
    _coded: dict[str, Coded] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def scores(self) -> Floats:
        return self._numbers("score_0_10")

    @cached_property
    def values(self) -> Floats:
        return self._numbers("value")

    @cached_property
    def feedback(self) -> NDArray[np.int64]:
        return np.asarray(self.table["feedback"].to_numpy(), dtype=np.int64)

    @cached_property
    def days(self) -> NDArray[np.datetime64]:
        found = self.table["day"].to_numpy(zero_copy_only=False)
        return np.asarray(found, dtype="datetime64[D]")

    @cached_property
    def attributes(self) -> list[str]:
        """Names of attributes with two to sixty values, the shared ones first."""
        return [
            name
            for name in (*KNOWN, *self._trait_names)
            if 1 < len(self.attribute(name).sizes) <= MOST_VALUES
        ]

    def attribute(self, name: str) -> Coded:
        """The value of each row as stored."""
        if name not in self._coded:
            self._coded[name] = self._code(name)
        return self._coded[name]

    def _code(self, name: str) -> Coded:
        if name not in KNOWN:
            codes, told = self._traits
            return _without_blanks(codes, [_word(one.get(name)) for one in told])
        column = self.table[name].combine_chunks().dictionary_encode()
        words = [_word(value) for value in column.dictionary.to_pylist()]
        codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return _without_blanks(codes, words)

    def of(self, metric: str) -> Rows:
        return Rows(self.table.filter(pc.equal(self.table["metric"], metric)))

    def only(self, keep: NDArray[np.bool_]) -> Rows:
        return Rows(self.table.filter(pa.array(keep)))

    @cached_property
    def _traits(self) -> tuple[NDArray[np.int64], list[dict[str, Any]]]:
        column = self.table["traits"].combine_chunks().dictionary_encode()
        told = [json.loads(one) for one in column.dictionary.to_pylist()]
        codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return codes, told

    @cached_property
    def _trait_names(self) -> list[str]:
        return sorted({name for one in self._traits[1] for name in one} - {WAVE})

    def _numbers(self, name: str) -> Floats:
        found = self.table[name].to_numpy(zero_copy_only=False)
        return np.asarray(found, dtype=np.float64)


def rows_of(
    facts: Facts, metrics: Sequence[str], columns: tuple[str, ...] = _COLUMNS
) -> Rows:
    """The rows of these metrics on these facts; none for who reads nothing."""
    window = facts.window.conditions if facts.window else ()
    where = (*facts.place, *window, In("metric", tuple(metrics)))
    asked = Extract("scores", columns, where).within(facts.scope)
    return Rows(warehouse().table(asked))


def counts_of(facts: Facts) -> dict[str, int]:
    """How many feedbacks have each metric."""
    if not facts.scope:
        return {}
    window = facts.window.conditions if facts.window else ()
    cube = Cube("scores", ("metric",), ("n_scores",), (*facts.place, *window))
    rows = warehouse().rows(cube.within(facts.scope))
    return {row["metric"]: row["n_scores"] for row in rows}


def questions_of(facts: Facts, *, by: Member) -> list[Question]:
    """The closed questions of questionnaires, in the order in which they are asked."""
    counts: dict[tuple[int, str], dict[str, int]] = {}
    for metric, n in counts_of(facts).items():
        state, _, rest = metric.partition(":")
        where, _, key = rest.partition(":")
        if rest:
            counts.setdefault((int(where), key), {})[state] = n
    found = []
    for source in sorted({source for source, _key in counts}):
        for key, answer in _asked(source, by=by).items():
            if (source, key) in counts:
                low, high = answer.scale
                found.append(
                    Question(
                        source, key, answer.label or key, answer.kind, low, high,
                        counts[source, key],
                    )
                )  # fmt: skip
    return found


def _asked(source: int, *, by: Member) -> dict[str, Answer]:
    """The questions of the newest answer sheets, by key."""
    rows = Feedback.objects.visible_to(by).filter(source_id=source)
    sheets = rows.order_by("-occurred_at", "-pk").values_list("answers", flat=True)
    found: dict[str, Answer] = {}
    for sheet in sheets[:LATEST]:
        for raw in sheet or ():
            answer = answer_from(raw)
            if answer.is_score:
                # One that was answered knows its scale.
                known = found.get(answer.key)
                if known is None or known.state != State.ANSWERED:
                    found[answer.key] = answer
    return found


def value_labels(name: str, values: Sequence[str]) -> dict[str, str]:
    """What people read for the values of an attribute."""
    if name not in _NAMED:
        return {value: value for value in values}
    keys = [int(v) for v in values] if name in {"product", "region"} else list(values)
    return {str(key): str(word) for key, word in labels(name, keys).items()}


def in_order(values: Mapping[str, int]) -> list[str]:
    """Values as people expect them: ages and steps upwards, others largest first."""
    if all(any(map(str.isdigit, value)) for value in values):
        return sorted(values)
    return sorted(values, key=lambda value: (-values[value], value))


def waves_of(rows: Rows) -> Coded:
    """The wave of each row: as the survey names it, else its month."""
    named = rows.attribute(WAVE)
    if (named.codes >= 0).sum() * 2 >= len(rows) > 0:
        return named
    months, codes = np.unique(rows.days.astype("datetime64[M]"), return_inverse=True)
    return Coded(np.asarray(codes, dtype=np.intp), tuple(str(one) for one in months))


def _without_blanks(codes: NDArray[Any], words: list[str | None]) -> Coded:
    """Equal words as one, blanks as none."""
    known = list(dict.fromkeys(word for word in words if word is not None))
    place = {word: at for at, word in enumerate(known)}
    to = [-1 if word is None else place[word] for word in words]
    return Coded(np.array([*to, -1], dtype=np.intp)[codes], tuple(known))


def _word(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
