"""Effects: what actions changed, with their doubt; watches over what was resolved."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.act.models import Action
from moksori.analysis import effect as analysis
from moksori.analysis.estimate import Estimate
from moksori.base.people.gate import Gated, GatedQuerySet
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.understand.models import PainPoint, affiliates_of


class EffectQuerySet(GatedQuerySet["Effect"]):
    """An effect is read as widely as its action and its pain point."""

    def visible_to(self, member: Member, ability: Ability = Ability.READ) -> Self:
        if ability is not Ability.READ:
            return super().visible_to(member, ability)
        seen = affiliates_of(member.scope(ability))
        return self.filter(action__pain_point__unit_id__in=seen)


class Effect(Gated):
    """One measurement of what one action changed; never altered afterwards.

    `value`, `low`, `high` are differences of shares (−0.02: two points rarer; of mean
    scores where `measure` is the score), None when nothing could be computed. `chosen`
    is which method among what, `outlook` how long until it could be known (see
    reads.findings). `placebo` holds the two checks, `numbers` what the sentence of
    `reason` needs, `series` what the chart shows (see reads.panel).
    """

    class Verdict(models.TextChoices):
        PROVEN = "proven", _p("verdict", "Proven")
        NOT_PROVEN = "not_proven", _p("verdict", "Not proven")
        WORSE = "worse", _p("verdict", "Worse")
        TOO_EARLY = "too_early", _p("verdict", "Too early to say")

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.CharField(max_length=40)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    level = models.FloatField(default=analysis.LEVEL)
    n = models.BigIntegerField(default=0)
    method = models.CharField(max_length=120, blank=True)
    assumed = models.JSONField(default=list)
    share_before = models.FloatField(null=True)
    share_after = models.FloatField(null=True)
    share_expected = models.FloatField(null=True)
    placebo = models.JSONField(default=dict)
    numbers = models.JSONField(default=dict)
    baseline = models.CharField(max_length=20, default=analysis.Baseline.ALL.value)
    first_week = models.DateField(null=True)
    last_week = models.DateField(null=True)
    weeks_before = models.PositiveIntegerField(default=0)
    weeks_after = models.PositiveIntegerField(default=0)
    controls = models.PositiveIntegerField(default=0)
    touched = models.PositiveIntegerField(default=0)  # themes left out: acted upon too
    series = models.JSONField(default=dict)
    measure = models.CharField(
        max_length=20, choices=Action.Measure.choices, default=Action.Measure.SHARE
    )
    chosen = models.JSONField(default=dict)
    outlook = models.JSONField(default=dict)
    computed_at = models.DateTimeField(default=timezone.now)
    computed_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[models.Manager[Effect]] = EffectQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["action", "-id"], name="effect_newest")]

    def __str__(self) -> str:
        return f"{self.action_id} · {self.verdict}"

    @property
    def is_of_scores(self) -> bool:
        return self.measure == Action.Measure.SCORE

    @property
    def kind(self) -> str:
        """How its numbers are written, as in `{% estimate %}`."""
        return "change" if self.is_of_scores else "points"

    @property
    def has_enough(self) -> bool:
        """Whether enough stands behind the numbers to show them at all."""
        return not self.reason.startswith("few_")

    @property
    def estimate(self) -> Estimate | None:
        return _estimate(self, self.value, self.low, self.high, tuple(self.assumed))

    @property
    def placebo_time(self) -> Estimate | None:
        """The same measurement for a start that never was; should include zero."""
        found = self.placebo.get("time") or {}
        return _estimate(
            self, found.get("value"), found.get("low"), found.get("high"), ()
        )


def _estimate(
    effect: Effect,
    value: float | None,
    low: float | None,
    high: float | None,
    assumed: tuple[str, ...],
) -> Estimate | None:
    if value is None or low is None or high is None or not effect.has_enough:
        return None
    return Estimate(
        value, low, high, effect.n, effect.method, level=effect.level, assumed=assumed
    )


class WatchQuerySet(GatedQuerySet["Watch"]):
    """A watch is read as widely as its pain point."""

    def visible_to(self, member: Member, ability: Ability = Ability.READ) -> Self:
        seen = affiliates_of(member.scope(ability))
        return self.filter(pain_point__unit_id__in=seen)


class Watch(Gated):
    """The watch over a pain point that was said to be resolved.

    `plan` is `analysis.alarms.recurrence.Plan` as JSON ({} where too little was heard
    to know what is usual), `weeks` a row for each whole week since `started_on`:
    Monday, hurt, heard, sum. After `days` the watch goes on at a lower rate of false
    alarms. When the sum passes the limit, `returned_at` is set, the pain point and its
    actions are open again, and `told` are the members who are told (`cases` had been
    answered).
    """

    class State(models.TextChoices):
        WATCHING = "watching", _p("watch", "Being watched")
        BEYOND = "beyond", _p("watch", "Watched further, less closely")
        RETURNED = "returned", _p("watch", "Came back")
        ENDED = "ended", _p("watch", "Ended")

    DAYS = 90

    pain_point = models.ForeignKey(
        PainPoint, on_delete=models.CASCADE, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WATCHING
    )
    days = models.PositiveSmallIntegerField(default=DAYS)
    resolved_on = models.DateField()
    started_on = models.DateField()
    plan = models.JSONField(default=dict)
    weeks = models.JSONField(default=list)
    recent = models.JSONField(default=dict)
    since_on = models.DateField(null=True)
    returned_at = models.DateTimeField(null=True)
    told = models.JSONField(default=list)
    cases = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Watch]] = WatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pain_point"],
                condition=models.Q(state__in=["watching", "beyond"]),
                name="one_watch_per_pain_point",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pain_point_id} · {self.state}"

    @property
    def is_running(self) -> bool:
        return self.state in {self.State.WATCHING, self.State.BEYOND}
