"""Who gives feedback, about what, and where."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
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


class Lasting(Gated):
    """Who may stay or leave, and what the relation is worth.

    `since` is the first day, `left_on` the first day without (None: still here).
    Money is per year, in `currency` (ISO 4217): what the customer pays, what of it
    remains after direct cost, and what serving them costs. None means not known.
    """

    gate_region = "region_id"

    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    segment = models.CharField(max_length=80, blank=True)
    since = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    annual_revenue = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, blank=True
    )
    annual_margin = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, blank=True
    )
    cost_to_serve = models.DecimalField(
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        abstract = True


class Account(Lasting):
    """A company that is a customer (B2B)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="accounts")
    name = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "name"], name="account_once")
        ]

    def __str__(self) -> str:
        return self.name


class Customer(Lasting):
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
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "external_id"], name="customer_once"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class Every(models.TextChoices):
    """How long one value of a series lasts."""

    WEEK = "week", _p("period", "Week")
    MONTH = "month", _p("period", "Month")


class Usage(models.Model):
    """How much one account or customer used in one week or month.

    `starts_on` is the first day of the period, `measure` what was counted, in the
    words of the file ("logins", "visits").
    """

    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="usage"
    )
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="usage"
    )
    measure = models.CharField(max_length=60)
    every = models.CharField(max_length=5, choices=Every.choices, default=Every.MONTH)
    starts_on = models.DateField()
    value = models.FloatField()

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "measure", "every", "starts_on"],
                condition=models.Q(account__isnull=False),
                name="usage_of_account_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "measure", "every", "starts_on"],
                condition=models.Q(customer__isnull=False),
                name="usage_of_customer_once",
            ),
            models.CheckConstraint(
                condition=models.Q(account__isnull=False, customer__isnull=True)
                | models.Q(account__isnull=True, customer__isnull=False),
                name="usage_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.starts_on}"


class DemandSeries(Gated):
    """A number over time that somebody brought in: tickets sold, calls, orders.

    `key` names region and product, so that the database keeps each series once also
    where one of them is empty.
    """

    gate_region = "region_id"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    product = models.ForeignKey(
        Product, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=80)
    every = models.CharField(max_length=5, choices=Every.choices, default=Every.MONTH)
    key = models.CharField(max_length=140)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name_plural = "demand series"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "key"], name="demand_series_once")
        ]

    def __str__(self) -> str:
        return self.name


class DemandPoint(models.Model):
    """The value of one week or month, by its first day."""

    series = models.ForeignKey(
        DemandSeries, on_delete=models.CASCADE, related_name="points"
    )
    starts_on = models.DateField()
    value = models.FloatField()

    class Meta:
        ordering: ClassVar = ["starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "starts_on"], name="demand_point_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} {self.value:g}"


class Outlook(Gated):
    """What is expected of one series, worked out at night and kept for the pages.

    `source` says of what (volume of feedback, imported demand), `key` which node of
    its hierarchy, `level` which dimensions the node fixes; an empty region or product
    at such a level stands for all that are not named. `told` holds history, points
    ahead and the error of the past; `problem` an English sentence where none could be
    made.
    """

    class Source(models.TextChoices):
        FEEDBACK = "feedback", _p("series", "Feedback")
        DEMAND = "demand", _p("series", "Demand")

    class Level(models.TextChoices):
        ALL = "all", _p("series", "everything")
        REGION = "region", _p("series", "by region")
        PRODUCT = "product", _p("series", "by product")
        BOTH = "both", _p("series", "by region and product")

    gate_region = "region_id"

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.CASCADE, related_name="+"
    )
    product = models.ForeignKey(
        Product, null=True, on_delete=models.CASCADE, related_name="+"
    )
    source = models.CharField(max_length=10, choices=Source.choices)
    name = models.CharField(max_length=80, blank=True)
    every = models.CharField(max_length=5, choices=Every.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    key = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    told = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["source", "name", "level", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "key"], name="outlook_once")
        ]

    def __str__(self) -> str:
        return self.key
