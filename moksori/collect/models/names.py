"""The name by which customers know whoever asks them."""

from __future__ import annotations

from django.db import models

from moksori.base.people.gate import Gated
from moksori.base.people.models import Unit


class PublicName(Gated):
    """What customers call a unit and all below it; a survey may have its own.

    Either language may be empty: then the other one is said.
    """

    unit = models.OneToOneField(
        Unit, on_delete=models.CASCADE, related_name="public_name"
    )
    ko = models.CharField(max_length=80, blank=True)
    en = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.ko or self.en
