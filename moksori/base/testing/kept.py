"""Worlds that take seconds to make: made once in a process, then put back as they were.

For tests that commit (`django_db(transaction=True)`): everything in the database and
in the warehouse is what it was when the world was ready.
"""

from __future__ import annotations

import copy
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from moksori.base.testing.makers import Team


@dataclass(frozen=True, slots=True)
class _Kept:
    team: Team
    rows: Any
    warehouse: Path


_worlds: dict[str, _Kept] = {}


def kept(name: str, team: Team, build: Callable[[], object]) -> Team:
    """The team in the world that `build` makes; `team` becomes the one of that world.

    `name` is unique in the process: a module's name and what the world is.
    """
    if name not in _worlds:
        build()
        _worlds[name] = _Kept(copy.deepcopy(team), _taken(), _copied_warehouse())
        return team
    world = _worlds[name]
    _put_back(world.rows)
    shutil.rmtree(settings.MOKSORI_WAREHOUSE_DIR, ignore_errors=True)
    if world.warehouse.exists():
        shutil.copytree(world.warehouse, settings.MOKSORI_WAREHOUSE_DIR)
    for field in fields(team):
        was = copy.deepcopy(getattr(world.team, field.name))
        getattr(team, field.name).__dict__ = was.__dict__
    return team


def _copied_warehouse() -> Path:
    place = Path(tempfile.mkdtemp(prefix="moksori-kept-")) / "warehouse"
    if Path(settings.MOKSORI_WAREHOUSE_DIR).exists():
        shutil.copytree(settings.MOKSORI_WAREHOUSE_DIR, place)
    return place


def _taken() -> Any:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        copied = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(copied)
        return copied
    with connection.cursor() as cursor:
        return _Tables(
            {name: _copied_out(cursor, name) for name in _filled(cursor)},
            _sequences(cursor),
        )


def _put_back(rows: Any) -> None:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        rows.backup(connection.connection)
        return
    with connection.cursor() as cursor:
        there = ", ".join(map(_quoted, _filled(cursor)))
        if there:
            cursor.execute(f"TRUNCATE {there} CASCADE")
        cursor.execute("SET session_replication_role = replica")  # no triggers, no keys
        for name, content in rows.content.items():
            with cursor.cursor.copy(f"COPY {_quoted(name)} FROM STDIN") as copying:
                copying.write(content)
        for name, value in rows.sequences.items():
            cursor.execute("SELECT setval(%s, %s)", [_quoted(name), value])
        cursor.execute("SET session_replication_role = DEFAULT")


@dataclass(frozen=True, slots=True)
class _Tables:
    content: dict[str, bytes]
    sequences: dict[str, int]


def _filled(cursor: Any) -> list[str]:
    """Tables with rows, in PostgreSQL; migrations and the like are left alone."""
    found = []
    for name in connection.introspection.table_names(cursor):
        if name.startswith("django_migrations"):
            continue
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {_quoted(name)})")  # noqa: S608
        if cursor.fetchone()[0]:
            found.append(name)
    return found


def _copied_out(cursor: Any, name: str) -> bytes:
    with cursor.cursor.copy(f"COPY {_quoted(name)} TO STDOUT") as copying:
        return b"".join(copying)


def _sequences(cursor: Any) -> dict[str, int]:
    cursor.execute(
        "SELECT sequencename, last_value FROM pg_sequences "
        "WHERE schemaname = 'public' AND last_value IS NOT NULL"
    )
    return dict(cursor.fetchall())


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
