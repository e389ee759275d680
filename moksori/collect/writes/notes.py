"""Notes of staff: "a customer just told me…", with a name or without."""

from __future__ import annotations

import hashlib
import random
import uuid
from datetime import datetime, time, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from moksori.base.audit import writes as audit
from moksori.base.customers.models import Product
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.answers import Answer, Kind
from moksori.collect.field.known import home_of_theme
from moksori.collect.field.promises import choose_theme
from moksori.collect.field.told import NoteTold
from moksori.collect.models import Feedback, NamelessNote, Note
from moksori.collect.records import Record, prepared
from moksori.collect.writes.said import NOTES, source_of
from moksori.collect.writes.store import Store
from moksori.collect.writes.visiting import home_of

FEWEST_TOGETHER = 3  # nameless notes go in together, so that no order tells a time
KNOWN = timedelta(days=100)  # that long a nameless note sent again is known
_mixer = random.SystemRandom()


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
    facts = {
        "unit": unit,
        "key": hashlib.sha256(f"{whose}:{name}:{proof}".encode()).hexdigest(),
        "day": timezone.localdate(),
        "text": told.text,
        "channel": told.channel,
        "product": product,
        "theme": told.theme,
    }
    if is_nameless:
        return _wait(NamelessNote(**facts))
    note = Note(member=author, **facts)
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:
        return False
    note.feedback_id = _put(note, timezone.now(), f"note-{note.pk}")
    note.save(update_fields=["feedback"])
    audit.record("write_note", note, by=by)
    return True


@transaction.atomic
def put_in_nameless() -> int:
    """At night: what was left without a name goes in, in mixed order, by unit.

    Fewer than three of one unit wait for others, a week at most.
    """
    today = timezone.localdate()
    rows = _all_nameless()
    by_unit: dict[int, list[NamelessNote]] = {}
    for row in rows:
        if row.waits and row.day < today:
            by_unit.setdefault(row.unit_id, []).append(row)
    done = 0
    for some in by_unit.values():
        oldest = min(row.day for row in some)
        if len(some) >= FEWEST_TOGETHER or (today - oldest).days >= 7:
            done += _put_in(some)
    _rewrite([row for row in rows if row.waits or row.day >= today - KNOWN])
    return done


def _wait(row: NamelessNote) -> bool:
    """One more that waits; False where it is here already."""
    rows = _all_nameless()
    if any(one.key == row.key for one in rows):
        return False
    _rewrite([*rows, row])
    return True


def _all_nameless() -> list[NamelessNote]:
    """All rows, held until the transaction ends; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7313, 0)")
    return list(NamelessNote.objects.all())


def _rewrite(rows: list[NamelessNote]) -> None:
    """Take all out and put these in, in mixed order; `NamelessNote` says why."""
    NamelessNote.objects.all().delete()
    _mixer.shuffle(rows)
    NamelessNote.objects.bulk_create(rows)


def _put_in(some: list[NamelessNote]) -> int:
    """They become feedback; what stays of each is the proof that it came."""
    _mixer.shuffle(some)
    for row in some:
        midnight = timezone.make_aware(datetime.combine(row.day, time()))
        note = Note(  # never saved
            unit=row.unit, text=row.text, channel=row.channel,
            product=row.product, theme=row.theme,
        )  # fmt: skip
        feedback_id = _put(note, midnight, f"note-{uuid.uuid4()}")
        Feedback.objects.filter(pk=feedback_id).update(received_at=midnight)
        row.text, row.product, row.theme, row.waits = "", None, None, False
    return len(some)


def _put(note: Note, at: datetime, name: str) -> int:
    record = Record(
        answers=(Answer("said", Kind.TEXT, note.text),),
        external_id=name,
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
