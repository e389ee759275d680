"""Sources, what they handed over, and feedback: one shape for every channel."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Account, Customer, Product, Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.tables.messages import Message


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
    """One import: a file read once, with what came of each row.

    Every row read is counted once: added, revised, unchanged, repeated (the same as
    another row of the file) or refused. `flagged` rows are stored, with a doubt.
    STOPPED is where an import or its undoing broke off: what is there stays until
    somebody goes on (while the file is kept) or undoes it.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _p("batch", "Waiting for you")
        READY = "ready", _p("batch", "Waiting to start")
        RUNNING = "running", _p("batch", "Reading")
        DONE = "done", _p("batch", "Done")
        FAILED = "failed", _p("batch", "Refused")
        STOPPED = "stopped", _p("batch", "Stopped halfway")
        UNDOING = "undoing", _p("batch", "Being undone")
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
    repeated = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    flagged = models.BigIntegerField(default=0)
    removed = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    problem = models.JSONField(default=dict, blank=True)
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

    @property
    def message(self) -> str:
        """Why the file was refused or broke off, in the reader's language; or ""."""
        if not self.problem:
            return ""
        return str(Message(self.problem["template"], self.problem["facts"]))

    @property
    def stored(self) -> int:
        return self.added + self.revised

    @property
    def percent(self) -> int:
        """How much of the file is read."""
        if self.state == self.State.DONE:
            return 100
        return 100 * self.rows_read // self.rows_total if self.rows_total else 0

    @property
    def can_go_on(self) -> bool:
        return self.state == self.State.STOPPED and bool(self.stored_as)

    @property
    def can_be_undone(self) -> bool:
        """Stopped while being undone, it may hold rows whatever the counts say."""
        return self.state == self.State.STOPPED or (
            self.state == self.State.DONE and bool(self.stored)
        )

    @property
    def is_moving(self) -> bool:
        moving = {self.State.READY, self.State.RUNNING, self.State.UNDOING}
        return self.state in moving


class Trouble(models.Model):
    """What was wrong with one row of a file. Refused rows were not stored.

    The message rests untranslated, so that each reader sees it in their language.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="troubles")
    row = models.BigIntegerField()
    is_refused = models.BooleanField()
    column = models.CharField(max_length=120, blank=True)
    template = models.TextField()
    facts = models.JSONField(default=dict)
    record = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["batch_id", "id"]

    def __str__(self) -> str:
        return f"{self.row}: {self.message}"

    @property
    def message(self) -> str:
        return str(Message(self.template, self.facts))


class Feedback(Gated):
    """What one customer said or scored at one time through one channel.

    `answers` is a list of `collect.answers.Answer` as JSON; `text` joins its texts,
    personal numbers masked; `score` is its main score brought to 0–10.
    `raw` is the record as it arrived, for evidence; no list or export shows it.
    """

    gate_region = "region_id"

    # Columns that start an index below need none of their own: each costs an import
    # of a million rows some ten seconds.
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    external_id = models.CharField(max_length=200)
    batch = models.ForeignKey(
        Batch,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    product = models.ForeignKey(
        Product,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    region = models.ForeignKey(
        Region,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    account = models.ForeignKey(
        Account,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
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
            # Read backwards, both give the newest first; with the score, a list of
            # low scores never touches the rows.
            models.Index(
                fields=["unit", "occurred_at", "id", "score"], name="feedback_recent"
            ),
            models.Index(fields=["batch"], name="feedback_batch"),
            models.Index(
                fields=["product", "unit", "occurred_at"], name="feedback_product"
            ),
            models.Index(
                fields=["region", "unit", "occurred_at"],
                name="feedback_region",
                condition=Q(region__isnull=False),
            ),
            models.Index(
                fields=["customer"],
                name="feedback_customer",
                condition=Q(customer__isnull=False),
            ),
            models.Index(
                fields=["account"],
                name="feedback_account",
                condition=Q(account__isnull=False),
            ),
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


class Receipt(models.Model):
    """What was answered to an Idempotency-Key, so that a retry gets the same."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    body = models.CharField(max_length=64)  # SHA-256
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="receipt_once")
        ]

    def __str__(self) -> str:
        return self.key
