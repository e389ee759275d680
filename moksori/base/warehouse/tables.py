"""The fact tables: what a mention and a score look like once they can be counted.

Facts hold keys and numbers, never names and never what somebody wrote. Everything
about one feedback is handed over together, so the publisher derives the `first_*`
flags itself: they make "how many different feedbacks" a sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `per_mention` values may differ within one feedback."""

    name: str
    type: str
    nullable: bool = False
    per_mention: bool = False
    derived: str = ""


@dataclass(frozen=True)
class Table:
    """`main` is what most questions pick one of: files are sorted by it, then by day,
    so that they skip the rest of a month."""

    name: str
    main: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema of stored rows."""
        return _schema(self.columns)

    @cached_property
    def given(self) -> pa.Schema:
        """The Arrow schema of what callers hand over: stored less derived."""
        return _schema(tuple(c for c in self.columns if not c.derived))

    @cached_property
    def select_derived(self) -> str:
        """The select list that turns given rows into stored rows (DuckDB)."""
        return ", ".join(
            f"CAST({c.derived or c.name} AS {c.type}) AS {c.name}" for c in self.columns
        )


def _schema(columns: tuple[Column, ...]) -> pa.Schema:
    return pa.schema(
        [pa.field(c.name, ARROW[c.type], nullable=c.nullable) for c in columns]
    )


ARROW = {
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DATE": pa.date32(),
    "VARCHAR": pa.string(),
    "FLOAT": pa.float32(),
    "BOOLEAN": pa.bool_(),
}

_WEEK = Column("week", "DATE", derived="date_trunc('week', day)")
_PLACE = (
    Column("unit", "INTEGER"),
    Column("product", "INTEGER", nullable=True),
    Column("region", "INTEGER", nullable=True),
    Column("account", "INTEGER", nullable=True),
    Column("channel", "VARCHAR"),
    Column("language", "VARCHAR"),
)
_SEGMENT = (
    Column("age_band", "VARCHAR", nullable=True),
    Column("tier", "VARCHAR", nullable=True),
    # What else is known of the customer or the occasion: short words by name, as JSON
    # with sorted keys (see `understand.writes.facts`).
    Column("traits", "VARCHAR", nullable=True),
)


def _first(of: str, when: str = "TRUE") -> str:
    return (
        f"({when}) AND row_number() OVER (PARTITION BY {of}, ({when}) "
        f"ORDER BY mention) = 1"
    )


MENTIONS = Table(
    "mentions",
    main="theme",
    key=("feedback", "mention"),
    columns=(
        Column("mention", "BIGINT", per_mention=True),
        Column("feedback", "BIGINT"),
        Column("day", "DATE"),
        _WEEK,
        *_PLACE,
        Column("theme", "INTEGER", nullable=True, per_mention=True),
        Column("kind", "VARCHAR", per_mention=True),
        Column("sentiment", "FLOAT", nullable=True, per_mention=True),
        Column("is_negative", "BOOLEAN", per_mention=True),
        Column(
            "first_in_theme",
            "BOOLEAN",
            per_mention=True,
            derived=_first("feedback, theme"),
        ),
        Column(
            "first_negative",
            "BOOLEAN",
            per_mention=True,
            derived=_first("feedback, theme", "is_negative"),
        ),
        Column(
            "first_in_feedback",
            "BOOLEAN",
            per_mention=True,
            derived=_first("feedback"),
        ),
        Column("score", "FLOAT", nullable=True),
        *_SEGMENT,
    ),
)

SCORES = Table(
    "scores",
    main="metric",
    key=("feedback", "metric"),
    columns=(
        Column("feedback", "BIGINT"),
        Column("day", "DATE"),
        _WEEK,
        *_PLACE,
        # A kind of score, or a question of a questionnaire and how it stands; one that
        # was not answered has no score (see `understand.writes.facts`).
        Column("metric", "VARCHAR", per_mention=True),
        Column("score_0_10", "FLOAT", nullable=True, per_mention=True),
        Column("value", "FLOAT", nullable=True, per_mention=True),
        *_SEGMENT,
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in (MENTIONS, SCORES)}
