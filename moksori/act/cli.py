"""`moksori stats priority FILE`: what to do first, and how sure the order is."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan

import click
from django.utils.translation import gettext as _

from moksori.analysis.priority import CERTAIN, Option, Priority, Range, priorities
from moksori.base.errors import UserError
from moksori.base.web import text
from moksori.collect.columns import Columns, columns_of, read_file
from moksori.collect.tables import Table

PARTS = ("reach", "impact", "effort", "confidence")


@click.command()
@click.argument("file")
@click.option("--name", default="name", show_default=True, help="Column of names.")
@click.option("--seed", default=0, show_default=True, help="Of the simulation.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def priority(*, file: str, name: str, seed: int, as_data: bool) -> None:
    """Order options by reach x impact x confidence / effort (RICE).

    FILE has a row for each, with the columns reach, impact and effort, perhaps
    confidence. A range is written as two columns, reach_low and reach_high; with reach
    beside them that is the likely value.
    """
    table = read_file(file)
    wanted = [
        column
        for part in PARTS
        for column in (part, f"{part}_low", f"{part}_high")
        if column in table.columns
    ]
    must_hold(table, wanted)
    columns = columns_of(table, [name, *wanted])
    names = [word or "?" for word in columns.words(name)]
    options = [_option(columns, set(wanted), at) for at in range(len(columns))]
    found = priorities(options, seed=seed)
    click.echo(_as_json(found, names) if as_data else _as_text(found, names))


def must_hold(table: Table, wanted: list[str]) -> None:
    for part in PARTS[:3]:
        if part not in wanted and f"{part}_low" not in wanted:
            raise UserError(
                _("The file needs a column “%(part)s”. It has: %(columns)s.")
                % {"part": part, "columns": ", ".join(table.columns[:20])}
            )


def _option(columns: Columns, known: set[str], at: int) -> Option:
    try:
        parts = {
            part: _range(columns, known, part, at)
            for part in PARTS
            if part in known or f"{part}_low" in known
        }
        return Option(**{"confidence": CERTAIN, **parts})
    except ValueError as error:
        raise UserError(
            _("Row %(row)s: %(why)s") % {"row": columns.rows[at], "why": error}
        ) from error


def _range(columns: Columns, known: set[str], part: str, at: int) -> Range:
    def value(name: str) -> float | None:
        found = float(columns.numbers(name)[at]) if name in known else float("nan")
        return None if isnan(found) else found

    likely, low, high = value(part), value(f"{part}_low"), value(f"{part}_high")
    if low is None and high is None and likely is not None:
        return Range(likely, likely)
    if low is None or high is None:
        raise UserError(
            _("Row %(row)s has no number for “%(part)s”.")
            % {"row": columns.rows[at], "part": part}
        )
    return Range(low, high, likely)


def _as_json(found: list[Priority], names: list[str]) -> str:
    rows = [{"name": names[one.index], **asdict(one)} for one in found]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _as_text(found: list[Priority], names: list[str]) -> str:
    lines = [_("Rank with 90% interval, value with 90% interval")]
    for one in found:
        ranks = f"{one.rank} ({one.rank_low}–{one.rank_high})"
        value = text.number(one.value.value, 2)
        interval = f"{text.number(one.value.low, 2)}–{text.number(one.value.high, 2)}"
        lines.append(f"{ranks:>12}  {value} ({interval})  {names[one.index]}")
    return "\n".join(lines)
