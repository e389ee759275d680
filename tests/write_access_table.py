"""Writes access.txt; run by `python -m tests.access_table`, never by the suite."""

from __future__ import annotations

from tests.access_table import TABLE, build_world, lines, table


def test_write_the_table(team):
    TABLE.write_text(
        "\n".join(lines(table(build_world(team)))) + "\n", encoding="utf-8"
    )
