"""Who does not want to be asked: heard at once, whichever unit was about to ask."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from moksori.base.audit import writes as audit
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.asking.rules import Reason
from moksori.collect.models import Address, Contact, Invitation, OptOut, Skip
from moksori.collect.writes.addresses import lock_addresses

State = Invitation.State
NOT_YET_SENT = (State.WAITING, State.CLAIMED)


@transaction.atomic
def opt_out(
    address: Address, *, way: str = "", topic: str = "", via: str = OptOut.Via.LINK
) -> OptOut:
    """Nothing more by this way about this topic ("": any); the same again is the same.

    What waits, and what is claimed but has not left yet, is stopped.
    """
    lock_addresses({address.pk})
    row, is_new = OptOut.objects.get_or_create(
        address=address, way=way, topic=topic[:60], defaults={"via": via}
    )
    if is_new:
        audit.record("opt_out", address, by=None, way=way, via=via)
    _stop(address, way=way, topic=topic)
    return row


@transaction.atomic
def opt_in(
    address: Address, *, way: str = "", topic: str = "", by: Member | None = None
) -> None:
    """They may be asked again. Only they themselves say so, or say it to a member."""
    rows = OptOut.objects.filter(address=address, way=way, topic=topic[:60])
    if rows.delete()[0]:
        audit.record("opt_in", address, by=by, way=way)


@transaction.atomic
def choose(address: Address, *, refused: Collection[tuple[str, str]]) -> None:
    """What somebody said on their page: these ways and topics not, the others yes."""
    known = set(OptOut.objects.filter(address=address).values_list("way", "topic"))
    for way, topic in known - set(refused):
        opt_in(address, way=way, topic=topic)
    for way, topic in set(refused) - known:
        opt_out(address, way=way, topic=topic, via=OptOut.Via.PAGE)


@transaction.atomic
def opt_out_for(contact: Contact, *, by: Member, way: str = "") -> None:
    """The customer told a member: it holds in the whole company."""
    by.must(Ability.IMPORT, contact)
    for address in Address.objects.filter(pk__in=contact.address_ids):
        opt_out(address, way=way, via=OptOut.Via.MEMBER)
    audit.record("opt_out_contact", contact, by=by, way=way)


@transaction.atomic
def opt_in_for(contact: Contact, *, by: Member) -> None:
    """Taken back, as far as a member said it. What the customer clicked stays."""
    by.must(Ability.IMPORT, contact)
    OptOut.objects.filter(
        address__in=contact.address_ids, via=OptOut.Via.MEMBER
    ).delete()
    audit.record("opt_in_contact", contact, by=by)


@transaction.atomic
def revive(contact: Contact, *, by: Member) -> None:
    """What came back was a mistake, or is mended: the addresses work again."""
    by.must(Ability.IMPORT, contact)
    dead = Address.objects.filter(pk__in=contact.address_ids, is_dead=True)
    if dead.update(is_dead=False, died_at=None):
        audit.record("revive_address", contact, by=by)


def _stop(address: Address, *, way: str, topic: str) -> None:
    rows = Invitation.objects.filter(address=address, state__in=NOT_YET_SENT)
    if way:
        rows = rows.filter(way=way)
    if topic:
        rows = rows.filter(topic=topic)
    for one in rows:
        # Conditional: a sender may take it this moment, and then it has left.
        stopped = Invitation.objects.filter(pk=one.pk, state__in=NOT_YET_SENT).update(
            state=State.SKIPPED, waits_for="", asked_at=None
        )
        if stopped:
            Skip.objects.create(
                survey_id=one.survey_id,
                contact_id=one.contact_id,
                invitation=one,
                way=one.way,
                reason=Reason.OPTED_OUT,
                reminder=one.reminder,
                was_queued=True,
                is_final=True,
                at=timezone.now(),
            )
