"""Invented facts of any size: keys and numbers only, no text that poses as a voice."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

from moksori.base.warehouse.tables import MENTIONS, SCORES

CHANNELS = ("web", "app", "phone", "store", "paper")
LANGUAGES = ("ko", "en")
KINDS = ("complaint", "praise", "request", "question")
TIERS = ("gold", "silver", None)
AGES = ("20s", "30s", "40s", "50s", None)
TRAITS = ('{"plan": "basic"}', '{"plan": "plus", "visits": "often"}', None)
FIRST_DAY = dt.date(2023, 1, 2)


def facts(
    feedbacks: int, *, seed: int = 0, first: int = 1, days: int = 1095
) -> dict[str, pa.Table]:
    """`mentions` (two a feedback, on average) and `scores` of so many feedbacks."""
    draw = np.random.default_rng(seed)
    one = _feedback(draw, np.arange(first, first + feedbacks), days)
    many = draw.integers(1, 4, feedbacks)
    rows = np.repeat(np.arange(feedbacks), many)
    themes = np.minimum(draw.zipf(1.3, len(rows)), 200).astype("int32")
    sentiment = draw.normal(0, 0.5, len(rows)).clip(-1, 1).astype("float32")
    mentions = {
        **{name: column.take(pa.array(rows)) for name, column in one.items()},
        "mention": pa.array(first * 4 + np.arange(len(rows)), pa.int64()),
        "theme": pa.array(themes, mask=draw.random(len(rows)) < 0.05),
        "kind": _named(draw, KINDS, len(rows)),
        "sentiment": pa.array(sentiment),
        "is_negative": pa.array(sentiment < -0.3),
    }
    return {
        "mentions": _table(mentions, MENTIONS.given),
        "scores": _table(_scores(draw, one), SCORES.given),
    }


def _feedback(
    draw: np.random.Generator, ids: np.ndarray, days: int
) -> dict[str, pa.Array]:
    n = len(ids)
    unit = draw.integers(1, 21, n).astype("int32")
    start = (FIRST_DAY - dt.date(1970, 1, 1)).days
    return {
        "feedback": pa.array(ids, pa.int64()),
        "day": pa.array(
            (start + draw.integers(0, days, n)).astype("int32"), pa.date32()
        ),
        "unit": pa.array(unit),
        # A product belongs to one unit, as in life: three for each.
        "product": pa.array(
            (unit - 1) * 3 + draw.integers(1, 4, n).astype("int32"),
            mask=draw.random(n) < 0.1,
        ),
        "region": _key(draw, 20, n),
        "account": _key(draw, 5000, n),
        "channel": _named(draw, CHANNELS, n),
        "language": _named(draw, LANGUAGES, n),
        "score": pa.array(
            draw.integers(0, 11, n).astype("float32"), mask=draw.random(n) < 0.3
        ),
        "age_band": _named(draw, AGES, n),
        "tier": _named(draw, TIERS, n),
        "traits": _named(draw, TRAITS, n),
    }


def _scores(draw: np.random.Generator, one: dict[str, pa.Array]) -> dict[str, pa.Array]:
    n = len(one["feedback"])
    value = draw.integers(0, 11, n).astype("float32")
    return {
        **one,
        "metric": _named(draw, ("nps", "csat"), n),
        "score_0_10": pa.array(value),
        "value": pa.array(value),
    }


def _key(draw: np.random.Generator, count: int, n: int) -> pa.Array:
    values = draw.integers(1, count + 1, n).astype("int32")
    return pa.array(values, mask=draw.random(n) < 0.1)


def _named(
    draw: np.random.Generator, names: tuple[str | None, ...], n: int
) -> pa.Array:
    picked = draw.integers(0, len(names), n)
    return pa.array(names, pa.string()).take(pa.array(picked))


def _table(columns: dict[str, pa.Array], schema: pa.Schema) -> pa.Table:
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)
