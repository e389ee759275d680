"""What a search for micro-segments looks at: one row a feedback, from the warehouse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from moksori.analysis.segments.levels import Coded
from moksori.base.people.scope import Reach, Scope
from moksori.base.warehouse import warehouse
from moksori.base.warehouse.conditions import In
from moksori.base.warehouse.extract import Extract
from moksori.understand.reads.window import Window, unit_ids_of

KNOWN = ("product", "region", "channel", "language", "age_band", "tier")
TRAIT = "trait:"
_DATE = re.compile(r"\d{4}[-./년]")
MOST_ATTRIBUTES = 10
_COLUMNS = (
    "feedback",
    "theme",
    "is_negative",
    "first_in_feedback",
    "week",
    "score",
    *KNOWN,
    "traits",
)


@dataclass(frozen=True)
class SegmentRows:
    """Feedback with words of an affiliate: attributes, score, week, complaints.

    `values` holds for each attribute what the codes stand for, as stored. `scores` are
    NaN where none was given; `weeks` are Mondays. `complaints` pairs the row of a
    feedback with a theme that it complains about, each pair once.
    """

    attributes: dict[str, Coded]
    values: dict[str, list[Any]]
    scores: NDArray[np.float64]
    weeks: NDArray[np.datetime64]
    rows: NDArray[np.int64]
    themes: NDArray[np.int64]
    _cache: dict[int, NDArray[np.bool_]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.scores)

    def complains(self, theme: int) -> NDArray[np.bool_]:
        """Which feedbacks complain about the theme."""
        if theme not in self._cache:
            found = np.zeros(len(self), bool)
            found[self.rows[self.themes == theme]] = True
            self._cache[theme] = found
        return self._cache[theme]

    def theme_sizes(self) -> dict[int, int]:
        """How many feedbacks complain about each theme."""
        themes, sizes = np.unique(self.themes, return_counts=True)
        return {int(one): int(n) for one, n in zip(themes, sizes, strict=True)}

    def holds(self, attribute: str, value: Any) -> NDArray[np.bool_]:
        """Which feedbacks have this value; none where the attribute is unknown."""
        if attribute not in self.attributes:
            return np.zeros(len(self), bool)
        known = self.values[attribute]
        if value not in known:
            return np.zeros(len(self), bool)
        return np.asarray(self.attributes[attribute].codes == known.index(value))

    def inside(self, rule: dict[str, Any]) -> NDArray[np.bool_]:
        """Which feedbacks a stored rule takes."""
        found = np.ones(len(self), bool)
        for attribute, part in rule.items():
            found &= self.holds(attribute, part.get("is"))
        return found


def segment_rows(affiliate: int, window: Window | None) -> SegmentRows:
    """Everything said with words in the affiliate, whoever asks: for jobs alone."""
    units = unit_ids_of(affiliate)
    where = [In("unit", tuple(sorted(units)))]
    asked = Extract(
        "mentions", _COLUMNS, (*where, *(window.conditions if window else ()))
    )
    table = warehouse().table(asked.within(Scope((Reach(units=units),))))
    is_first = table["first_in_feedback"].to_numpy()
    ids = table["feedback"].to_numpy()
    first = table.filter(pa.array(is_first))
    order = first["feedback"].to_numpy()
    place = np.argsort(order, kind="stable")
    row_of = place[np.searchsorted(order[place], ids)] if len(ids) else ids
    pairs = _complaints(table, row_of)
    attributes, values = _attributes(first)
    scores = first["score"].to_numpy(zero_copy_only=False).astype(np.float64)
    return SegmentRows(
        attributes=attributes,
        values=values,
        scores=scores,
        weeks=first["week"].to_numpy(zero_copy_only=False).astype("datetime64[D]"),
        rows=pairs[:, 0],
        themes=pairs[:, 1],
    )


def monday(day: np.datetime64) -> date:
    found: date = day.astype("datetime64[D]").item()
    return found


def _complaints(table: pa.Table, row_of: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row and theme of everything negative that has a theme, each pair once."""
    themes = table["theme"].fill_null(-1).to_numpy().astype(np.int64)
    chosen = table["is_negative"].to_numpy() & (themes >= 0)
    pairs = np.stack([row_of[chosen], themes[chosen]], axis=1)
    return np.unique(pairs, axis=0) if len(pairs) else pairs.reshape(0, 2)


def _attributes(first: pa.Table) -> tuple[dict[str, Coded], dict[str, list[Any]]]:
    """The attributes with at least two values, those known of most feedback first."""
    found: dict[str, tuple[Coded, list[Any]]] = {
        name: _coded(first[name]) for name in KNOWN
    }
    found |= _traits(first["traits"])
    told = {name: one for name, one in found.items() if len(one[1]) > 1}
    best = sorted(told, key=lambda name: -int((told[name][0].codes >= 0).sum()))
    kept = best[:MOST_ATTRIBUTES]
    return {k: told[k][0] for k in kept}, {k: told[k][1] for k in kept}


def _coded(column: pa.ChunkedArray) -> tuple[Coded, list[Any]]:
    whole = column.combine_chunks().dictionary_encode()
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    values = whole.dictionary.to_pylist()
    codes, values = _without_blank(codes.astype(np.int32), values)
    return Coded(codes, [str(value) for value in values]), values


def _without_blank(
    codes: NDArray[np.int32], values: Sequence[Any]
) -> tuple[NDArray[np.int32], list[Any]]:
    places = np.full(len(values) + 1, -1, np.int32)
    kept = [at for at, value in enumerate(values) if value not in (None, "")]
    places[kept] = np.arange(len(kept))
    return places[codes], [values[at] for at in kept]


def _traits(column: pa.ChunkedArray) -> dict[str, tuple[Coded, list[Any]]]:
    """Each trait as an attribute of its own; equal sets of traits are read once."""
    sets, values = _coded(column)
    told = [json.loads(one) for one in values]
    names = sorted({name for one in told for name in one})
    found = {}
    for name in names:
        known: dict[str, int] = {}
        places = np.full(len(told) + 1, -1, np.int32)
        for at, one in enumerate(told):
            if name in one:
                places[at] = known.setdefault(str(one[name]), len(known))
        if not _are_dates(known):
            coded = Coded(places[sets.codes], list(known))
            found[f"{TRAIT}{name}"] = (coded, list(known))
    return found


def _are_dates(values: Iterable[str]) -> bool:
    """Whether a trait tells when, not who: a day finds what happened on it."""
    return all(_DATE.match(value) for value in values)
