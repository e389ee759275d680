"""Remits: whose life a member changes, and what to choose for them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from moksori.base.customers.models import Product, Region
from moksori.base.people.models import Member, Unit
from moksori.understand.models import Theme


class Remit(models.Model):
    """Whose life a member changes and what value they give; what to choose for them.

    Units, products, regions and themes narrow the feedback. An empty list does not
    narrow: everything that the member may read counts.
    """

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, related_name="remit"
    )
    for_whom = models.TextField(blank=True)
    value = models.TextField(blank=True)
    units: models.ManyToManyField[Unit, models.Model] = models.ManyToManyField(
        Unit, blank=True, related_name="+"
    )
    products: models.ManyToManyField[Product, models.Model] = models.ManyToManyField(
        Product, blank=True, related_name="+"
    )
    regions: models.ManyToManyField[Region, models.Model] = models.ManyToManyField(
        Region, blank=True, related_name="+"
    )
    themes: models.ManyToManyField[Theme, models.Model] = models.ManyToManyField(
        Theme, blank=True, related_name="+"
    )
    # Written by the system from unit and role; nobody has put it in their own words.
    is_suggested = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.for_whom[:80]
