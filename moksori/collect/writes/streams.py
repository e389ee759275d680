"""Connections: made, paused, ended; and read again from an earlier day."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.sealed import seal
from moksori.collect.models import Source, Stream
from moksori.collect.models.streams import FIRST, HISTORY
from moksori.collect.sources.connector import Live, live
from moksori.collect.tables.table import clean
from moksori.collect.writes.sources import add_source

State = Stream.State
LONGEST_SECRET = 2_000
SHORTEST_TITLE = 2  # letters; fewer name nothing
FARTHEST = timedelta(days=366 * 20)


@transaction.atomic
def connect(
    kind: str,
    *,
    unit: Unit,
    given: Mapping[str, str],
    name: str = "",
    by: Member | None,
) -> Stream:
    """A new connection with a source of its own; the first visit comes at once.

    `given` is what the connector asks for, its key included. Raises UserError with
    the field that is wrong, Conflict if the unit reads this already.
    """
    connector, reader = live(kind)
    checked = reader.checked(given)
    key = key_of(kind, checked)
    if by is not None:
        by.must(Ability.IMPORT, Stream(unit=unit))
    if Stream.objects.filter(unit=unit, key=key).exists():
        raise _twice()
    source = _source(
        name or reader.title(checked),
        unit=unit,
        channel=connector.channel,
        kind=kind,
        is_ours=not name,
        by=by,
    )
    try:
        with transaction.atomic():
            stream = Stream.objects.create(
                unit=unit,
                source=source,
                kind=kind,
                key=key,
                given=checked,
                secret=_sealed(reader, given),
                since=timezone.now() - HISTORY,
                created_by=by,
            )
    except IntegrityError:
        raise _twice() from None
    audit.record("connect", stream, by=by, kind=kind)
    return stream


def key_of(kind: str, given: Mapping[str, str]) -> str:
    """The same thing to read has the same key."""
    said = json.dumps({"kind": kind, **given}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def _twice() -> Conflict:
    return Conflict(_("This unit is connected to that already."))


def _source(
    name: str,
    *,
    unit: Unit,
    channel: str,
    kind: str,
    is_ours: bool,
    by: Member | None,
) -> Source:
    """A source of this name; a name that we chose gives way to one there is."""
    free = _free(name, unit.pk) if is_ours else name[:100]
    return add_source(free, unit=unit, channel=channel, kind=kind, by=by)


def _free(name: str, unit_id: int) -> str:
    free = name[:100]
    for number in range(2, 100):
        if not Source.objects.filter(unit_id=unit_id, name=free).exists():
            break
        free = f"{name[:100]} ({number})"
    return free


def call_by_title(stream: Stream, title: str) -> None:
    """What the other side calls itself, in place of a name that only says the host.

    A name that a person chose stays.
    """
    title, source = " ".join(clean(title).split()), stream.source
    ours = live(stream.kind)[1].title(stream.given)[:100]
    is_ours = re.fullmatch(rf"{re.escape(ours)}( \(\d+\))?", source.name)
    if len(title) < SHORTEST_TITLE or not is_ours or title[:100] == source.name:
        return
    source.name = _free(title, source.unit_id)
    try:
        with transaction.atomic():
            source.save(update_fields=["name"])
    except IntegrityError:  # somebody took the name this moment; the next visit may
        source.refresh_from_db()
        return
    audit.record("change_source", source, by=None, channel=source.channel)


def _sealed(reader: Live, given: Mapping[str, str]) -> str:
    name = next((ask.name for ask in reader.asks if ask.is_secret), "")
    secret = given.get(name, "").strip() if name else ""
    if len(secret) > LONGEST_SECRET or any(ord(letter) < 32 for letter in secret):
        raise UserError(_("This is no key. Copy it once more."), field=name)
    return seal(secret) if secret else ""


@transaction.atomic
def change_secret(stream: Stream, given: Mapping[str, str], *, by: Member) -> None:
    """Another key for the other side; an empty one forgets it."""
    by.must(Ability.IMPORT, stream)
    stream.secret = _sealed(live(stream.kind)[1], given)
    stream.save(update_fields=["secret"])
    audit.record("change_connection", stream, by=by)


@transaction.atomic
def pause_stream(stream: Stream, *, by: Member) -> None:
    """No more visits until somebody resumes; a visit that is under way ends."""
    by.must(Ability.IMPORT, stream)
    if not _moved(stream, State.ON, state=State.PAUSED):
        raise Conflict(_("This connection is not running."))
    audit.record("pause_connection", stream, by=by)


@transaction.atomic
def resume_stream(stream: Stream, *, by: Member) -> None:
    """Visits again, from where the reading stands."""
    by.must(Ability.IMPORT, stream)
    now = timezone.now()
    fresh = {"failures": 0, "problem": {}, "next_at": now, "every": FIRST}
    was = stream.state
    if was == State.ON or not _moved(stream, was, state=State.ON, **fresh):
        raise Conflict(_("This connection is running already."))
    audit.record("resume_connection", stream, by=by)


@transaction.atomic
def read_again(stream: Stream, *, since: datetime, by: Member) -> None:
    """Forget where the reading stands: everything since that moment comes again.

    What is here already stays as it is; what was missed is added.
    """
    by.must(Ability.IMPORT, stream)
    now = timezone.now()
    if not now - FARTHEST <= since <= now:
        raise UserError(_("Choose a day in the past."), field="since")
    Stream.objects.filter(pk=stream.pk).update(
        cursor={}, validators={}, since=since, next_at=now, failures=0
    )
    stream.refresh_from_db()
    audit.record("read_again", stream, by=by, since=since.date().isoformat())


@transaction.atomic
def disconnect(stream: Stream, *, by: Member) -> None:
    """No more visits; the source and its feedback stay."""
    by.must(Ability.IMPORT, stream)
    audit.record("disconnect", stream, by=by, source=stream.source_id)
    stream.delete()


def _moved(stream: Stream, before: str, **facts: object) -> bool:
    moved = Stream.objects.filter(pk=stream.pk, state=before).update(**facts)
    stream.refresh_from_db()
    return bool(moved)
