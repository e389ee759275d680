"""`moksori stats trends FILE` and `moksori stats recurrence FILE`."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import click
import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from moksori.analysis.alarms.changepoints import Cost, change_points
from moksori.analysis.alarms.recurrence import METHOD, dispersion_of, plan_watch, watch
from moksori.analysis.alarms.weekly import FEWEST_WEEKS, outlook
from moksori.base.errors import UserError
from moksori.base.web import text
from moksori.collect.columns import Columns, columns_of, read_file

WEEK = timedelta(weeks=1)
Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weekly:
    """Series by week: counts (series, weeks), and of how many where that is known."""

    names: list[str]
    weeks: list[date]
    counts: Counts
    totals: Counts | None


@click.command()
@click.argument("file")
@click.option("--date", "day", required=True, metavar="COL", help="When.")
@click.option("--count", default="", metavar="COL", help="How many; else one a row.")
@click.option("--total", default="", metavar="COL", help="Of how many.")
@click.option("--by", default="", metavar="COL", help="One series for each value.")
@click.option("--weeks", default=26, show_default=True, help="Weeks to look at.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def trends(*, file: str, as_data: bool, **given: Any) -> None:
    """Tell since when series are other than their past lets one expect.

    FILE has a row for each event, or for each day or week with its count.
    """
    found = _weekly(file, given)
    if len(found.weeks) < FEWEST_WEEKS + 4:
        raise UserError(
            _("There are %(n)s weeks; from %(least)s on it can be said what is usual.")
            % {"n": len(found.weeks), "least": FEWEST_WEEKS + 4}
        )
    told = _trends(found, max(int(given["weeks"]), 1))
    if as_data:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for one in told:
        click.echo(_line(one))
        for shift in one["changes"]:
            values = {**shift, "before": _short(shift["before"])}
            values["after"] = _short(shift["after"])
            click.echo("  " + _("since %(since)s: %(before)s → %(after)s") % values)
    click.echo(_("Method: %(method)s.") % {"method": _(told[0]["method"])})
    click.echo(_(told[0]["assumed"]))


@click.command()
@click.argument("file")
@click.option("--date", "day", required=True, metavar="COL", help="When.")
@click.option("--count", required=True, metavar="COL", help="How many were hurt.")
@click.option("--total", required=True, metavar="COL", help="Of how many.")
@click.option("--resolved", required=True, help="The day it was resolved.")
@click.option("--usual", type=float, help="The usual share; else the 8 weeks before.")
@click.option("--returned", type=float, help="The share worth knowing; else twice.")
@click.option("--days", default=90, show_default=True, help="How long to watch.")
@click.option("--rate", default=0.05, show_default=True, help="Of false alarms.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def recurrence(*, file: str, as_data: bool, **given: Any) -> None:
    """Tell whether what was resolved has come back, from a FILE of days or weeks."""
    try:
        resolved = date.fromisoformat(given["resolved"])
    except ValueError as error:
        raise UserError(_("Give the day as 2026-03-02.")) from error
    found = _weekly(file, {**given, "by": ""})
    told = _watched(found, resolved, given)
    if as_data:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    words = {
        "usual": text.share(told["usual"]),
        "n": text.number(told["usual_n"]),
        "limit": f"{told['limit']:.2f}",
        "now": f"{told['now']:.2f}",
        "weeks": len(told["sums"]),
    }
    click.echo(
        _("Usual: %(usual)s (n %(n)s). After %(weeks)s weeks %(now)s of %(limit)s.")
        % words
    )
    if told["signal"]:
        click.echo(
            _("It came back: found in the week of %(signal)s, since about %(since)s.")
            % told
        )
    else:
        click.echo(_("Nothing says that it came back."))
    click.echo(_("Method: %(method)s.") % {"method": _(METHOD)})


def _trends(found: Weekly, last: int) -> list[dict[str, Any]]:
    looked = outlook(found.counts, found.totals, last=last)
    told = []
    for row, name in enumerate(found.names):
        exposure = None if found.totals is None else found.totals[row]
        parts = change_points(found.counts[row], exposure=exposure, cost=Cost.POISSON)
        told.append(
            {
                "series": name,
                "week": found.weeks[-1].isoformat(),
                "seen": float(looked.seen[row, -1]),
                "expected": _known(looked.expected[row, -1]),
                "low": _known(looked.low[row, -1]),
                "high": _known(looked.high[row, -1]),
                "chance": _known(looked.chance[row, -1]),
                "direction": int(looked.direction[row, -1]),
                "n": int(looked.used[row, -1]),
                "changes": [
                    {
                        "since": found.weeks[one.last + 1].isoformat(),
                        "before": one.before,
                        "after": one.after,
                    }
                    for one in parts.changes
                ],
                "method": looked.method,
                "assumed": looked.assumed,
            }
        )
    return sorted(told, key=lambda one: (one["chance"] is None, one["chance"] or 0.0))


def _watched(found: Weekly, resolved: date, given: dict[str, Any]) -> dict[str, Any]:
    cases, totals = found.counts[0], found.totals
    assert totals is not None  # noqa: S101 – asked for by the option
    n = totals[0]
    before = [i for i, week in enumerate(found.weeks) if week + WEEK <= resolved][-8:]
    after = [i for i, week in enumerate(found.weeks) if week >= resolved]
    usual, usual_n = given["usual"], 0
    if usual is None:
        usual_n = round(float(n[before].sum()))
        if not usual_n:
            raise UserError(_("No whole week lies before that day."))
        usual = float(cases[before].sum()) / usual_n
    ahead = max(int(given["days"]) // 7, 1)
    typical = float(n[before].mean()) if before else float(n.mean())
    try:
        plan = plan_watch(
            usual,
            [typical] * ahead,
            returned=given["returned"],
            rate=given["rate"],
            usual_n=usual_n,
            dispersion=dispersion_of(cases[before], n[before]),
        )
        seen = watch(cases[after], n[after], plan)
    except ValueError as error:
        raise UserError(str(error)) from error
    weeks = [found.weeks[i].isoformat() for i in after]
    return {
        "usual": plan.usual,
        "usual_n": usual_n,
        "returned": plan.returned,
        "limit": plan.limit,
        "rate": plan.rate,
        "now": seen.now,
        "sums": dict(zip(weeks, seen.sums, strict=True)),
        "signal": weeks[seen.signal] if seen.signal is not None else None,
        "since": weeks[seen.since] if seen.since is not None else None,
        "method": METHOD,
    }


def _weekly(file: str, given: dict[str, Any]) -> Weekly:
    names = [given["day"], *(given[name] for name in ("count", "total", "by"))]
    columns = columns_of(read_file(file), [name for name in names if name])
    days = columns.days(given["day"])
    if not any(days):
        raise UserError(_("The column of dates is empty."))
    counts = _numbers(columns, given["count"])
    totals = _numbers(columns, given["total"]) if given["total"] else None
    series = columns.words(given["by"]) if given["by"] else [""] * len(columns)
    rows: dict[str, dict[date, list[float]]] = defaultdict(
        lambda: defaultdict(lambda: [0.0, 0.0])
    )
    for at, (day, name) in enumerate(zip(days, series, strict=True)):
        if day is None or name is None or not np.isfinite(counts[at]):
            continue
        cell = rows[name][day - timedelta(days=day.weekday())]
        cell[0] += counts[at]
        cell[1] += totals[at] if totals is not None else 0.0
    return _table(rows, has_totals=totals is not None)


def _table(rows: dict[str, dict[date, list[float]]], *, has_totals: bool) -> Weekly:
    mondays = {week for cells in rows.values() for week in cells}
    weeks, week = [], min(mondays)
    while week <= max(mondays):
        weeks.append(week)
        week += WEEK
    names = sorted(rows)
    table = np.array([[rows[name][week] for week in weeks] for name in names])
    return Weekly(names, weeks, table[..., 0], table[..., 1] if has_totals else None)


def _numbers(columns: Columns, name: str) -> Counts:
    if not name:
        return np.ones(len(columns))
    found = columns.numbers(name)
    if (found < 0).any():
        raise UserError(_("“%(column)s” has negative numbers.") % {"column": name})
    return found


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _line(one: dict[str, Any]) -> str:
    if one["expected"] is None or one["chance"] is None:
        return _("%(series)s: too little to say what is usual.") % one
    words = {**one, "seen": _short(one["seen"])}
    words |= {name: _short(one[name]) for name in ("expected", "low", "high")}
    words["chance"] = f"{one['chance']:.2g}"
    return (
        _(
            "%(series)s: %(seen)s, expected %(expected)s "
            "(%(low)s–%(high)s), p %(chance)s"
        )
        % words
    )


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
