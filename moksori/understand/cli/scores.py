"""`moksori stats scores FILE` and `crosstab FILE`: a survey without a server."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from math import isfinite
from typing import Any

import click
import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import change, mean, nps, wilson
from moksori.analysis.surveys import design as survey
from moksori.analysis.surveys.crosstabs import CrossTab, crosstab, top_box
from moksori.analysis.surveys.design import Design
from moksori.analysis.surveys.weights import CannotWeightError, Margin, rake
from moksori.base.errors import UserError
from moksori.base.web import estimates
from moksori.collect.columns import columns_of, in_order, read_file
from moksori.understand.reads.crosstabs import protected

LEAST = 5
SCALES = {"nps": (0.0, 10.0), "csat": (1.0, 5.0), "ces": (1.0, 7.0)}
FORMATS = {"nps": "nps", "csat": "share", "ces": "share", "share": "share"}
Floats = NDArray[np.float64]


@click.command()
@click.argument("file")
@click.option("--score", required=True, metavar="COL", help="The column of scores.")
@click.option(
    "--kind",
    type=click.Choice(["nps", "csat", "ces", "mean"]),
    default="nps",
    show_default=True,
)
@click.option("--by", metavar="COL", help="Each value of this column by itself.")
@click.option("--wave", metavar="COL", help="Waves, each against the one before.")
@click.option("--weight", metavar="COL", help="A column of weights.")
@click.option("--strata", metavar="COL", help="Strata that the sample was drawn in.")
@click.option("--cluster", metavar="COL", help="Clusters that were drawn whole.")
@click.option("--margin", multiple=True, metavar="COL=FILE", help="Rake to a CSV.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def scores(*, file: str, as_data: bool, **asked: Any) -> None:
    """NPS, satisfied, found it easy, or a mean: with intervals, by group and wave.

    --margin age=ages.csv weights to counts of customers (lines: group, count).
    """
    told = _Survey(file, asked)
    found: list[tuple[str, Estimate, Estimate | None]] = [
        (_("everybody"), told.score(np.ones(len(told), dtype=bool)), None)
    ]
    if asked["by"]:
        found += [
            (name, told.score(these), None) for name, these in told.by(asked["by"])
        ]
    if asked["wave"]:
        found += told.waves(asked["wave"])
    kind = FORMATS.get(asked["kind"], "score")
    if as_data:
        rows = [_row(*one) for one in found]
        answer = {"kind": asked["kind"], "weights": told.about, "scores": rows}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    for name, estimate, moved in found:
        click.echo(f"{name}: {estimates.sentence(estimate, kind)}{_moved(moved, kind)}")
    click.echo(_method(found[0][1], told.about))


@click.command(name="crosstab")
@click.argument("file")
@click.option("--question", required=True, metavar="COL", help="Answers in numbers.")
@click.option("--by", required=True, metavar="COL", help="Groups to compare.")
@click.option("--low", default=1.0, show_default=True, help="The worst answer.")
@click.option("--high", default=5.0, show_default=True, help="The best answer.")
@click.option("--boxes", default=2, show_default=True, help="Best answers that agree.")
@click.option("--weight", metavar="COL", help="A column of weights.")
@click.option("--strata", metavar="COL", help="Strata that the sample was drawn in.")
@click.option("--cluster", metavar="COL", help="Clusters that were drawn whole.")
@click.option("--margin", multiple=True, metavar="COL=FILE", help="Rake to a CSV.")
@click.option("--json", "as_data", is_flag=True, help="Print JSON for machines.")
def cross_table(*, file: str, as_data: bool, **asked: Any) -> None:
    """Who agrees (gives one of the best answers), group by group, with a test.

    Groups that are fewer than five people, or would leave so few, are hidden.
    """
    told = _Survey(file, asked | {"score": asked["question"], "kind": "mean"})
    low, high = asked["low"], asked["high"]
    values = told.values
    if ((values < low) | (values > high)).any():
        raise UserError(
            _("“%(column)s” has answers outside of %(low)s to %(high)s.")
            % {"column": asked["question"], "low": f"{low:g}", "high": f"{high:g}"}
        )
    groups = told.columns.words(asked["by"])
    try:
        agrees = top_box(values, low=low, high=high, boxes=asked["boxes"])
        table = crosstab(agrees, groups, told.sample)
    except ValueError as error:
        raise UserError(_(str(error))) from error
    sizes = {column.group: column.n for column in table.columns}
    if others := table.answered - sum(sizes.values()):
        sizes[""] = others  # what has no column is one group together
    closed = protected(sizes)
    closed.pop("", None)
    click.echo(_cross_json(table, closed) if as_data else _cross_text(table, closed))


class _Survey:
    """A file with scores and how its sample was drawn."""

    def __init__(self, file: str, asked: dict[str, Any]) -> None:
        margins = dict(_margin(one) for one in asked["margin"])
        names = [asked.get(name) for name in ("score", "by", "wave", "weight")]
        names += [asked["strata"], asked["cluster"], *margins]
        self.columns = columns_of(read_file(file), [name for name in names if name])
        self.values = self.columns.numbers(asked["score"])
        self.kind = asked["kind"]
        self.about = ""
        self._check(asked["score"])
        self.sample = self._drawn(asked, margins)

    def __len__(self) -> int:
        return len(self.columns)

    def score(self, these: NDArray[np.bool_]) -> Estimate:
        try:
            if self.sample is None:
                return self._plain(self.values[these & np.isfinite(self.values)])
            return self._weighted(self.sample, these)
        except ValueError as error:
            raise UserError(_(str(error))) from error

    def _plain(self, values: Floats) -> Estimate:
        if self.kind == "nps":
            return nps(values)
        if self.kind == "mean":
            return mean(values)
        return wilson(float(self._agrees(values).sum()), values.size)

    def _weighted(self, sample: Design, these: NDArray[np.bool_]) -> Estimate:
        if self.kind == "nps":
            return survey.nps(self.values, sample, within=these).estimate
        if self.kind == "mean":
            return survey.mean(self.values, sample, within=these).estimate
        agrees = self._agrees(self.values)
        return survey.share(agrees, sample, within=these).estimate

    def _agrees(self, values: Floats) -> Floats:
        low, high = SCALES[self.kind]
        return top_box(values, low=low, high=high, boxes=3 if self.kind == "ces" else 2)

    def by(self, name: str) -> list[tuple[str, NDArray[np.bool_]]]:
        """Values with five answers or more, in their order in the file."""
        place: dict[str, int] = {}
        codes = np.array(
            [
                place.setdefault(word, len(place)) if word else -1
                for word in self.columns.words(name)
            ]
        )
        known = np.isfinite(self.values) & (codes >= 0)
        counts = np.bincount(codes[known], minlength=len(place))
        return [(v, codes == at) for v, at in place.items() if counts[at] >= LEAST]

    def waves(self, name: str) -> list[tuple[str, Estimate, Estimate | None]]:
        found: list[tuple[str, Estimate, Estimate | None]] = []
        for wave, these in sorted(self.by(name), key=lambda one: in_order(one[0])):
            now = self.score(these)
            moved = change(now, found[-1][1]) if found else None
            found.append((wave, now, moved))
        return found

    def _check(self, name: str) -> None:
        known = self.values[np.isfinite(self.values)]
        if known.size < 2:
            raise UserError(
                _("“%(column)s” has fewer than two answers: too few to say anything.")
                % {"column": name}
            )
        if self.kind not in SCALES:
            return
        low, high = SCALES[self.kind]
        if known.min() < low or known.max() > high:
            raise UserError(
                _("“%(column)s” has answers outside of %(low)s to %(high)s.")
                % {"column": name, "low": f"{low:g}", "high": f"{high:g}"}
            )

    def _drawn(self, asked: dict[str, Any], margins: dict[str, Any]) -> Design | None:
        if not (margins or asked["weight"] or asked["strata"] or asked["cluster"]):
            return None
        base = np.ones(len(self))
        if asked["weight"]:
            base = self.columns.numbers(asked["weight"])
        try:
            sample = survey.design(
                base,
                strata=self._labels(asked["strata"]),
                clusters=self._labels(asked["cluster"]),
                lonely="adjust",
            )
            return self._raked(sample, margins) if margins else sample
        except CannotWeightError as error:
            raise UserError(_(error.template).format(**error.facts)) from error
        except ValueError as error:
            raise UserError(_(str(error))) from error

    def _raked(self, sample: Design, margins: dict[str, Any]) -> Design:
        asked = [
            Margin(self.columns.words(name), targets, name)
            for name, targets in margins.items()
        ]
        raked = rake(sample.weights, asked)
        if not raked.converged:
            raise CannotWeightError("No weights meet all margins at once.")
        self.about = _(
            "Raked to %(names)s in %(rounds)s rounds; design effect %(cost)s."
        ) % {
            "names": ", ".join(margins),
            "rounds": raked.rounds,
            "cost": f"{raked.design_effect:.2f}",
        }
        return sample.raked(raked)

    def _labels(self, name: str | None) -> list[str] | None:
        if not name:
            return None
        return [word or "" for word in self.columns.words(name)]


def _margin(asked: str) -> tuple[str, dict[str, float]]:
    """ "age=ages.csv" as the column and its counts."""
    name, _mark, file = asked.partition("=")
    if not name or not file:
        raise UserError(_("Write a margin like age=ages.csv."))
    targets: dict[str, float] = {}
    try:
        with open(file, encoding="utf-8-sig", newline="") as lines:  # noqa: PTH123
            for number, row in enumerate(csv.reader(lines), 1):
                if len(row) >= 2 and _is_count(row[1]):
                    targets[row[0].strip()] = float(row[1].replace(",", ""))
                elif row and number > 1:
                    raise UserError(
                        _("Line %(line)s of %(file)s is no group with a count.")
                        % {"line": number, "file": file}
                    )
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            _("%(path)s cannot be read: %(why)s.") % {"path": file, "why": error}
        ) from error
    return name, targets


def _is_count(cell: str) -> bool:
    try:
        return isfinite(float(cell.replace(",", "")))
    except ValueError:
        return False


def _row(name: str, estimate: Estimate, moved: Estimate | None) -> dict[str, Any]:
    found = {"group": name, **_finite(estimate)}
    return found | ({"change": _finite(moved)} if moved else {})


def _finite(estimate: Estimate) -> dict[str, Any]:
    found = asdict(estimate)
    ends = ("low", "high")
    return found | {end: found[end] if isfinite(found[end]) else None for end in ends}


def _moved(moved: Estimate | None, kind: str) -> str:
    if moved is None:
        return ""
    shown = {"share": "points", "score": "change"}.get(kind, kind)
    words = estimates.shown(moved, shown)
    sure = _("beyond chance") if moved.is_clear else _("within chance")
    return f"; {words.value}{words.unit} ({words.interval}), {sure}"


def _method(estimate: Estimate, about: str) -> str:
    return " ".join(filter(None, [_(estimate.method) + ".", about]))


def _cross_json(table: CrossTab, closed: dict[str, bool]) -> str:
    columns = [
        {
            "group": column.group,
            "agree": _finite(column.agree.estimate),
            "p": column.p if isfinite(column.p) else None,
            "differs": column.differs,
        }
        for column in table.columns
        if not closed.get(column.group, True)
    ]
    test = None
    if table.test:
        test = asdict(table.test)
    answer = {
        "everybody": _finite(table.everybody.estimate),
        "columns": columns,
        "hidden": sorted(
            [
                *(name for name, is_closed in closed.items() if is_closed),
                *table.left_out,
            ]
        ),
        "test": test,
    }
    return json.dumps(answer, ensure_ascii=False, indent=1)


def _cross_text(table: CrossTab, closed: dict[str, bool]) -> str:
    marks = {1: "▲", -1: "▼", 0: " "}
    lines = [f"  {_('everybody')}: {estimates.sentence(table.everybody.estimate)}"]
    for column in table.columns:
        shown = _("hidden to protect few people")
        if not closed.get(column.group, True):
            shown = estimates.sentence(column.agree.estimate)
        mark = marks[column.differs] if not closed.get(column.group, True) else " "
        lines.append(f"{mark} {column.group}: {shown}")
    hidden = _("hidden to protect few people")
    lines += [f"  {name}: {hidden}" for name in table.left_out]
    if table.test:
        test = table.test
        lines.append(
            f"{_(test.method)}: F({test.df:.2f}, {test.ddf:.1f}) = "
            f"{test.statistic:.3f}, p = {test.p:.4f}, n {test.n}"
        )
    return "\n".join(lines)
