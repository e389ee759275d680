"""The log of changes: append-only, each entry sealed by the hash of the one before."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One change: who did what to which thing, when.

    Personal data appears as ids only, so that erasing a person need not touch the log.
    Database triggers refuse UPDATE and DELETE.
    """

    at = models.DateTimeField()
    member_id = models.BigIntegerField(null=True)  # null: the system itself
    verb = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=60)
    unit_id = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "thing_id"], name="audit_thing")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.kind} {self.thing_id}"
