"""Rollups: the facts summed by week, one main key, unit and one dimension more.

They hold only sums, so any coarser question is answered by adding rows up, and a
changed week is replaced without touching the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_MENTION_PARTS = {
    "n": "COUNT(*)",
    "negative": "COUNT(*) FILTER (WHERE is_negative)",
    "sentiment_n": "COUNT(sentiment)",
    "sentiment_sum": "SUM(CAST(sentiment AS DOUBLE))",
    "sentiment_sq": "SUM(CAST(sentiment AS DOUBLE) * sentiment)",
    "negative_feedback": "COUNT(*) FILTER (WHERE first_negative)",
}


def score_parts(column: str, first: str = "") -> dict[str, str]:
    """Sums from which mean, spread and NPS of a 0–10 score follow."""

    def counted(rule: str) -> str:
        rules = f"{first} AND {rule}" if first else rule
        return f"COUNT(*) FILTER (WHERE {rules})"

    def summed(value: str) -> str:
        return f"SUM({value})" + (f" FILTER (WHERE {first})" if first else "")

    return {
        "score_n": f"COUNT({column})" + (f" FILTER (WHERE {first})" if first else ""),
        "score_sum": summed(f"CAST({column} AS DOUBLE)"),
        "score_sq": summed(f"CAST({column} AS DOUBLE) * {column}"),
        "promoters": counted(f"{column} >= 9"),
        "detractors": counted(f"{column} <= 6"),
        "satisfied": counted(f"{column} >= 7.5"),
    }


def mention_parts(first: str) -> dict[str, str]:
    """Raw expression of every additive part, `first` marking distinct feedback.

    An empty `first` is for rows that are one for each feedback already.
    """
    return {
        **_MENTION_PARTS,
        "feedback": f"COUNT(*) FILTER (WHERE {first})" if first else "COUNT(*)",
        **score_parts("score", first),
    }


FIRST_FLAGS = ("first_in_feedback", "first_in_theme")


def _mention_columns() -> dict[str, str]:
    found = dict(_MENTION_PARTS)
    for flag in FIRST_FLAGS:
        for name, sql in mention_parts(flag).items():
            if name not in _MENTION_PARTS:
                found[f"{name}__{flag}"] = sql
    return found


def _score_columns() -> dict[str, str]:
    return {"n": "COUNT(*)", **score_parts("score_0_10")}


@dataclass(frozen=True, slots=True)
class Rollup:
    """`keys` are copied, `sums` are column → DuckDB aggregate over the facts."""

    name: str
    table: str
    keys: tuple[str, ...]
    sums: Mapping[str, str] = field(repr=False)

    @property
    def select(self) -> str:
        """Select list and grouping over the fact table, sums never null."""
        keys = ", ".join(self.keys)
        sums = ", ".join(
            f"CAST(COALESCE({sql}, 0) AS "
            f"{'DOUBLE' if name.split('__')[0] in DOUBLES else 'BIGINT'}) AS {name}"
            for name, sql in self.sums.items()
        )
        return f"{keys}, {sums}"


DOUBLES = {"sentiment_sum", "sentiment_sq", "score_sum", "score_sq"}


def _rollups(
    table: str, main: str, further: tuple[str, ...], sums: dict[str, str]
) -> tuple[Rollup, ...]:
    return tuple(
        Rollup(f"{table}_by_{one}", table, ("week", main, "unit", one), sums)
        for one in further
    )


ROLLUPS: dict[str, Rollup] = {
    rollup.name: rollup
    for rollup in (
        *_rollups(
            "mentions",
            "theme",
            ("product", "region", "channel", "language", "kind", "tier"),
            _mention_columns(),
        ),
        *_rollups(
            "scores", "metric", ("product", "region", "channel"), _score_columns()
        ),
    )
}
