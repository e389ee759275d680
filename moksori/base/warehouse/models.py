"""The outbox: what changed and still has to reach the warehouse."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Outbox(models.Model):
    """A note written in the transaction of the change that it tells of."""

    topic = models.CharField(max_length=40)
    payload: models.JSONField[Any, Any] = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    # On PostgreSQL the migration makes the writing transaction's number the default;
    # SQLite has one writer at a time and needs no such order.
    xid = models.BigIntegerField(db_default=0, editable=False)

    class Meta:
        ordering: ClassVar = ["xid", "id"]
        indexes: ClassVar = [
            models.Index(fields=["topic", "xid", "id"], name="outbox_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class Cursor(models.Model):
    """How far a reader of a topic has come."""

    name = models.CharField(max_length=40)
    topic = models.CharField(max_length=40)
    xid = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "topic"], name="one_cursor_each")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.topic} at {self.xid}/{self.position}"
