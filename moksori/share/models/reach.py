"""How far editions got."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.share.models.editions import Edition


class Reach(models.Model):
    """How far an edition got with its reader; each kind at most once."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _p("reach", "Delivered")
        OPENED = "opened", _p("reach", "Opened")
        READ = "read", _p("reach", "Read")
        USEFUL = "useful", _p("reach", "Useful")
        DONE = "done", _p("reach", "Did it")
        NOT_MINE = "not_mine", _p("reach", "Not my customers")

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="reached"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind"], name="one_mark_per_edition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} · {self.get_kind_display()}"
