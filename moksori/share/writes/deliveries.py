"""The outbox of messengers: each edition once by each channel, whoever dies when."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, NotAllowed
from moksori.base.people.models import Member
from moksori.base.sealed import Broken
from moksori.share.channels import channels
from moksori.share.channels.channel import Access, Channel, Fate, Outcome, Told
from moksori.share.channels.email import links
from moksori.share.channels.shaping import shaped
from moksori.share.models import (
    Carrier,
    Delivery,
    DeliveryTry,
    Depth,
    Edition,
    Reach,
    Subscription,
    Way,
)
from moksori.share.reads.manners import not_before
from moksori.share.reads.ways import may_resend
from moksori.share.sections.blocks import Content
from moksori.share.writes.marks import record
from moksori.share.writes.ways import opened

# Longer than a day in all, so that a messenger that is down for a day is outlived.
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1_440, 1_440))
RESTS = tuple(timedelta(minutes=m) for m in (1, 2, 5, 15, 30, 60))
LONGEST_WAIT = timedelta(days=1)
LEASE = timedelta(minutes=3)
KEPT = timedelta(days=90)
ERROR = 500

State = Delivery.State


@transaction.atomic
def queue(edition: Edition) -> list[Delivery]:
    """The edition for every channel its reader chose; the same ones a second time.

    What an earlier edition still waits for is dropped: nobody wants last week's news
    beside this week's. A way that was stopped is left out.
    """
    subscription = Subscription.objects.filter(member=edition.member_id).first()
    found = []
    for way in Way.objects.filter(member=edition.member_id, stopped=False):
        delivery, is_new = Delivery.objects.get_or_create(
            edition=edition,
            kind=way.kind,
            defaults={
                "member": edition.member,
                "way": way,
                "next_try_at": not_before(timezone.now(), subscription),
            },
        )
        if is_new:
            _supersede(delivery)
        found.append(delivery)
    return found


def due_deliveries(most: int = 1_000) -> list[int]:
    """Those that wait and may be tried now; carriers that rest or are off do not."""
    now = timezone.now()
    # Way or carrier may be gone: those are tried, and dropped.
    free = Q(way__carrier=None) | (
        Q(way__carrier__stopped="")
        & (Q(way__carrier__rest_until=None) | Q(way__carrier__rest_until__lte=now))
    )
    rows = Delivery.objects.filter(free, state=State.WAITING, next_try_at__lte=now)
    return list(rows.order_by("next_try_at", "pk").values_list("pk", flat=True)[:most])


def send_delivery(delivery_id: int) -> State | None:
    """Try once to hand an edition over; None when it is not waiting (any more).

    SENDING is committed before the messenger hears a word; whoever comes second finds
    nothing to do.
    """
    delivery = _claimed(delivery_id)
    if delivery is None:
        return None
    why = _unwanted(delivery)
    if why:
        return _ended(delivery, State.DROPPED, why)
    later = _later(delivery)
    if later is not None:
        return _put_back(delivery, later)
    started = time.monotonic()
    outcome = _handed_over(delivery)
    took = int((time.monotonic() - started) * 1000)
    return _note(delivery, outcome, took)


def settle_stale_deliveries() -> int:
    """Deliveries whose worker died while it spoke to the messenger: perhaps sent."""
    stale = Delivery.objects.filter(state=State.SENDING, lease_until__lt=timezone.now())
    return stale.update(
        state=State.UNSURE,
        lease_until=None,
        error="The worker stopped while the messenger had it.",
    )


def forget_deliveries() -> int:
    """The log goes after three months."""
    old = Delivery.objects.filter(created_at__lt=timezone.now() - KEPT)
    return old.exclude(state__in=[State.WAITING, State.SENDING]).delete()[0]


@transaction.atomic
def deliver_again(delivery: Delivery, *, by: Member) -> None:
    """A person decides that what failed, or perhaps arrived, goes once more."""
    if not may_resend(delivery, by) or delivery.way_id is None:
        if delivery.state in {State.UNSURE, State.FAILED} and delivery.way_id:
            raise NotAllowed
        raise Conflict(_("This one is on its way, has arrived, or is wanted no more."))
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.WAITING, attempts=0, next_try_at=timezone.now(), error=""
    )
    Way.objects.filter(pk=delivery.way_id).update(stopped=False, problem="")
    audit.record("deliver_again", delivery, by=by, kind=delivery.kind)


def told_of(edition: Edition, depth: str = Depth.NORMAL) -> Told:
    """The edition as channels get it; links are signed for its reader."""
    member = edition.member
    return Told(
        content=shaped(Content.from_json(edition.content), depth),
        language=edition.language,
        name=member.name,
        email=member.email,
        base=settings.MOKSORI_BASE_URL,
        links={
            "web": links.absolute(reverse("share:edition", args=[edition.pk])),
            "remit": links.absolute(reverse("share:remit")),
            "useful": links.mark(edition, Reach.Kind.USEFUL),
            "done": links.mark(edition, Reach.Kind.DONE),
            "not_mine": links.mark(edition, Reach.Kind.NOT_MINE),
            "unsubscribe": links.unsubscribe(edition),
        },
        reference=edition.token,
    )


def depth_of(member: Member) -> str:
    rows = Subscription.objects.filter(member=member)
    return rows.values_list("depth", flat=True).first() or Depth.NORMAL


def _claimed(delivery_id: int) -> Delivery | None:
    now = timezone.now()
    waiting = Delivery.objects.filter(
        pk=delivery_id, state=State.WAITING, next_try_at__lte=now
    )
    with transaction.atomic():
        taken = waiting.update(
            state=State.SENDING,
            tried_at=now,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
        )
    if not taken:
        return None
    rows = Delivery.objects.select_related("member", "edition", "way__carrier")
    return rows.get(pk=delivery_id)


def _unwanted(delivery: Delivery) -> str:
    """Why nobody waits for it any more; "" when somebody does."""
    subscription = Subscription.objects.filter(member=delivery.member_id).first()
    if not delivery.member.is_active:
        return "The member has left."
    if delivery.way is None or delivery.kind not in channels():
        return "The channel was given up."
    if subscription is not None and subscription.paused:
        return "Editions are paused."
    newer = Delivery.objects.filter(
        member=delivery.member_id, kind=delivery.kind, pk__gt=delivery.pk
    )
    return "A newer edition went instead." if newer.exists() else ""


def _handed_over(delivery: Delivery) -> Outcome:
    """What the messenger said. Our own mistakes are an outcome, too: FAILED."""
    way = delivery.way
    assert way is not None  # noqa: S101 - see _unwanted
    try:
        access = _access(way, way.carrier)
    except Broken as error:
        return Outcome(Fate.LOCKED, str(error))
    channel: Channel = channels()[delivery.kind]
    with translation.override(delivery.edition.language):
        told = told_of(delivery.edition, depth_of(delivery.member))
        return channel.deliver(channel.render(told), told, access)


def _later(delivery: Delivery) -> datetime | None:
    """When to come back, where now is no time: quiet hours, or a carrier at rest."""
    now = timezone.now()
    subscription = Subscription.objects.filter(member=delivery.member_id).first()
    awake = not_before(now, subscription)
    if awake > now:
        return awake
    carrier = delivery.way.carrier if delivery.way is not None else None
    if carrier is None or (carrier.is_on and (carrier.rest_until or now) <= now):
        return None
    # One that is off is looked at again when somebody turns it on: see due_deliveries.
    return max(now, carrier.rest_until or now)


def _put_back(delivery: Delivery, later: datetime) -> State:
    """Not an attempt: nobody was spoken to."""
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.WAITING,
        lease_until=None,
        next_try_at=later,
        attempts=F("attempts") - 1,
    )
    return State.WAITING


def _access(way: Way, carrier: Carrier | None) -> Access:
    settings_of = dict(carrier.settings) if carrier is not None else {}
    secrets = opened(carrier.secrets) if carrier is not None else {}
    return Access(
        carrier={**settings_of, **secrets},
        own=opened(way.given),
        key=f"carrier-{carrier.pk}" if carrier is not None else "",
    )


@dataclass(frozen=True, slots=True)
class _Next:
    state: State
    at: datetime | None = None


@transaction.atomic
def _note(delivery: Delivery, outcome: Outcome, took: int) -> State:
    DeliveryTry.objects.create(
        delivery=delivery,
        fate=outcome.fate.value,
        milliseconds=took,
        said=outcome.said[:ERROR],
    )
    found = _next(delivery, outcome)
    delivery.state, delivery.lease_until = found.state, None
    delivery.error = "" if found.state == State.SENT else outcome.said[:ERROR]
    delivery.next_try_at = found.at or delivery.next_try_at
    if found.state == State.SENT:
        delivery.sent_at = timezone.now()
        delivery.remote_id = outcome.remote_id
        record(delivery.edition, Reach.Kind.DELIVERED)
    delivery.save(
        update_fields=[
            *("state", "lease_until", "error", "next_try_at"),
            *("sent_at", "remote_id", "attempts"),
        ]
    )
    _note_carrier(delivery, outcome)
    return found.state


def _next(delivery: Delivery, outcome: Outcome) -> _Next:
    """What happens to the delivery now."""
    now = timezone.now()
    subscription = Subscription.objects.filter(member=delivery.member_id).first()
    if outcome.fate is Fate.SENT:
        return _Next(State.SENT)
    if outcome.fate is Fate.UNSURE:
        return _Next(State.UNSURE)
    has_carrier = delivery.way is not None and delivery.way.carrier_id is not None
    if outcome.fate is Fate.LOCKED and has_carrier:
        # It is not this person's fault: it waits until the carrier has a new secret.
        delivery.attempts -= 1
        return _Next(State.WAITING, now)
    if outcome.fate in {Fate.LATER, Fate.DOWN} and delivery.attempts <= len(WAITS):
        wait = WAITS[delivery.attempts - 1] * random.uniform(0.9, 1.1)  # noqa: S311
        if outcome.wait is not None:
            asked = min(timedelta(seconds=outcome.wait), LONGEST_WAIT)
            wait = max(wait, asked)
        return _Next(State.WAITING, not_before(now + wait, subscription))
    return _Next(State.FAILED)


def _note_carrier(delivery: Delivery, outcome: Outcome) -> None:
    """A carrier that is down rests; one whose secret is refused stops; a way that
    refuses for good is stopped, and its member sees why."""
    way = delivery.way
    if way is None:
        return
    is_for_good = outcome.fate in {Fate.REFUSED, Fate.LOCKED}
    if way.carrier_id is None or outcome.fate is Fate.REFUSED:
        if is_for_good:
            Way.objects.filter(pk=way.pk).update(
                stopped=True, problem=outcome.said[:ERROR]
            )
        return
    rows = Carrier.objects.filter(pk=way.carrier_id)
    if outcome.fate is Fate.SENT:
        rows.exclude(failures=0).update(failures=0, rest_until=None, problem="")
    elif outcome.fate is Fate.LOCKED:
        stopped = rows.filter(stopped="").update(
            stopped=Carrier.Stopped.SECRET, problem=outcome.said[:ERROR]
        )
        if stopped:
            audit.record("stop_carrier", rows.get(), by=None, why="secret")
    elif outcome.fate is Fate.DOWN:
        failures = rows.values_list("failures", flat=True).first() or 0
        rest = RESTS[min(failures, len(RESTS) - 1)]
        rows.update(
            failures=F("failures") + 1,
            rest_until=timezone.now() + rest,
            problem=outcome.said[:ERROR],
        )


def _ended(delivery: Delivery, state: State, why: str) -> State:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state, lease_until=None, error=why
    )
    return state


def _supersede(delivery: Delivery) -> None:
    older = Delivery.objects.filter(
        member=delivery.member_id,
        kind=delivery.kind,
        state=State.WAITING,
        pk__lt=delivery.pk,
    )
    older.update(state=State.DROPPED, error="A newer edition went instead.")
