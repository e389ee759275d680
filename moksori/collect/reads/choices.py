"""What a customer sees who follows a link of ours: their choices, their invitation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from moksori.base.errors import NotFound
from moksori.collect.models import Address, Contact, Invitation, OptOut, Way
from moksori.collect.reads.names import company


@dataclass(frozen=True, slots=True)
class Choice:
    """One way or topic, and whether the customer agrees to it."""

    value: str
    label: str
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """`topics` are those that this very address was asked about, no others."""

    address: Address
    language: str
    ways: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    wants_nothing: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """`about` goes into the link to the questions, signed."""

    slug: str
    way: str
    language: str
    about: dict[str, Any]
    is_over: bool
    survey: str
    company: str  # as customers know it


def choices(number: int) -> Choices:
    """What the person behind this address said; NotFound without the address."""
    address = Address.objects.filter(pk=number).first()
    if address is None:
        raise NotFound
    said = set(OptOut.objects.filter(address=address).values_list("way", "topic"))
    is_mail = address.kind == Address.Kind.EMAIL
    ways = [Way.EMAIL] if is_mail else [Way.SMS, Way.ALIMTALK]
    asked = Invitation.objects.filter(address=address).order_by()
    topics = {topic for topic in asked.values_list("topic", flat=True) if topic}
    topics |= {topic for _way, topic in said if topic}
    return Choices(
        address,
        _language(address),
        tuple(Choice(w.value, str(w.label), (w.value, "") not in said) for w in ways),
        tuple(Choice(t, t, ("", t) not in said) for t in sorted(topics)),
        wants_nothing=("", "") in said,
    )


def invited(number: int) -> Invited:
    """Where an invitation leads; NotFound when it is there no more."""
    rows = Invitation.objects.select_related(
        "survey__unit", "contact__customer", "contact__account", "contact__region"
    )
    found = rows.filter(pk=number).first()
    if found is None:
        raise NotFound
    contact = found.contact
    response = found.response_id is not None
    # Who has begun may finish; the page of the response says when it is too late.
    is_over = found.expires_at < timezone.now() and not response
    return Invited(
        found.survey.slug,
        found.way,
        (contact.language if contact else "") or "",
        {**found.about, **_places(contact), "invitation": str(found.pk)},
        is_over or found.state == Invitation.State.CANCELLED,
        found.survey.name,
        company(found.survey, (contact.language if contact else "") or "ko"),
    )


def _places(contact: Contact | None) -> dict[str, str]:
    """Who it is, as far as the unit told when it brought the contact."""
    if contact is None:
        return {}
    found = {
        "customer": contact.customer.external_id if contact.customer else "",
        "account": contact.account.name if contact.account else "",
        "region": contact.region.name if contact.region else "",
    }
    return {name: value for name, value in found.items() if value}


def _language(address: Address) -> str:
    contacts = Contact.objects.exclude(language="")
    if address.kind == Address.Kind.EMAIL:
        contacts = contacts.filter(mail_address=address)
    else:
        contacts = contacts.filter(phone_address=address)
    found = contacts.values_list("language", flat=True).first()
    return found if found in {"ko", "en"} else "ko"
