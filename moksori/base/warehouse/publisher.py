"""Publishing: replaces the facts of some feedback, whole and once, crash or not."""

# The SQL here is made of declared names and of our own file names, never of input.
# ruff: noqa: S608

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from moksori.base.warehouse import manifest as manifests
from moksori.base.warehouse.differences import (
    Change,
    ddl,
    find_differences,
    hand_over,
    stored_rows,
    touched_months,
)
from moksori.base.warehouse.engine import quoted, reading
from moksori.base.warehouse.manifest import Manifest, Part, Parts
from moksori.base.warehouse.rollups import ROLLUPS, Rollup
from moksori.base.warehouse.tables import TABLES, Table

__all__ = ["Change", "Published", "Publisher"]

LOCK = "publisher.lock"
ROW_GROUP = 61_440  # half the usual: one theme is then found in one or two of them
# Small enough to write again for one week, large enough to keep files few.
QUARTER = "year(week) || '-' || quarter(week)"


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did; `changed` is False when everything was so already."""

    version: int
    changed: bool
    feedback: int = 0
    months: tuple[str, ...] = ()


@dataclass(slots=True)
class Publisher:
    """The one writer of a warehouse folder; others wait for its lock."""

    root: Path
    threads: int = 2
    memory_limit: str = "1GB"
    _version: int = field(default=0, init=False)

    def publish(self, changes: Mapping[str, Change]) -> Published:
        """Replace the facts of the feedback concerned; again changes nothing."""
        with self._alone() as old, self._duck() as duck:
            tables, rollups = dict(old.tables), dict(old.rollups)
            feedback, months = 0, set[str]()
            for name, change in changes.items():
                table = TABLES[name]
                find_differences(duck, table, self._files(tables, name), change)
                count, touched = touched_months(duck)
                if not count:
                    continue
                feedback, months = max(feedback, count), months | set(touched)
                tables[name] = self._rewrite(duck, table, old, touched)
                rollups |= self._roll_up(
                    duck, table, self._changed_weeks(duck, table, tables[name]), rollups
                )
            if not months:
                return Published(old.version, changed=False)
            self._swap(old, tables, rollups)
            return Published(
                self._version,
                changed=True,
                feedback=feedback,
                months=tuple(sorted(months)),
            )

    def rebuild(self, facts: Mapping[str, Iterable[pa.Table]]) -> Published:
        """Make the warehouse anew from all facts, handed over in batches.

        A batch holds all rows of each of its feedbacks. Readers see the old state
        until everything is there.
        """
        with (
            self._alone(manifests.load_to_rebuild) as old,
            self._duck(on_disk=True) as duck,
        ):
            tables: dict[str, Parts] = {}
            rollups: dict[str, Parts] = {}
            for name, batches in facts.items():
                table = TABLES[name]
                duck.execute(f"CREATE TABLE kept ({ddl(table)})")
                for batch in batches:
                    hand_over(duck, table, batch)
                    duck.execute("INSERT INTO kept SELECT * FROM added")
                duck.execute("CREATE TEMP VIEW difference AS SELECT * FROM kept")
                _, touched = touched_months(duck)
                tables[name] = self._write_months(duck, table, "kept", touched)
                rollups |= self._roll_up(duck, table, "kept", {})
                duck.execute("DROP VIEW difference; DROP TABLE kept")
            self._swap(old, tables, rollups)
            return Published(self._version, changed=True)

    @contextmanager
    def _alone(
        self, load: Callable[[Path], Manifest] = manifests.load
    ) -> Iterator[Manifest]:
        """The manifest, with nobody else writing and no litter of a killed writer."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = load(self.root)
            self._version = found.version + 1
            _sweep(self.root, found)
            yield found

    @contextmanager
    def _duck(self, *, on_disk: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        scratch = self.root / "scratch"
        scratch.mkdir(exist_ok=True)
        duck = duckdb.connect(
            str(scratch / "rebuild.duckdb") if on_disk else ":memory:",
            config={
                "threads": self.threads,
                "memory_limit": self.memory_limit,
                "temp_directory": str(scratch),
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        try:
            yield duck
        finally:
            duck.close()
            shutil.rmtree(scratch, ignore_errors=True)

    def _files(self, tables: Mapping[str, Parts], name: str) -> list[str]:
        return [str(self.root / part.path) for part in tables.get(name, {}).values()]

    def _rewrite(
        self,
        duck: duckdb.DuckDBPyConnection,
        table: Table,
        old: Manifest,
        months: list[str],
    ) -> Parts:
        """The table's parts with these months written anew."""
        parts = dict(old.tables.get(table.name, {}))
        files = [str(self.root / parts[m].path) for m in months if m in parts]
        duck.execute(
            f"CREATE OR REPLACE TEMP VIEW renewed AS "
            f"SELECT * FROM {stored_rows(table, files)} WHERE feedback NOT IN "
            f"(SELECT feedback FROM concerned) UNION ALL SELECT * FROM added"
        )
        written = self._write_months(duck, table, "renewed", months)
        kept = {month: part for month, part in parts.items() if month not in months}
        return kept | written

    def _write_months(
        self,
        duck: duckdb.DuckDBPyConnection,
        table: Table,
        source: str,
        months: list[str],
    ) -> dict[str, Part]:
        order = ", ".join((table.main, "day", *table.key))
        written = {}
        for month in months:
            query = (
                f"SELECT * FROM {source} WHERE day >= DATE '{month}-01' "
                f"AND day < DATE '{month}-01' + INTERVAL 1 MONTH ORDER BY {order}"
            )
            part = self._write(duck, query, f"{table.name}/{month}")
            if part.rows:
                written[month] = part
        return written

    def _changed_weeks(
        self, duck: duckdb.DuckDBPyConnection, table: Table, parts: Parts
    ) -> str:
        """The rows of every touched week, read once for all rollups."""
        files = [str(self.root / part.path) for part in parts.values()]
        # The range lets whole files be skipped, which a list of weeks does not.
        duck.execute(
            f"CREATE OR REPLACE TEMP TABLE changed_weeks AS "
            f"SELECT * FROM {stored_rows(table, files)} "
            f"WHERE week IN (SELECT week FROM difference) "
            f"AND week >= (SELECT min(week) FROM difference) "
            f"AND week <= (SELECT max(week) FROM difference)"
        )
        return "changed_weeks"

    def _roll_up(
        self,
        duck: duckdb.DuckDBPyConnection,
        table: Table,
        source: str,
        rollups: Mapping[str, Parts],
    ) -> dict[str, Parts]:
        """Every rollup of the table, with the weeks in `source` summed again."""
        quarters = duck.execute(
            f"SELECT DISTINCT {QUARTER} FROM difference ORDER BY 1"
        ).fetchall()
        found: dict[str, Parts] = {}
        for rollup in ROLLUPS.values():
            if rollup.table != table.name:
                continue
            parts = dict(rollups.get(rollup.name, {}))
            keys = ", ".join(rollup.keys)
            duck.execute(
                f"CREATE OR REPLACE TEMP TABLE rolled AS "
                f"SELECT {rollup.select}, {QUARTER} AS quarter FROM {source} "
                f"GROUP BY {keys} ORDER BY {keys}"
            )
            for (quarter,) in quarters:
                old = parts.pop(quarter, None)
                part = self._renew(duck, rollup, quarter, old)
                if part.rows:
                    parts[quarter] = part
            found[rollup.name] = parts
        return found

    def _renew(
        self,
        duck: duckdb.DuckDBPyConnection,
        rollup: Rollup,
        quarter: str,
        old: Part | None,
    ) -> Part:
        query = f"SELECT * EXCLUDE (quarter) FROM rolled WHERE quarter = '{quarter}'"
        if old:
            # In order already; sorting it again would be most of the work.
            query = (
                f"SELECT * FROM {reading([str(self.root / old.path)])} "
                f"WHERE week NOT IN (SELECT week FROM difference) "
                f"UNION ALL ({query})"
            )
        return self._write(duck, query, f"rollups/{rollup.name}/{quarter}")

    def _write(self, duck: duckdb.DuckDBPyConnection, query: str, stem: str) -> Part:
        path = f"{stem}-{self._version:08d}.parquet"
        final = self.root / path
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary = final.with_suffix(".tmp")
        ((rows,),) = duck.execute(
            f"COPY ({query}) TO {quoted(temporary)} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
        ).fetchall()
        if rows:
            manifests.settle(temporary, final)
        else:
            temporary.unlink()
        return Part(path, rows)

    def _swap(
        self, old: Manifest, tables: Mapping[str, Parts], rollups: Mapping[str, Parts]
    ) -> None:
        new = old.next(tables, rollups)
        manifests.save(self.root, new)
        _sweep(self.root, new)


def _sweep(root: Path, manifest: Manifest) -> None:
    """Remove what no recent manifest names: retired files, a killed writer's litter."""
    kept = manifest.kept()
    shutil.rmtree(root / "scratch", ignore_errors=True)
    for pattern in ("*.tmp", "*/*.tmp", "**/*.parquet", "rollups/*/*.tmp"):
        for path in root.glob(pattern):
            if path.relative_to(root).as_posix() not in kept:
                path.unlink(missing_ok=True)
    for spilt in (root / manifests.SPILL).glob("*"):
        with suppress(FileNotFoundError):
            if time.time() - spilt.stat().st_mtime > 86_400:  # of a killed reader
                shutil.rmtree(spilt, ignore_errors=True)
