"""Whom the company may ask: addresses, contacts, rules and refusals."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import pgettext_lazy as _p

from moksori.base.customers.models import Account, Customer, Region
from moksori.base.people.gate import Gated
from moksori.base.people.models import Member, Unit
from moksori.collect.asking.addresses import shown_phone
from moksori.collect.asking.rules import Rules


class Address(models.Model):
    """One e-mail address or phone number, known to the whole company as a keyed hash.

    Rules, refusals and returned mail hang on it, whichever unit has the contact; its
    row is what two senders lock, so that the rules hold when both send at once.
    It stays when a contact is forgotten: nobody could keep a promise not to write
    otherwise.
    """

    class Kind(models.TextChoices):
        EMAIL = "email", _p("address", "E-mail")
        PHONE = "phone", _p("address", "Phone")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    digest = models.CharField(max_length=64, unique=True)
    is_dead = models.BooleanField(default=False)  # what was sent there came back
    died_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Contact(Gated):
    """A person whom a unit may ask. Another unit may know the same person."""

    gate_region = "region_id"

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    mail_address = models.ForeignKey(
        Address, null=True, on_delete=models.PROTECT, related_name="+"
    )
    phone_address = models.ForeignKey(
        Address, null=True, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(max_length=8, blank=True)
    zone = models.CharField(max_length=40, blank=True)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    region = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+"
    )
    attributes = models.JSONField(default=dict, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "mail_address"],
                condition=Q(mail_address__isnull=False),
                name="contact_mail_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "phone_address"],
                condition=Q(phone_address__isnull=False, mail_address__isnull=True),
                name="contact_phone_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="contact_list")]

    def __str__(self) -> str:
        return self.name or self.email or shown_phone(self.phone)

    @property
    def address_ids(self) -> list[int]:
        found = (self.mail_address_id, self.phone_address_id)
        return [pk for pk in found if pk is not None]


class ContactList(Gated):
    """Contacts that came together or belong together, to be asked together."""

    unit = models.ForeignKey(
        Unit, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = models.CharField(max_length=120)
    contacts: models.ManyToManyField[Contact, models.Model] = models.ManyToManyField(
        Contact, related_name="lists"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "name"], name="contact_list_once")
        ]

    def __str__(self) -> str:
        return self.name


class ContactRule(models.Model):
    """What holds for everybody who asks, in every unit. There is one row."""

    gap_days = models.PositiveSmallIntegerField(
        default=30, validators=[MaxValueValidator(730)]
    )
    most_per_year = models.PositiveSmallIntegerField(
        default=4, validators=[MaxValueValidator(365)]
    )
    rest_days = models.PositiveSmallIntegerField(
        default=30, validators=[MaxValueValidator(730)]
    )
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))
    quiet_weekends = models.BooleanField(default=False)
    spares_complaints = models.BooleanField(default=True)
    changed_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.gap_days} / {self.most_per_year}"

    @property
    def rules(self) -> Rules:
        return Rules(
            self.gap_days,
            self.most_per_year,
            self.rest_days,
            self.quiet_from,
            self.quiet_until,
            self.quiet_weekends,
            self.spares_complaints,
        )


class Way(models.TextChoices):
    """By what a customer is asked."""

    EMAIL = "email", _p("way", "E-mail")
    SMS = "sms", _p("way", "Text message")
    ALIMTALK = "alimtalk", _p("way", "KakaoTalk notice")


class OptOut(models.Model):
    """Somebody does not want to be asked: by a way, about a topic ("": any)."""

    class Via(models.TextChoices):
        LINK = "link", _p("opt-out", "Link in the letter")
        PAGE = "page", _p("opt-out", "Their page of choices")
        COMPLAINT = "complaint", _p("opt-out", "Marked as spam")
        MEMBER = "member", _p("opt-out", "Told a member")
        REPLY = "reply", _p("opt-out", "Reply")

    address = models.ForeignKey(
        Address, on_delete=models.CASCADE, related_name="opt_outs"
    )
    way = models.CharField(max_length=10, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    via = models.CharField(max_length=10, choices=Via.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["address", "way", "topic"], name="opt_out_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address_id}: {self.way} {self.topic}"
