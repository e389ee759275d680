"""Sources, what they handed over, and feedback: one shape for every channel."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Account, Customer, Product, Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit


class Channel(models.TextChoices):
    """How the customer's voice came in."""

    WEB = "web", _p("channel", "Website")
    APP_STORE = "app_store", _p("channel", "App store")
    EMAIL = "email", _p("channel", "E-mail")
    PHONE = "phone", _p("channel", "Phone")
    CHAT = "chat", _p("channel", "Chat")
    PAPER = "paper", _p("channel", "Paper")
    QR = "qr", _p("channel", "QR code")
    VISIT = "visit", _p("channel", "Visit")
    SNS = "sns", _p("channel", "Social media")
    COMMUNITY = "community", _p("channel", "Community")
    REVIEW = "review", _p("channel", "Review")
    SURVEY = "survey", _p("channel", "Survey")
    POST = "post", _p("channel", "Post or fax")
    REFERRAL = "referral", _p("channel", "Referral")
    OTHER = "other", _p("channel", "Other")


class Source(Gated):
    """Where feedback comes from: one export, one form, one API client.

    `mapping` remembers how the columns of its files were read last.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, default="file")
    channel = models.CharField(
        max_length=20, choices=Channel.choices, default=Channel.OTHER
    )
    mapping = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="source_once")
        ]

    def __str__(self) -> str:
        return self.name


class Batch(Gated):
    """One import: a file read once, with what came of each row."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _p("batch", "Waiting for you")
        READY = "ready", _p("batch", "Waiting to start")
        RUNNING = "running", _p("batch", "Reading")
        DONE = "done", _p("batch", "Done")
        FAILED = "failed", _p("batch", "Stopped")
        UNDONE = "undone", _p("batch", "Undone")

    gate_unit = "source__unit_id"

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="batches")
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(default=0)
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.UPLOADED
    )
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    rows_read = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    added = models.BigIntegerField(default=0)
    revised = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def unit_id(self) -> int:
        return self.source.unit_id


class Feedback(Gated):
    """What one customer said or scored at one time through one channel.

    `answers` is a list of `collect.answers.Answer` as JSON; `text` joins its texts,
    personal numbers masked; `score` is its main score brought to 0–10.
    `raw` is the record as it arrived, for evidence; no list or export shows it.
    """

    gate_region = "region_id"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200)
    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(
        Product, null=True, on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    channel = models.CharField(max_length=20, choices=Channel.choices)
    language = models.CharField(max_length=8, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    text = models.TextField(blank=True)
    score = models.FloatField(null=True)
    answers = models.JSONField(default=list)
    consent = models.JSONField(default=dict)
    attributes = models.JSONField(default=dict)
    metadata = models.JSONField(default=dict)
    raw = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=32)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], name="feedback_once"
            )
        ]
        indexes = [
            models.Index(fields=["unit", "-occurred_at"], name="feedback_recent"),
            models.Index(fields=["batch"], name="feedback_batch"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Revision(models.Model):
    """What a feedback was before an edited row arrived; undo brings it back."""

    feedback = models.ForeignKey(
        Feedback, on_delete=models.CASCADE, related_name="revisions"
    )
    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    number = models.PositiveIntegerField()
    before = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["feedback_id", "number"]

    def __str__(self) -> str:
        return f"{self.feedback_id} · {self.number}"
