"""Questions about effects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median_low
from typing import Any

from django.core.paginator import Page
from django.db import models

from moksori.account.models import Effect
from moksori.account.reads.drawings import among_untouched, over_time
from moksori.account.reads.methods import (
    MethodTold,
    among,
    changed,
    method_told,
    outlook_told,
)
from moksori.account.reads.suggestions import Suggestion, suggestion
from moksori.account.reads.words import Told, headline, told, why
from moksori.act.models import Action
from moksori.act.reads.pages import page_of
from moksori.act.reads.places import PlaceLine, place_lines
from moksori.act.reads.whole import reads_all_of
from moksori.analysis.estimate import Estimate
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.web.charts import Chart
from moksori.understand.models import PainPoint
from moksori.understand.writes.pains import may_triage

NARROWEST = 0.01  # one point to each side


@dataclass(frozen=True, slots=True)
class EffectLine:
    """The newest measurement of one action. `estimate` in shares: −0.02, two points."""

    id: int
    action_id: int
    title: str
    pain_point_id: int
    pain_point_name: str
    verdict: str
    verdict_name: str
    headline: str
    why: str  # what the headline says beyond the verdict
    affiliate_name: str  # the numbers are of all of it, whoever asks
    estimate: Estimate | None
    expected_share: float
    expected_words: str
    measure: str
    kind: str  # how its numbers are written, as in the tag `estimate`
    start_on: date
    owner_name: str
    unit_name: str
    computed_at: datetime
    last_week: date | None


@dataclass(frozen=True, slots=True)
class EffectPage:
    """All about one effect. `earlier` are former measurements of the same action."""

    line: EffectLine
    told: Told
    estimate: Estimate | None
    placebo_time: Estimate | None
    chart: Chart | None
    placebos: Chart | None
    controls: int
    touched: int
    weeks_before: int
    weeks_after: int
    first_week: date | None
    last_week: date | None
    suggestion: Suggestion | None
    earlier: list[EffectLine]
    is_newest: bool
    may_measure: bool
    method: MethodTold | None
    outlook: str  # how long until it could be known
    among: str  # what it is compared with: theme, region or product
    in_groups: bool  # small untouched places were joined
    places: list[PlaceLine]
    expected_at: datetime
    was_expected_late: bool
    reads_all: bool  # False: the member reads only a part of what was counted


@dataclass(frozen=True, slots=True)
class ActionEffect:
    """What is known about one action's effect; `line` None: nothing measured yet."""

    action_id: int
    start_on: date
    line: EffectLine | None
    told: Told | None
    may_measure: bool


def effect_row(effect_id: int, *, by: Member) -> Effect:
    """The measurement itself, or NotFound."""
    return one(_rows(by), pk=effect_id)


def effect_lines(*, by: Member, verdict: str = "", page: object = 1) -> Page[Any]:
    """A page of EffectLine, the newest of each action: proven and worse first."""
    rows = _newest(by)
    if verdict in Effect.Verdict.values:
        rows = rows.filter(verdict=verdict)
    order = [
        models.When(verdict=verdict, then=place)
        for place, verdict in enumerate(("proven", "worse", "not_proven", "too_early"))
    ]
    rows = rows.order_by(models.Case(*order, default=9), "value", "id")
    return page_of(rows, effect_line, number=page)


def verdict_counts(*, by: Member) -> dict[str, int]:
    """How many actions have each verdict now."""
    return Counter(_newest(by).order_by().values_list("verdict", flat=True))


def unmeasured(*, by: Member) -> int:
    """Started actions for which nothing was measured yet."""
    started: models.QuerySet[Action] = Action.objects.visible_to(by)
    started = started.filter(status__in=[Action.Status.ACTING, Action.Status.DONE])
    return started.exclude(pk__in=Effect.objects.values("action")).count()


