"""Questions about people who may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils import timezone

from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.asking.addresses import plain_email, plain_phone
from moksori.collect.asking.rules import Decision, Wish, decide
from moksori.collect.asking.words import why
from moksori.collect.models import (
    Address,
    Contact,
    ContactList,
    Invitation,
    OptOut,
    Skip,
    Way,
)
from moksori.collect.reads.histories import address_id, histories, zone_of
from moksori.collect.writes.contact_rules import current

PER_PAGE = 50
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody may be asked by a way now; if not, why and from when on."""

    way: str
    label: str
    may_be_asked: bool
    why: str
    earliest: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """One moment in which a contact was asked, or was not."""

    at: datetime
    survey: str
    survey_id: int
    way: str
    state: str
    why: str
    is_reminder: bool


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A contact, whether they may be asked, and what happened so far.

    `elsewhere` counts what other units asked of the same person: a member sees that it
    was, not by whom.
    """

    contact: Contact
    standings: tuple[Standing, ...]
    events: tuple[Event, ...]
    elsewhere: int
    refusals: tuple[OptOut, ...]
    is_dead: bool
    was_said_by_member: bool


def contact_lines(
    *, by: Member, page: int = 1, search: str = "", list_id: int | None = None
) -> Page[Contact]:
    """Contacts whom the member may ask, the newest first."""
    rows = _visible(by)
    if search := search.strip()[:200]:
        rows = rows.filter(_matching(search))
    if list_id is not None:
        # By the row: a number of hundreds of digits is no list, and no failure.
        rows = rows.filter(lists__in=ContactList.objects.filter(pk=list_id))
    found = rows.select_related("unit", "mail_address", "phone_address")
    return Paginator(found.order_by("-id"), PER_PAGE).get_page(page)


def contacts_to_ask(*, by: Member, list_id: int | None = None) -> list[Contact]:
    """Everybody of one list, or everybody."""
    rows = _visible(by)
    if list_id is not None:
        rows = rows.filter(lists=contact_list(list_id, by=by))
    return list(rows.order_by("id"))


def contact_row(contact_id: int, *, by: Member) -> Contact:
    """The contact; NotFound outside of what the member brings in."""
    found: Contact = one(
        _visible(by).select_related("unit", "customer", "account", "region"),
        pk=contact_id,
    )
    return found


def contacts_by_id(numbers: Sequence[int], *, by: Member) -> list[Contact]:
    return list(_visible(by).filter(pk__in=numbers).order_by("id"))


def contact_lists(*, by: Member) -> list[ContactList]:
    by.must(Ability.IMPORT)
    return list(ContactList.objects.visible_to(by, Ability.IMPORT))


def contact_list(list_id: int, *, by: Member) -> ContactList:
    by.must(Ability.IMPORT)
    found: ContactList = one(
        ContactList.objects.visible_to(by, Ability.IMPORT), pk=list_id
    )
    return found


def contact_units(*, by: Member) -> list[Unit]:
    """Units into which the member may bring contacts."""
    units = by.scope(Ability.IMPORT).units
    return list(Unit.objects.filter(pk__in=units).order_by("path"))


def contact_page(contact_id: int, *, by: Member) -> ContactPage:
    contact = contact_row(contact_id, by=by)
    refusals = OptOut.objects.filter(address__in=contact.address_ids)
    known = histories([contact])
    mine, all_asked = _events(contact, by), known.of(contact, Way.EMAIL).asked
    sent = sum(1 for event in mine if event.state)
    return ContactPage(
        contact,
        tuple(_standing(contact, way) for way in Way if address_id(contact, way)),
        tuple(mine[:SHOWN]),
        max(0, len(all_asked) - sent),
        tuple(refusals),
        Address.objects.filter(pk__in=contact.address_ids, is_dead=True).exists(),
        refusals.filter(via=OptOut.Via.MEMBER).exists(),
    )


def _visible(by: Member):  # type: ignore[no-untyped-def]
    by.must(Ability.IMPORT)
    return Contact.objects.visible_to(by, Ability.IMPORT)


def _matching(search: str) -> Q:
    found = Q(name__icontains=search)
    if email := plain_email(search):
        found |= Q(email=email)
    if phone := plain_phone(search):
        found |= Q(phone=phone)
    return found


def _standing(contact: Contact, way: Way) -> Standing:
    history = histories([contact]).of(contact, way)
    # No survey in particular: its own clock cannot be told.
    wish = Wish(survey=0, channel=way, again_after_days=0)
    found: Decision = decide(
        history, wish, current().rules, at=timezone.now(), zone=zone_of(contact)
    )
    return Standing(
        way,
        str(way.label),
        found.may_be_asked,
        why(found.reason) if found.reason else "",
        None if found.may_be_asked else found.earliest,
    )


def _events(contact: Contact, by: Member) -> list[Event]:
    """What surveys that the member sees did, the newest first."""
    asked = (
        Invitation.objects.visible_to(by, Ability.IMPORT)
        .filter(contact=contact, asked_at__isnull=False)
        .select_related("survey")
        .defer("survey__draft")
    )
    skipped = (
        Skip.objects.visible_to(by, Ability.IMPORT)
        .filter(contact=contact)
        .select_related("survey")
        .defer("survey__draft")
    )
    found = [
        Event(
            one.asked_at or one.created_at,
            one.survey.name,
            one.survey_id,
            one.get_way_display(),
            one.get_state_display(),
            "",
            bool(one.reminder),
        )
        for one in asked
    ]
    found += [
        Event(
            one.at,
            one.survey.name,
            one.survey_id,
            one.get_way_display(),
            "",
            why(one.reason),
            bool(one.reminder),
        )
        for one in skipped[:200]
    ]
    return sorted(found, key=lambda event: event.at, reverse=True)
