"""What is fetched instead of sent: pages, feeds and calendars behind a secret link."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.share.models.editions import Edition


class Outlet(Gated):
    """A secret, revocable link at which programs or screens fetch what is new.

    It tells what `member` may see within `unit`, at the moment it is fetched. Of the
    token only a hash is kept; `start` are its first letters, to know it by. A
    `settings` object holds what the kind asks for (origins, language, days).
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="outlets")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=8)
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Nudge(models.Model):
    """A short reminder to one member. At most one a week; three ignored are enough."""

    class Why(models.TextChoices):
        UNREAD = "unread", _p("nudge", "An edition waits unread")
        NO_REMIT = "no_remit", _p("nudge", "Nobody knows for whom they work")
        OTHER = "other", _p("nudge", "Something else waits")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="nudges")
    why = models.CharField(max_length=10, choices=Why.choices)
    edition = models.ForeignKey(
        Edition, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["member", "-at"], name="nudge_recent")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} · {self.why}"
