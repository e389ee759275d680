"""Cases (one customer to get back to), actions (what is done about a pain point)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Region
from moksori.base.people.gate import Gated, GatedQuerySet
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback
from moksori.understand.models import PainPoint, affiliates_of


class Case(Gated):
    """One customer to get back to, with an owner and a deadline.

    Unit and region are those of the feedback when the case was opened, so that the
    case stays behind the gate when its feedback is withdrawn (then `feedback` is None).
    """

    class Status(models.TextChoices):
        OPEN = "open", _p("case", "Open")
        WAITING = "waiting", _p("case", "Waiting")
        ANSWERED = "answered", _p("case", "Answered")
        CLOSED = "closed", _p("case", "Closed")

    gate_region = "region_id"

    feedback = models.ForeignKey(
        Feedback, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due = models.DateField()
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.OPEN
    )
    why = models.TextField(blank=True)  # why it was opened
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(blank=True)  # why it was closed
    opened_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            # Two people who answer the same customer embarrass both.
            models.UniqueConstraint(
                fields=["feedback"],
                condition=~Q(status="closed"),
                name="one_open_case_per_feedback",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due"], name="case_list"),
            models.Index(fields=["owner", "status", "due"], name="case_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.get_status_display()}"

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def needs_answer(self) -> bool:
        return self.status in {self.Status.OPEN, self.Status.WAITING}


class ActionQuerySet(GatedQuerySet["Action"]):
    """Actions are read as widely as the pain point; worked on within their unit."""

    def visible_to(self, member: Member, ability: Ability = Ability.READ) -> Self:
        if ability is not Ability.READ:
            return super().visible_to(member, ability)
        return self.filter(pain_point__unit_id__in=affiliates_of(member.scope(ability)))


class Action(Gated):
    """What is done about a pain point: an owned plan, and what it should move.

    `expected_change` is in percentage points of the share of feedback that is hurt
    (−2.0: two points fewer). With `measure` and `start_on` it is fixed once the action
    has started, so that nobody can fit the expectation to the result.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _p("action", "Planned")
        ACTING = "acting", _p("action", "Under way")
        DONE = "done", _p("action", "Done")
        DROPPED = "dropped", _p("action", "Dropped")

    class Measure(models.TextChoices):
        SHARE = "share", _p("measure", "Share of feedback that is hurt")

    objects: ClassVar[models.Manager[Action]] = ActionQuerySet.as_manager()

    pain_point = models.ForeignKey(
        PainPoint, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    what = models.TextField(blank=True)
    owner = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    start_on = models.DateField()  # when customers begin to feel it
    due = models.DateField(null=True)
    expected_change = models.FloatField(
        validators=[MinValueValidator(-100), MaxValueValidator(100)]
    )
    measure = models.CharField(
        max_length=20, choices=Measure.choices, default=Measure.SHARE
    )
    cost = models.DecimalField(max_digits=14, decimal_places=0, null=True)  # won
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.PLANNED
    )
    reason = models.TextField(blank=True)  # why it was dropped
    planned_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    planned_at = models.DateTimeField(default=timezone.now)
    expected_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        indexes = [
            models.Index(fields=["unit", "status"], name="action_list"),
            models.Index(fields=["owner", "status"], name="action_mine"),
            models.Index(fields=["pain_point"], name="action_pain"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_started(self) -> bool:
        return self.started_at is not None

    @property
    def is_over(self) -> bool:
        return self.status in {self.Status.DONE, self.Status.DROPPED}

    @property
    def was_expected_late(self) -> bool:
        """Whether the expectation was written down after the day it took effect."""
        return timezone.localdate(self.expected_at) > self.start_on

    def days_late(self, today: date) -> int:
        """Days past the deadline; 0 when in time, over, or without a deadline."""
        if self.is_over or self.due is None:
            return 0
        return max(0, (today - self.due).days)


class Comment(models.Model):
    """What a member wrote beside a case or an action."""

    case = models.ForeignKey(
        Case, null=True, on_delete=models.CASCADE, related_name="comments"
    )
    action = models.ForeignKey(
        Action, null=True, on_delete=models.CASCADE, related_name="comments"
    )
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, action__isnull=True)
                | Q(case__isnull=True, action__isnull=False),
                name="comment_on_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Appraisal(models.Model):
    """What people expect of working on a pain point, as ranges.

    `effort_low`–`effort_high` in person-days; `impact_low`–`impact_high` is the share
    of the complaints that would be gone (0–1). Who may triage the pain point may write
    it; without one, its actions and the system's own ranges are used.
    """

    pain_point = models.OneToOneField(
        PainPoint, on_delete=models.CASCADE, related_name="+"
    )
    effort_low = models.FloatField()
    effort_high = models.FloatField()
    impact_low = models.FloatField()
    impact_high = models.FloatField()
    written_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pain_point)
