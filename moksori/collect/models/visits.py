"""Meetings with customers: guides and plans for them, and what came of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Account, Product, Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models.feedback import Channel, Feedback

LONGEST_MEETING = 1_440  # minutes: a day


class Guide(Gated):
    """What one wants to find out on visits: questions that change over time."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    version: models.ForeignKey[GuideVersion | None, GuideVersion | None] = (
        models.ForeignKey(
            "GuideVersion", null=True, on_delete=models.PROTECT, related_name="+"
        )
    )
    is_in_use = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class GuideVersion(models.Model):
    """The questions as they were on some phones; what came with them is read by them.

    `questions` is a list of `field.guides.Question` as JSON. `retired_at` is when a
    newer version took over; phones may hand in answers to the older one for a while.
    """

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    questions = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["guide_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["guide", "number"], name="guide_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.guide_id} · {self.number}"


class VisitPlan(Gated):
    """Whom somebody means to meet, when and what for."""

    class State(models.TextChoices):
        PLANNED = "planned", _p("plan", "Planned")
        DONE = "done", _p("plan", "Met")
        DROPPED = "dropped", _p("plan", "Called off")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    whom = models.CharField(max_length=200, blank=True)
    on = models.DateField()
    purpose = models.CharField(max_length=300, blank=True)
    guide = models.ForeignKey(
        Guide, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PLANNED
    )

    class Meta:
        ordering: ClassVar = ["on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["member", "state", "on"], name="visit_plan_mine"),
            models.Index(fields=["unit", "on"], name="visit_plan_list"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.account or self.whom}"


class Visit(Gated):
    """One meeting with a customer: who met whom, for how long, what was said.

    `whom` is the customer as written, also where the account is known. `met` lists
    {"name", "role"}; `verbatims` lists {"id", "who", "text", "feedback"}, where the
    last is the feedback that it became; `answers` are to the questions of the guide,
    by their ids; `score` is 0–10, as the customer said it. `doubts` names what the
    phone said and this installation does not know (field.rules.DOUBTS).
    """

    class Way(models.TextChoices):
        THERE = "there", _p("way of meeting", "At the customer’s")
        HERE = "here", _p("way of meeting", "At our place")
        ONLINE = "online", _p("way of meeting", "Online")
        PHONE = "phone", _p("way of meeting", "By phone")

    gate_region = "region_id"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    whom = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    companions: models.ManyToManyField[Member, models.Model] = models.ManyToManyField(
        Member, related_name="+"
    )
    products: models.ManyToManyField[Product, models.Model] = models.ManyToManyField(
        Product, related_name="+"
    )
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.THERE)
    place = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MEETING)]
    )
    purpose = models.CharField(max_length=300, blank=True)
    summary = models.TextField(blank=True)
    met = models.JSONField(default=list)
    verbatims = models.JSONField(default=list)
    guide_version = models.ForeignKey(
        GuideVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answers = models.JSONField(default=dict)
    score = models.PositiveSmallIntegerField(
        null=True, validators=[MaxValueValidator(10)]
    )
    # What the answers and the score became.
    feedback = models.ForeignKey(
        Feedback, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    plan = models.ForeignKey(
        VisitPlan, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    doubts = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-started_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-started_at"], name="visit_list"),
            models.Index(fields=["author", "started_at"], name="visit_author"),
            models.Index(fields=["account", "-started_at"], name="visit_account"),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d} {self.whom}"


class VisitRevision(models.Model):
    """What a visit said before it was changed here or sent again corrected."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    before = models.JSONField()
    by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["visit_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visit", "number"], name="visit_revision_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} · {self.number}"


class Handover(Gated):
    """Something from a visit for somebody else: an order, a report, a request."""

    class Kind(models.TextChoices):
        ORDER = "order", _p("handover", "Order")
        REPORT = "report", _p("handover", "Report")
        REQUEST = "request", _p("handover", "Request")

    gate_unit = "visit__unit_id"
    gate_region = "visit__region_id"

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="handovers")
    key = models.CharField(max_length=40)  # the phone's name for it
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.REPORT)
    text = models.TextField()
    to = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "key"], name="handover_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["to", "done_at"], name="handover_mine")
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def unit_id(self) -> int:
        return self.visit.unit_id


class Attachment(Gated):
    """A photo or a recording of a visit; the file lies under its content's hash."""

    gate_unit = "visit__unit_id"
    gate_region = "visit__region_id"

    visit = models.ForeignKey(
        Visit, on_delete=models.CASCADE, related_name="attachments"
    )
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=120)
    caption = models.CharField(max_length=300, blank=True)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "sha256"], name="attachment_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


class Note(Gated):
    """What a customer just told somebody who writes it down with their name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    day = models.DateField()
    text = models.TextField(blank=True)
    channel = models.CharField(
        max_length=20, choices=Channel.choices, default=Channel.VISIT
    )
    product = models.ForeignKey(
        Product, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The theme that its writer chose as the same; a later step knows what that is.
    theme = models.BigIntegerField(null=True)
    feedback = models.ForeignKey(
        Feedback, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return self.text[:80]


class NamelessNote(Gated):
    """What a customer just told somebody who does not want to be known.

    It waits until the night and then goes in among the others, in mixed order; its row
    keeps neither author, words nor the feedback that it became, only the hash by which
    the same note sent twice is known, for a while.

    Where a row lies tells when it was written: SQLite numbers its rows, PostgreSQL
    keeps the place and the transaction of each, and beside them lie rows whose minute
    is known. So these have a table of their own, apart from notes with a name (there
    they would leave gaps), their ids are drawn at random, and with each that comes and
    every night ALL of them are taken out and put in again in mixed order, in one
    transaction (`writes.notes`): all places and transactions are new and alike. They
    tell only when the last one came, until the night. Not covered is who reads the raw
    disk or the journal of a database while it runs.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    day = models.DateField()
    text = models.TextField(blank=True)  # blank once it went in
    channel = models.CharField(max_length=20, choices=Channel.choices)
    product = models.ForeignKey(
        Product, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    theme = models.BigIntegerField(null=True)
    waits = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.text[:80]
