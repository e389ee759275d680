"""What members write beside cases and actions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from moksori.act.models.actions import Action
from moksori.act.models.cases import Case
from moksori.base.people.models import Member


class Comment(models.Model):
    """What a member wrote beside a case or an action."""

    case = models.ForeignKey(
        Case, null=True, on_delete=models.CASCADE, related_name="comments"
    )
    action = models.ForeignKey(
        Action, null=True, on_delete=models.CASCADE, related_name="comments"
    )
    member = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, action__isnull=True)
                | Q(case__isnull=True, action__isnull=False),
                name="comment_on_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]
