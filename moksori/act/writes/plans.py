"""What an action is going to do, and what it should move."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from moksori.act.models import Action
from moksori.act.writes.cases import checked_text
from moksori.act.writes.places import Where, places_of
from moksori.base.errors import UserError
from moksori.base.storable import storable


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be done, when customers feel it, and what it should move.

    `expected_change` in percentage points of the share of feedback that is hurt
    (−2.0: two points fewer), or in points of the score; `cost` in won. `places` empty:
    everywhere.
    """

    title: str
    start_on: date
    expected_change: float
    what: str = ""
    due: date | None = None
    cost: Decimal | None = None
    measure: str = Action.Measure.SHARE
    places: tuple[Where, ...] = ()


def columns(plan: Plan) -> dict[str, object]:
    return {
        "title": plan.title,
        "what": plan.what,
        "start_on": plan.start_on,
        "due": plan.due,
        "expected_change": plan.expected_change,
        "measure": plan.measure,
        "cost": plan.cost,
    }


def plan_of(action: Action) -> Plan:
    return Plan(
        title=action.title,
        what=action.what,
        start_on=action.start_on,
        due=action.due,
        expected_change=action.expected_change,
        measure=action.measure,
        cost=action.cost,
        places=places_of(action),
    )


def checked_plan(plan: Plan) -> Plan:
    title = storable(plan.title)
    if not title:
        raise UserError(_("Give the action a title."), field="title")
    if len(title) > 120:
        raise UserError(
            _("Keep the title under 120 letters; the rest fits below it."),
            field="title",
        )
    _check_numbers(plan)
    if plan.measure not in Action.Measure.values:
        raise UserError(_("Choose a measure from the list."), field="measure")
    return replace(plan, title=title, what=checked_text(plan.what, field="what"))


def _check_numbers(plan: Plan) -> None:
    check_change(plan.measure, plan.expected_change)
    if plan.cost is not None and not 0 <= plan.cost < Decimal(10) ** 14:
        raise UserError(_("Write the cost as a number of won."), field="cost")


def check_change(measure: str, change: float) -> None:
    """UserError for a change that is none, or that would hurt more customers."""
    if measure == Action.Measure.SCORE:
        if not math.isfinite(change) or not 0 < change <= 10:
            raise UserError(
                _(
                    "Say by how many points the mean score (0–10) should rise: 0.5 "
                    "means half a point."
                ),
                field="expected_change",
            )
    elif not math.isfinite(change) or not -100 <= change < 0:
        # A plan to hurt more customers is a missing minus.
        raise UserError(
            _(
                "Say by how many percentage points the share of hurt feedback should "
                "fall, with a minus: −2 means two points fewer."
            ),
            field="expected_change",
        )
