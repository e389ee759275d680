"""An effect from a file alone: one row a unit and time, with when each was treated."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from moksori.analysis.proof.panel import Measure, Panel
from moksori.base.errors import UserError
from moksori.collect.columns import Columns, columns_of
from moksori.collect.tables import Table

Floats = NDArray[np.float64]
ONE = "–"


@dataclass(frozen=True, slots=True)
class Asked:
    """Names of columns; `start` and `treated` stand in for `treated_from`."""

    unit: str = "unit"
    time: str = "time"
    value: str = "value"
    n: str = "n"
    treated_from: str = "treated_from"
    start: str = ""
    treated: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    measure: Measure = Measure.MEAN
    better: int = -1


@dataclass(frozen=True, slots=True)
class Read:
    """`times` as numbers (days as their ordinal); `incomplete` units were left out."""

    panel: Panel
    units: tuple[str, ...]
    times: Floats
    starts: Floats
    covariates: Floats | None
    incomplete: int = 0


@dataclass(frozen=True, slots=True)
class _Long:
    """The columns of the file, row by row."""

    units: list[str]
    times: Floats
    values: Floats
    totals: Floats | None
    begins: Floats
    covariates: list[Floats] = field(default_factory=list)


def read_panel(table: Table, asked: Asked) -> Read:
    """The file as a panel. Raises UserError, in words, for what cannot be one."""
    rows = _long(table, asked)
    names = list(dict.fromkeys(rows.units))
    times = np.unique(rows.times)
    at = {name: place for place, name in enumerate(names)}
    place = (np.array([at[u] for u in rows.units]), np.searchsorted(times, rows.times))
    if len(set(zip(*map(list, place), strict=True))) < len(rows.units):
        raise UserError(
            _("A unit has two rows for the same time. Each needs one row a time.")
        )
    values = np.full((len(names), times.size), np.nan)
    values[place] = rows.values
    whole = np.isfinite(values).all(axis=1)
    if not whole.any():
        raise UserError(_("No unit has a value at every time."))
    starts = _first(rows.begins, place[0], len(names))
    begun = np.searchsorted(times, starts).astype(float)
    begun[~np.isfinite(starts)] = np.inf
    totals = None
    if rows.totals is not None:
        totals = np.zeros(values.shape)
        totals[place] = np.nan_to_num(rows.totals)
        totals = totals[whole]
    panel = _panel(values[whole], begun[whole], totals, asked)
    extra = [_first(one, place[0], len(names))[whole] for one in rows.covariates]
    return Read(
        panel=panel,
        units=tuple(
            name for name, is_whole in zip(names, whole, strict=True) if is_whole
        ),
        times=times,
        starts=starts[whole],
        covariates=np.column_stack(extra) if extra else None,
        incomplete=int((~whole).sum()),
    )


def _panel(values: Floats, begun: Floats, totals: Floats | None, asked: Asked) -> Panel:
    try:
        return Panel(values, begun, totals, asked.measure, asked.better)
    except ValueError as error:
        raise UserError(_(str(error)), field=asked.value) from error


def _long(table: Table, asked: Asked) -> _Long:
    known = set(table.columns)
    wanted = [asked.time, asked.value, *asked.covariates]
    optional = [asked.unit, asked.n, asked.treated_from]
    columns = columns_of(table, [*wanted, *(one for one in optional if one in known)])
    units = [ONE] * len(columns)
    if asked.unit in known:
        units = [word or ONE for word in columns.words(asked.unit)]
    times = _moments(columns, asked.time)
    if np.isnan(times).any():
        raise UserError(_("A row has no time in “%(name)s”.") % {"name": asked.time})
    return _Long(
        units,
        times,
        columns.numbers(asked.value),
        columns.numbers(asked.n) if asked.n in known else None,
        _begins(columns, units, asked, is_column=asked.treated_from in known),
        [columns.numbers(name) for name in asked.covariates],
    )


def _moments(columns: Columns, name: str) -> Floats:
    """Numbers, or the ordinals of days."""
    if columns.is_numeric(name):
        return columns.numbers(name)
    days = columns.days(name)
    return np.array([np.nan if day is None else day.toordinal() for day in days])


def _begins(
    columns: Columns, units: list[str], asked: Asked, *, is_column: bool
) -> Floats:
    """When each row's unit was treated; NaN or 0: never."""
    if is_column and not asked.start:
        begins = _moments(columns, asked.treated_from)
        return np.where(begins == 0, np.nan, begins)
    if not asked.start:
        raise UserError(
            _(
                "Say when the action began: a column “%(name)s” with the first treated "
                "time of each unit (blank: never), or --start."
            )
            % {"name": asked.treated_from}
        )
    chosen = set(asked.treated) or set(units[:1] if len(set(units)) == 1 else ())
    if not chosen or not chosen <= set(units):
        raise UserError(_("Name the treated units with --treated, as in the file."))
    start = _start(asked.start, is_number=columns.is_numeric(asked.time))
    return np.array([start if unit in chosen else np.nan for unit in units])


def _start(given: str, *, is_number: bool) -> float:
    from moksori.collect.tables.dates import moment  # noqa: PLC0415 – few need it

    try:
        if is_number:
            return float(given)
        day = moment(given)
    except ValueError:
        day = None
    if day is None:
        raise UserError(_("“%(start)s” is no time as in the file.") % {"start": given})
    return float(day.date().toordinal())


def _first(values: Floats, places: NDArray[np.int64], count: int) -> Floats:
    """The first of each unit's values that is there; infinity where none is."""
    found = np.full(count, np.inf)
    for place, value in zip(places, values, strict=True):
        if np.isfinite(value) and np.isinf(found[place]):
            found[place] = value
    return found
