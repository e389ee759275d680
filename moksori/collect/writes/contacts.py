"""Contacts taken in, changed and forgotten; one person once in each unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from moksori.base.audit import writes as audit
from moksori.base.customers.models import Account, Customer, Region
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.collect.asking.table import Person, Refused
from moksori.collect.models import Address, Contact, ContactList, Invitation
from moksori.collect.records import without_secrets
from moksori.collect.tables.messages import Message
from moksori.collect.writes.addresses import addresses_of, lock_addresses
from moksori.collect.writes.places import Places
from moksori.collect.writes.scan_keeping import erase_paper_of_contact

_CHUNK = 500
_KEPT = ("name", "phone", "language", "zone")
_SAVED = (*_KEPT, "attributes", "email", "mail_address", "phone_address", "customer",
          "account", "region", "changed_at")  # fmt: skip


@dataclass(slots=True)
class Taken:
    """What became of the rows of one table."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)


def take_contacts(
    people: Iterable[Person],
    *,
    unit: Unit,
    by: Member | None,
    into: str = "",
    refused: Sequence[Refused] = (),
) -> Taken:
    """Store people in the unit; the same again changes nothing, blanks forget nothing.

    `into` names a list of the unit to which they belong afterwards. Broken off, what
    was stored stays: the same table again stores the rest.
    """
    if by is not None:
        by.must(Ability.IMPORT, InUnit(unit.pk))
    taken = Taken(refused=[*refused])
    chosen = _once(people, taken)
    name = into.strip()[:120]
    for start in range(0, len(chosen), _CHUNK):
        # Each part for itself: customers who answer meanwhile shall not have to wait.
        with transaction.atomic():
            part = _take(chosen[start : start + _CHUNK], unit, taken)
            if name:
                _put_into(name, unit, part)
    audit.record(
        "take_contacts",
        unit,
        by=by,
        added=taken.added,
        changed=taken.changed,
        refused=len(taken.refused),
    )
    taken.refused.sort(key=lambda one: one.number)
    return taken


@transaction.atomic
def forget_contact(contact: Contact, *, by: Member) -> None:
    """Name, addresses and lists go; that and when they were asked stays, unnamed."""
    by.must(Ability.IMPORT, contact)
    waiting = Invitation.objects.filter(contact=contact, state=Invitation.State.WAITING)
    waiting.update(state=Invitation.State.CANCELLED, about={})
    Invitation.objects.filter(contact=contact).update(about={})
    erase_paper_of_contact(contact)
    audit.record("forget_contact", contact, by=by)
    contact.delete()


def _once(people: Iterable[Person], taken: Taken) -> list[Person]:
    """Without those who stand in the same file already."""
    seen: dict[str, int] = {}
    chosen = []
    for person in people:
        if person.key in seen:
            message = Message(
                _("Row {row} of the same file names the same person already."),
                {"row": seen[person.key]},
            )
            taken.refused.append(Refused(person.number, "", message))
            continue
        seen[person.key] = person.number
        chosen.append(person)
    return chosen


def _take(people: Sequence[Person], unit: Unit, taken: Taken) -> list[int]:
    addresses = addresses_of(
        pair for one in people for pair in (("email", one.email), ("phone", one.phone))
    )
    # Somebody may bring the same people this moment.
    lock_addresses({row.pk for row in addresses.values()})
    known = _known(addresses.values(), unit)
    names = _Names(unit, people)
    fresh: list[Contact] = []
    changed: list[Contact] = []
    same: list[Contact] = []
    for person in people:
        mail = addresses.get(("email", person.email))
        phone = addresses.get(("phone", person.phone))
        contact = _match(known, mail, phone) or Contact(unit=unit)
        values = {**_values(person, mail, phone), **names.of(person)}
        differs = [name for name in values if getattr(contact, name) != values[name]]
        for name in differs:
            setattr(contact, name, values[name])
        (fresh if contact.pk is None else changed if differs else same).append(contact)
    Contact.objects.bulk_create(fresh, batch_size=_CHUNK)
    if changed:
        Contact.objects.bulk_update(changed, _SAVED, batch_size=_CHUNK)
    taken.added += len(fresh)
    taken.changed += len(changed)
    taken.unchanged += len(same)
    stored = [one.pk for one in (*fresh, *changed, *same)]
    taken.contacts += stored
    return stored


def _known(addresses: Iterable[Address], unit: Unit) -> dict[int, Contact]:
    """The unit's contacts by number of address."""
    pks = {row.pk for row in addresses}
    found: dict[int, Contact] = {}
    rows = Contact.objects.filter(unit=unit).filter(
        Q(mail_address__in=pks) | Q(phone_address__in=pks)
    )
    for row in rows.order_by("-pk"):
        for pk in row.address_ids:
            found[pk] = row
    return found


def _match(
    known: Mapping[int, Contact], mail: Address | None, phone: Address | None
) -> Contact | None:
    """By e-mail; by phone only where that is all we have, for families share one."""
    if mail is not None:
        found = known.get(mail.pk)
        if found is not None and found.mail_address_id == mail.pk:
            return found
        alone = known.get(phone.pk) if phone is not None else None
        return alone if alone is not None and alone.mail_address_id is None else None
    return known.get(phone.pk) if phone is not None else None


def _values(
    person: Person, mail: Address | None, phone: Address | None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: getattr(person, name) for name in _KEPT if getattr(person, name)
    }
    if person.attributes:
        found["attributes"] = without_secrets(dict(person.attributes))
    if mail is not None:
        found |= {"email": person.email, "mail_address_id": mail.pk}
    if phone is not None:
        found["phone_address_id"] = phone.pk
    return found


class _Names:
    """Customers, client companies and regions that a chunk of people names."""

    def __init__(self, unit: Unit, people: Sequence[Person]) -> None:
        places = Places(unit)
        self._regions = places.named(Region, {p.region for p in people if p.region})
        self._accounts = places.named(Account, {p.account for p in people if p.account})
        ids = {p.customer for p in people if p.customer}
        mails = {p.email for p in people if p.email}
        below = Customer.objects.filter(unit__path__startswith=unit.path)
        rows = below.filter(Q(external_id__in=ids) | Q(email__in=mails))
        self._customers: dict[str, int] = {}
        for row in rows.order_by("-unit__path"):
            self._customers |= {row.external_id: row.pk}
            if row.email:
                self._customers.setdefault(row.email.lower(), row.pk)

    def of(self, person: Person) -> dict[str, Any]:
        found = {}
        customer = self._customers.get(person.customer) or self._customers.get(
            person.email
        )
        if customer:
            found["customer_id"] = customer
        if person.region:
            found["region_id"] = self._regions[person.region]
        if person.account:
            found["account_id"] = self._accounts[person.account]
        return found


def _put_into(name: str, unit: Unit, contacts: Sequence[int]) -> None:
    found, _is_new = ContactList.objects.get_or_create(unit=unit, name=name)
    found.contacts.add(*contacts)
