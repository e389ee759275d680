"""What people take out: saved searches with feeds, exports with their reasons."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.tables.messages import Message


class SavedSearch(models.Model):
    """Conditions of the list of feedback under a name; its owner's alone.

    Whoever has the token reads the feed: what the owner may see at that moment. Only a
    hash of it is kept; an empty one means that there is no feed.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    filters = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    read_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "name"], name="saved_search_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_feed(self) -> bool:
        return bool(self.digest)


class Export(Gated):
    """Who took which feedback out of the system, as what, and why.

    A small one is handed over at once (GIVEN). A large one is made by the worker, in
    the language of who asked; its file waits for them as `stored_as` and is deleted
    after some days. `reach` is a hash of what they might read when it was made.
    """

    class State(models.TextChoices):
        GIVEN = "given", _p("export", "Taken")
        WAITING = "waiting", _p("export", "Waiting to start")
        MAKING = "making", _p("export", "Being made")
        READY = "ready", _p("export", "Ready")
        FAILED = "failed", _p("export", "Not made")
        GONE = "gone", _p("export", "File deleted")

    class Format(models.TextChoices):
        CSV = "csv", _p("export", "CSV (opens in Excel)")
        XLSX = "xlsx", _p("export", "Excel (.xlsx)")
        PARQUET = "parquet", _p("export", "Parquet (for programs)")

    unit = models.ForeignKey(
        Unit, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=300)
    filters = models.JSONField(default=dict)
    format = models.CharField(max_length=10, choices=Format.choices)
    rows = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.GIVEN, db_index=True
    )
    language = models.CharField(max_length=10, blank=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    stored_as = models.CharField(max_length=40, blank=True)
    reach = models.CharField(max_length=64, blank=True)
    problem = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.member_id} · {self.rows}"

    @property
    def is_moving(self) -> bool:
        return self.state in {self.State.WAITING, self.State.MAKING}

    @property
    def message(self) -> str:
        """Why it was not made, in the reader's language; or ""."""
        if not self.problem:
            return ""
        return str(Message(self.problem["template"], self.problem.get("facts", {})))
