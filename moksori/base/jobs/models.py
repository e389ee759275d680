"""Leases on running jobs, and schedules."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django_tasks_db.models import DBTaskResult


class Lease(models.Model):
    """A worker's right to finish a job; who holds no longer the token may not."""

    job = models.OneToOneField(
        DBTaskResult, on_delete=models.CASCADE, primary_key=True, related_name="lease"
    )
    token = models.UUIDField()
    worker = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.job_id} held by {self.worker}"


class Schedule(models.Model):
    """A job that comes back; `rhythm` is the text of `rhythms.Rhythm`."""

    name = models.CharField(max_length=80, unique=True)
    task_path = models.CharField(max_length=200)
    arguments: models.JSONField[Any, Any] = models.JSONField(default=dict)
    rhythm = models.CharField(max_length=40)
    next_run = models.DateTimeField(db_index=True)
    last_run = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["next_run", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.rhythm})"
