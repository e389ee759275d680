"""`moksori stats effect FILE`: what an action changed, and by which method."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click
import numpy as np
from django.utils.translation import gettext as _

from moksori.account.reads.files import Asked, Read, read_panel
from moksori.account.reads.methods import CHOSEN, NAMES, REFUSED
from moksori.account.reads.words import HEADLINES
from moksori.analysis.estimate import Estimate
from moksori.analysis.proof.choose import MANY_TREATED, Method
from moksori.analysis.proof.interrupted import Change, Interrupted, Series, interrupted
from moksori.analysis.proof.measures import Settings
from moksori.analysis.proof.panel import Measure
from moksori.analysis.proof.prove import Proof, prove
from moksori.analysis.proof.staggered import Against, staggered
from moksori.analysis.proof.structural import impact
from moksori.analysis.proof.synthetic import Kind, synthetic
from moksori.base.errors import UserError
from moksori.base.web import text
from moksori.collect.columns import read_file

FAMILIES = {
    Measure.SHARE: "binomial",
    Measure.COUNT: "poisson",
    Measure.MEAN: "gaussian",
}


@click.command()
@click.argument("file")
@click.option("--unit", default="unit", show_default=True, help="Column of units.")
@click.option("--time", default="time", show_default=True, help="Column of times.")
@click.option("--value", default="value", show_default=True, help="Column of values.")
@click.option("--n", default="n", show_default=True, help="Of how many each value is.")
@click.option(
    "--treated-from", default="treated_from", show_default=True,
    help="Column with the first treated time of each unit; blank or 0: never.",
)  # fmt: skip
@click.option("--start", default="", help="Instead of that column: the first time.")
@click.option("--treated", multiple=True, help="With --start: a unit. Repeatable.")
@click.option(
    "--measure", type=click.Choice([one.value for one in Measure]), default="mean",
    show_default=True, help="What a value is.",
)  # fmt: skip
@click.option("--more-is-better", is_flag=True, help="A rise is what is hoped for.")
@click.option("--expected", type=float, help="The change that was expected.")
@click.option(
    "--method", type=click.Choice([one.value for one in Method]),
    help="Instead of the one that suits the data.",
)  # fmt: skip
@click.option("--covariate", multiple=True, help="For different starts. Repeatable.")
@click.option(
    "--against", type=click.Choice([one.value for one in Against]), default="never",
    show_default=True, help="For different starts: who is untouched.",
)  # fmt: skip
@click.option("--season", type=float, help="Times in a season (52.18, 12, 4).")
@click.option("--harmonics", default=2, show_default=True, help="Of that season.")
@click.option("--slope", is_flag=True, help="One series: may turn, not only step.")
@click.option("--draws", default=1000, show_default=True, help="Placebos, samples.")
@click.option("--seed", default=0, show_default=True, help="Of all that is drawn.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def effect(*, file: str, as_data: bool, **given: Any) -> None:
    """Measure what an action changed, from a FILE with one row a unit and time.

    The method is chosen by the shape of the data and explained: how many units were
    treated and left alone, how many times lie before and after, whether all began at
    once. The verdict is proven, not proven, worse, or too early.
    """
    read = read_panel(read_file(file), _asked(given))
    settings = Settings(given["season"], given["draws"], given["seed"])
    method = Method(given["method"]) if given["method"] else None
    try:
        proof = prove(
            read.panel, expected=given["expected"], settings=settings, method=method
        )
        more = _details(read, proof, given)
    except ValueError as error:
        raise UserError(_(str(error))) from error
    found = _told(read, proof) | {"details": more}
    click.echo(
        json.dumps(found, ensure_ascii=False, indent=1)
        if as_data
        else _words(found, proof)
    )


def _asked(given: dict[str, Any]) -> Asked:
    return Asked(
        unit=given["unit"],
        time=given["time"],
        value=given["value"],
        n=given["n"],
        treated_from=given["treated_from"],
        start=given["start"],
        treated=given["treated"],
        covariates=given["covariate"],
        measure=Measure(given["measure"]),
        better=1 if given["more_is_better"] else -1,
    )


def _told(read: Read, proof: Proof) -> dict[str, Any]:
    return {
        "verdict": proof.verdict.value,
        "reason": proof.reason.value,
        "headline": str(HEADLINES[proof.reason]),
        "method": proof.choice.method.value if proof.choice.method else None,
        "only_first": proof.choice.only_first,
        "refused": [[one.value, why.value] for one, why in proof.choice.refused],
        "estimate": _estimate(proof.estimate),
        "placebo_time": _estimate(proof.pretend),
        "placebo_p": proof.placebo_p,
        "before": proof.before,
        "after": proof.after,
        "expected": proof.expected,
        "treated": int(proof.numbers["treated"]),
        "controls": int(proof.numbers["controls"]),
        "times_before": int(proof.numbers["weeks_before"]),
        "times_after": int(proof.numbers["weeks_after"]),
        "incomplete_units_left_out": read.incomplete,
        "outlook": {
            "times": proof.outlook.periods,
            "smallest": _number(proof.outlook.smallest),
        },
    }


def _details(read: Read, proof: Proof, given: dict[str, Any]) -> dict[str, Any]:
    """What the method prints in its reference program, on the times as given."""
    match proof.choice.method:
        case Method.STAGGERED:
            return _staggered(read, given)
        case Method.SYNTHETIC | Method.DIFFERENCE:
            return _synthetic(read, given)
        case Method.CONTROLS:
            return _controls(read, given)
        case Method.INTERRUPTED:
            return _interrupted(read, given)
    return {}


def _staggered(read: Read, given: dict[str, Any]) -> dict[str, Any]:
    found = staggered(
        read.panel.values,
        read.starts,
        times=read.times,
        covariates=read.covariates,
        against=Against(given["against"]),
    )
    return {
        "simple": _estimate(found.overall()),
        "group": _estimate(found.overall_by_group()),
        "dynamic": _estimate(found.overall_by_age()),
        "calendar": _estimate(found.overall_by_time()),
        "by_group": _each(found.by_group().items()),
        "by_age": _each(found.by_age().items()),
        "by_time": _each(found.by_time().items()),
        "cells": [
            {"group": one.group, "time": one.time, "value": one.value, "se": one.se}
            for one in found.cells
        ],
    }


def _synthetic(read: Read, given: dict[str, Any]) -> dict[str, Any]:
    panel = read.panel.first_wave()
    rows = {}
    for kind in Kind:
        found = synthetic(
            panel.values, panel.treated, panel.start, kind=kind,
            draws=given["draws"], seed=given["seed"],
        )  # fmt: skip
        rows[kind.value] = {
            "value": found.value,
            "se": _number(found.se),
            "rank_p": found.rank_p,
        }
    return rows


def _controls(read: Read, given: dict[str, Any]) -> dict[str, Any]:
    panel = read.panel
    series, _totals = panel.series(panel.treated)
    controls = panel.values[~panel.treated]
    found = impact(
        series, controls, panel.start, draws=given["draws"], seed=given["seed"] + 1
    )
    return {
        "average": _estimate(found.mean),
        "cumulative": _estimate(found.total),
        "sd": found.sd,
        "p": found.p,
    }


def _interrupted(read: Read, given: dict[str, Any]) -> dict[str, Any]:
    panel = read.panel
    values, totals = panel.series(panel.treated)
    found = interrupted(
        Series(values, totals, _family(panel.measure, totals)),
        panel.start,
        change=Change.LEVEL_AND_SLOPE if given["slope"] else Change.LEVEL,
        period=given["season"] or 1.0,
        harmonics=given["harmonics"] if given["season"] else 0,
    )
    return {
        "coefficients": _coefficients(found),
        "step_as_factor": _estimate(found.ratio()),
        "dispersion": found.dispersion,
        "correlation_of_neighbours": found.correlation,
        "change": _estimate(found.change),
    }


def _family(measure: Measure, totals: Any) -> str:
    if measure is Measure.SHARE and totals is None:
        return "gaussian"
    return FAMILIES[measure]


def _coefficients(found: Interrupted) -> dict[str, Any]:
    return {
        name: {"value": one.value, "se": one.se, "robust_se": one.robust}
        for name, one in found.coefficients.items()
    }


def _each(found: Iterable[tuple[float, Estimate]]) -> list[dict[str, Any]]:
    return [{"at": at, **(_estimate(one) or {})} for at, one in found]


def _estimate(one: Estimate | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "value": _number(one.value),
        "low": _number(one.low),
        "high": _number(one.high),
        "level": one.level,
        "n": one.n,
        "method": one.method,
        "assumed": list(one.assumed),
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _words(found: dict[str, Any], proof: Proof) -> str:
    lines = [f"{_verdict(proof)}: {found['headline']}"]
    one = proof.estimate
    if one is not None:
        lines.append(
            _("Change %(value)s (95%% interval %(low)s to %(high)s, n %(n)s)")
            % {
                "value": text.change(one.value, 4),
                "low": text.change(one.low, 4),
                "high": text.change(one.high, 4),
                "n": text.number(one.n),
            }
        )
        lines.append(_(one.method))
    if proof.placebo_p is not None:
        lines.append(
            _("As much among the untouched: p %(p)s") % {"p": f"{proof.placebo_p:.3f}"}
        )
    if proof.choice.method:
        lines.append(str(CHOSEN[proof.choice.method]))
    for name, because in proof.choice.refused:
        why = str(REFUSED[because]) % {"treated": MANY_TREATED}
        lines.append(_("Not: %(name)s – %(why)s") % {"name": NAMES[name], "why": why})
    if proof.outlook.periods is not None:
        lines.append(
            _("The expected change would show after %(n)s times, four times in five.")
            % {"n": proof.outlook.periods}
        )
    return "\n".join([*lines, *_lines(found["details"])])


def _verdict(proof: Proof) -> str:
    from moksori.account.models import Effect  # noqa: PLC0415 – models load Django

    return str(Effect.Verdict(proof.verdict.value).label)


def _lines(details: dict[str, Any]) -> list[str]:
    """The details as a table of what has one value."""
    lines = []
    for name, one in details.items():
        if isinstance(one, dict) and one.get("value") is not None:
            rest = "  ".join(
                f"{key} {one[key]:.6g}"
                for key in ("se", "rank_p", "low", "high")
                if one.get(key) is not None
            )
            lines.append(f"{name:>12}  {one['value']:.6g}  {rest}")
    return ["", *lines] if lines else []
