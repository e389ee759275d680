"""Cases (one customer to get back to), actions (about a pain point), promises."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Account, Customer, Product, Region
from moksori.base.people.gate import Gated, GatedQuerySet
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback, Visit
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


class Health(models.Model):
    """One reading of who is likely to leave, of one affiliate and kind of customer.

    `told` is what `reads.health.Told` reads: calibration, drift, and why there is no
    reading where there is too little (`problem`, an English sentence with facts).
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _p("customers", "Client companies")
        CUSTOMER = "customer", _p("customers", "Customers (persons)")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.DateField()  # what was known when that day began
    horizon = models.PositiveSmallIntegerField()  # days
    made_at = models.DateTimeField(default=timezone.now)
    told = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "health"
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], name="health_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class HealthScore(Gated):
    """How likely one customer is to leave, and what that is made of.

    `parts` holds for each feature what is known (None: nothing) and what it adds to the
    log odds. Unit and region repeat the customer's, for the gate.
    """

    gate_region = "region_id"

    health = models.ForeignKey(Health, on_delete=models.CASCADE, related_name="scores")
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+"
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.CASCADE, related_name="+"
    )
    chance = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    parts = models.JSONField(default=list)

    class Meta:
        ordering = ["-chance", "id"]
        indexes = [
            models.Index(fields=["health", "-chance"], name="health_list"),
        ]

    def __str__(self) -> str:
        return f"{self.chance:.2f}"


class Promise(Gated):
    """What somebody said to a customer that must be kept; made on a visit or elsewhere.

    Unit and region are those of the visit when it was made, so that the promise stays
    behind the gate when the visit is removed (then `visit` is None). `key` is the
    phone's name for it: the same record sent again makes no second promise.
    """

    class State(models.TextChoices):
        OPEN = "open", _p("promise", "Open")
        KEPT = "kept", _p("promise", "Kept")
        BROKEN = "broken", _p("promise", "Broken")
        FREED = "freed", _p("promise", "No longer needed")

    gate_region = "region_id"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    visit = models.ForeignKey(
        Visit, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    whom = models.CharField(max_length=200, blank=True)  # the customer, as written
    key = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    owner = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    outcome = models.TextField(blank=True)  # how it was kept, or why not
    made_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "key"],
                condition=Q(visit__isnull=False) & ~Q(key=""),
                name="promise_once",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due"], name="promise_list"),
            models.Index(fields=["owner", "state", "due"], name="promise_mine"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_over(self) -> bool:
        return self.state != self.State.OPEN
