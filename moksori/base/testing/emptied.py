"""Emptying the database after a test that commits.

Django's own way rewrites every table and makes the permissions anew, which takes
longer than most tests; here only tables that hold something are emptied.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

# What migrations wrote about themselves and the models.
LEFT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def use() -> None:
    """From now on, for every test of this process that commits."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


def _empty(_case: Any) -> None:
    with (
        connection.constraint_checks_disabled(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        if connection.vendor == "postgresql":  # neither keys nor triggers
            cursor.execute("SET LOCAL session_replication_role = replica")
        for name in _filled(cursor):
            cursor.execute(f"DELETE FROM {_quoted(name)}")  # noqa: S608


def _filled(cursor: Any) -> list[str]:
    tables = connection.introspection.django_table_names(only_existing=True)
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {_quoted(name)})"  # noqa: S608
        for name in tables
        if name not in LEFT
    )
    cursor.execute(asked)
    return [str(row[0]) for row in cursor.fetchall()]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
