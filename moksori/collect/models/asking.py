"""Whom the company may ask, how often, and what became of each invitation."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Account, Customer, Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.asking.rules import Rules
from moksori.collect.models.surveys import Response, Survey


class Address(models.Model):
    """One e-mail address or phone number, known to the whole company as a keyed hash.

    Rules, refusals and returned mail hang on it, whichever unit has the contact; its
    row is what two senders lock, so that the rules hold when both send at once.
    It stays when a contact is forgotten: nobody could keep a promise not to write
    otherwise.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _p("address", "E-mail")
        PHONE = "phone", _p("address", "Phone")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    is_dead = models.BooleanField(default=False)  # what was sent there came back
    died_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Contact(Gated):
    """A person whom a unit may ask. Another unit may know the same person."""

    gate_region = "region_id"

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    mail_address = models.ForeignKey(
        Address, null=True, on_delete=models.PROTECT, related_name="+"
    )
    phone_address = models.ForeignKey(
        Address, null=True, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=40, blank=True)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    attributes = models.JSONField(default=dict, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "mail_address"],
                condition=Q(mail_address__isnull=False),
                name="contact_mail_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "phone_address"],
                condition=Q(phone_address__isnull=False, mail_address__isnull=True),
                name="contact_phone_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="contact_list")]

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    @property
    def address_ids(self) -> list[int]:
        found = (self.mail_address_id, self.phone_address_id)
        return [pk for pk in found if pk is not None]


class ContactList(Gated):
    """Contacts that came together or belong together, to be asked together."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=120)
    contacts: models.ManyToManyField[Contact, models.Model] = models.ManyToManyField(
        Contact, related_name="lists"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "name"], name="contact_list_once")
        ]

    def __str__(self) -> str:
        return self.name


class ContactRule(models.Model):
    """What holds for everybody who asks, in every unit. There is one row."""

    gap_days = models.PositiveSmallIntegerField(
        default=30, validators=[MaxValueValidator(730)]
    )
    most_per_year = models.PositiveSmallIntegerField(
        default=4, validators=[MaxValueValidator(365)]
    )
    rest_days = models.PositiveSmallIntegerField(
        default=30, validators=[MaxValueValidator(730)]
    )
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))
    quiet_weekends = models.BooleanField(default=False)
    spares_complaints = models.BooleanField(default=True)
    changed_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.gap_days} / {self.most_per_year}"

    @property
    def rules(self) -> Rules:
        return Rules(
            self.gap_days,
            self.most_per_year,
            self.rest_days,
            self.quiet_from,
            self.quiet_until,
            self.quiet_weekends,
            self.spares_complaints,
        )


class Way(models.TextChoices):
    """By what a customer is asked."""

    EMAIL = "email", _p("way", "E-mail")
    SMS = "sms", _p("way", "Text message")
    ALIMTALK = "alimtalk", _p("way", "KakaoTalk notice")


class OptOut(models.Model):
    """Somebody does not want to be asked: by a way, about a topic ("": any)."""

    class Via(models.TextChoices):
        LINK = "link", _p("opt-out", "Link in the letter")
        PAGE = "page", _p("opt-out", "Their page of choices")
        COMPLAINT = "complaint", _p("opt-out", "Marked as spam")
        MEMBER = "member", _p("opt-out", "Told a member")
        REPLY = "reply", _p("opt-out", "Reply")

    address = models.ForeignKey(
        Address, on_delete=models.CASCADE, related_name="opt_outs"
    )
    way = models.CharField(max_length=10, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    via = models.CharField(max_length=10, choices=Via.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["address", "way", "topic"], name="opt_out_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address_id}: {self.way} {self.topic}"


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
    """Somebody was not asked, or not yet; and why. Never changed, never removed."""

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
