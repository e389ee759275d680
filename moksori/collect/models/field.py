"""Phones in the field, and exactly what they handed in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from moksori.base.people.models import Member
from moksori.collect.models.visits import Visit


class Device(models.Model):
    """A phone that its member registered on purpose; it may hand in, and nothing else.

    Only a hash of its token is kept. `seen_on` is a day, so that nobody can tell from
    it who wrote a note without a name.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="devices")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    registered_at = models.DateTimeField(default=timezone.now)
    seen_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-registered_at"]

    def __str__(self) -> str:
        return self.name


class FieldRecord(models.Model):
    """What one phone handed in once, word for word.

    `content` is the text whose SHA-256 is `content_hash`. The pair of member and
    `client_id` is unique, whoever asks first: a record that was sent twenty times at
    once is one row. `supersedes` is the client id of the record it corrects, `ahead`
    says by how many seconds the phone's clock was ahead of ours.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    device = models.ForeignKey(
        Device, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    client_id = models.CharField(max_length=36)
    content_hash = models.CharField(max_length=64)
    content = models.TextField()
    supersedes = models.CharField(max_length=36, blank=True)
    ahead = models.IntegerField(null=True)
    visit = models.ForeignKey(
        Visit, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member", "client_id"], name="field_record_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["member", "supersedes"], name="field_record_corrects")
        ]

    def __str__(self) -> str:
        return self.client_id


class FieldConflict(models.Model):
    """Another content under the name of a record that is here: kept, never mixed in."""

    record = models.ForeignKey(
        FieldRecord, on_delete=models.CASCADE, related_name="conflicts"
    )
    content_hash = models.CharField(max_length=64)
    content = models.TextField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "content_hash"], name="field_conflict_once"
            )
        ]

    def __str__(self) -> str:
        return self.content_hash


class Blob(models.Model):
    """A photo or recording that came ahead of the record which refers to it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "sha256"], name="blob_once")
        ]

    def __str__(self) -> str:
        return self.sha256
