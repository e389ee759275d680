"""What somebody said to a customer that must be kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Account, Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Visit


class Promise(Gated):
    """What somebody said to a customer that must be kept; made on a visit or elsewhere.

    Unit and region are those of the visit when it was made, so that the promise stays
    behind the gate when the visit is removed (then `visit` is None). `key` is the
    phone's name for it: the same record sent again makes no second promise.
    """

    class State(models.TextChoices):
        OPEN = "open", _p("promise", "Open")
        KEPT = "kept", _p("promise", "Kept")
        BROKEN = "broken", _p("promise", "Broken")
        FREED = "freed", _p("promise", "No longer needed")

    gate_region = "region_id"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    visit = models.ForeignKey(
        Visit, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    whom = models.CharField(max_length=200, blank=True)  # the customer, as written
    key = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    owner = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    outcome = models.TextField(blank=True)  # how it was kept, or why not
    made_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "key"],
                condition=Q(visit__isnull=False) & ~Q(key=""),
                name="promise_once",
            )
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due"], name="promise_list"),
            models.Index(fields=["owner", "state", "due"], name="promise_mine"),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_over(self) -> bool:
        return self.state != self.State.OPEN
