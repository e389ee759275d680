"""Webhooks: feedback told to other programs, and feedback that they send."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models.feedback import Source
from moksori.collect.tables.messages import Message


class Hook(Gated):
    """An address of another program that is told of changes.

    It learns what `member` may see, within `unit` and `filters`: rights are looked at
    when a message leaves, not when the hook was made. Secrets are sealed; the one
    before stays valid until `old_until`, so that a receiver can change over.
    """

    class Stopped(models.TextChoices):
        NO = "", _p("hook", "On")
        MEMBER = "member", _p("hook", "Turned off")
        FAILING = "failing", _p("hook", "Turned off: nobody answered for days")
        GONE = "gone", _p("hook", "Turned off: the receiver wants no more")
        LEFT = "left", _p("hook", "Turned off: its member has left")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=2_000)
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True)
    topics = models.JSONField(default=list)
    filters = models.JSONField(default=dict, blank=True)
    has_texts = models.BooleanField(default=False)
    stopped = models.CharField(
        max_length=10, choices=Stopped.choices, default="", blank=True
    )
    failing_since = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return not self.stopped


class HookMessage(Gated):
    """One thing to tell. `note` holds ids alone: the words are read when it leaves,
    so that nothing is told that was erased, or withdrawn from the member, meanwhile."""

    class State(models.TextChoices):
        WAITING = "waiting", _p("hook message", "Waiting")
        DELIVERED = "delivered", _p("hook message", "Delivered")
        NOTHING = "nothing", _p("hook message", "Nothing left to tell")
        GAVE_UP = "gave_up", _p("hook message", "Given up")

    gate_unit = "hook__unit_id"

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="messages")
    public_id = models.CharField(max_length=40, unique=True)
    topic = models.CharField(max_length=40)
    note = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["hook", "next_try_at"],
                name="hook_message_due",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["created_at"], name="hook_message_age"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def unit_id(self) -> int:
        return self.hook.unit_id


class HookTry(models.Model):
    """One attempt: what the receiver said (4 kB of it), or why it said nothing."""

    message = models.ForeignKey(
        HookMessage, on_delete=models.CASCADE, related_name="attempts"
    )
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField(default=0)
    problem = models.JSONField(default=dict, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.message_id} · {self.status or self.why}"

    @property
    def why(self) -> str:
        """Why there was no answer, in the reader's language; or ""."""
        if not self.problem:
            return ""
        return str(Message(self.problem["template"], self.problem["facts"]))


class Inlet(Gated):
    """An address at which another program leaves feedback, in a shape of its own.

    `mapping` says which value means what; `list_at` where the list of feedback lies,
    "" when a delivery is one. `example` is what the mapping was made by, kept without
    personal numbers. Of the token in the address only a hash is kept.
    """

    class Signature(models.TextChoices):
        NONE = "", _p("inlet", "none: the address is the secret")
        STANDARD = "standard", _p("inlet", "Standard Webhooks")
        HMAC = "hmac", _p("inlet", "HMAC-SHA256 of the body in a header")

    gate_unit = "source__unit_id"

    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, related_name="inlet"
    )
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12)
    mapping = models.JSONField(default=dict, blank=True)
    list_at = models.CharField(max_length=300, blank=True)
    example = models.JSONField(default=dict, blank=True)
    signature = models.CharField(
        max_length=10, choices=Signature.choices, default="", blank=True
    )
    header = models.CharField(max_length=80, blank=True)
    secret = models.TextField(blank=True)
    is_open = models.BooleanField(default=True)
    deliveries = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.source.name

    @property
    def unit_id(self) -> int:
        return self.source.unit_id


class Delivery(Gated):
    """What an inlet could not make feedback of (yet), kept until somebody decides.

    The same body again is the same delivery.
    """

    gate_unit = "inlet__source__unit_id"

    inlet = models.ForeignKey(Inlet, on_delete=models.CASCADE, related_name="kept")
    digest = models.CharField(max_length=64)
    body = models.JSONField()
    problem = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inlet", "digest"], name="delivery_once")
        ]

    def __str__(self) -> str:
        return f"{self.inlet_id} · {self.digest[:8]}"

    @property
    def why(self) -> str:
        """Why it waits, in the reader's language."""
        if not self.problem:
            return ""
        return str(Message(self.problem["template"], self.problem["facts"]))

    @property
    def unit_id(self) -> int:
        return self.inlet.source.unit_id
