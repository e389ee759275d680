"""`moksori stats health FILE` and `moksori stats forecast FILE`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

import click
import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from moksori.analysis.customers.calibration import Calibration
from moksori.analysis.customers.churn import Churn
from moksori.analysis.customers.hazards import Cox
from moksori.analysis.customers.survival import Survival, kaplan_meier, log_rank
from moksori.analysis.estimate import Estimate
from moksori.analysis.forecasts import forecast as forecast_of
from moksori.base.errors import UserError
from moksori.collect.columns import Columns, columns_of, in_order, read_file

YES = {"1", "true", "yes", "y", "예", "네", "o"}
NO = {"0", "false", "no", "n", "아니오", "아니요", "x"}
Numbers = NDArray[np.float64]


@click.command()
@click.argument("file")
@click.option("--left", required=True, metavar="COL", help="Who left: yes/no or 1/0.")
@click.option("--duration", metavar="COL", help="How long each was watched.")
@click.option("--group", metavar="COL", help="A curve for each value.")
@click.option("--by", multiple=True, metavar="COL", help="What may go with it. Repeat.")
@click.option("--when", metavar="COL", help="Periods, to check on the newest ones.")
@click.option(
    "--band", type=click.Choice(["log", "log-log", "plain"]), default="log",
    show_default=True, help="Transform of the band.",
)  # fmt: skip
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def health(  # noqa: PLR0913 – one parameter an option
    *,
    file: str,
    left: str,
    duration: str | None,
    group: str | None,
    by: tuple[str, ...],
    when: str | None,
    band: str,
    as_data: bool,
) -> None:
    """How long customers stay (with --duration), or who is likely to leave (without).

    With --duration: Kaplan–Meier by --group, and Cox regression on --by. Without:
    a penalised logistic regression on --by, with its calibration.
    """
    named = [name for name in (left, duration, group, when, *by) if name]
    columns = columns_of(read_file(file), named)
    gone = _yes(columns, left)
    try:
        if duration is not None:
            found = _stays(columns, gone, (duration, group, by), band)
        else:
            found = _chances(columns, gone, by, when)
    except ValueError as error:
        raise UserError(_(str(error))) from error
    _tell(found, as_data=as_data)


def _stays(
    columns: Columns,
    gone: Numbers,
    names: tuple[str, str | None, tuple[str, ...]],
    band: str,
) -> dict[str, Any]:
    duration, group, by = names
    time = _known(columns, duration)
    curves = {"all": kaplan_meier(time, gone, transform=band)}
    words = np.array([word or "–" for word in columns.words(group)] if group else [])
    for one in sorted(set(words)):
        here = words == one
        curves[f"{group} = {one}"] = kaplan_meier(
            time[here], gone[here], transform=band
        )
    # Means of groups compare only over the same time.
    until = min(curve.followed for curve in curves.values())
    found: dict[str, Any] = {n: _curve(one, until) for n, one in curves.items()}
    if len(set(words)) > 1:
        test = log_rank(time, gone, words)
        found["log-rank"] = {"chi2": test.statistic, "df": test.df, "p": test.p}
    if by:
        found["Cox"] = _cox(columns, gone, time, by)
    return found


def _curve(curve: Survival, until: float) -> dict[str, Any]:
    return {
        "n": curve.n,
        "left": int(curve.events.sum()),
        "median": _estimate(curve.median()),
        "restricted mean": _estimate(curve.restricted_mean(until)) | {"until": until},
        "share at the end": _estimate(curve.at(curve.followed)),
    }


def _cox(
    columns: Columns, gone: Numbers, time: Numbers, by: tuple[str, ...]
) -> dict[str, Any]:
    table = np.column_stack([_known(columns, name) for name in by])
    model = Cox().fit(table, time, gone, names=by)
    each, whole = model.proportionality()
    found: dict[str, Any] = {
        name: _estimate(ratio)
        | {"coefficient": float(b), "se": float(se), "proportional p": test.p}
        for name, ratio, b, se, test in zip(
            by, model.ratios_, model.coefficients_, model.errors_, each, strict=True
        )
    }
    found["concordance"] = _estimate(model.concordance_)
    found["likelihood ratio"] = asdict(model.likelihood_test_)
    found["proportional (all)"] = asdict(whole)
    return found


def _chances(
    columns: Columns, gone: Numbers, by: tuple[str, ...], when: str | None
) -> dict[str, Any]:
    if not by:
        raise UserError(_("Say with --by what may go with leaving."))
    table = np.column_stack([columns.numbers(name) for name in by])
    periods = None
    if when is not None:
        periods = _periods(columns, when)
    model = Churn().fit(table, gone, when=periods, names=by)
    found: dict[str, Any] = {
        "state": model.state_,
        "penalty": model.penalty_,
        "weights (per standard deviation, log odds)": {
            name: float(w) for name, w in zip(by, model.weights_, strict=True)
        },
    }
    if model.validation_ is not None:
        found["calibration"] = _calibration(model.validation_)
    return found


def _calibration(found: Calibration) -> dict[str, Any]:
    plain = found.as_dict()
    for name in ("intercept", "slope", "in_the_large"):
        plain[name] = _estimate(getattr(found, name))  # type: ignore[assignment]
    return plain


@click.command()
@click.argument("file")
@click.option("--value", required=True, metavar="COL", help="The number to forecast.")
@click.option("--date", metavar="COL", help="To sort by; default: as in the file.")
@click.option("--ahead", default=6, show_default=True, help="Periods ahead.")
@click.option("--season", default=12, show_default=True, help="Periods of a season.")
@click.option("--signal", multiple=True, metavar="COL",
              help="May tell early; used only where it helps. Repeat.")  # fmt: skip
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def forecast(  # noqa: PLR0913 – one parameter an option
    *,
    file: str,
    value: str,
    date: str | None,
    ahead: int,
    season: int,
    signal: tuple[str, ...],
    as_data: bool,
) -> None:
    """The next values of a series, one row a period, with the error of the past.

    Seasonal naive, Theta and exponential smoothing are asked of the past again and
    again; the one that erred least is used.
    """
    columns = columns_of(
        read_file(file), [name for name in (value, date, *signal) if name]
    )
    order = _order(columns, date)
    history = columns.numbers(value)[order]
    told = {name: columns.numbers(name)[order] for name in signal}
    try:
        found = forecast_of(history, ahead, season=season, signals=told)
    except ValueError as error:
        raise UserError(_(str(error))) from error
    _tell(
        {
            "method": found.method,
            "n": found.n,
            "season": found.season,
            "gaps": found.gaps,
            "MASE": found.mase,
            "errors": found.errors,
            "coverage": _estimate(found.coverage) if found.coverage else None,
            "tried": {one.method: one.mase for one in found.tried},
            "signals": {one.name: asdict(one) for one in found.signals},
            "ahead": {
                f"+{step}": _estimate(one)
                for step, one in enumerate(found.points, start=1)
            },
        },
        as_data=as_data,
    )


def _order(columns: Columns, date: str | None) -> NDArray[np.int64]:
    if date is None:
        return np.arange(len(columns))
    days = columns.days(date)
    if None in days:
        raise UserError(_("“%(column)s” is empty in some rows.") % {"column": date})
    if len(set(days)) < len(days):
        raise UserError(_("“%(column)s” has the same day twice.") % {"column": date})
    return np.argsort([day.toordinal() for day in days if day], kind="stable")


def _periods(columns: Columns, name: str) -> NDArray[np.int64]:
    """Periods in their order: period 9 comes before period 10."""
    words = [word or "" for word in columns.words(name)]
    place = {word: at for at, word in enumerate(sorted(set(words), key=in_order))}
    return np.array([place[word] for word in words])


def _yes(columns: Columns, name: str) -> Numbers:
    words = [None if one is None else one.lower() for one in columns.words(name)]
    if None in words:
        raise UserError(_("“%(column)s” is empty in some rows.") % {"column": name})
    if {one for one in words if one} <= YES | NO:
        return np.array([float(one in YES) for one in words])
    found = columns.numbers(name)
    if not np.isin(found, (0, 1)).all():
        raise UserError(_("“%(column)s” is not yes or no.") % {"column": name})
    return found


def _known(columns: Columns, name: str) -> Numbers:
    found = columns.numbers(name)
    if np.isnan(found).any():
        raise UserError(_("“%(column)s” is empty in some rows.") % {"column": name})
    return found


def _estimate(one: Estimate) -> dict[str, Any]:
    """Without infinities, which JSON has not: None where there is no end."""
    ends = {name: getattr(one, name) for name in ("value", "low", "high")}
    plain = {name: v if isfinite(v) else None for name, v in ends.items()}
    return plain | {"n": one.n, "method": one.method, "level": one.level}


def _tell(found: Mapping[str, Any], *, as_data: bool) -> None:
    if as_data:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for line in _lines(found, 0):
        click.echo(line)


def _lines(found: Mapping[str, Any], depth: int) -> list[str]:
    lines = []
    for name, value in found.items():
        start = "  " * depth + str(name)
        if isinstance(value, dict) and "low" in value and "method" in value:
            lines.append(f"{start}  {_said(value)}")
        elif isinstance(value, dict):
            lines += [start, *_lines(value, depth + 1)]
        else:
            lines.append(f"{start}  {_short(value)}")
    return lines


def _said(one: Mapping[str, Any]) -> str:
    interval = f"{_short(one['low'])} – {_short(one['high'])}"
    more = [
        f"{name} {_short(value)}"
        for name, value in one.items()
        if name not in {"value", "low", "high", "n", "method", "level"}
    ]
    words = [f"{_short(one['value'])} ({interval})", f"n {one['n']}", *more]
    return ", ".join([*words, str(one["method"])])


def _short(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
