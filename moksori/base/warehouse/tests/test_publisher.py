"""Publishing: whole, once, and safe at any moment of a crash."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from moksori.base.testing.facts import facts
from moksori.base.testing.killed import killed_publisher
from moksori.base.warehouse import manifest as manifests
from moksori.base.warehouse.cube import Cube
from moksori.base.warehouse.engine import DuckDB
from moksori.base.warehouse.manifest import UnknownFormatError
from moksori.base.warehouse.publisher import Change, Publisher
from moksori.base.warehouse.rollups import ROLLUPS
from moksori.base.warehouse.tests.test_cubes import WIDE, assert_same, raw

TOTAL = Cube("mentions", (), ("n_mentions", "n_feedback"))


def changes(tables: dict[str, pa.Table]) -> dict[str, Change]:
    return {name: Change(table) for name, table in tables.items()}


def of(tables: dict[str, pa.Table], *ids: int) -> dict[str, pa.Table]:
    values = pa.array(ids, pa.int64())
    return {
        name: table.filter(pc.is_in(table["feedback"], values))
        for name, table in tables.items()
    }


def test_the_same_batch_again_changes_nothing(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    publisher = Publisher(tmp_path)
    first = publisher.publish(changes(small))
    before = sorted(tmp_path.rglob("*"))

    again = publisher.publish(changes(small))

    assert first.changed
    assert not again.changed
    assert again.version == first.version
    assert sorted(tmp_path.rglob("*")) == before


def test_batch_by_batch_gives_what_all_at_once_gives(
    tmp_path: Path, small: dict[str, pa.Table], kept: Path
) -> None:
    publisher = Publisher(tmp_path)
    for start in range(1, 3001, 1000):
        publisher.publish(changes(of(small, *range(start, start + 1000))))

    one, other = DuckDB(tmp_path), DuckDB(kept)

    for cube in WIDE.values():
        assert_same(one.rows(cube), other.rows(cube))
        assert_same(one.rows(cube), raw(one, cube))


def test_feedback_that_moved_to_another_month_leaves_nothing_behind(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(changes(small))
    moved = facts(200, seed=9, first=1, days=1000)  # other days, other themes

    publisher.publish(changes(moved))

    engine = DuckDB(tmp_path)
    stored = engine.table(Cube("mentions", ("feedback", "mention", "day")))
    mine = stored.filter(pc.less_equal(stored["feedback"], 200))
    expected = moved["mentions"].select(["feedback", "mention", "day"])
    order = [("feedback", "ascending"), ("mention", "ascending")]
    mine = mine.drop_columns("n_mentions").sort_by(order)
    assert mine.to_pylist() == expected.sort_by(order).to_pylist()
    for cube in WIDE.values():
        assert_same(engine.rows(cube), raw(engine, cube))


def test_removed_feedback_is_gone_from_facts_and_rollups(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(changes(small))

    publisher.publish({name: Change(remove=range(1, 3000)) for name in small})

    engine = DuckDB(tmp_path)
    assert engine.rows(TOTAL)[0]["n_feedback"] == 1
    by_week = Cube("mentions", ("week",), ("n_mentions", "n_feedback"))
    assert_same(engine.rows(by_week), raw(engine, by_week))
    publisher.publish({name: Change(remove=[3000]) for name in small})
    assert engine.rows(TOTAL)[0] == {"n_mentions": 0, "n_feedback": 0}
    assert manifests.load(tmp_path).parts("mentions") == []


def test_only_touched_months_and_weeks_are_written(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(changes(small))
    before = set(manifests.load(tmp_path).paths())

    found = publisher.publish({"mentions": Change(remove=[1])})

    after = manifests.load(tmp_path)
    new = set(after.paths()) - before
    assert len(found.months) == 1
    assert sum(path.startswith("mentions/") for path in new) == 1
    assert not any("scores" in path for path in new)


def test_a_reader_sees_a_publication_at_its_next_question(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    engine, publisher = DuckDB(tmp_path), Publisher(tmp_path)
    assert engine.rows(TOTAL)[0]["n_feedback"] == 0

    publisher.publish(changes(of(small, 1, 2, 3)))

    assert engine.rows(TOTAL)[0]["n_feedback"] == 3


def test_a_rebuild_replaces_everything_at_once(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(changes(facts(50, first=90_000)))
    halves = [range(1, 1501), range(1501, 3001)]

    publisher.rebuild(
        {name: [of(small, *ids)[name] for ids in halves] for name in small}
    )

    engine = DuckDB(tmp_path)
    assert engine.rows(TOTAL)[0]["n_feedback"] == 3000
    assert not publisher.publish(changes(small)).changed


def test_rows_that_do_not_fit_are_refused_and_change_nothing(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)

    with pytest.raises(ValueError, match="Rows for mentions do not fit"):
        publisher.publish({"mentions": Change(pa.table({"feedback": [1]}))})
    nowhere = facts(1)["mentions"]
    place = nowhere.schema.get_field_index("unit")
    units = pa.nulls(len(nowhere), pa.int32())
    nowhere = nowhere.set_column(place, "unit", units)
    with pytest.raises(ValueError, match="unit' with null values"):
        publisher.publish({"mentions": Change(nowhere)})

    assert manifests.load(tmp_path).version == 0


def test_litter_of_a_killed_publisher_is_cleared(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(changes(of(small, 1, 2)))
    for litter in (
        "mentions/2023-01-00000002.tmp",
        "mentions/2023-01-00000002.parquet",
        "CURRENT.json.tmp",
        "scratch/rebuild.duckdb",
    ):
        path = tmp_path / litter
        path.parent.mkdir(exist_ok=True)
        path.write_text("half")

    publisher.publish(changes(of(small, 3)))

    kept = manifests.load(tmp_path).kept()
    files = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file()
    }
    assert files == {*kept, "CURRENT.json", "publisher.lock"}


def test_old_files_outlive_their_version_and_then_go(
    tmp_path: Path, small: dict[str, pa.Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = Publisher(tmp_path)
    publisher.publish(changes(of(small, 1)))
    first = set(manifests.load(tmp_path).paths())
    publisher.publish({name: Change(remove=[1]) for name in small})
    assert all((tmp_path / path).exists() for path in first)

    monkeypatch.setattr(manifests, "KEPT_SECONDS", -1.0)
    for number in range(2, 6):
        publisher.publish(changes(of(small, number)))

    assert not any((tmp_path / path).exists() for path in first)


def test_a_reader_whose_files_are_gone_takes_the_newest(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    publisher, engine = Publisher(tmp_path), DuckDB(tmp_path)
    publisher.publish(changes(of(small, 1)))
    stale = engine._current()
    publisher.publish(changes(of(small, 2)))
    for path in set(stale.manifest.paths()) - set(manifests.load(tmp_path).paths()):
        (tmp_path / path).unlink()
    stale.stamp = manifests.stamp(tmp_path)  # as if it had not looked yet
    engine._snapshot = stale

    assert engine.rows(TOTAL)[0]["n_feedback"] == 2


def test_files_of_another_release_ask_for_a_rebuild(tmp_path: Path) -> None:
    (tmp_path / "CURRENT.json").write_text(json.dumps({"format": 99}))

    with pytest.raises(UnknownFormatError, match="Rebuild"):
        DuckDB(tmp_path).rows(TOTAL)


def test_a_rebuild_replaces_the_files_of_another_release(
    tmp_path: Path, small: dict[str, pa.Table]
) -> None:
    Publisher(tmp_path).publish(changes(of(small, 1)))
    written = json.loads((tmp_path / "CURRENT.json").read_text())
    (tmp_path / "CURRENT.json").write_text(json.dumps(written | {"format": 1}))
    assert manifests.is_foreign(tmp_path)

    done = Publisher(tmp_path).rebuild({n: [t] for n, t in of(small, 2, 3).items()})

    assert not manifests.is_foreign(tmp_path)
    assert done.version > written["version"]
    assert DuckDB(tmp_path).rows(TOTAL)[0]["n_feedback"] == 2


def test_any_engine_can_read_the_files(kept: Path) -> None:
    for source in ("mentions", "scores", *ROLLUPS):
        for path in manifests.load(kept).parts(source):
            schema = pq.read_schema(kept / path)
            assert not any(pa.types.is_dictionary(kind) for kind in schema.types)


def test_killing_the_publisher_tears_nothing_and_loses_nothing(tmp_path: Path) -> None:
    """Eight kills here; `bench/warehouse.py` does forty with three readers."""
    found = killed_publisher(tmp_path, kills=8, readers=1, seed=3)

    assert found.kills == 8
    assert found.published > 0
    assert found.reads > 0
    assert (found.torn, found.errors, found.lost) == (0, 0, 0)
