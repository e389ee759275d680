"""What a question may ask for: conditions as values, turned into safe SQL trees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlglot import exp

Value = str | int | float | dt.date | None


@dataclass(frozen=True, slots=True)
class Equals:
    """`value` None asks for rows without one."""

    column: str
    value: Value

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.column})

    def tree(self) -> exp.Expression:
        if self.value is None:
            return IsNull(self.column).tree()
        return exp.EQ(this=exp.column(self.column), expression=literal(self.value))


@dataclass(frozen=True, slots=True)
class In:
    """One of `values`; None among them matches rows without one; none at all: none."""

    column: str
    values: tuple[Value, ...]

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.column})

    def tree(self) -> exp.Expression:
        given = [literal(value) for value in self.values if value is not None]
        found: list[exp.Expression] = []
        if given:
            found.append(exp.In(this=exp.column(self.column), expressions=given))
        if len(given) < len(self.values):
            found.append(IsNull(self.column).tree())
        return _joined(exp.Or, found, empty=False)


@dataclass(frozen=True, slots=True)
class Between:
    """From `low` to `high`, both included; None leaves that end open."""

    column: str
    low: Value = None
    high: Value = None

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.column})

    def tree(self) -> exp.Expression:
        column = exp.column(self.column)
        found: list[exp.Expression] = []
        if self.low is not None:
            found.append(exp.GTE(this=column, expression=literal(self.low)))
        if self.high is not None:
            found.append(exp.LTE(this=column.copy(), expression=literal(self.high)))
        return _joined(exp.And, found, empty=True)


@dataclass(frozen=True, slots=True)
class IsNull:
    column: str

    @property
    def columns(self) -> frozenset[str]:
        return frozenset({self.column})

    def tree(self) -> exp.Expression:
        return exp.Is(this=exp.column(self.column), expression=exp.Null())


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition

    @property
    def columns(self) -> frozenset[str]:
        return self.condition.columns

    def tree(self) -> exp.Expression:
        # Without this, rows with a missing value would satisfy neither side.
        sure = exp.Coalesce(
            this=self.condition.tree(), expressions=[exp.Boolean(this=False)]
        )
        return exp.Not(this=sure)


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these; no conditions: everything."""

    conditions: tuple[Condition, ...]

    @property
    def columns(self) -> frozenset[str]:
        return frozenset().union(*(one.columns for one in self.conditions))

    def tree(self) -> exp.Expression:
        return _joined(exp.And, [one.tree() for one in self.conditions], empty=True)


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these; no conditions: nothing."""

    conditions: tuple[Condition, ...]

    @property
    def columns(self) -> frozenset[str]:
        return frozenset().union(*(one.columns for one in self.conditions))

    def tree(self) -> exp.Expression:
        return _joined(exp.Or, [one.tree() for one in self.conditions], empty=False)


Condition = Equals | In | Between | IsNull | Not | All | Any


class Reach(Protocol):
    @property
    def units(self) -> frozenset[int]: ...
    @property
    def regions(self) -> frozenset[int]: ...


class Scope(Protocol):
    @property
    def reaches(self) -> Iterable[Reach]: ...


def inside(scope: Scope) -> Any:
    """The rows a scope covers: any of its reaches, each all of units and regions."""
    return Any(tuple(_inside_one(reach) for reach in scope.reaches))


def _inside_one(reach: Reach) -> Condition:
    units = In("unit", tuple(sorted(reach.units)))
    if not reach.regions:
        return units
    return All((units, In("region", tuple(sorted(reach.regions)))))


def literal(value: Value) -> exp.Expression:
    """A value as a quoted, typed node: nothing in it can become SQL."""
    if isinstance(value, dt.date):
        text = exp.Literal.string(value.isoformat()[:10])
        return exp.Cast(this=text, to=exp.DataType.build("DATE"))
    if isinstance(value, str | bool | int | float):
        return exp.convert(value)
    raise TypeError(f"A condition cannot hold a {type(value).__name__}.")


def _joined(
    kind: type[exp.Connector], parts: list[exp.Expression], *, empty: bool
) -> exp.Expression:
    if not parts:
        return exp.Boolean(this=empty)
    found = exp.Paren(this=parts[0])
    for part in parts[1:]:
        found = kind(this=found, expression=exp.Paren(this=part))
    return exp.Paren(this=found) if len(parts) > 1 else found
