"""Micro-segments: what the last search found, and those that people watch."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Member
from moksori.understand.models.affiliates import OfAffiliate
from moksori.understand.models.pains import PainPoint
from moksori.understand.models.themes import Theme


class SegmentSearch(OfAffiliate):
    """The last search for micro-segments over everything said in an affiliate.

    `findings` holds what was found, strongest first, as `reads.segments_found` writes
    it; `tested` how many cells were tested over all outcomes, `rows` on how many
    feedbacks, `settings` with which options. `trouble` is a message id that says why
    there is nothing ("" where the search went through).
    """

    at = models.DateTimeField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    rows = models.PositiveIntegerField(default=0)
    tested = models.PositiveIntegerField(default=0)
    settings = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], name="segment_search_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} · {self.at:%Y-%m-%d}"


class Segment(OfAffiliate):
    """A group of customers that is watched: a rule over attributes.

    `rule` maps an attribute to a value ({"is": "20s"}, {"is": null} for feedback
    without it) or a range ({"from": 20, "below": 30}). What is watched is the share
    that complains about `theme`, or (`measure` "score") the mean score. `key` is the
    same for the same rule and measure. `evidence` is what was known when it was
    adopted; `weeks` and `latest` are computed anew each night.
    """

    class Measure(models.TextChoices):
        COMPLAINS = "complains", _p("segment", "Share that complains")
        SCORE = "score", _p("segment", "Mean score")

    class Origin(models.TextChoices):
        FOUND = "found", _p("segment", "Found by the system")
        WRITTEN = "written", _p("segment", "Written by hand")

    class State(models.TextChoices):
        WATCHED = "watched", _p("segment", "Watched")
        RETIRED = "retired", _p("segment", "No longer watched")

    name = models.CharField(max_length=120)
    rule = models.JSONField(default=dict)
    measure = models.CharField(
        max_length=10, choices=Measure.choices, default=Measure.COMPLAINS
    )
    theme = models.ForeignKey(
        Theme, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField(max_length=64)
    origin = models.CharField(
        max_length=8, choices=Origin.choices, default=Origin.FOUND
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WATCHED)
    owner = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    adopted_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    adopted_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    pain_point = models.ForeignKey(
        PainPoint, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    evidence = models.JSONField(default=dict)
    weeks = models.JSONField(default=list)
    latest = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "key"], name="segment_once")
        ]

    def __str__(self) -> str:
        return self.name
