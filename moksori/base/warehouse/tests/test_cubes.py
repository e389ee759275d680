"""Questions: right, exact, and the same from rollups, raw rows and plain Python."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from pathlib import Path
from typing import Any as Anything

import duckdb
import pyarrow as pa
import pytest

from moksori.base.people.scope import NOTHING, Reach, Scope
from moksori.base.testing.cubes import twelve
from moksori.base.warehouse.conditions import (
    All,
    Any,
    Between,
    Equals,
    In,
    IsNull,
    Not,
    literal,
)
from moksori.base.warehouse.cube import BadCubeError, Cube, plan
from moksori.base.warehouse.engine import DuckDB
from moksori.base.warehouse.rollups import ROLLUPS
from moksori.base.warehouse.tables import MENTIONS

MONDAY = dt.date(2023, 7, 17)
CUBES = twelve(MONDAY)
WIDE = {
    **CUBES,
    "tier": Cube("mentions", ("tier", "theme"), ("n_feedback", "mean_score", "nps")),
    "kinds": Cube("mentions", ("kind",), ("n_mentions", "mean_sentiment")),
    "months": Cube("scores", ("month", "channel"), ("n_scores", "n_feedback")),
    "all": Cube("mentions", (), ("n_mentions", "n_feedback", "n_negative_feedback")),
}


def raw(engine: DuckDB, cube: Cube) -> list[dict[str, Anything]]:
    sql = plan(cube, {}).sql()
    return engine._current().duck.cursor().sql(sql).to_arrow_table().to_pylist()


def near(one: Anything, other: Anything) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return bool(one == other)


def assert_same(
    one: list[dict[str, Anything]], other: list[dict[str, Anything]]
) -> None:
    assert len(one) == len(other)
    for left, right in zip(one, other, strict=True):
        assert left.keys() == right.keys()
        assert all(near(left[name], right[name]) for name in left), (left, right)


@pytest.mark.parametrize("name", WIDE)
def test_a_rollup_answers_as_the_raw_rows_do(name: str, engine: DuckDB) -> None:
    assert_same(engine.rows(WIDE[name]), raw(engine, WIDE[name]))


def test_a_feedback_counts_once_per_group_of_themes(engine: DuckDB) -> None:
    rows = engine._current().duck.cursor().sql("FROM mentions").to_arrow_table()
    themes = sorted({r["theme"] for r in rows.to_pylist() if r["theme"]})
    groups = ((7, tuple(themes[:3])), (8, tuple(themes[3:5])))
    measures = ("n_mentions", "n_feedback", "n_negative_feedback", "mean_score")
    cube = Cube("mentions", ("week", "theme_group"), measures, groups=groups)

    answer = engine.rows(cube)

    home = {theme: group for group, inside in groups for theme in inside}
    wanted: dict[Anything, list[Anything]] = defaultdict(list)
    for row in rows.to_pylist():
        wanted[row["week"], home.get(row["theme"])].append(row)
    assert len(answer) == len(wanted)
    for row in answer:
        found = wanted[row["week"], row["theme_group"]]
        scores = {one["feedback"]: one["score"] for one in found}
        given = [score for score in scores.values() if score is not None]
        hurt = {one["feedback"] for one in found if one["is_negative"]}
        assert row["n_mentions"] == len(found)
        assert row["n_feedback"] == len(scores)
        assert row["n_negative_feedback"] == len(hurt)
        assert near(row["mean_score"], sum(given) / len(given) if given else None)


def test_without_groups_there_is_no_such_dimension(engine: DuckDB) -> None:
    with pytest.raises(BadCubeError, match="theme_group"):
        engine.rows(Cube("mentions", ("theme_group",)))


def test_the_questions_of_pages_are_answered_from_rollups(engine: DuckDB) -> None:
    answered = {name: engine.source(cube) for name, cube in CUBES.items()}

    raw_rows = {name[:2] for name, source in answered.items() if source not in ROLLUPS}
    assert raw_rows == {"09", "10", "12"}


COUNTED = [
    ((), (), lambda _: True),
    (("theme",), (), lambda _: True),
    (("kind",), (), lambda _: True),
    (
        ("theme", "channel"),
        (Equals("kind", "complaint"),),
        lambda row: row["kind"] == "complaint",
    ),
    (("unit",), (In("theme", (1, 2)),), lambda row: row["theme"] in {1, 2}),
    (("unit",), (In("theme", (1,)),), lambda row: row["theme"] == 1),
    (
        (),
        (Equals("theme", 1), Equals("is_negative", True)),
        lambda row: row["theme"] == 1 and row["is_negative"],
    ),
]


@pytest.mark.parametrize(("keys", "where", "rule"), COUNTED)
def test_feedback_is_counted_once_whatever_is_asked(
    keys: tuple[str, ...],
    where: Anything,
    rule: Anything,
    engine: DuckDB,
    small: dict[str, pa.Table],
) -> None:
    seen: dict[Anything, dict[int, float | None]] = defaultdict(dict)
    for row in filter(rule, small["mentions"].to_pylist()):
        seen[tuple(row[key] for key in keys)][row["feedback"]] = row["score"]

    cube = Cube("mentions", keys, ("n_feedback", "n_scored", "mean_score"), where)
    found = {tuple(row[key] for key in keys): row for row in engine.rows(cube)}

    assert found.keys() == seen.keys()
    for key, by_feedback in seen.items():
        scores = [score for score in by_feedback.values() if score is not None]
        assert found[key]["n_feedback"] == len(by_feedback)
        assert found[key]["n_scored"] == len(scores)
        if scores:
            assert math.isclose(found[key]["mean_score"], sum(scores) / len(scores))


def test_a_scope_shows_what_it_covers_and_nothing_else(
    engine: DuckDB, small: dict[str, pa.Table]
) -> None:
    scope = Scope(
        (
            Reach(frozenset({1, 2})),
            Reach(frozenset({3}), regions=frozenset({4, 5})),
        )
    )
    cube = Cube("mentions", ("unit", "region"), ("n_mentions",)).within(scope)

    found = engine.rows(cube)

    assert {(row["unit"], row["region"]) for row in found} == {
        (row["unit"], row["region"])
        for row in small["mentions"].to_pylist()
        if row["unit"] in {1, 2} or (row["unit"] == 3 and row["region"] in {4, 5})
    }


def test_no_scope_shows_nothing(engine: DuckDB) -> None:
    for scope in (NOTHING, Scope((Reach(frozenset()),))):
        assert engine.rows(Cube("mentions", ("unit",)).within(scope)) == []


def test_conditions_treat_missing_values_as_values(engine: DuckDB) -> None:
    total = engine.rows(Cube("mentions"))[0]["n_mentions"]

    def n(*where: Anything) -> int:
        return int(engine.rows(Cube("mentions", where=where))[0]["n_mentions"])

    missing = n(IsNull("region"))
    assert 0 < missing < total
    assert n(Equals("region", None)) == missing
    assert n(In("region", (None,))) == missing
    assert n(In("region", (1, None))) == missing + n(Equals("region", 1))
    assert n(Not(Equals("region", 1))) == total - n(Equals("region", 1))
    assert n(In("region", ())) == 0
    assert n(Any(())) == 0
    assert n(All(())) == total
    assert n(Between("day")) == total


@pytest.mark.parametrize(
    "value",
    [
        "'; DROP VIEW mentions; --",
        "' OR '1'='1",
        "\\' OR 1=1 --",
        "\"; SELECT * FROM read_csv('/etc/passwd') --",
        "web' UNION SELECT 1 --",
        "\x00",
        "{n} %s $1 ?",
    ],
)
def test_a_value_cannot_change_the_question(value: str, engine: DuckDB) -> None:
    cube = Cube("mentions", ("channel",), where=(Equals("channel", value),))

    assert engine.rows(cube) == []
    assert engine.rows(Cube("mentions"))[0]["n_mentions"] > 0


@pytest.mark.parametrize(
    "cube",
    [
        Cube("mentions; DROP VIEW mentions"),
        Cube("mentions", ('"week" FROM mentions --',)),
        Cube("mentions", measures=("COUNT(*)",)),
        Cube("mentions", where=(Equals("1=1 OR unit", 1),)),
        Cube("mentions", order=("n_mentions; --",)),
        Cube("mentions", where=(Any((All((In("nope", (1,)),)),)),)),
        Cube("mentions", ("week", "week")),
        Cube("mentions", measures=()),
    ],
)
def test_a_name_must_be_declared(cube: Cube, engine: DuckDB) -> None:
    with pytest.raises(BadCubeError):
        engine.rows(cube)


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(BadCubeError, match="Is 'region' meant"):
        plan(Cube("mentions", ("regoin",)))


def test_a_condition_holds_plain_values_only() -> None:
    with pytest.raises(TypeError, match="cannot hold a list"):
        literal([1])  # type: ignore[arg-type]


def test_whole_weeks_of_days_are_asked_of_a_rollup_and_others_not(
    engine: DuckDB,
) -> None:
    weeks = Between("day", MONDAY, MONDAY + dt.timedelta(days=13))
    days = Between("day", MONDAY, MONDAY + dt.timedelta(days=12))

    whole, part = (Cube("mentions", ("theme",), where=(c,)) for c in (weeks, days))

    assert engine.source(whole) in ROLLUPS
    assert engine.source(part) == "mentions"
    assert_same(engine.rows(whole), raw(engine, whole))


def test_an_empty_warehouse_answers_with_nothing(tmp_path: Path) -> None:
    engine = DuckDB(tmp_path)

    assert engine.rows(Cube("mentions", ("week",), ("n_feedback", "nps"))) == []
    assert engine.rows(Cube("mentions"))[0] == {"n_mentions": 0}


def test_the_engine_reads_its_own_folder_and_nothing_else(engine: DuckDB) -> None:
    with pytest.raises(duckdb.PermissionException):
        engine._current().duck.cursor().sql("FROM read_csv('/etc/passwd')").fetchall()


def test_facts_have_no_room_for_names_or_words() -> None:
    text = {c.name for c in MENTIONS.columns if c.type == "VARCHAR"}

    assert text == {"channel", "language", "kind", "age_band", "tier", "traits"}
