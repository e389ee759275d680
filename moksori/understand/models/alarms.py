"""Alarms: a theme, somewhere, that is beyond what its past lets one expect."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Member, Unit
from moksori.understand.models.affiliates import OfAffiliate
from moksori.understand.models.themes import Theme


class Alarm(OfAffiliate):
    """One theme (everywhere, or at one product or region) that rose or fell.

    One alarm that grows: `history` has a row for each week since `first_week` (week,
    seen, expected, low, high, total), and consecutive weeks never make another. What
    it was raised on stays: `chance` is how often chance alone is as surprising, `level`
    what LORD++ allowed it, over all series and weeks. `ended_on` is the week from which
    on it was as usual again; the state is what people say about it.
    """

    class State(models.TextChoices):
        OPEN = "open", _p("alarm", "New")
        SEEN = "seen", _p("alarm", "Seen")
        CLOSED = "closed", _p("alarm", "Closed")

    class Way(models.IntegerChoices):
        MORE = 1, _p("alarm", "More than expected")
        LESS = -1, _p("alarm", "Less than expected")

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="+")
    dimension = models.CharField(max_length=12, blank=True)  # "": everywhere
    value = models.BigIntegerField(null=True, blank=True)
    direction = models.SmallIntegerField(choices=Way.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    first_week = models.DateField()
    last_week = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    chance = models.FloatField()
    level = models.FloatField()
    method = models.CharField(max_length=120)
    assumed = models.CharField(max_length=120, blank=True)
    history = models.JSONField(default=list)
    found_at = models.DateTimeField()
    reason = models.TextField(blank=True)  # why it was closed
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-last_week", "chance", "id"]
        indexes = [models.Index(fields=["unit", "state"], name="alarm_open")]

    def __str__(self) -> str:
        return f"{self.theme} · {self.get_direction_display()}"

    @property
    def is_running(self) -> bool:
        """Whether the last week was still beyond what was expected."""
        return self.ended_on is None


class AlarmWatch(models.Model):
    """How far the weeks of an affiliate were judged, and what LORD++ has spent."""

    unit = models.OneToOneField(
        Unit, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    judged_until = models.DateField(null=True)  # the Monday of the last week judged
    state = models.JSONField(default=dict)
    series = models.PositiveIntegerField(default=0)
    judged_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.unit_id} · {self.judged_until}"
