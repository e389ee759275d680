"""A question to the warehouse as a value, and its translation to SQL.

The tree is built node by node; values become literals and names must be declared, so
no input can change what is asked. A rollup answers when it can do so exactly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from sqlglot import exp

from moksori.base.warehouse.conditions import (
    Between,
    Condition,
    Equals,
    In,
    IsNull,
    Scope,
    Value,
    inside,
    literal,
)
from moksori.base.warehouse.measures import (
    MEASURES,
    PER_FEEDBACK,
    Measure,
    measure_tree,
    once_parts,
    raw_parts,
    rollup_parts,
)
from moksori.base.warehouse.rollups import ROLLUPS
from moksori.base.warehouse.tables import TABLES, Table

MONTH = "month"
"""A dimension computed from `day`: the first of its month."""
GROUP = "theme_group"
"""A dimension computed from `theme`: the group that `Cube.groups` puts it in."""


class BadCubeError(ValueError):
    """The question names something that does not exist, or cannot be asked so."""


@dataclass(frozen=True, slots=True)
class Cube:
    """Measures by dimensions, under conditions that must all hold.

    `order` names outputs, "-" before a name for descending; ties are broken by the
    dimensions, so the same question always gives the same rows in the same order.
    n_feedback, scores and NPS of mentions count each feedback once per row. `groups`
    (group → its themes) says what the dimension "theme_group" stands for.
    """

    table: str
    dimensions: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("n_mentions",)
    where: tuple[Condition, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = None
    groups: tuple[tuple[int, tuple[int, ...]], ...] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        return (*self.dimensions, *self.measures)

    def plan(self, rollups: Mapping[str, int] | None = None) -> Plan:
        return plan(self, rollups)

    def within(self, scope: Scope) -> Cube:
        """The same question, over what the scope covers alone."""
        return self.also(inside(scope))

    def also(self, *conditions: Condition) -> Cube:
        return replace(self, where=(*self.where, *conditions))


@dataclass(frozen=True, slots=True)
class Plan:
    """`source` is the fact table or rollup that answers."""

    source: str
    tree: exp.Select

    def sql(self, dialect: str = "duckdb", source: str = "") -> str:
        """`source` renames the table, where an engine knows it by another name."""
        tree = self.tree.copy()
        for table in tree.find_all(exp.Table):
            table.set("this", exp.to_identifier(source or self.source))
        return str(tree.sql(dialect=dialect))


def plan(cube: Cube, rollups: Mapping[str, int] | None = None) -> Plan:
    """How to answer, given the rollups at hand (name → rows); {} forces raw rows.

    Raises BadCubeError for names that are not declared.
    """
    table, measures = _checked(cube)
    where = tuple(_by_week(condition) for condition in cube.where)
    first = _first_flag(cube)
    for name in _usable(cube, where, first, rollups or {}):
        parts = rollup_parts(ROLLUPS[name].sums, first)
        return Plan(name, _select(cube, measures, parts, _from(name, where)))
    source, parts = _from(table.name, cube.where), raw_parts(table.name, first)
    if table.name == "mentions":
        source, parts = _once(cube, measures, source, first)
    return Plan(table.name, _select(cube, measures, parts, source))


def _once(
    cube: Cube, measures: Mapping[str, Measure], source: exp.Select, first: str | None
) -> tuple[exp.Select, dict[str, str]]:
    """The rows to read and the parts over them, where feedback is counted once."""
    needed = frozenset[str]().union(*(measure.parts for measure in measures.values()))
    scored = needed & PER_FEEDBACK - {"feedback"}
    if first is None and scored:
        source = _with_is_first(cube, source)
    if needed <= PER_FEEDBACK and (first or scored):
        # Every row of the answer has a first mention: others need not be looked at.
        return source.where(exp.column(first or "is_first")), once_parts()
    return source, raw_parts("mentions", first)


def _checked(cube: Cube) -> tuple[Table, dict[str, Measure]]:
    must_be_known("table", {cube.table}, TABLES)
    table, measures = TABLES[cube.table], MEASURES[cube.table]
    outputs = {*cube.dimensions, *cube.measures}
    asked = frozenset[str]().union(*(condition.columns for condition in cube.where))
    computed = [MONTH, GROUP] if cube.groups else [MONTH]
    must_be_known("dimension", set(cube.dimensions), [*table.by_name, *computed])
    must_be_known("column", asked, table.by_name)
    must_be_known("measure", set(cube.measures), measures)
    must_be_known("output", {name.removeprefix("-") for name in cube.order}, outputs)
    if not cube.measures or len(outputs) < len(cube.dimensions + cube.measures):
        raise BadCubeError(
            "A cube needs at least one measure, and each name only once."
        )
    return table, {name: measures[name] for name in cube.measures}


def must_be_known(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raises BadCubeError for the first name that is not known, with a near one."""
    for name in sorted(set(names) - set(known)):
        near = get_close_matches(name, list(known), n=1)
        hint = f" Is {near[0]!r} meant?" if near else ""
        raise BadCubeError(f"There is no {kind} {name!r}.{hint}")


