"""What became of an edition with its reader."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from moksori.base.audit import writes as audit
from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.share.models import Edition, Nudge, Reach

Kind = Reach.Kind

# Whoever answers has read, and whoever has read has opened.
_IMPLIED: dict[Kind, tuple[Kind, ...]] = {
    Kind.READ: (Kind.OPENED,),
    Kind.USEFUL: (Kind.OPENED, Kind.READ),
    Kind.DONE: (Kind.OPENED, Kind.READ),
    Kind.NOT_MINE: (Kind.OPENED, Kind.READ),
}
_ANSWERS = (Kind.USEFUL, Kind.DONE, Kind.NOT_MINE)
_EXCLUDES = {Kind.USEFUL: Kind.NOT_MINE, Kind.NOT_MINE: Kind.USEFUL}


@transaction.atomic
def record_mark(edition: Edition, kind: Kind, *, by: Member) -> None:
    """The reader says so. Helpful and "not my customers" exclude each other."""
    _must_be_reader(edition, by)
    if kind == Kind.DELIVERED:
        raise NotFound
    opposite = _EXCLUDES.get(kind)
    if opposite is not None:
        edition.reached.filter(kind=opposite).delete()
    is_new = record(edition, kind)
    if is_new and kind in _ANSWERS:
        audit.record("mark_edition", edition, by=by, kind=kind.value)


@transaction.atomic
def take_back(edition: Edition, kind: Kind, *, by: Member) -> None:
    """The reader takes an answer back; what was opened and read stays so."""
    _must_be_reader(edition, by)
    if kind not in _ANSWERS:
        raise NotFound
    removed, _rows = edition.reached.filter(kind=kind).delete()
    if removed:
        audit.record("unmark_edition", edition, by=by, kind=kind.value)


def note_opened(edition: Edition, *, by: Member) -> None:
    """The reader has the page before them; somebody else's look does not count."""
    if edition.member_id == by.pk:
        record(edition, Kind.OPENED)


@transaction.atomic
def record(edition: Edition, kind: Kind) -> bool:
    """Set the mark and what it implies; whether it is new."""
    for implied in _IMPLIED.get(kind, ()):
        Reach.objects.get_or_create(edition=edition, kind=implied)
    if kind != Kind.DELIVERED:
        # Whoever looks has minded the reminders, so they may go on.
        Nudge.objects.filter(member=edition.member_id, used_at=None).update(
            used_at=timezone.now()
        )
    return Reach.objects.get_or_create(edition=edition, kind=kind)[1]


def _must_be_reader(edition: Edition, by: Member) -> None:
    if edition.member_id != by.pk:
        raise NotFound
