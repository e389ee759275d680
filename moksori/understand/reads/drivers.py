"""What drives the score: how much each theme tells about it, and how it goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from moksori.analysis.drivers.importance import Driver, Drivers
from moksori.analysis.drivers.predictors import LeftOut, Reason
from moksori.analysis.drivers.quadrants import Quadrant, limits, quadrant
from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import wilson
from moksori.base.people.models import Member
from moksori.understand.models import Theme
from moksori.understand.reads.driver_rows import (
    LEFT,
    OUTCOMES,
    YES_OR_NO,
    Heard,
    heard_of,
    outcome_values,
)
from moksori.understand.reads.places import Place, place
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters

MOST_THEMES = 20
MOST_YES_OR_NO = 8
"""Of a yes or no every subset of drivers is a model of its own; a page has no time for
more of them."""
ENOUGH_ROWS = 100
ENOUGH_OF_A_THEME = 30


@dataclass(frozen=True, slots=True)
class DriverLine:
    """One driver with how it goes (0–1): of a theme the share of its feedback that
    praises it, of a question where its mean lies on its scale.

    `difference` is how much the outcome of those who complain differs from all others'
    (None for questions).
    """

    key: str
    name: str
    theme: int | None
    driver: Driver
    performance: Estimate
    quadrant: Quadrant
    difference: Estimate | None = None

    @property
    def importance(self) -> Estimate:
        return self.driver.importance


@dataclass(frozen=True, slots=True)
class DriverMap:
    """Drivers of one outcome, most important first, and on what they stand.

    `outcomes` are those that can be chosen here; `divided` is where the picture is
    divided (importance, performance). Without lines, `reason` says why. `left_out` are
    drivers that could not take part, under the names people know. `whole` is the mean
    of the outcome (0–10), or the share of yes.
    """

    place: Place | None
    outcome: str
    outcomes: tuple[str, ...]
    lines: list[DriverLine] = field(default_factory=list)
    divided: tuple[float, float] = (0.0, 0.0)
    r2: Estimate | None = None
    whole: Estimate | None = None
    left_out: list[LeftOut] = field(default_factory=list)
    reason: Reason | None = None
    n: int = 0
    incomplete: int = 0
    method: str = ""

    @property
    def clear(self) -> list[DriverLine]:
        return [line for line in self.lines if line.driver.is_clear]

    @property
    def is_yes_or_no(self) -> bool:
        return self.outcome in YES_OR_NO


def theme_drivers(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    outcome: str = "",
) -> DriverMap | None:
    """How much each theme tells about the score; None for who reads nothing.

    A theme is one driver of up to two columns, praised and complained about: the 20
    that are spoken of most (8 for a yes or no), from 30 scored feedbacks each.
    """
    found = place(by=by, filters=filters, period=period)
    if found is None:
        return None
    if found.facts is None:
        return DriverMap(found, OUTCOMES[0], (), reason=Reason.FEW_ROWS)
    heard = heard_of(found.facts, _themes(found))
    y, outcomes = outcome_values(heard, outcome, by=by)
    chosen = outcome if outcome in outcomes else OUTCOMES[0]
    heard = heard.with_outcome(y, most=_most(chosen), enough=ENOUGH_OF_A_THEME)
    if heard.n < ENOUGH_ROWS:
        return DriverMap(found, chosen, outcomes, reason=Reason.FEW_ROWS, n=heard.n)
    return _map(found, chosen, outcomes, heard)


def _most(outcome: str) -> int:
    return MOST_YES_OR_NO if outcome in YES_OR_NO else MOST_THEMES


def _themes(found: Place) -> dict[int, str]:
    rows = Theme.objects.filter(
        unit_id=found.affiliate,
        state=Theme.State.ACTIVE,
        is_group=False,
        is_general=False,
    )
    return {row.pk: row.name for row in rows}


def _map(
    found: Place, outcome: str, outcomes: tuple[str, ...], heard: Heard
) -> DriverMap:
    names = _themes(found)
    fitted = Drivers().fit(
        heard.columns, heard.outcome, names=heard.names, counts=heard.counts
    )
    goes = {key: wilson(*heard.praise(int(key))) for key in fitted.names_}
    drivers = fitted.drivers_
    divided = limits(drivers, [goes[one.name].value for one in drivers])
    lines = [
        DriverLine(
            key=one.name,
            name=names[int(one.name)],
            theme=int(one.name),
            driver=one,
            performance=goes[one.name],
            quadrant=quadrant(one, goes[one.name].value, divided),
            difference=heard.difference(int(one.name)),
        )
        for one in drivers
    ]
    return DriverMap(
        place=found,
        outcome=outcome,
        outcomes=outcomes,
        lines=lines,
        divided=divided,
        r2=fitted.r2_,
        whole=heard.whole(),
        left_out=[
            LeftOut(names[int(one.name)], one.why, _name(names, one.like))
            for one in fitted.left_out_
        ],
        reason=fitted.reason_,
        n=fitted.n_,
        incomplete=fitted.incomplete_,
        method=fitted.method_,
    )


def _name(names: dict[int, str], key: str) -> str:
    return names[int(key)] if key else ""


__all__ = ["LEFT", "DriverLine", "DriverMap", "theme_drivers"]
