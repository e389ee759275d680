"""State of the step share: remits, editions, the mails that carry them, and reach."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Product, Region
from moksori.base.people.models import Member, Unit
from moksori.understand.models import Theme


class Remit(models.Model):
    """Whose life a member changes and what value they give; what to choose for them.

    Units, products, regions and themes narrow the feedback. An empty list does not
    narrow: everything that the member may read counts.
    """

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, related_name="remit"
    )
    for_whom = models.TextField(blank=True)
    value = models.TextField(blank=True)
    units: models.ManyToManyField[Unit, models.Model] = models.ManyToManyField(
        Unit, blank=True, related_name="+"
    )
    products: models.ManyToManyField[Product, models.Model] = models.ManyToManyField(
        Product, blank=True, related_name="+"
    )
    regions: models.ManyToManyField[Region, models.Model] = models.ManyToManyField(
        Region, blank=True, related_name="+"
    )
    themes: models.ManyToManyField[Theme, models.Model] = models.ManyToManyField(
        Theme, blank=True, related_name="+"
    )
    # Written by the system from unit and role; nobody has put it in their own words.
    is_suggested = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.for_whom[:80]


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Subscription(models.Model):
    """When and how a member gets their edition: weekly, on a day, at an hour.

    `last_slot` is the last day it was due and seen to, whether or not there was
    anything to tell.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _p("channel of editions", "E-mail and page")
        PAGE = "page", _p("channel of editions", "Page only")

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, related_name="subscription"
    )
    channel = models.CharField(
        max_length=10, choices=Channel.choices, default=Channel.EMAIL
    )
    weekday = models.PositiveSmallIntegerField(
        choices=Weekday.choices, default=Weekday.MONDAY
    )
    hour = models.PositiveSmallIntegerField(
        default=8, validators=[MaxValueValidator(23)]
    )
    language = models.CharField(max_length=2, default="ko")
    paused = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    last_slot = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.member} · {self.get_weekday_display()} {self.hour}"


class Edition(models.Model):
    """What one member was told about one period, frozen when it was composed.

    `content` is `sections.blocks.Content` as JSON. `slot` is the day it was due; None
    for one asked for by hand. `since` and `until` are the days of feedback it is about.
    """

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="editions"
    )
    slot = models.DateField(null=True)
    since = models.DateField()
    until = models.DateField()
    language = models.CharField(max_length=2, default="ko")
    content = models.JSONField()
    composed_at = models.DateTimeField(default=timezone.now)
    token = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["-composed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "slot"], name="one_edition_per_slot"
            )
        ]
        indexes = [
            models.Index(fields=["member", "-composed_at"], name="edition_recent")
        ]

    def __str__(self) -> str:
        return str(self.content.get("title", ""))

    @property
    def unit_id(self) -> int | None:
        """For the log of changes: where its reader works."""
        return self.member.unit_id


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
