"""Rules that open cases, and what each of them caught."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.act.models.cases import Case
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Feedback

LONGEST_HOURS = 2_000  # a year of working hours


class CaseRule(Gated):
    """What must hold of a feedback of this unit, or below, for a case to be opened.

    `conditions` is `casework.conditions.Conditions` as JSON. A rule judges what is
    received from `on_since` on (None: it is off); what had happened more than
    `max_age_days` before it was received opens nothing, so that a history brought in
    by file makes no work. Hours are working hours of the unit.
    """

    class Trigger(models.TextChoices):
        FEEDBACK = "feedback", _p("case rule", "New feedback")
        PROMISE = "promise", _p("case rule", "A promise is overdue")

    class GiveTo(models.TextChoices):
        REMIT = "remit", _p("case rule", "Whom it concerns and who has time")
        MEMBER = "member", _p("case rule", "Always the same person")
        NOBODY = "nobody", _p("case rule", "Nobody: the team takes cases by itself")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    trigger = models.CharField(
        max_length=10, choices=Trigger.choices, default=Trigger.FEEDBACK
    )
    conditions = models.JSONField(default=dict, blank=True)
    give_to = models.CharField(
        max_length=8, choices=GiveTo.choices, default=GiveTo.REMIT
    )
    owner = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer_hours = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_HOURS)]
    )
    close_hours = models.PositiveSmallIntegerField(
        default=40, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_HOURS)]
    )
    remind_hours = models.PositiveSmallIntegerField(
        default=2, validators=[MaxValueValidator(LONGEST_HOURS)]
    )
    escalate_hours = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_HOURS)]
    )
    max_age_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    on_since = models.DateTimeField(null=True)
    # Where a look back stands: the next feedback, the last one, and its first day.
    back_from = models.BigIntegerField(null=True)
    back_to = models.BigIntegerField(null=True)
    back_since = models.DateTimeField(null=True)
    written_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="case_rule_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return self.on_since is not None

    @property
    def is_looking_back(self) -> bool:
        return self.back_to is not None


class RuleHit(Gated):
    """That a rule caught one feedback (or promise): at most once, and why.

    `why` is what `casework.matching.Reasons` says: the score, words, themes met.
    """

    gate_unit = "case__unit_id"
    gate_region = "case__region_id"

    rule = models.ForeignKey(CaseRule, on_delete=models.PROTECT, related_name="hits")
    feedback = models.ForeignKey(
        Feedback, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    promise = models.ForeignKey(
        "moksori_act.Promise", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hits")
    why = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "feedback"],
                condition=Q(feedback__isnull=False),
                name="rule_fires_once",
            ),
            models.UniqueConstraint(
                fields=["rule", "promise"],
                condition=Q(promise__isnull=False),
                name="rule_fires_once_for_promise",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} · {self.case_id}"


class OfficeHours(Gated):
    """When a unit, and all below it, works.

    `week` has for each weekday ("0" is Monday) the hours from and to ("09:00"), or
    nothing for a day off. `holidays` maps ISO days to their names.
    """

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="+")
    week = models.JSONField(default=dict)
    holidays = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "office hours"

    def __str__(self) -> str:
        return str(self.unit)


class Absence(models.Model):
    """Days on which a member is away and gets no new case; both ends are days away."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    written_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["starts_on", "id"]
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="absent_now")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.starts_on}–{self.ends_on}"


class CaseNotice(Gated):
    """That somebody was told about a deadline: once for each deadline and step.

    `level` 0 is the owner (or, without one, the leaders of the unit), 1 the leaders of
    the unit, 2 those above, and so on.
    """

    class Kind(models.TextChoices):
        REMIND_ANSWER = "remind_answer", _p("notice", "Answer due soon")
        LATE_ANSWER = "late_answer", _p("notice", "Answer overdue")
        REMIND_CLOSE = "remind_close", _p("notice", "Closing due soon")
        LATE_CLOSE = "late_close", _p("notice", "Closing overdue")

    gate_unit = "case__unit_id"
    gate_region = "case__region_id"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    deadline = models.DateTimeField()
    level = models.PositiveSmallIntegerField(default=0)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "deadline", "member"],
                name="told_once_of_a_deadline",
            )
        ]
        indexes = [
            models.Index(
                fields=["member"], name="notice_untold", condition=Q(told_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.level}"
