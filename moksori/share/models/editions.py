"""Editions: what one member was told about one period."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from moksori.base.people.models import Member


class Edition(models.Model):
    """What one member was told about one period, frozen when it was composed.

    `content` is `sections.blocks.Content` as JSON. `slot` is the day it was due; None
    for one asked for by hand. `since` and `until` are the days of feedback it is about.
    """

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="editions"
    )
    slot = models.DateField(null=True)
    since = models.DateField()
    until = models.DateField()
    language = models.CharField(max_length=2, default="ko")
    content = models.JSONField()
    composed_at = models.DateTimeField(default=timezone.now)
    token = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["-composed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "slot"], name="one_edition_per_slot"
            )
        ]
        indexes = [
            models.Index(fields=["member", "-composed_at"], name="edition_recent")
        ]

    def __str__(self) -> str:
        return str(self.content.get("title", ""))

    @property
    def unit_id(self) -> int | None:
        """For the log of changes: where its reader works."""
        return self.member.unit_id
