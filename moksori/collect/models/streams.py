"""Connections: sources that are asked again and again, and what came of each time."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models.feedback import Source
from moksori.collect.tables.messages import Message

SHORTEST = 5 * 60  # seconds between two visits
LONGEST = 24 * 3600
FIRST = 15 * 60
HISTORY = timedelta(days=30)  # read back when a connection is new


class Stream(Gated):
    """A feed, forum or store page that we read ourselves.

    `given` is what a person entered, `secret` its key, sealed. `cursor` is where the
    reading stands and `validators` what makes the next request conditional; both move
    in the transaction that stores what was read. STOPPED: the other side is gone for
    good, or would not have us.
    """

    class State(models.TextChoices):
        ON = "on", _p("connection", "Running")
        PAUSED = "paused", _p("connection", "Paused")
        STOPPED = "stopped", _p("connection", "Stopped")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    source = models.OneToOneField(
        Source, on_delete=models.PROTECT, related_name="stream"
    )
    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64)  # SHA-256 of what is read
    given = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ON)
    since = models.DateTimeField()
    cursor = models.JSONField(default=dict)
    validators = models.JSONField(default=dict)
    every = models.PositiveIntegerField(default=FIRST)  # seconds
    next_at = models.DateTimeField(default=timezone.now, db_index=True)
    last_at = models.DateTimeField(null=True)
    last_new_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # one after the other
    problem = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["source__name"]
        constraints = [
            # Two clicks on "Connect" make one connection.
            models.UniqueConstraint(fields=["unit", "key"], name="stream_once")
        ]

    def __str__(self) -> str:
        return self.source.name

    @property
    def message(self) -> str:
        """Why the last visit failed, in the reader's language; or ""."""
        return _said(self.problem)


class Poll(models.Model):
    """One visit: what was asked, and what came of it. Kept for a month."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="polls")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    seconds = models.FloatField(default=0)
    requests = models.PositiveIntegerField(default=0)
    unmodified = models.PositiveIntegerField(default=0)  # answered 304
    added = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    problem = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.stream_id} · {self.at:%Y-%m-%d %H:%M}"

    @property
    def message(self) -> str:
        return _said(self.problem)


def _said(problem: dict[str, object]) -> str:
    if not problem:
        return ""
    facts = problem.get("facts")
    return str(
        Message(str(problem["template"]), facts if isinstance(facts, dict) else {})
    )