def _first_flag(cube: Cube) -> str | None:
    """The flag under which each feedback is counted once per row of the answer."""
    per_mention = {c.name for c in TABLES[cube.table].columns if c.per_mention}
    per_mention |= {GROUP}
    equal = dict(pair for c in cube.where for pair in _fixed(c))
    asked = set(cube.dimensions).union(*(c.columns for c in cube.where)) & per_mention
    fixed = (set(cube.dimensions) | set(equal)) & per_mention
    if not asked:
        return "first_in_feedback"
    if asked != fixed or GROUP in asked:
        return None
    if asked == {"theme"}:
        return "first_in_theme"
    if asked == {"theme", "is_negative"} and equal.get("is_negative") is True:
        return "first_negative"
    return None


def _fixed(condition: Condition) -> list[tuple[str, Value]]:
    """The column and the one value to which a condition holds it, if it does."""
    match condition:
        case Equals(column, value) | In(column, (value,)):
            return [(column, value)]
        case IsNull(column):
            return [(column, None)]
    return []


def _by_week(condition: Condition) -> Condition:
    """A range of whole weeks (Monday to Sunday), said in weeks: rollups know those."""
    if not isinstance(condition, Between) or condition.column != "day":
        return condition
    low, high = condition.low, condition.high
    if low is not None and not (isinstance(low, dt.date) and low.weekday() == 0):
        return condition
    if high is None:
        return Between("week", low, None)
    if not (isinstance(high, dt.date) and high.weekday() == 6):
        return condition
    return Between("week", low, high - dt.timedelta(days=6))


def _usable(
    cube: Cube,
    where: tuple[Condition, ...],
    first: str | None,
    rollups: Mapping[str, int],
) -> list[str]:
    """Rollups that hold every key and part asked for, smallest first."""
    named = {"theme" if name == GROUP else name for name in cube.dimensions}
    keys = frozenset(named).union(*(c.columns for c in where))
    parts: frozenset[str] = frozenset().union(
        *(MEASURES[cube.table][name].parts for name in cube.measures)
    )
    found = [
        (rows, name)
        for name, rows in rollups.items()
        if ROLLUPS[name].table == cube.table
        and keys <= set(ROLLUPS[name].keys)
        and parts <= rollup_parts(ROLLUPS[name].sums, first).keys()
    ]
    return [name for _, name in sorted(found)]


def _from(source: str, where: tuple[Condition, ...]) -> exp.Select:
    tree = exp.Select().from_(exp.to_table(source))
    return tree.where(*(c.tree() for c in where), copy=False)


def _with_is_first(cube: Cube, source: exp.Select) -> exp.Select:
    """The rows with `is_first`: one per feedback in each row of the answer."""
    columns = TABLES[cube.table].by_name
    apart = [
        _dimension(d, cube)
        for d in cube.dimensions
        if d == GROUP or (d != MONTH and columns[d].per_mention)
    ]
    window = exp.Window(
        this=exp.RowNumber(),
        partition_by=[exp.column("feedback"), *apart],
        order=exp.Order(expressions=[exp.Ordered(this=exp.column("mention"))]),
    )
    rule = exp.EQ(this=window, expression=exp.Literal.number(1))
    inner = source.select(exp.Star(), exp.alias_(rule, "is_first"))
    return exp.Select().from_(inner.subquery("rows_once"))


def _dimension(name: str, cube: Cube) -> exp.Expression:
    if name == GROUP:
        return _group(cube)
    if name != MONTH:
        return exp.column(name)
    start = exp.TimestampTrunc(this=exp.column("day"), unit=exp.var("MONTH"))
    return exp.Cast(this=start, to=exp.DataType.build("DATE"))


def _group(cube: Cube) -> exp.Expression:
    found = exp.Case()
    for group, themes in cube.groups:
        found = found.when(In("theme", themes).tree(), literal(group))
    return found


def _select(
    cube: Cube,
    measures: Mapping[str, Measure],
    parts: Mapping[str, str],
    source: exp.Select,
) -> exp.Select:
    tree = source.select(
        *(exp.alias_(_dimension(name, cube), name) for name in cube.dimensions),
        *(exp.alias_(measure_tree(m, parts), name) for name, m in measures.items()),
    )
    if cube.dimensions:
        tree = tree.group_by(*(_dimension(name, cube) for name in cube.dimensions))
    named = [name.removeprefix("-") for name in cube.order]
    ties = [name for name in cube.dimensions if name not in named]
    if cube.order or ties:
        tree = tree.order_by(*(_ordered(name) for name in (*cube.order, *ties)))
    return tree if cube.limit is None else tree.limit(cube.limit)


def _ordered(name: str) -> exp.Ordered:
    return exp.Ordered(
        this=exp.column(name.removeprefix("-")),
        desc=name.startswith("-"),
        nulls_first=False,
    )
