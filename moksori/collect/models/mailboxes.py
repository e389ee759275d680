"""Mailboxes whose mails are feedback, and each mail that came."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.gate import Gated
from moksori.base.people.models import Unit
from moksori.collect.models.feedback import Feedback, Source
from moksori.collect.tables.messages import Message


class Mailbox(Gated):
    """An address that customers write to, and the way in which its mails reach us.

    FETCHED: we ask an IMAP server. HANDED: a mail server hands them to our receiver.
    `secret` is sealed. `last_uid` counts within one `uid_validity` of the folder.
    """

    class Way(models.TextChoices):
        FETCHED = "fetched", _p("mailbox", "We fetch it (IMAP)")
        HANDED = "handed", _p("mailbox", "Your mail server hands it over (SMTP, LMTP)")

    class Security(models.TextChoices):
        TLS = "tls", _p("mailbox", "TLS from the start (usual)")
        STARTTLS = "starttls", _p("mailbox", "STARTTLS")
        NONE = "none", _p("mailbox", "None: only inside your own network")

    class Afterwards(models.TextChoices):
        LEAVE = "leave", _p("mailbox", "Leave it as it is")
        SEEN = "seen", _p("mailbox", "Mark it as read")
        MOVE = "move", _p("mailbox", "Move it to another folder")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    source = models.OneToOneField(
        Source, on_delete=models.PROTECT, related_name="mailbox"
    )
    address = models.EmailField(max_length=254, unique=True)
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.FETCHED)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(
        default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(
        max_length=8, choices=Security.choices, default=Security.TLS
    )
    login = models.CharField(max_length=254, blank=True)
    secret = models.TextField(blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    afterwards = models.CharField(
        max_length=5, choices=Afterwards.choices, default=Afterwards.LEAVE
    )
    done_folder = models.CharField(max_length=200, blank=True)
    keep_days = models.PositiveSmallIntegerField(
        default=365, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    is_paused = models.BooleanField(default=False)
    # Its attachments are scans of our questionnaires: a scanner or fax sends here.
    takes_scans = models.BooleanField(default=False)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["address"]

    def __str__(self) -> str:
        return self.address

    @property
    def is_fetched(self) -> bool:
        return self.way == self.Way.FETCHED

    @property
    def message(self) -> str:
        """Why the last attempt failed, in the reader's language; or ""."""
        if not self.problem:
            return ""
        return str(Message(self.problem["template"], self.problem["facts"]))


class RawMail(Gated):
    """One mail as it came. Its bytes lie sealed in a file; here is what became of it.

    `identity` is made of its Message-ID and its words, so a mail delivered twice is
    counted in `copies`. `thread` is the first mail of its conversation.
    `sender` is sealed; the page shows it to who may administer.
    """

    class State(models.TextChoices):
        TAKEN = "taken", _p("mail", "Taken as feedback")
        AUTOMATIC = "automatic", _p("mail", "Automatic, left out")
        BOUNCE = "bounce", _p("mail", "Bounce")
        REVIEW = "review", _p("mail", "Waits for a person")
        ASIDE = "aside", _p("mail", "Set aside")
        FAILED = "failed", _p("mail", "Could not be read")

    gate_unit = "mailbox__unit_id"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="mails")
    identity = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes
    size = models.PositiveIntegerField()
    message_id = models.CharField(max_length=400, blank=True)
    thread = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sender = models.TextField(blank=True)
    envelope_to = models.CharField(max_length=320, blank=True)
    envelope_from = models.CharField(max_length=320, null=True)  # "" wants no answer
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=40, blank=True)
    feedback = models.ForeignKey(
        Feedback, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    attachments = models.PositiveSmallIntegerField(default=0)
    authentication = models.JSONField(default=dict, blank=True)
    parser = models.PositiveSmallIntegerField()
    copies = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "identity"], name="mail_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "message_id"], name="mail_by_message_id"),
            models.Index(fields=["digest"], name="mail_by_digest"),
            models.Index(fields=["feedback"], name="mail_by_feedback"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id} · {self.pk}"

    @property
    def unit_id(self) -> int:
        return self.mailbox.unit_id
