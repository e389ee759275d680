"""Pain points, and the views of them that people keep."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Member
from moksori.understand.models.affiliates import OfAffiliate
from moksori.understand.models.themes import Theme


class PainPoint(OfAffiliate):
    """A theme, in a segment, that hurts, and what the organisation does about it.

    `segment` holds attribute → value, and the "name" under which the group is watched;
    empty means everywhere. `complaint_ko` and
    `complaint_en` say what hurts in words of those who complain ("" where nothing
    stands out); they are found anew at `named_at`.
    """

    class State(models.TextChoices):
        DETECTED = "detected", _p("state", "New")
        TRIAGED = "triaged", _p("state", "Seen")
        PLANNED = "planned", _p("state", "Planned")
        ACTING = "acting", _p("state", "Being improved")
        VERIFYING = "verifying", _p("state", "Being watched")
        RESOLVED = "resolved", _p("state", "Resolved")
        REOPENED = "reopened", _p("state", "Came back")

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="pains")
    segment = models.JSONField(default=dict, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.DETECTED
    )
    owner = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    detected_at = models.DateTimeField()
    complaint_ko = models.CharField(max_length=120, blank=True)
    complaint_en = models.CharField(max_length=120, blank=True)
    named_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "segment"], name="pain_point_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def complaint(self) -> str:
        if get_language() == "en" and self.complaint_en:
            return self.complaint_en
        return self.complaint_ko

    @property
    def name(self) -> str:
        """The subject and what hurts about it: "Story — predictable".

        In a segment with its name before: "Students: Story — predictable".
        """
        said = " — ".join(part for part in (self.theme.name, self.complaint) if part)
        group = self.segment.get("name", "") if self.segment else ""
        return f"{group}: {said}" if group else said


class SavedView(models.Model):
    """A page with its filters, kept by a member under a name."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "page", "name"], name="saved_view_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
