"""What becomes of deliveries: feedback, or something that waits for a person."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from moksori.base.errors import TooLarge, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Delivery, Inlet, ReviewItem
from moksori.collect.records import Record, without_secrets
from moksori.collect.sources.webhook import shape
from moksori.collect.tables.mapping import mapping_from
from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.writes.feedback import add_many
from moksori.collect.writes.review import put_up

MOST_KEPT = 10_000  # deliveries of one inlet that wait for a person
AT_ONCE = 100  # of those that are read while a person waits
KEPT = timedelta(days=30)  # after somebody dropped them
_NO_MAPPING = gettext_noop("Nobody has said yet what its values mean.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of deliveries; `kept` waits for a person, `later` for the worker."""

    added: int = 0
    revised: int = 0
    unchanged: int = 0
    kept: int = 0
    later: int = 0


@transaction.atomic
def read_kept(inlet: Inlet, *, by: Member | None) -> Taken:
    """Read what waits with the mapping of now; what still fails goes on waiting.

    The first of them at once, the others by the worker, part by part.
    """
    from moksori.collect.jobs import read_deliveries  # noqa: PLC0415 - it asks us

    if by is not None:
        by.must(Ability.IMPORT, inlet)
    waiting = inlet.kept.filter(dropped_at=None)
    newest = waiting.order_by("-id").values_list("id", flat=True).first()
    ReviewItem.objects.filter(**about(inlet), state=ReviewItem.State.OPEN).delete()
    if newest is None:
        return Taken()
    taken, last = _read_part(inlet, 0, newest)
    later = waiting.filter(id__gt=last, id__lte=newest).count()
    if later:
        read_deliveries.enqueue(inlet.pk, last, newest)
    return replace(taken, later=later)


def read_more(inlet_id: int, after: int, newest: int) -> int:
    """The next part of those up to `newest`; from where to go on, or 0 at the end.

    The same part again reads only what it had not read.
    """
    inlet = Inlet.objects.select_related("source__unit").filter(pk=inlet_id).first()
    if inlet is None:
        return 0
    with transaction.atomic():
        _taken, last = _read_part(inlet, after, newest)
    return last if last < newest else 0


def ask_about_rest(inlet_id: int, _after: int, _newest: int) -> None:
    """The worker gave up: a person is asked about what still waits."""
    inlet = Inlet.objects.select_related("source__unit").filter(pk=inlet_id).first()
    if inlet is not None and inlet.kept.filter(dropped_at=None).exists():
        _ask(inlet)


@transaction.atomic
def drop_kept(inlet: Inlet, *, by: Member) -> list[int]:
    """Set aside what waits; it is deleted after a month. Returns which."""
    by.must(Ability.IMPORT, inlet)
    ids = list(inlet.kept.filter(dropped_at=None).values_list("pk", flat=True))
    inlet.kept.filter(pk__in=ids).update(dropped_at=timezone.now())
    return ids


@transaction.atomic
def pick_up_dropped(inlet: Inlet, ids: list[int], *, by: Member) -> None:
    by.must(Ability.IMPORT, inlet)
    inlet.kept.filter(pk__in=ids).update(dropped_at=None)


def forget_dropped() -> int:
    """What was set aside a month ago goes."""
    old = Delivery.objects.filter(dropped_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def read(inlet: Inlet, payload: Any) -> Taken:
    """Feedback out of a payload; what cannot be read is kept, the rest stored."""
    if not inlet.mapping:
        return _keep(inlet, [(payload, Message(_NO_MAPPING))])
    mapping = mapping_from(inlet.mapping)
    try:
        found = shape.outcomes(payload, mapping, inlet.list_at)
    except Unreadable as error:
        return _keep(inlet, [(payload, Message(error.template, error.facts))])
    records: list[Record] = []
    bad: list[tuple[Any, Message]] = []
    for place, outcome in enumerate(found):
        if outcome.record is not None:
            records.append(outcome.record)
        else:
            bad.append(
                (_one(payload, inlet.list_at, place), outcome.troubles[0].message)
            )
    stored = Taken()
    if records:
        added = add_many(records, source=inlet.source, by=None)
        stored = Taken(added.added, added.revised, added.unchanged)
    return _sum(stored, _keep(inlet, bad))


def _read_part(inlet: Inlet, after: int, newest: int) -> tuple[Taken, int]:
    """Some deliveries behind this number, and the number of the last of them."""
    rows = inlet.kept.filter(dropped_at=None, id__gt=after, id__lte=newest)
    part = list(rows.order_by("id")[:AT_ONCE])
    taken = Taken()
    for delivery in part:
        try:
            with transaction.atomic():
                # Somebody else may have read or dropped it this moment.
                if rows.filter(pk=delivery.pk).delete()[0]:
                    taken = _sum(taken, read(inlet, delivery.body))
        except UserError:  # it stays as it is
            taken = replace(taken, kept=taken.kept + 1)
            _ask(inlet)
    return taken, part[-1].pk if len(part) == AT_ONCE else newest


def _one(payload: Any, list_at: str, place: int) -> Any:
    """The payload with this feedback alone, so that it can be read again later."""
    if isinstance(payload, list):
        kept = [one for one in payload if isinstance(one, dict)]
        return [kept[place]]
    if not list_at:
        return payload
    whole = json.loads(json.dumps(payload))
    *above, last = list_at.split(".")
    parent = whole
    for name in above:
        parent = parent[name]
    if isinstance(parent[last], list):
        kept = [one for one in parent[last] if isinstance(one, dict)]
        parent[last] = [kept[place]]
    return whole


def _keep(inlet: Inlet, bad: list[tuple[Any, Message]]) -> Taken:
    if not bad:
        return Taken()
    if inlet.kept.filter(dropped_at=None).count() + len(bad) > MOST_KEPT:
        raise TooLarge(
            _("Too much waits here for a person already. Send it again later.")
        )
    for payload, problem in bad:
        body = without_secrets(payload)
        content = json.dumps(body, ensure_ascii=False, sort_keys=True)
        Delivery.objects.get_or_create(
            inlet=inlet,
            digest=digest_of(content),
            defaults={
                "body": body,
                "problem": {"template": problem.template, "facts": problem.facts},
            },
        )
    _ask(inlet)
    return Taken(kept=len(bad))


def _ask(inlet: Inlet) -> None:
    """One question for all that waits; after it is decided, the next one."""
    questions = ReviewItem.objects.filter(**about(inlet))
    if questions.filter(state=ReviewItem.State.OPEN).exists():
        return
    put_up(
        "inlet",
        inlet.unit_id,
        key=f"inlet-{inlet.pk}-{questions.count()}",
        evidence={"inlet": inlet.pk, "name": inlet.source.name},
        about=inlet,
    )


def about(inlet: Inlet) -> dict[str, str]:
    return {"kind": "inlet", "about_kind": "inlet", "about_id": str(inlet.pk)}


def _sum(one: Taken, other: Taken) -> Taken:
    return Taken(
        one.added + other.added,
        one.revised + other.revised,
        one.unchanged + other.unchanged,
        one.kept + other.kept,
    )


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
