"""`moksori stats segments FILE`: the groups that an outcome hits much harder."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click
import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from moksori.analysis.segments.microsegments import MicroSegments
from moksori.analysis.segments.numbers import MicroSegment
from moksori.base.errors import UserError
from moksori.base.web import estimates
from moksori.collect.columns import Columns, columns_of, read_file

YES = {"1", "true", "yes", "y", "예", "네", "o"}
NO = {"0", "false", "no", "n", "아니오", "아니요", "x"}


@click.command()
@click.argument("file")
@click.option("--outcome", required=True, metavar="COL", help="Yes/no, or a number.")
@click.option(
    "--by", multiple=True, metavar="COL", help="Attributes. Repeatable; default all."
)
@click.option("--less", is_flag=True, help="Look for less: lower scores, rarer yes.")
@click.option("--minimum", default=30, show_default=True, help="Rows of a group.")
@click.option("--depth", default=3, show_default=True, help="Attributes of a group.")
@click.option("--rate", default=0.05, show_default=True, help="Of false findings.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def segments(  # noqa: PLR0913 – one parameter an option
    *,
    file: str,
    outcome: str,
    by: tuple[str, ...],
    less: bool,
    minimum: int,
    depth: int,
    rate: float,
    as_data: bool,
) -> None:
    """Find groups by up to three attributes that an outcome hits much harder.

    Every group with enough rows is compared with everybody else; false findings are
    kept to the rate over all comparisons.
    """
    table = read_file(file)
    names = by or tuple(name for name in table.columns if name != outcome)
    columns = columns_of(table, (outcome, *names))
    search = MicroSegments(
        direction="less" if less else "more", minimum=minimum, depth=depth, rate=rate
    )
    attributes = {name: _attribute(columns, name) for name in names}
    try:
        search.fit(attributes, _outcome(columns, outcome))
    except ValueError as error:
        raise UserError(str(error)) from error
    click.echo(_as_json(search) if as_data else _as_text(search))


def _attribute(columns: Columns, name: str) -> Any:
    return columns.numbers(name) if columns.is_numeric(name) else columns.words(name)


def _outcome(columns: Columns, name: str) -> NDArray[np.float64]:
    words = [None if one is None else one.lower() for one in columns.words(name)]
    told = {one for one in words if one is not None}
    if told and told <= YES | NO:
        if None in words:
            raise UserError(_("“%(column)s” is empty in some rows.") % {"column": name})
        return np.array([float(one in YES) for one in words])
    return columns.numbers(name)


def _as_json(search: MicroSegments) -> str:
    found = {
        "rows": search.n_,
        "tested": search.tested_,
        "cutoff": search.cutoff_,
        "segments": [asdict(one) for one in search.segments_],
    }
    return json.dumps(found, ensure_ascii=False, indent=1)


def _as_text(search: MicroSegments) -> str:
    lines = [
        _("%(rows)s rows, %(tested)s comparisons; false findings at most %(rate)s.")
        % {
            "rows": f"{search.n_:,}",
            "tested": f"{search.tested_:,}",
            "rate": f"{search.rate:.0%}",
        }
    ]
    if not search.segments_:
        lines.append(_("No group differs from the rest beyond chance."))
    return "\n".join([*lines, *(_line(one) for one in search.segments_)])


def _line(one: MicroSegment) -> str:
    kind = "times" if one.times else "score"
    much = one.times or one.difference
    again = estimates.shown(one.shrunken, kind)
    said = _("%(who)s: %(much)s; again %(again)s; found in %(stable)s of halves")
    return said % {
        "who": " · ".join(str(part) for part in one.rule),
        "much": estimates.sentence(much, kind),
        "again": f"{again.value}{again.unit} ({again.interval})",
        "stable": f"{one.stability:.0%}",
    }
