"""Questions about editions: only their reader sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.share.models import Edition
from moksori.share.sections.blocks import Content


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One line of the list of a member's editions."""

    id: int
    title: str
    kicker: str
    since: date
    until: date
    composed_at: datetime
    language: str
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class EditionPage:
    """An edition as its reader sees it; `marks` are kinds of `Reach`."""

    id: int
    content: Content
    since: date
    until: date
    composed_at: datetime
    language: str
    marks: frozenset[str]


def edition_row(edition_id: int, *, by: Member) -> Edition:
    return one(
        Edition.objects.filter(member=by).select_related("member"), pk=edition_id
    )


def latest_edition(*, by: Member) -> Edition | None:
    return Edition.objects.filter(member=by).select_related("member").first()


def edition_page(edition: Edition, *, by: Member) -> EditionPage:
    found = edition_row(edition.pk, by=by)
    return EditionPage(
        id=found.pk,
        content=Content.from_json(found.content),
        since=found.since,
        until=found.until,
        composed_at=found.composed_at,
        language=found.language,
        marks=frozenset(found.reached.values_list("kind", flat=True)),
    )


def edition_lines(
    *, by: Member, before: int | None = None, size: int = 30
) -> list[EditionLine]:
    """The newest first; `before` is the id of the last one seen."""
    rows = Edition.objects.filter(member=by).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        EditionLine(
            id=edition.pk,
            title=edition.content.get("title", ""),
            kicker=edition.content.get("kicker", ""),
            since=edition.since,
            until=edition.until,
            composed_at=edition.composed_at,
            language=edition.language,
            marks=frozenset(mark.kind for mark in edition.reached.all()),
        )
        for edition in rows.prefetch_related("reached")[:size]
    ]
