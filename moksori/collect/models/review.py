"""What waits for a person because a program must not decide it silently."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models.feedback import Feedback


class ReviewItem(Gated):
    """One question with its evidence: who asks it is the kind (`collect.review`).

    `key` names what is asked about, once per unit and kind: put up again, it stays one
    item, and what was decided stays decided. `evidence` is what the page shows; it may
    hold words of customers, so it is emptied some time after the decision.
    `outcome` is what the decision changed, so that it can be taken back.
    """

    class State(models.TextChoices):
        OPEN = "open", _p("review", "Waiting")
        DECIDED = "decided", _p("review", "Decided")
        DISMISSED = "dismissed", _p("review", "Set aside")

    gate_region = "region_id"

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    evidence = models.JSONField(default=dict)
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decision = models.CharField(max_length=40, blank=True)
    outcome = models.JSONField(default=dict, blank=True)
    decided_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "kind", "key"], name="review_item_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "kind", "id"],
                name="review_item_open",
                condition=Q(state="open"),
            ),
            models.Index(fields=["about_kind", "about_id"], name="review_item_about"),
            models.Index(fields=["decided_at"], name="review_item_decided"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class Copy(models.Model):
    """This feedback says once more what another one says: the same voice, elsewhere.

    Both stay; lists and numbers can leave the copies out.
    """

    feedback = models.OneToOneField(
        Feedback, on_delete=models.CASCADE, related_name="copy"
    )
    of = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="copies")
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.feedback_id} = {self.of_id}"
