"""Questions about the log of changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moksori.base.audit.models import Entry
from moksori.base.audit.words import in_words
from moksori.base.audit.writes import START, seal_of
from moksori.base.people.everywhere import everywhere, must_everywhere
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability

PAGE = 50


@dataclass(frozen=True, slots=True)
class LogLine:
    """One change as a person reads it."""

    id: int
    at: datetime
    who: str
    done: str
    kind: str
    thing_id: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the chain is whole; `broken_at` is the first entry that does not fit."""

    entries: int
    broken_at: int | None
    head: str

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None


def log_lines(*, by: Member, before: int | None = None) -> list[LogLine]:
    """A page of changes, newest first, older than entry `before`.

    Whoever audits a part of the organisation sees what concerns its units.
    """
    by.must(Ability.AUDIT)
    entries = Entry.objects.order_by("-id")
    if not everywhere(by, Ability.AUDIT):
        entries = entries.filter(unit_id__in=by.scope(Ability.AUDIT).units)
    if before is not None:
        entries = entries.filter(id__lt=before)
    found = list(entries[:PAGE])
    ids = {entry.member_id for entry in found if entry.member_id}
    names = dict(Member.objects.filter(id__in=ids).values_list("id", "name"))
    return [
        LogLine(
            id=entry.pk,
            at=entry.at,
            who=names.get(entry.member_id or 0, ""),
            done=in_words(entry.verb),
            kind=entry.kind,
            thing_id=entry.thing_id,
            facts=entry.facts,
        )
        for entry in found
    ]


def verify() -> Verification:
    """Walk the whole chain and compute every seal again."""
    previous, count = START, 0
    for entry in Entry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.previous != previous or entry.seal != seal_of(entry):
            return Verification(count, entry.pk, previous)
        previous, count = entry.seal, count + 1
    return Verification(count, None, previous)


def verification(*, by: Member) -> Verification:
    """`verify` for a member who audits the whole organisation."""
    must_everywhere(by, Ability.AUDIT)
    return verify()
