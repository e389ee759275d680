"""Rows as they are: the right ones, in the same order, within the scope."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from moksori.base.people.scope import NOTHING, Reach, Scope
from moksori.base.warehouse.conditions import In
from moksori.base.warehouse.cube import BadCubeError
from moksori.base.warehouse.engine import DuckDB
from moksori.base.warehouse.extract import Extract

COLUMNS = ("feedback", "mention", "theme", "traits")
ROWS = Extract("mentions", COLUMNS, (In("channel", ("web",)),))


def test_rows_are_those_that_were_published(
    engine: DuckDB, small: dict[str, pa.Table]
) -> None:
    given = small["mentions"]
    expected = given.filter(pc.equal(given["channel"], "web")).select(list(COLUMNS))

    found = engine.table(ROWS)

    order = [("feedback", "ascending"), ("mention", "ascending")]
    assert found.to_pylist() == expected.sort_by(order).to_pylist()
    assert found.num_rows > 100


def test_rows_outside_the_scope_are_not_there(engine: DuckDB) -> None:
    narrow = Scope((Reach(frozenset({3}), None),))

    units = engine.table(Extract("scores", ("unit",)).within(narrow))["unit"]

    assert set(units.to_pylist()) == {3}
    assert engine.table(ROWS.within(NOTHING)).num_rows == 0


def test_a_name_that_is_not_there_is_refused_with_a_near_one() -> None:
    with pytest.raises(BadCubeError, match="Is 'theme' meant"):
        Extract("mentions", ("themes",)).plan()
