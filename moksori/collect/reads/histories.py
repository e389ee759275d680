"""What the whole company asked some people so far, whichever unit asked.

One person is whoever shares an e-mail address or a phone number with the contact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import F, Q
from django.utils import timezone

from moksori.collect.asking.complaints import with_open_complaint
from moksori.collect.asking.rules import History, Past
from moksori.collect.models import Address, Contact, Invitation, OptOut, Response, Way

State = Invitation.State
# What reached the person, or may have. Claimed before it leaves: that counts, too.
COUNTED = (State.CLAIMED, State.SENDING, State.SENT, State.UNSURE)
WAITING = (State.WAITING,)
_FINISHED = (Response.State.COMPLETE, Response.State.OUT, Response.State.FULL)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Row:
    """One invitation of somebody, as far as the rules look at it."""

    pk: int
    survey: int
    priority: int
    state: str
    not_before: datetime
    asked_at: datetime | None
    answered_at: datetime | None
    reminder: int


@dataclass(slots=True)
class Histories:
    """The pasts of a few people, read at once; kept up to date by `note`."""

    addresses: frozenset[int] = frozenset()
    rows: dict[int, list[_Row]] = field(default_factory=dict)  # by address
    of_contact: dict[int, list[_Row]] = field(default_factory=dict)
    opted_out: dict[int, set[tuple[str, str]]] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)
    related: dict[int, set[int]] = field(default_factory=dict)  # address → contacts
    complaining: set[int] = field(default_factory=set)  # contacts

    def of(
        self, contact: Contact, way: str, *, priority: int = 0, but: int | None = None
    ) -> History:
        """The past of the contact; `but`: the invitation that is being decided."""
        rows = [row for row in self._rows(contact) if row.pk != but]
        address = address_id(contact, way)
        waiting = [
            row.not_before
            for row in rows
            if row.state in WAITING and row.priority > priority and not row.reminder
        ]
        contacts = self._contacts(contact)
        return History(
            asked=tuple(
                Past(row.asked_at, row.survey, row.reminder)
                for row in rows
                if row.state in COUNTED and row.asked_at
            ),
            answered=tuple(
                Past(row.answered_at, row.survey) for row in rows if row.answered_at
            ),
            opted_out=frozenset(
                said
                for pk in contact.address_ids
                for said in self.opted_out.get(pk, ())
            ),
            has_address=address is not None,
            is_reachable=address not in self.dead,
            has_open_complaint=bool(contacts & self.complaining),
            ahead=min(waiting, default=None),
        )

    def note(self, invitation: Invitation) -> None:
        """What has just been decided about one of them."""
        row = _Row(
            invitation.pk,
            invitation.survey_id,
            invitation.priority,
            invitation.state,
            invitation.not_before,
            invitation.asked_at,
            None,
            invitation.reminder,
        )
        known = self.rows.setdefault(invitation.address_id, [])
        known[:] = [one for one in known if one.pk != row.pk] + [row]
        if invitation.contact_id:
            known = self.of_contact.setdefault(invitation.contact_id, [])
            known[:] = [one for one in known if one.pk != row.pk] + [row]

    def _contacts(self, contact: Contact) -> set[int]:
        found = {contact.pk}
        for pk in contact.address_ids:
            found |= self.related.get(pk, set())
        return found

    def _rows(self, contact: Contact) -> Iterable[_Row]:
        found: dict[int, _Row] = {}
        for address in contact.address_ids:
            found.update({row.pk: row for row in self.rows.get(address, ())})
        for one in self._contacts(contact):
            found.update({row.pk: row for row in self.of_contact.get(one, ())})
        return found.values()


def histories(contacts: Collection[Contact]) -> Histories:
    """What is known of these people. For a decision, lock their addresses first."""
    addresses = {pk for contact in contacts for pk in contact.address_ids}
    found = Histories(frozenset(addresses))
    customers = _related(found, addresses)
    for contact in contacts:
        if contact.customer_id:
            customers[contact.customer_id].add(contact.pk)
    for pk in with_open_complaint(list(customers)):
        found.complaining |= customers[pk]
    _read_rows(found, addresses)
    said = OptOut.objects.filter(address__in=addresses)
    for address, way, topic in said.values_list("address_id", "way", "topic"):
        found.opted_out.setdefault(address, set()).add((way, topic))
    dead = Address.objects.filter(pk__in=addresses, is_dead=True)
    found.dead = set(dead.values_list("pk", flat=True))
    return found


def address_id(contact: Contact, way: str) -> int | None:
    """Where this way leads to for the contact, if anywhere."""
    by_mail = way == Way.EMAIL
    return contact.mail_address_id if by_mail else contact.phone_address_id


def zone_of(contact: Contact) -> ZoneInfo:
    """Where the contact lives; the installation's zone unless somebody said."""
    try:
        return ZoneInfo(contact.zone or timezone.get_default_timezone_name())
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(timezone.get_default_timezone_name())


def _related(found: Histories, addresses: set[int]) -> dict[int, set[int]]:
    """Who shares an address with whom; returns contacts by customer."""
    customers: dict[int, set[int]] = defaultdict(set)
    same = Contact.objects.filter(
        Q(mail_address__in=addresses) | Q(phone_address__in=addresses)
    )
    columns = ("pk", "mail_address_id", "phone_address_id", "customer_id")
    for pk, mail, phone, customer in same.values_list(*columns):
        for address in filter(None, (mail, phone)):
            found.related.setdefault(address, set()).add(pk)
        if customer:
            customers[customer].add(pk)
    return customers


def _read_rows(found: Histories, addresses: set[int]) -> None:
    contacts = set().union(*found.related.values()) if found.related else set()
    rows = (
        Invitation.objects.filter(state__in=(*COUNTED, *WAITING))
        .filter(Q(address__in=addresses) | Q(contact__in=contacts))
        .annotate(finished=F("response__finished_at"), answered=F("response__state"))
        .order_by()
    )
    for one in rows.values():
        is_answered = one["answered"] in _FINISHED
        row = _Row(
            one["id"],
            one["survey_id"],
            one["priority"],
            one["state"],
            one["not_before"],
            one["asked_at"],
            one["finished"] if is_answered else None,
            one["reminder"],
        )
        found.rows.setdefault(one["address_id"], []).append(row)
        if one["contact_id"]:
            found.of_contact.setdefault(one["contact_id"], []).append(row)
