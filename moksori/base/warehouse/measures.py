"""Named measures: formulas over additive parts, so raw rows and rollups agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from moksori.base.warehouse.rollups import mention_parts, score_parts


@dataclass(frozen=True, slots=True)
class Measure:
    """`formula` names parts in braces; `needs_first` counts each feedback once."""

    formula: str
    type: str = "DOUBLE"

    @property
    def parts(self) -> frozenset[str]:
        return frozenset(re.findall(r"\{(\w+)\}", self.formula))


def _count(part: str) -> Measure:
    return Measure(f"COALESCE({{{part}}}, 0)", "BIGINT")


def _mean(name: str) -> Measure:
    return Measure(f"{{{name}_sum}} / NULLIF({{{name}_n}}, 0)")


def _spread(name: str) -> Measure:
    # Sums of squares of values within ±10 lose nothing that matters in a double.
    n, total, squares = f"{{{name}_n}}", f"{{{name}_sum}}", f"{{{name}_sq}}"
    return Measure(
        f"SQRT(GREATEST({squares} - {total} * {total} / NULLIF({n}, 0), 0)"
        f" / NULLIF({n} - 1, 0))"
    )


_SCORE = {
    "n_scored": _count("score_n"),
    "mean_score": _mean("score"),
    "sd_score": _spread("score"),
    "n_promoters": _count("promoters"),
    "n_detractors": _count("detractors"),
    "n_satisfied": _count("satisfied"),
    "nps": Measure(
        "CAST(100 AS DOUBLE) * ({promoters} - {detractors}) / NULLIF({score_n}, 0)"
    ),
}

MEASURES: dict[str, dict[str, Measure]] = {
    "mentions": {
        "n_mentions": _count("n"),
        "n_feedback": _count("feedback"),
        "n_negative": _count("negative"),
        "n_negative_feedback": _count("negative_feedback"),
        "n_accounts": _count("accounts"),
        "n_sentiment": _count("sentiment_n"),
        "mean_sentiment": _mean("sentiment"),
        "sd_sentiment": _spread("sentiment"),
        **_SCORE,
    },
    "scores": {
        "n_scores": _count("n"),
        "n_feedback": _count("feedback"),
        "n_accounts": _count("accounts"),
        **_SCORE,
    },
}

PER_FEEDBACK = frozenset({"feedback", *score_parts("score")})
"""Parts of mentions that count each feedback once, hence need a `first_*` flag."""


def once_parts() -> dict[str, str]:
    """Expressions over rows of mentions that are one for each feedback already."""
    found = mention_parts("")
    return {name: found[name] for name in PER_FEEDBACK}


def raw_parts(table: str, first: str | None) -> dict[str, str]:
    """Expressions over fact rows; `first` is the flag that marks each feedback once.

    Without a flag, feedback is counted exactly by COUNT(DISTINCT), and score parts
    read `is_first`, which the compiler adds as a window.
    """
    accounts = {"accounts": "COUNT(DISTINCT account)"}
    distinct = {"feedback": "COUNT(DISTINCT feedback)"}
    if table == "scores":
        scores = score_parts("score_0_10")
        return {"n": "COUNT(*)", **scores, **distinct, **accounts}
    found = {**mention_parts(first or "is_first"), **accounts}
    if first is None:
        found |= distinct
    if first != "first_in_theme":
        found["negative_feedback"] = (
            "COUNT(DISTINCT feedback) FILTER (WHERE is_negative)"
        )
    return found


def rollup_parts(columns: Mapping[str, str], first: str | None) -> dict[str, str]:
    """Expressions over a rollup: the sums it holds that are right for this flag."""
    found = {}
    for column in columns:
        part, _, flag = column.partition("__")
        if not flag or flag == first:
            found[part] = f"SUM({column})"
    if first != "first_in_theme":
        found.pop("negative_feedback", None)
    return found


def measure_tree(measure: Measure, parts: Mapping[str, str]) -> exp.Expression:
    """The measure with its parts filled in, as a typed tree."""
    return _parsed(measure.formula.format(**parts), measure.type).copy()


@cache
def _parsed(formula: str, type: str) -> exp.Expression:
    return sqlglot.parse_one(f"CAST({formula} AS {type})", read="duckdb")
