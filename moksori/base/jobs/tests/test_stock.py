"""The statistics by which SQLite chooses how to answer."""

from __future__ import annotations

import pytest
from django.db import connection

from moksori.base.jobs.jobs import take_stock
from moksori.base.people.models import Unit
from moksori.base.testing.makers import make_team

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_database_learns_how_its_tables_are_filled() -> None:
    make_team()

    take_stock.call()

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            wanted = [Unit._meta.db_table]
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", wanted)
            counts = {int(row[0].split()[0]) for row in cursor.fetchall()}
        assert counts == {Unit.objects.count()}
