"""People invited to a survey: each queued once, or skipped with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import storable_json
from moksori.collect.asking.rules import Decision, Reason, Wish
from moksori.collect.models import (
    Approach,
    Contact,
    Invitation,
    Skip,
    Survey,
    Way,
)
from moksori.collect.reads.deciding import Ahead, Plan, ahead, decisions
from moksori.collect.writes.addresses import lock_addresses
from moksori.collect.writes.contact_rules import current

State = Invitation.State
_CHUNK = 200
MOST_AHEAD = timedelta(days=365)


@dataclass(slots=True)
class Invited:
    """What became of each person: queued, or why not."""

    queued: list[int] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def people(self) -> int:
        return len(self.queued) + self.skipped.total()


@dataclass(frozen=True, slots=True)
class Asking:
    """How people are to be asked: by what, from when on, about what happened."""

    way: str = Way.EMAIL
    not_before: datetime | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


def approach_of(survey: Survey) -> Approach:
    """How the survey goes to its customers, stored or as it would be."""
    return Approach.objects.filter(survey=survey).first() or Approach(survey=survey)


@transaction.atomic
def set_approach(survey: Survey, values: Mapping[str, Any], *, by: Member) -> Approach:
    """Topic, priority, clocks, sample, reminders and words of a survey's letters."""
    by.must(Ability.IMPORT, survey)
    row = approach_of(survey)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    # What waits already goes by the new order.
    Invitation.objects.filter(survey=survey, state=State.WAITING).update(
        topic=row.topic, priority=row.priority
    )
    facts = {name: value for name, value in values.items() if name != "words"}
    audit.record("set_approach", survey, by=by, **facts)
    return row


def invite(
    survey: Survey, contacts: Sequence[Contact], asking: Asking, *, by: Member | None
) -> Invited:
    """Queue an invitation for each contact who may be asked before it expires.

    Whether they may still be asked is decided again when it is sent. Broken off, it may
    be called again: who is queued already is not queued twice.
    """
    if by is not None:
        by.must(Ability.IMPORT, survey)
    _refuse_odd(survey, asking)
    queue = _Queue(plan_of(survey, asking), asking, by, Invited())
    for start in range(0, len(contacts), _CHUNK):
        # Each part for itself: customers who answer meanwhile shall not have to wait.
        with transaction.atomic():
            _queue(queue, contacts[start : start + _CHUNK])
    audit.record(
        "invite",
        survey,
        by=by,
        way=asking.way,
        queued=len(queue.invited.queued),
        skipped=queue.invited.skipped.total(),
    )
    return queue.invited


def look_ahead(
    survey: Survey, contacts: Sequence[Contact], asking: Asking, *, by: Member
) -> Ahead:
    """What `invite` would do with these people now; nothing is stored."""
    by.must(Ability.IMPORT, survey)
    _refuse_odd(survey, asking)
    return ahead(plan_of(survey, asking), contacts)


def plan_of(survey: Survey, asking: Asking) -> Plan:
    rules = current().rules
    return Plan(survey, approach_of(survey), rules, asking.way, asking.not_before)


@transaction.atomic
def take_back(survey: Survey, *, by: Member) -> int:
    """What waits is not sent any more; what is sent stays sent."""
    by.must(Ability.IMPORT, survey)
    waiting = Invitation.objects.filter(survey=survey, state=State.WAITING)
    count = waiting.update(state=State.CANCELLED, waits_for="")
    audit.record("take_back_invitations", survey, by=by, count=count)
    return count


@transaction.atomic
def send_again(invitation: Invitation, *, by: Member) -> None:
    """A person decides that one which failed, or perhaps arrived, goes once more."""
    by.must(Ability.IMPORT, invitation)
    again = {State.UNSURE, State.FAILED, State.BOUNCED}
    now = timezone.now()
    changed = Invitation.objects.filter(
        pk=invitation.pk, state__in=again, expires_at__gt=now
    ).update(state=State.WAITING, asked_at=None, attempts=0, not_before=now, error="")
    if not changed:
        raise Conflict(_("This invitation is on its way, has arrived, or has expired."))
    audit.record("send_invitation_again", invitation, by=by)


def wish_of(invitation: Invitation, approach: Approach) -> Wish:
    return Wish(
        survey=invitation.survey_id,
        channel=invitation.way,
        topic=invitation.topic,
        again_after_days=approach.again_after_days,
        reminder=invitation.reminder,
    )


@dataclass(frozen=True, slots=True)
class _Queue:
    plan: Plan
    asking: Asking
    by: Member | None
    invited: Invited

    def skip(self, contact: Contact, found: Decision) -> Skip:
        reason = found.reason or Reason.EXPIRED
        self.invited.skipped[reason] += 1
        return Skip(
            survey=self.plan.survey,
            contact=contact,
            way=self.asking.way,
            reason=reason,
            was_queued=False,
            is_final=True,
            earliest=found.earliest,
        )


def _queue(queue: _Queue, contacts: Sequence[Contact]) -> None:
    lock_addresses({pk for contact in contacts for pk in contact.address_ids})
    made, skips = [], []
    for contact, address, found in decisions(queue.plan, contacts, set()):
        if address is None or found.reason is not None:
            skips.append(queue.skip(contact, found))
        else:
            made.append(_invitation(queue, contact, address, found.earliest))
    Invitation.objects.bulk_create(made)
    Skip.objects.bulk_create(skips)
    queue.invited.queued += [one.pk for one in made]


def _invitation(
    queue: _Queue, contact: Contact, address: int, at: datetime | None
) -> Invitation:
    at = at or timezone.now()
    approach = queue.plan.approach
    start = queue.plan.at
    return Invitation(
        survey=queue.plan.survey,
        contact=contact,
        address_id=address,
        way=queue.asking.way,
        topic=approach.topic,
        priority=approach.priority,
        about=storable_json(dict(queue.asking.about)),
        not_before=at,
        expires_at=start + timedelta(days=approach.valid_days),
        invited_by=queue.by,
    )


def _refuse_odd(survey: Survey, asking: Asking) -> None:
    if survey.status != Survey.Status.OPEN or survey.version_id is None:
        raise Conflict(_("Publish the survey first; then people can be invited."))
    if asking.way not in Way.values:
        raise UserError(_("Nobody can be asked by this way."), field="way")
    at = asking.not_before
    if at is not None and at > timezone.now() + MOST_AHEAD:
        raise UserError(_("Choose a day within a year."), field="not_before")
