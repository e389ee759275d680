"""What each person chose: by which channel, when, how much, in which language."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Member


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Depth(models.TextChoices):
    """How much of an edition a member wants; the page always holds all of it."""

    SHORT = "short", _p("depth of editions", "Short: the gravest and what to do")
    NORMAL = "normal", _p("depth of editions", "Normal: two minutes to read")
    EVERYTHING = "everything", _p("depth of editions", "Everything, however long")


class Subscription(models.Model):
    """When and how a member gets their edition: weekly, on a day, at an hour.

    `last_slot` is the last day it was due and seen to, whether or not there was
    anything to tell. Between `quiet_from` and `quiet_until` (hours of the
    installation's day; the same twice: never) nothing is sent.
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
    depth = models.CharField(max_length=10, choices=Depth.choices, default=Depth.NORMAL)
    quiet_from = models.PositiveSmallIntegerField(
        default=21, validators=[MaxValueValidator(23)]
    )
    quiet_until = models.PositiveSmallIntegerField(
        default=7, validators=[MaxValueValidator(23)]
    )
    may_nudge = models.BooleanField(default=True)
    paused = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=timezone.now)
    last_slot = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.member} · {self.get_weekday_display()} {self.hour}"
