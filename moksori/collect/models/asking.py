"""How often a survey asks, and what became of each invitation."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member
from moksori.collect.models.contacts import Address, Contact, Way
from moksori.collect.models.surveys import Response, Survey


class Approach(Gated):
    """How a survey goes to its customers: whom of them, how often, with which words.

    `again_after_days` is the survey's own clock (None: once and no more); a higher
    `priority` goes first where two want the same person. `words` holds subject and
    greeting by language; what is missing comes from the questionnaire.
    """

    gate_unit = "survey__unit_id"

    survey = models.OneToOneField(
        Survey, on_delete=models.CASCADE, related_name="approach"
    )
    topic = models.CharField(max_length=60, blank=True)
    priority = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    again_after_days = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(3650)]
    )
    sample_percent = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    reminders = models.PositiveSmallIntegerField(
        default=1, validators=[MaxValueValidator(2)]
    )
    reminder_days = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    valid_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    words = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.survey_id} {self.topic}"

    @property
    def unit_id(self) -> int:
        return self.survey.unit_id


class Invitation(Gated):
    """One letter or message that asks one person one survey's questions.

    CLAIMED and SENDING are committed before anything leaves the house and count as
    asked; UNSURE is one whose sender died while the server had it. A reminder names
    the invitation that it belongs to. Its link is signed, not stored.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _p("invitation", "Waiting")
        CLAIMED = "claimed", _p("invitation", "Being sent")
        SENDING = "sending", _p("invitation", "Being sent")
        SENT = "sent", _p("invitation", "Sent")
        UNSURE = "unsure", _p("invitation", "Perhaps sent")
        BOUNCED = "bounced", _p("invitation", "Came back")
        FAILED = "failed", _p("invitation", "Could not be sent")
        SKIPPED = "skipped", _p("invitation", "Not asked")
        CANCELLED = "cancelled", _p("invitation", "Taken back")

    gate_unit = "survey__unit_id"

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    address = models.ForeignKey(
        Address, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    first = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="+"
    )
    reminder = models.PositiveSmallIntegerField(default=0)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.EMAIL)
    topic = models.CharField(max_length=60, blank=True)
    priority = models.PositiveSmallIntegerField(default=5)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    waits_for = models.CharField(max_length=20, blank=True)  # a Reason
    about = models.JSONField(default=dict, blank=True)  # what happened: a visit, a case
    not_before = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)  # when it was claimed
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=500, blank=True)
    response = models.OneToOneField(
        Response, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            # Two who queue the same person at once: the second finds it queued.
            models.UniqueConstraint(
                fields=["survey", "address"],
                condition=Q(state__in=["waiting", "claimed", "sending"], reminder=0),
                name="invitation_queued_once",
            ),
            models.UniqueConstraint(
                fields=["first", "reminder"],
                condition=Q(first__isnull=False),
                name="reminder_once",
            ),
            models.CheckConstraint(
                condition=Q(reminder__lte=2), name="two_reminders_at_most"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-priority", "not_before", "id"],
                name="invitation_due",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["state", "asked_at"],
                name="invitation_underway",
                condition=Q(state__in=["claimed", "sending"]),
            ),
            models.Index(fields=["survey", "-id"], name="invitation_list"),
            models.Index(fields=["address", "asked_at"], name="invitation_history"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} · {self.pk}"

    @property
    def unit_id(self) -> int:
        return self.survey.unit_id

    @property
    def root_id(self) -> int:
        """The invitation whose link this one carries."""
        return self.first_id or self.pk


class Skip(Gated):
    """Somebody was not asked, or not yet; and why. Never changed.

    It goes when nobody can ask about it any more: see `writes.asked_keeping`.
    """

    gate_unit = "survey__unit_id"

    survey = models.ForeignKey(
        Survey, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invitation = models.ForeignKey(
        Invitation, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    way = models.CharField(max_length=10, choices=Way.choices)
    reason = models.CharField(max_length=20)  # a rules.Reason
    reminder = models.PositiveSmallIntegerField(default=0)
    was_queued = models.BooleanField()  # found at the moment of sending
    is_final = models.BooleanField()  # else it waits until `earliest`
    earliest = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["survey", "-id"], name="skip_list")]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.reason}"


class Bounce(models.Model):
    """Mail that came back, once for each report however often it arrives."""

    class Kind(models.TextChoices):
        HARD = "hard", _p("bounce", "No such address")
        SOFT = "soft", _p("bounce", "Not now")
        COMPLAINT = "complaint", _p("bounce", "Marked as spam")

    address = models.ForeignKey(
        Address, on_delete=models.CASCADE, related_name="bounces"
    )
    invitation = models.ForeignKey(
        Invitation, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    key = models.CharField(max_length=64, unique=True)  # hash of the report's id
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=12, blank=True)  # 5.1.1
    diagnosis = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class Route(models.Model):
    """What sends by one way: a kind of sender (`collect.senders`) and its settings.

    Secret settings rest sealed. E-mail needs no row: it goes to the mail server.
    """

    way = models.CharField(max_length=10, choices=Way.choices, unique=True)
    kind = models.CharField(max_length=30)
    settings = models.JSONField(default=dict)
    secrets = models.TextField(blank=True)  # sealed JSON
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.way}: {self.kind}"
