"""Notes of staff: "a customer just told me…", with a name or without."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterable
from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone

from moksori.base.audit import writes as audit
from moksori.base.customers.models import Product
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.answers import Answer, Kind
from moksori.collect.field.known import home_of_theme
from moksori.collect.field.promises import choose_theme
from moksori.collect.field.told import NoteTold
from moksori.collect.models import Feedback, Note
from moksori.collect.records import Record, prepared
from moksori.collect.writes.said import NOTES, source_of
from moksori.collect.writes.store import Store
from moksori.collect.writes.visiting import home_of

FEWEST_TOGETHER = 3  # nameless notes go in together, so that no order tells a time


@transaction.atomic
def take_note(
    told: NoteTold, *, name: str, proof: str, by: Member, author: Member | None = None
) -> bool:
    """Keep a note once; True when it is new.

    `author` is who wrote it, else `by`, who brings it in and by whose rights it goes.

    Its key is a hash of its name and of what it says: who knows the name of a note
    cannot put another in its place, only write one beside it. A note with a name goes
    in at once; one without waits for the night, and nothing leads back to its writer:
    no row, no entry in the log, not the minute, and only the affiliate as unit.
    """
    by.must(Ability.READ)
    is_nameless, author = told.is_anonymous, author or by
    whose = "" if is_nameless else str(author.pk)
    units = by.scope(Ability.READ).units
    products = Product.objects.filter(pk=told.product or 0, unit__in=units)
    product = products.select_related("unit").first() if told.product else None
    unit = _unit_of(told, product, by)
    unit = _large_unit(unit) if is_nameless else unit
    note = Note(
        unit=unit,
        key=hashlib.sha256(f"{whose}:{name}:{proof}".encode()).hexdigest(),
        member=None if is_nameless else author,
        is_anonymous=is_nameless,
        day=timezone.localdate(),
        text=told.text,
        channel=told.channel,
        product=product,
        theme=told.theme,
        waits=is_nameless,
    )
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:
        return False
    if not is_nameless:
        note.feedback_id = _put(note, timezone.now())
        note.save(update_fields=["feedback"])
        audit.record("write_note", note, by=by)
    return True


def put_in_nameless() -> int:
    """At night: what was left without a name goes in, in mixed order, by unit.

    Fewer than three of one unit wait for others, a week at most.
    """
    today = timezone.localdate()
    waiting = list(Note.objects.filter(waits=True, day__lt=today))
    by_unit: dict[int, list[Note]] = {}
    for note in waiting:
        by_unit.setdefault(note.unit_id, []).append(note)
    done = 0
    for notes in by_unit.values():
        oldest = min(note.day for note in notes)
        if len(notes) >= FEWEST_TOGETHER or (today - oldest).days >= 7:
            done += _put_in(notes)
    return done


@transaction.atomic
def _put_in(notes: Iterable[Note]) -> int:
    mixed = list(notes)
    random.SystemRandom().shuffle(mixed)
    for note in mixed:
        midnight = timezone.make_aware(datetime.combine(note.day, time()))
        feedback_id = _put(note, midnight)
        Feedback.objects.filter(pk=feedback_id).update(received_at=midnight)
        # The row stays as the proof that it came, and says nothing any more.
        Note.objects.filter(pk=note.pk).update(
            text="", product=None, theme=None, waits=False
        )
    return len(mixed)


def _put(note: Note, at: datetime) -> int:
    record = Record(
        answers=(Answer("said", Kind.TEXT, note.text),),
        external_id=f"note-{uuid.uuid4()}" if note.is_anonymous else f"note-{note.pk}",
        occurred_at=at,
        channel=note.channel,
        metadata={"by": "staff"},
    )
    ready = prepared(record)
    stored = Store(source_of(note.unit, NOTES)).put([ready])
    feedback_id = stored.ids[ready.external_id]
    if note.product_id:
        Feedback.objects.filter(pk=feedback_id).update(product=note.product_id)
    if note.theme:
        choose_theme(note, feedback_id)
    return feedback_id


def _unit_of(told: NoteTold, product: Product | None, by: Member) -> Unit:
    """The writer's own unit; another affiliate where the note is about its pain point
    or product: there it is read, and there it joins the others."""
    own = home_of(by)
    about = home_of_theme(told.theme, by=by) if told.theme else None
    about = about or (product.unit if product else None)
    if about is None or _large_unit(about).pk == _large_unit(own).pk:
        return own
    return about


def _large_unit(unit: Unit) -> Unit:
    """The affiliate: in a small team, the team alone would tell who it was."""
    ids = unit.ancestor_ids()
    return Unit.objects.get(pk=ids[min(1, len(ids) - 1)])
