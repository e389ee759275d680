"""Engines answer cubes over the files that the manifest names."""

# The SQL here is made of declared names and of our own file names, never of input.
# ruff: noqa: S608

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from moksori.base.warehouse import manifest as manifests
from moksori.base.warehouse.cube import Cube, Plan
from moksori.base.warehouse.manifest import Manifest
from moksori.base.warehouse.rollups import DOUBLES, ROLLUPS
from moksori.base.warehouse.tables import TABLES, Column

ATTEMPTS = 3


class Question(Protocol):
    """A cube or an extract: a value that says how it is answered."""

    @property
    def outputs(self) -> tuple[str, ...]: ...

    def plan(self, rollups: Mapping[str, int] | None = None) -> Plan: ...

    def __hash__(self) -> int: ...


class Engine(Protocol):
    """Anything that can answer a question."""

    def table(self, question: Question) -> pa.Table:
        """The answer as Arrow, with the question's outputs in their order."""
        ...

    def rows(self, cube: Cube) -> list[dict[str, Any]]:
        """The answer as dictionaries."""
        ...


class DuckDB:
    """Answers in this process. One in-memory database per version of the manifest.

    Threads share it through cursors. `memory_limit` is per process; what exceeds it
    spills to a folder of its own, beside the files.
    """

    def __init__(
        self, root: Path, *, threads: int = 2, memory_limit: str = "1GB"
    ) -> None:
        self.root = root
        self._config = {"threads": threads, "memory_limit": memory_limit}
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None

    @property
    def version(self) -> int:
        """The version that the next question would be answered from."""
        return self._current().manifest.version

    def table(self, question: Question) -> pa.Table:
        for attempt in range(1, ATTEMPTS + 1):
            snapshot = self._current()
            try:
                return snapshot.answer(question).select(list(question.outputs))
            except duckdb.IOException:
                # The files of this version were cleared away after a long pause.
                self._forget(snapshot)
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError

    def rows(self, cube: Cube) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.table(cube).to_pylist()
        return found

    def source(self, cube: Cube) -> str:
        """The fact table or rollup that would answer; for tests and explanations."""
        return self._current().plan(cube).source

    def _current(self) -> Snapshot:
        stamp = manifests.stamp(self.root)
        held = self._snapshot
        if held is not None and held.stamp == stamp:
            return held
        with self._lock:
            held = self._snapshot
            if held is None or held.stamp != stamp:
                # The stamp was taken before the manifest is read: if a newer one
                # came in between, the next question reads it again.
                found = manifests.load(self.root)
                held = Snapshot(stamp, found, _open(self.root, found, self._config))
                self._snapshot = held
            return held

    def _forget(self, snapshot: Snapshot) -> None:
        with self._lock:
            if self._snapshot is snapshot:
                self._snapshot = None


@dataclass(slots=True)
class Snapshot:
    """One version of the warehouse, opened."""

    stamp: tuple[int, int, int]
    manifest: Manifest
    duck: duckdb.DuckDBPyConnection
    _plans: dict[Question, tuple[Plan, str]] = field(default_factory=dict)

    def plan(self, question: Question) -> Plan:
        return self._planned(question)[0]

    def answer(self, question: Question) -> pa.Table:
        cursor = self.duck.cursor()
        try:
            return cursor.sql(self._planned(question)[1]).to_arrow_table()
        finally:
            cursor.close()

    def _planned(self, question: Question) -> tuple[Plan, str]:
        if question not in self._plans:
            if len(self._plans) > 1000:
                self._plans.clear()
            found = question.plan(rollup_rows(self.manifest))
            self._plans[question] = (found, found.sql("duckdb"))
        return self._plans[question]


def rollup_rows(manifest: Manifest) -> dict[str, int]:
    """Rollups at hand and their sizes, for the planner."""
    return {name: manifest.rows(name) for name in manifest.rollups}


def columns_of(source: str) -> list[tuple[str, str]]:
    """Names and types of a fact table's or rollup's columns."""
    if source in TABLES:
        return [(column.name, column.type) for column in TABLES[source].columns]
    rollup = ROLLUPS[source]
    declared: dict[str, Column] = TABLES[rollup.table].by_name
    sums = [
        (name, "DOUBLE" if name.split("__")[0] in DOUBLES else "BIGINT")
        for name in rollup.sums
    ]
    return [*((key, declared[key].type) for key in rollup.keys), *sums]


def nothing(source: str) -> str:
    """A select that has the columns of a source and no rows."""
    columns = ", ".join(
        f"CAST(NULL AS {type}) AS {n}" for n, type in columns_of(source)
    )
    return f"SELECT {columns} WHERE 1 = 0"


def _open(
    root: Path, manifest: Manifest, config: dict[str, Any]
) -> duckdb.DuckDBPyConnection:
    duck = duckdb.connect(
        ":memory:",
        config={
            **config,
            "temp_directory": str(_spill(root)),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    duck.execute("SET parquet_metadata_cache = true")
    for source in (*TABLES, *ROLLUPS):
        files = [str(root / path) for path in manifest.parts(source)]
        select = f"SELECT * FROM {reading(files)}" if files else nothing(source)
        duck.execute(f"CREATE VIEW {source} AS {select}")
    # From here on it can read this folder and nothing else.
    duck.execute(f"SET allowed_directories = [{quoted(f'{root}/')}]")
    duck.execute("SET enable_external_access = false")
    duck.execute("SET lock_configuration = true")
    return duck


def _spill(root: Path) -> Path:
    """Where one database may spill: two in the same folder would mix their files."""
    folder = root / manifests.SPILL
    with suppress(OSError):  # a reader without the right to write does not spill
        folder.mkdir(parents=True, exist_ok=True)
    return folder / uuid.uuid4().hex


def reading(files: list[str]) -> str:
    """Parquet files as something to select from."""
    return f"read_parquet([{', '.join(quoted(file) for file in files)}])"


def quoted(path: str | Path) -> str:
    """A path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"
