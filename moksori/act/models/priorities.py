"""What people expect of working on a pain point."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from moksori.base.people.models import Member
from moksori.understand.models import PainPoint


class Appraisal(models.Model):
    """What people expect of working on a pain point, as ranges.

    `effort_low`–`effort_high` in person-days; `impact_low`–`impact_high` is the share
    of the complaints that would be gone (0–1). Who may triage the pain point may write
    it; without one, its actions and the system's own ranges are used.
    """

    pain_point = models.OneToOneField(
        PainPoint, on_delete=models.CASCADE, related_name="+"
    )
    effort_low = models.FloatField()
    effort_high = models.FloatField()
    impact_low = models.FloatField()
    impact_high = models.FloatField()
    written_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pain_point)
