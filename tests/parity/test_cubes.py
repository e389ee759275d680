"""Twelve cubes on DuckDB and on Spark: the same rows, in the same order."""

from __future__ import annotations

import datetime as dt
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from moksori.base.testing.cubes import twelve
from moksori.base.testing.facts import facts
from moksori.base.warehouse.conditions import All, Any, Between, Equals, In, Not
from moksori.base.warehouse.cube import Cube
from moksori.base.warehouse.engine import DuckDB
from moksori.base.warehouse.extract import Extract
from moksori.base.warehouse.publisher import Change, Publisher
from moksori.base.warehouse.spark import SparkConnect

sail = pytest.importorskip("pysail.spark", reason="the cluster extra is not installed")

FEEDBACKS = 4_000
MONDAY = dt.date(2023, 7, 17)
AWKWARD = 'it\'s \\ "both" -- ; 한글 %s {x}'
CUBES: dict[str, Cube | Extract] = {
    **twelve(MONDAY),
    "13 awkward value": Cube(
        "mentions", ("channel",), where=(Equals("channel", AWKWARD),)
    ),
    "14 missing values": Cube(
        "mentions",
        ("tier", "region"),
        ("n_feedback", "mean_score"),
        (Not(Equals("region", 3)), In("tier", ("gold", None))),
        order=("-n_feedback",),
    ),
    "15 once per feedback": Cube(
        "mentions",
        ("kind", "unit"),
        ("n_feedback", "n_negative_feedback", "nps", "sd_score"),
        (
            Any((All((In("unit", (1, 2)), In("region", (1, None)))), In("unit", (7,)))),
            In("theme", (1, 2, 3)),
            Between("day", dt.date(2023, 2, 8), dt.date(2023, 6, 1)),
        ),
    ),
    "17 rows as they are": Extract(
        "mentions",
        ("feedback", "day", "theme", "is_negative", "score", "tier", "traits"),
        (In("unit", (1, 2)), Between("day", dt.date(2023, 2, 8), None)),
    ),
    "16 nothing at all": Cube("scores", (), ("n_scores", "nps"), (Any(()),)),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warehouse")
    tables = facts(FEEDBACKS, seed=3, days=200)
    publisher = Publisher(folder)
    publisher.rebuild({name: [table] for name, table in tables.items()})
    awkward = facts(50, seed=4, first=FEEDBACKS + 1, days=200)["mentions"]
    place = awkward.schema.get_field_index("channel")
    column = [AWKWARD] * len(awkward)
    field = awkward.schema.field("channel")
    publisher.publish({"mentions": Change(awkward.set_column(place, field, [column]))})
    return folder


@pytest.fixture(scope="module")
def spark(root: Path) -> Iterator[SparkConnect]:
    # PySpark takes a main module without a file, such as a worker of pytest-xdist, for
    # its own doctests.
    patch = pytest.MonkeyPatch()
    patch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
    server = sail.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    engine = SparkConnect(root, f"sc://{host}:{port}")
    yield engine
    engine.close()
    server.stop()
    patch.undo()


@pytest.mark.parametrize("name", CUBES)
def test_spark_answers_as_duckdb_does(
    name: str, root: Path, spark: SparkConnect
) -> None:
    expected = DuckDB(root).rows(CUBES[name])

    found = spark.rows(CUBES[name])

    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.keys() == other.keys()
        assert all(_same(one[key], other[key]) for key in one), (one, other)
    assert bool(expected)


def test_spark_reads_what_was_published_since(root: Path, spark: SparkConnect) -> None:
    cube = Cube("mentions", (), ("n_feedback",))
    before = spark.rows(cube)[0]["n_feedback"]

    Publisher(root).publish({"mentions": Change(remove=[1, 2, 3])})

    assert spark.rows(cube)[0]["n_feedback"] == before - 3


def test_spark_answers_an_empty_warehouse(tmp_path: Path, spark: SparkConnect) -> None:
    empty = SparkConnect(tmp_path, spark.url)

    assert empty.rows(Cube("mentions", ("week",), ("n_feedback", "nps"))) == []


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return one == other
