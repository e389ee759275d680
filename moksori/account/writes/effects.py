"""Measure what actions changed, and act on the verdict."""

from __future__ import annotations

import logging
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from moksori.account.models import Effect
from moksori.account.reads.findings import Finding, by_places, by_scores, by_themes
from moksori.account.reads.suggestions import suggestion
from moksori.act.models import Action
from moksori.act.writes.places import places_of
from moksori.analysis.proof.prove import Proof
from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.understand.models import PainPoint
from moksori.understand.writes.pains import move_pain_point

MOST_PLACEBOS = 60  # dots on the picture
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
    if places_of(action):
        found = by_places(action)
    elif action.measure == Action.Measure.SCORE:
        found = by_scores(action)
    else:
        found = by_themes(action)
    return _effect(action, found)


def _effect(action: Action, found: Finding) -> Effect:
    proof = found.proof
    weeks = found.weeks
    effect = Effect(
        action=action,
        unit_id=action.unit_id,
        measure=action.measure,
        verdict=found.verdict.value,
        reason=found.reason.value,
        share_before=_rounded(proof.before),
        share_after=_rounded(proof.after),
        share_expected=_rounded(proof.expected),
        placebo=_placebo(proof),
        numbers={
            **proof.numbers,
            "same_pain_point": found.same_pain_point,
            "too_small": found.too_small,
        },
        chosen=found.chosen,
        outlook=found.outlook,
        baseline=proof.baseline.value,
        first_week=weeks[0] if weeks else None,
        last_week=weeks[-1] if weeks else None,
        weeks_before=int(proof.numbers["weeks_before"]),
        weeks_after=int(proof.numbers["weeks_after"]),
        controls=int(proof.numbers["controls"]),
        touched=found.touched,
        series=found.series,
    )
    estimate = proof.estimate
    if estimate is not None:
        effect.value, effect.low, effect.high = _finite(estimate)
        effect.level, effect.n = estimate.level, estimate.n
        effect.method, effect.assumed = estimate.method, list(estimate.assumed)
    return effect


def _placebo(proof: Proof) -> dict[str, Any]:
    time = proof.pretend
    return {
        "space_p": proof.placebo_p,
        "own_fall": proof.own,
        "falls": [round(fall, 3) for fall in proof.placebos[:MOST_PLACEBOS]],
        "time": None
        if time is None
        else dict(zip(("value", "low", "high"), _finite(time), strict=True)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


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
