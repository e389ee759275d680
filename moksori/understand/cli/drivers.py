"""`moksori stats drivers FILE` and `moksori stats questions FILE`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from moksori.base.errors import UserError
from moksori.base.terminal import aligned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from moksori.analysis.drivers.importance import Drivers
    from moksori.analysis.surveys.questions import Questionnaire
    from moksori.collect.columns import Columns

MOST_VALUES = 12


@click.command()
@click.argument("file")
@click.option(
    "--outcome", required=True, metavar="COL", help="What is to be explained."
)
@click.option("--yes", metavar="VALUE", default="", help="What counts as yes in it.")
@click.option(
    "--item", "items", multiple=True, metavar="COL", help="What may drive it."
)
@click.option("--weight", metavar="COL", default="", help="How much a row counts.")
@click.option(
    "--resamples", type=click.IntRange(20, 10_000), default=200, show_default=True
)
@click.option("--bca", is_flag=True, help="Bias-corrected intervals.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def drivers(  # noqa: PLR0913 – one parameter an option
    *,
    file: str,
    outcome: str,
    yes: str,
    items: tuple[str, ...],
    weight: str,
    resamples: int,
    bca: bool,
    as_data: bool,
) -> None:
    """Tell how much each column of a FILE says about its outcome.

    Numbers are taken as they are, words as categories. Without --item every other
    column is one. An outcome of two values, or --yes, is taken as a yes or no.
    """
    from moksori.analysis.drivers.importance import Drivers  # noqa: PLC0415 – numpy takes a second
    from moksori.collect.columns import columns_of, read_file  # noqa: PLC0415 – as above

    table = read_file(file)
    chosen = items or tuple(
        name for name in table.columns if name not in {outcome, weight}
    )
    given = columns_of(table, [outcome, *chosen, *([weight] if weight else [])])
    columns, names = _columns(given, [name for name in chosen if name != outcome])
    found = Drivers(resamples=resamples, interval="bca" if bca else "percentile").fit(
        columns,
        _outcome(given, outcome, yes),
        names=names,
        sample_weight=given.numbers(weight) if weight else None,
    )
    click.echo(_data(found) if as_data else "\n".join(_told(found, outcome)))


def _columns(given: Columns, names: list[str]) -> tuple[NDArray[Any], list[str]]:
    """Numbers as one column each, categories as one for each value but the first."""
    import numpy as np  # noqa: PLC0415 – as above

    columns, of = [], []
    for name in names:
        if given.is_numeric(name):
            columns.append(given.numbers(name))
            of.append(name)
            continue
        words = given.words(name)
        values = sorted({word for word in words if word is not None})
        # A column of names or texts tells rows apart, and drives nothing.
        if len(values) > MOST_VALUES:
            continue
        for value in values[1:] or values:
            told = [np.nan if word is None else float(word == value) for word in words]
            columns.append(np.array(told))
            of.append(name)
    if not columns:
        raise UserError(
            _("No column is left that could drive it. Name some by --item.")
        )
    return np.column_stack(columns), of


def _outcome(given: Columns, name: str, yes: str) -> NDArray[Any]:
    import numpy as np  # noqa: PLC0415 – as above

    if not yes and given.is_numeric(name):
        return given.numbers(name)
    words = given.words(name)
    values = sorted({word for word in words if word is not None})
    if not yes and len(values) != 2:
        return given.numbers(name)
    wanted = yes or values[-1]
    if wanted not in values:
        raise UserError(
            _("“%(column)s” is never “%(value)s”.") % {"column": name, "value": wanted}
        )
    return np.array(
        [np.nan if word is None else float(word == wanted) for word in words]
    )


def _told(found: Drivers, outcome: str) -> Iterator[str]:
    from moksori.base.web import estimates  # noqa: PLC0415 – as above
    from moksori.understand.reads.driver_words import (  # noqa: PLC0415 – as above
        why_left_out,
        why_none,
    )

    if not found.drivers_ or found.r2_ is None:
        yield why_none(found.reason_)
    else:
        yield _(
            "All together explain %(share)s of the differences in “%(outcome)s”."
        ) % {
            "share": estimates.sentence(found.r2_),
            "outcome": outcome,
        }
        head = ("", _("Driver"), _("Importance"), _("95% interval"), "p", "")
        yield from aligned(head, [_row(one) for one in found.drivers_], right={0, 2, 4})
        yield _("Associated, not caused.") + " " + estimates.method(found.method_) + "."
    for one in found.left_out_:
        yield _("Left out:") + f" {one.name} ({why_left_out(one)})"
    if found.incomplete_:
        yield _("%(n)d incomplete rows were left out.") % {"n": found.incomplete_}


def _row(one: Any) -> tuple[str, ...]:
    from moksori.base.web import estimates  # noqa: PLC0415 – as above

    shown = estimates.shown(one.importance)
    verdict = _("beyond chance") if one.is_clear else _("within chance")
    sign = {1: "▲", -1: "▼", 0: " "}[one.direction]
    return (
        str(one.rank),
        one.name,
        f"{shown.value}{shown.unit}",
        shown.interval,
        f"{one.p:.3f}",
        f"{sign} {verdict}",
    )


def _data(found: Drivers) -> str:
    return json.dumps(
        {
            "n": found.n_,
            "incomplete": found.incomplete_,
            "method": found.method_,
            "reason": found.reason_,
            "r2": _estimate(found.r2_),
            "drivers": [
                {
                    "name": one.name,
                    "importance": _estimate(one.importance),
                    "share": _estimate(one.share),
                    "p": one.p,
                    "is_clear": one.is_clear,
                    "direction": one.direction,
                    "rank": [one.rank, one.rank_low, one.rank_high],
                }
                for one in found.drivers_
            ],
            "left_out": [
                {"name": one.name, "why": one.why, "like": one.like}
                for one in found.left_out_
            ],
        },
        ensure_ascii=False,
    )


def _estimate(one: Any) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "n": one.n,
        "method": one.method,
        "level": one.level,
    }


@click.command()
@click.argument("file")
@click.option("--item", "items", multiple=True, metavar="COL", help="Questions.")
@click.option("--open", "open_", multiple=True, metavar="COL", help="Own words.")
@click.option("--low", type=float, help="Lowest step of the scale.")
@click.option("--high", type=float, help="Highest step of the scale.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def questions(
    *,
    file: str,
    items: tuple[str, ...],
    open_: tuple[str, ...],
    low: float | None,
    high: float | None,
    as_data: bool,
) -> None:
    """Tell which questions of a questionnaire in a FILE to mend, and how.

    A column is a question, in the order they were asked; without --item every column
    of numbers is one. Questions on the same scale are taken as one block.
    """
    from moksori.collect.columns import read_file  # noqa: PLC0415 – as above
    from moksori.understand.report.questionnaire import (  # noqa: PLC0415 – as above
        health_of,
    )

    found = health_of(read_file(file), items, open_, (low, high))
    click.echo(_health_data(found) if as_data else "\n".join(_health_told(found)))


def _health_told(found: Questionnaire) -> Iterator[str]:
    from moksori.base.web import estimates, text  # noqa: PLC0415 – as above
    from moksori.understand.reads.driver_words import (  # noqa: PLC0415 – as above
        advice,
        no_fault,
    )

    for one in found.questions:
        answered = estimates.sentence(one.answered) if one.answered else "–"
        yield f"{one.position}. {one.question.label}  " + _("answered") + f" {answered}"
        told = [advice(verdict, other=verdict.other) for verdict in one.verdicts]
        yield from (f"   {sentence}" for sentence in told or [no_fault(one)])
    for name, block in found.batteries.items():
        shown = estimates.shown(block.alpha, "r")
        yield f"{name}: {_('Alpha')} {shown.value} ({shown.interval}, n {shown.n})"
        if block.omega is not None:
            omega = estimates.shown(block.omega, "r")
            yield f"{name}: {_('Omega')} {omega.value} ({omega.interval}, n {omega.n})"
    if found.straight is not None:
        share = text.share(found.straight.value)
        yield _("One answer all the way down") + f": {share}"


def _health_data(found: Questionnaire) -> str:
    return json.dumps(
        {
            "n": found.n,
            "straight": _estimate(found.straight),
            "questions": [
                {
                    "key": one.question.key,
                    "position": one.position,
                    "shown": one.shown,
                    "answered": _estimate(one.answered),
                    "skipped": _estimate(one.skipped),
                    "not_applicable": _estimate(one.not_applicable),
                    "top": _estimate(one.top),
                    "bottom": _estimate(one.bottom),
                    "faults": [verdict.fault for verdict in one.verdicts],
                }
                for one in found.questions
            ],
            "blocks": {
                name: {
                    "alpha": _estimate(block.alpha),
                    "omega": _estimate(block.omega),
                }
                for name, block in found.batteries.items()
            },
        },
        ensure_ascii=False,
    )
