"""Measure what actions changed, and act on the verdict."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from django.db import models, transaction
from django.utils.translation import gettext as _

from moksori.account.models import Effect
from moksori.account.reads.panel import Panel, chart_series, panel_of
from moksori.account.reads.suggestions import suggestion
from moksori.act.models import Action
from moksori.analysis import effect as analysis
from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.understand.models import PainPoint
from moksori.understand.writes.pains import move_pain_point

log = logging.getLogger(__name__)

MEASURED = (Action.Status.ACTING, Action.Status.DONE)


def measure(action: Action, *, by: Member | None) -> Effect:
    """The effect of an action as of now; a new row only when something changed.

    `by` None: the weekly job. Needs MEASURE. Raises UserError before the start.
    """
    if by is not None:
        by.must(Ability.MEASURE, action)
    action = _with_pain_point().get(pk=action.pk)
    if action.status not in MEASURED:
        raise UserError(
            _("This action has not started, so there is nothing to measure yet.")
        )
    effect = _measured(action)
    effect.computed_by = by
    with transaction.atomic():
        # Two that measure at once must not both find something new.
        Action.objects.select_for_update().get(pk=action.pk)
        before = Effect.objects.filter(action=action).first()
        if before is not None and _finding(before) == _finding(effect):
            return before
        effect.save(force_insert=True)
        audit.record("measure_effect", effect, by=by, verdict=effect.verdict)
    return effect


def measure_all() -> int:
    """Measure every action that has started; one that fails does not stop the rest.

    Says how many findings are new.
    """
    started = list(Action.objects.filter(status__in=MEASURED))
    known = set(Effect.objects.values_list("pk", flat=True))
    found = set()
    for action in started:
        try:
            found.add(measure(action, by=None).pk)
        except Exception:
            log.exception("Action %s could not be measured", action.pk)
    return len(found - known)


@transaction.atomic
def follow_suggestion(effect: Effect, *, by: Member) -> PainPoint:
    """Move the pain point as the effect suggests: the verdict counts, a person decides.

    Needs TRIAGE, like every other change of the state.
    """
    pain = PainPoint.objects.get(pk=effect.action.pain_point_id)
    suggested = suggestion(effect, pain)
    if suggested is None:
        raise Conflict(_("This was done already, or a newer measurement says else."))
    return move_pain_point(pain, state=suggested.state, by=by)


def _with_pain_point() -> models.QuerySet[Action]:
    return Action.objects.select_related("pain_point__theme", "pain_point__unit")


def _measured(action: Action) -> Effect:
    panel = panel_of(action)
    found = _analysed(panel, action)
    estimate = found.estimate
    effect = Effect(
        action=action,
        unit_id=action.unit_id,
        verdict=found.verdict.value,
        reason=found.reason.value,
        share_before=found.share_before,
        share_after=found.share_after,
        share_expected=found.share_expected,
        placebo=_placebo(found),
        numbers={
            **found.numbers,
            "same_pain_point": panel.same_pain_point,
            "too_small": max(0, len(panel.counts) - 1 - found.controls),
        },
        baseline=found.baseline.value,
        first_week=panel.weeks[0] if panel.weeks else None,
        last_week=panel.weeks[-1] if panel.weeks else None,
        weeks_before=panel.start,
        weeks_after=panel.weeks_after,
        controls=found.controls,
        touched=panel.touched,
        series=chart_series(panel),
    )
    if estimate is not None:
        effect.value, effect.low, effect.high = _finite(estimate)
        effect.level, effect.n = estimate.level, estimate.n
        effect.method, effect.assumed = estimate.method, list(estimate.assumed)
    return effect


def _analysed(panel: Panel, action: Action) -> analysis.Effect:
    return analysis.measure_effect(
        panel.counts,
        np.broadcast_to(panel.totals, panel.counts.shape),
        treated=0,
        start=panel.start,
        expected=action.expected_change / 100,
    )


def _placebo(found: analysis.Effect) -> dict[str, Any]:
    time = found.placebo_time
    return {
        "space_p": found.placebo_space_p,
        "own_fall": found.own_fall,
        "falls": [round(fall, 3) for fall in found.placebo_falls],
        "time": None
        if time is None
        else dict(zip(("value", "low", "high"), _finite(time), strict=True)),
    }


def _finite(estimate: Any) -> tuple[float, float, float]:
    """Rounded where rounding cannot be seen, so that equal findings are equal."""
    return (
        round(estimate.value, 6),
        round(estimate.low, 6),
        round(estimate.high, 6),
    )


def _finding(effect: Effect) -> tuple[Any, ...]:
    return (
        effect.verdict,
        effect.reason,
        effect.value,
        effect.low,
        effect.high,
        effect.n,
        effect.weeks_after,
        effect.controls,
    )
