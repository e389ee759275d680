"""Cases: one customer to get back to, with an owner and a deadline."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Feedback


class Case(Gated):
    """One customer to get back to, with an owner and a deadline.

    Unit and region are those of the feedback when the case was opened, so that the
    case stays behind the gate when its feedback is withdrawn (then `feedback` is None).
    `answer_by` and `close_by` count working hours; `due` is the day of `answer_by`.
    `answered_late` says whether the first answer came after its deadline; None before
    there is one. `turn` grows with everything that somebody who writes an answer must
    know of.
    `owner_why` is `casework.matching.Fit` as JSON: why the owner was chosen.
    """

    class Status(models.TextChoices):
        OPEN = "open", _p("case", "Open")
        WAITING = "waiting", _p("case", "Waiting")
        ANSWERED = "answered", _p("case", "Answered")
        CLOSED = "closed", _p("case", "Closed")

    gate_region = "region_id"

    feedback = models.ForeignKey(
        Feedback, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    promise = models.ForeignKey(
        "moksori_act.Promise", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due = models.DateField()
    answer_by = models.DateTimeField(null=True)
    close_by = models.DateTimeField(null=True)
    owner_why = models.JSONField(default=dict, blank=True)
    owned_since = models.DateTimeField(null=True)
    first_reply_at = models.DateTimeField(null=True)
    answered_late = models.BooleanField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="merged"
    )
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.OPEN
    )
    why = models.TextField(blank=True)  # why it was opened
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(blank=True)  # why it was closed
    opened_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            # Two people who answer the same customer embarrass both.
            models.UniqueConstraint(
                fields=["feedback"],
                condition=~Q(status="closed"),
                name="one_open_case_per_feedback",
            ),
            models.UniqueConstraint(
                fields=["promise"],
                condition=~Q(status="closed"),
                name="one_open_case_per_promise",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due"], name="case_list"),
            models.Index(fields=["owner", "status", "due"], name="case_mine"),
            models.Index(
                fields=["answer_by"],
                name="case_to_answer",
                condition=Q(status__in=["open", "waiting"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {self.get_status_display()}"

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def needs_answer(self) -> bool:
        return self.status in {self.Status.OPEN, self.Status.WAITING}
