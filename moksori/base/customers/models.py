"""Who gives feedback, about what, and where."""

from __future__ import annotations

from django.db import models

from moksori.base.people.models import Unit


class Region(models.Model):
    """A place that feedback comes from: a district, a state, a shop's area.

    Geography is shared: Seoul is one row for every affiliate, so that the group can
    compare them and a role may reach one region everywhere. Who has feedback from
    where is not: `units` says it, and lists name only the regions of one's own units.
    """

    name = models.CharField(max_length=80, unique=True)
    units: models.ManyToManyField[Unit, models.Model] = models.ManyToManyField(
        Unit, related_name="regions"
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """A product or service, cared for by one unit."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="product_once")
        ]

    def __str__(self) -> str:
        return self.name


class Account(models.Model):
    """A company that is a customer (B2B)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="accounts")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="account_once")
        ]

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person who gave feedback, known by the id that the source uses."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="customers")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "external_id"], name="customer_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.external_id
