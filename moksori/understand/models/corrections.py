"""What people taught about themes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Member
from moksori.understand.models.affiliates import OfAffiliate
from moksori.understand.models.themes import Theme


class Correction(OfAffiliate):
    """Something a person taught about themes: what, who, when, and how to undo it.

    `said` holds what was asked for, `before` what is needed to undo it; both name rows
    by their ids. Undone corrections stay, as history.
    """

    class Kind(models.TextChoices):
        RENAME = "rename", _p("correction", "Renamed")
        MERGE = "merge", _p("correction", "Merged")
        SPLIT = "split", _p("correction", "Split")
        MOVE = "move", _p("correction", "Moved")
        PIN = "pin", _p("correction", "Put right")
        ARCHIVE = "archive", _p("correction", "Put away")
        DEFINE = "define", _p("correction", "Defined")
        ADOPT = "adopt", _p("correction", "Taken up")

    theme = models.ForeignKey(
        Theme, on_delete=models.CASCADE, related_name="corrections"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    said = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    mentions = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    undone_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["unit", "-at"], name="correction_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.theme_id}"


class Pin(OfAffiliate):
    """Words that a person put into a theme (or into none): the same words stay there.

    `key` is `analysis.duplicates.text_key` of the clause, so that a copy of it, or the
    same feedback read anew, is put right too.
    """

    key = models.BigIntegerField()
    theme = models.ForeignKey(
        Theme, null=True, on_delete=models.CASCADE, related_name="pins"
    )
    correction = models.ForeignKey(
        Correction, on_delete=models.CASCADE, related_name="pins"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="pin_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.theme_id}"
