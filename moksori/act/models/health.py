"""Who is likely to leave, and what that is made of."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Account, Customer, Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Unit


class Health(models.Model):
    """One reading of who is likely to leave, of one affiliate and kind of customer.

    `told` is what `reads.health.Told` reads: calibration, drift, and why there is no
    reading where there is too little (`problem`, an English sentence with facts).
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _p("customers", "Client companies")
        CUSTOMER = "customer", _p("customers", "Customers (persons)")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.DateField()  # what was known when that day began
    horizon = models.PositiveSmallIntegerField()  # days
    made_at = models.DateTimeField(default=timezone.now)
    told = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "health"
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], name="health_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class HealthScore(Gated):
    """How likely one customer is to leave, and what that is made of.

    `parts` holds for each feature what is known (None: nothing) and what it adds to the
    log odds. Unit and region repeat the customer's, for the gate.
    """

    gate_region = "region_id"

    health = models.ForeignKey(Health, on_delete=models.CASCADE, related_name="scores")
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="+"
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.CASCADE, related_name="+"
    )
    chance = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    parts = models.JSONField(default=list)

    class Meta:
        ordering = ["-chance", "id"]
        indexes = [
            models.Index(fields=["health", "-chance"], name="health_list"),
        ]

    def __str__(self) -> str:
        return f"{self.chance:.2f}"
