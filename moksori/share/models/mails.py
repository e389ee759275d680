"""The outbox of letters."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Member
from moksori.share.models.editions import Edition


class Mail(models.Model):
    """A letter in the outbox: what is sent, and how far it got.

    SENDING is written before the server is spoken to. Found so after a crash, or after
    a silence at the end, it becomes UNSURE: the letter may have arrived, so nobody
    sends it a second time without asking.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _p("mail", "Waiting")
        SENDING = "sending", _p("mail", "Being sent")
        SENT = "sent", _p("mail", "Sent")
        UNSURE = "unsure", _p("mail", "Perhaps sent")
        FAILED = "failed", _p("mail", "Not sent")
        KEPT = "kept", _p("mail", "Kept here")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mails")
    edition = models.OneToOneField(
        Edition, null=True, on_delete=models.CASCADE, related_name="mail"
    )
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    html = models.TextField()
    text = models.TextField()
    headers = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING, db_index=True
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject

    @property
    def unit_id(self) -> int | None:
        return self.member.unit_id
