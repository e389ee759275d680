"""What is known of all customers, so that those who answer can speak for them."""

from __future__ import annotations

from django.db import models

from moksori.base.people.models import Member
from moksori.understand.models.affiliates import OfAffiliate


class Population(OfAffiliate):
    """How many customers there are in each group, and how many were asked.

    `margins` is a list of {"attributes": ["age_band"], "groups": [[["20-29"], 1200]]};
    with two attributes a group names a value of each. `invited` maps a wave (or a
    month, 2026-11) to how many were asked. `origin` says where the counts come from.
    """

    margins = models.JSONField(default=list)
    invited = models.JSONField(default=dict)
    origin = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], name="population_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} · {self.origin}"
