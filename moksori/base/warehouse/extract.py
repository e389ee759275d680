"""Rows of facts as they are, for methods that need more than sums.

Drivers, micro-segments and cross-tabs compare feedback with feedback: no cube answers
that. An extract hands over keys and numbers, under the same conditions as a cube;
names and what somebody wrote are not in the warehouse at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from moksori.base.warehouse.conditions import Condition, Scope, inside
from moksori.base.warehouse.cube import Plan, must_be_known
from moksori.base.warehouse.tables import TABLES


@dataclass(frozen=True, slots=True)
class Extract:
    """Columns of a fact table, under conditions that must all hold.

    Rows come in the order of the table's key, so the same question always gives the
    same rows in the same order.
    """

    table: str
    columns: tuple[str, ...]
    where: tuple[Condition, ...] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        return self.columns

    def within(self, scope: Scope) -> Extract:
        """The same question, over what the scope covers alone."""
        return replace(self, where=(*self.where, inside(scope)))

    def plan(self, rollups: Mapping[str, int] | None = None) -> Plan:
        """How to answer: always from the rows themselves, whatever `rollups` hold.

        Raises BadCubeError for names that are not declared.
        """
        must_be_known("table", {self.table}, TABLES)
        table = TABLES[self.table]
        asked = frozenset(self.columns).union(*(c.columns for c in self.where))
        must_be_known("column", asked, table.by_name)
        tree = exp.Select().from_(exp.to_table(table.name))
        tree = tree.where(*(c.tree() for c in self.where), copy=False)
        tree = tree.select(*(exp.column(name) for name in self.columns))
        return Plan(table.name, tree.order_by(*(exp.column(k) for k in table.key)))
