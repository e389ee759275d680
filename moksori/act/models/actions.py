"""Actions about a pain point, and where they apply."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Product, Region
from moksori.base.people.gate import Gated, GatedQuerySet
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.understand.models import PainPoint, affiliates_of


class ActionQuerySet(GatedQuerySet["Action"]):
    """Actions are read as widely as the pain point; worked on within their unit."""

    def visible_to(self, member: Member, ability: Ability = Ability.READ) -> Self:
        if ability is not Ability.READ:
            return super().visible_to(member, ability)
        return self.filter(pain_point__unit_id__in=affiliates_of(member.scope(ability)))


class Action(Gated):
    """What is done about a pain point: an owned plan, and what it should move.

    `expected_change` is in percentage points of the share of feedback that is hurt
    (−2.0: two points fewer), or where `measure` is the score, in points of it. With
    `measure`, `start_on` and `places` it is fixed once the action has started, so that
    nobody can fit the expectation to the result.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _p("action", "Planned")
        ACTING = "acting", _p("action", "Under way")
        DONE = "done", _p("action", "Done")
        DROPPED = "dropped", _p("action", "Dropped")

    class Measure(models.TextChoices):
        SHARE = "share", _p("measure", "Share of feedback that is hurt")
        SCORE = "score", _p("measure", "Mean score (0–10)")

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


class Place(models.Model):
    """Where an action applies: a region or a product; without any, everywhere.

    `start_on` where it begins later there than the action itself (None: with it).
    """

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="places")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    product = models.ForeignKey(
        Product, null=True, on_delete=models.PROTECT, related_name="+"
    )
    start_on = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "region"], name="place_region_once"
            ),
            models.UniqueConstraint(
                fields=["action", "product"], name="place_product_once"
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=False, product__isnull=True)
                | Q(region__isnull=True, product__isnull=False),
                name="place_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.region or self.product)
