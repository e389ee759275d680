"""By what an edition travels: carriers of the house, ways of each, deliveries."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.share.models.editions import Edition


class Carrier(Gated):
    """An account at a messenger that administrators set up for a unit and those below.

    `kind` is a folder of `share.channels`. Secrets are sealed together as one JSON
    object. When the messenger does not answer, it rests until `rest_until`; when it
    no longer knows our secret, it is stopped until somebody gives a new one.
    """

    class Stopped(models.TextChoices):
        NO = "", _p("carrier", "On")
        MEMBER = "member", _p("carrier", "Turned off")
        SECRET = "secret", _p("carrier", "Stopped: the secret is not valid any more")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    settings = models.JSONField(default=dict, blank=True)
    secrets = models.TextField(blank=True)
    stopped = models.CharField(
        max_length=10, choices=Stopped.choices, default="", blank=True
    )
    problem = models.CharField(max_length=500, blank=True)
    failures = models.PositiveIntegerField(default=0)
    rest_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_on(self) -> bool:
        return not self.stopped


class Way(models.Model):
    """One channel that a member chose beside page and e-mail.

    Through a carrier of the house, or by an address of their own (`carrier` None).
    What they filled in is sealed as a whole: addresses of webhooks are secrets.
    `stopped` says that the other side refused it for good; until it is filled in
    anew nothing goes there.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="ways")
    kind = models.CharField(max_length=20)
    carrier = models.ForeignKey(
        Carrier, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    given = models.TextField(blank=True)
    stopped = models.BooleanField(default=False)
    problem = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "kind"], name="one_way_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} · {self.kind}"

    @property
    def unit_id(self) -> int | None:
        """For the log of changes: where its member works."""
        return self.member.unit_id


class Delivery(models.Model):
    """One edition on its way to one member by one channel.

    SENDING is committed before the messenger hears a word. Found so after its lease
    has ended, it becomes UNSURE: it may have arrived, so nobody sends it a second
    time without asking. What is sent is made at each attempt from the frozen edition.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _p("mail", "Waiting")
        SENDING = "sending", _p("mail", "Being sent")
        SENT = "sent", _p("mail", "Sent")
        UNSURE = "unsure", _p("mail", "Perhaps sent")
        FAILED = "failed", _p("mail", "Not sent")
        DROPPED = "dropped", _p("delivery", "No longer wanted")

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="deliveries"
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="deliveries"
    )
    way = models.ForeignKey(
        Way, null=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    kind = models.CharField(max_length=20)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    remote_id = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["edition", "kind"], name="one_delivery_of_a_kind"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"],
                name="delivery_due",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["lease_until"],
                name="delivery_underway",
                condition=Q(state="sending"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} · {self.kind}"

    @property
    def unit_id(self) -> int | None:
        return self.member.unit_id


class DeliveryTry(models.Model):
    """One attempt: when, how it ended, how long it took, and what was said."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="tries"
    )
    at = models.DateTimeField(default=timezone.now)
    fate = models.CharField(max_length=10)
    milliseconds = models.PositiveIntegerField(default=0)
    said = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} · {self.fate}"
