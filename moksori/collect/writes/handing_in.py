"""What a phone hands in: taken once, however often and from wherever it comes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.field.rules import OLD_GUIDES
from moksori.collect.field.told import NoteTold, Told, VisitTold
from moksori.collect.models import (
    Device,
    FieldConflict,
    FieldRecord,
    GuideVersion,
    Visit,
)
from moksori.collect.writes import blobs
from moksori.collect.writes.notes import take_note
from moksori.collect.writes.visiting import change_visit, record_visit

CLOCK = 3_600  # seconds by which a phone may be wrong before it is said


class Came(StrEnum):
    """What came of a record."""

    NEW = "new"
    SAME = "same"  # it was here already
    OTHER = "other"  # its name was taken by another content; both are kept


@dataclass(frozen=True, slots=True)
class HandedIn:
    came: Came
    visit_id: int | None = None


class FilesMissing(UserError):
    """Photos come first; nothing was stored."""

    status: ClassVar[int] = 424
    code: ClassVar[str] = "files_missing"

    def __init__(self, hashes: list[str]) -> None:
        super().__init__(
            _("The photos of this record have not all arrived yet."), field="files"
        )
        self.hashes = hashes


class TooOld(Conflict):
    """Its guide was replaced long ago; a person decides by bringing in the file."""

    code: ClassVar[str] = "too_old"


@dataclass(frozen=True, slots=True)
class Sent:
    """Whose record it is, from which phone, and whether a person looked at it.

    `brought_by` brings in what a member left behind who may do nothing any more.
    """

    by: Member
    device: Device | None = None
    ahead: int | None = None  # seconds
    takes_old: bool = False
    brought_by: Member | None = None

    @property
    def acting(self) -> Member:
        return self.brought_by or self.by


@transaction.atomic
def hand_in(told: Told, sent: Sent) -> HandedIn:
    """Keep a record once. Twenty that come at once are one row: the database decides.

    What cannot be taken is refused whole (UserError), and stays on the phone.
    """
    if isinstance(told.about, NoteTold):
        is_new = take_note(
            told.about, name=told.client_id, proof=told.content_hash,
            by=sent.acting, author=sent.by,
        )  # fmt: skip
        return HandedIn(Came.NEW if is_new else Came.SAME)
    sent.acting.must(Ability.READ)
    _one_at_a_time(sent.by)
    record = FieldRecord(
        member=sent.by,
        device=sent.device,
        client_id=told.client_id,
        content_hash=told.content_hash,
        content=told.content,
        supersedes=told.supersedes,
        ahead=sent.ahead,
    )
    try:
        with transaction.atomic():
            record.save(force_insert=True)
    except IntegrityError:
        return _again(told, sent.by)
    if absent := blobs.missing((f.sha256 for f in told.about.files or ()), by=sent.by):
        raise FilesMissing(absent)  # and the row goes with the transaction
    record.visit = _visit(told, told.about, sent)
    record.save(update_fields=["visit"])
    return HandedIn(Came.NEW, record.visit.pk if record.visit else None)


def _again(told: Told, by: Member) -> HandedIn:
    first = FieldRecord.objects.get(member=by, client_id=told.client_id)
    if first.content_hash == told.content_hash:
        return HandedIn(Came.SAME, first.visit_id)
    try:
        with transaction.atomic():
            FieldConflict.objects.create(
                record=first, content_hash=told.content_hash, content=told.content
            )
    except IntegrityError:
        pass
    return HandedIn(Came.OTHER, first.visit_id)


def _visit(told: Told, about: VisitTold, sent: Sent) -> Visit | None:
    """The visit that this record makes, corrects, or was corrected into already.

    All corrections name the first record of a visit, and client ids (UUIDv7) are in
    the order of time: in whatever order they arrive, the last one written holds. A
    visit that was removed here is not brought back.
    """
    root = told.supersedes or told.client_id
    family = FieldRecord.objects.filter(
        Q(client_id=root) | Q(supersedes=root), member=sent.by
    ).exclude(client_id=told.client_id)
    known = list(family.select_related("visit").order_by("client_id"))
    if known:
        visit = known[0].visit
        if visit is None or known[-1].client_id > told.client_id:
            return visit
        return change_visit(visit, about, by=sent.acting)
    return _new(about, sent)


def _new(about: VisitTold, sent: Sent) -> Visit:
    doubts = ["clock"] if sent.ahead and abs(sent.ahead) > CLOCK else []
    if _is_old(about):
        if not sent.takes_old:
            raise TooOld(
                _("The questions of this record were replaced more than {days} days "
                  "ago. Save it as a file and bring that in at “Visits”.")
                .format(days=OLD_GUIDES.days)
            )  # fmt: skip
        doubts.append("guide")
    return record_visit(about, by=sent.acting, author=sent.by, doubts=doubts)


def _is_old(about: VisitTold) -> bool:
    if about.guide is None:
        return False
    return GuideVersion.objects.filter(
        guide=about.guide,
        number=about.guide_version or 0,
        retired_at__lt=timezone.now() - OLD_GUIDES,
    ).exists()


def _one_at_a_time(member: Member) -> None:
    """The records of one member go in one after the other; SQLite has one writer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(7311, %s)", [member.pk])