def effect_page(effect_id: int, *, by: Member) -> EffectPage:
    """All about one effect, or NotFound."""
    effect = effect_row(effect_id, by=by)
    pain = effect.action.pain_point
    others = _rows(by).filter(action=effect.action_id)
    suggested = suggestion(effect, pain) if may_triage(by, pain) else None
    return EffectPage(
        line=effect_line(effect),
        told=told(effect),
        estimate=effect.estimate,
        placebo_time=effect.placebo_time,
        chart=over_time(effect),
        placebos=among_untouched(effect),
        controls=effect.controls,
        touched=effect.touched,
        weeks_before=effect.weeks_before,
        weeks_after=effect.weeks_after,
        first_week=effect.first_week,
        last_week=effect.last_week,
        suggestion=suggested,
        earlier=[effect_line(row) for row in others.filter(pk__lt=effect.pk)[:20]],
        is_newest=not others.filter(pk__gt=effect.pk).exists(),
        may_measure=by.may(Ability.MEASURE, effect.action),
        method=method_told(effect),
        outlook=outlook_told(effect),
        among=among(effect),
        in_groups=bool(effect.numbers.get("places")),
        places=place_lines(effect.action),
        expected_at=effect.action.expected_at,
        was_expected_late=effect.action.was_expected_late,
        reads_all=reads_all_of(pain.unit, by=by),
    )


def action_effect(action_id: int, *, by: Member) -> ActionEffect:
    """The newest effect of an action, or that there is none yet; NotFound outside."""
    action = one(Action.objects.visible_to(by), pk=action_id)
    effect = _newest(by).filter(action=action).first()
    return ActionEffect(
        action_id=action.pk,
        start_on=action.start_on,
        line=effect_line(effect) if effect else None,
        told=told(effect) if effect else None,
        may_measure=by.may(Ability.MEASURE, action) and action.has_started,
    )


def effects_of_pain_point(pain_point_id: int, *, by: Member) -> list[EffectLine]:
    """The newest effect of each action on it; NotFound outside the gate."""
    pain = one(PainPoint.objects.visible_to(by), pk=pain_point_id)
    rows = _newest(by).filter(action__pain_point=pain)
    return [effect_line(effect) for effect in rows]


def effect_line(effect: Effect) -> EffectLine:
    action = effect.action
    return EffectLine(
        id=effect.pk,
        action_id=action.pk,
        title=action.title,
        pain_point_id=action.pain_point_id,
        pain_point_name=action.pain_point.name,
        verdict=effect.verdict,
        verdict_name=effect.get_verdict_display(),
        headline=headline(effect),
        why=why(effect),
        affiliate_name=action.pain_point.unit.name,
        estimate=effect.estimate,
        expected_share=action.expected_change / (1 if effect.is_of_scores else 100),
        expected_words=changed(effect, action.expected_change),
        measure=effect.measure,
        kind=effect.kind,
        start_on=action.start_on,
        owner_name=action.owner.name if action.owner else "",
        unit_name=effect.unit.name,
        computed_at=effect.computed_at,
        last_week=effect.last_week,
    )


def whisker_scale(estimates: Iterable[Estimate | None]) -> tuple[float, float]:
    """One scale for all rows, zero in its middle, so that they can be compared.

    One hopelessly wide interval must not squeeze the others into dots: what goes
    beyond three times the usual is cut off, with an arrow.
    """
    reaches = [max(abs(one.low), abs(one.high)) for one in estimates if one]
    widest = max([NARROWEST, *reaches])
    usual = max(NARROWEST, 3 * median_low(reaches or [widest]))
    return (-min(widest, usual), min(widest, usual))


def _rows(by: Member) -> models.QuerySet[Effect]:
    rows: models.QuerySet[Effect] = Effect.objects.visible_to(by)
    return rows.select_related(
        "action__pain_point__theme", "action__pain_point__unit", "action__owner", "unit"
    )


def _newest(by: Member) -> models.QuerySet[Effect]:
    last = Effect.objects.order_by().values("action").annotate(last=models.Max("id"))
    return _rows(by).filter(pk__in=last.values("last"))
