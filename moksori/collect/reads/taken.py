"""Questions about saved searches, their feeds, and exports."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from moksori.base.errors import NotFound
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Export, Feedback, SavedSearch
from moksori.collect.reads.feedback import FeedbackFilters, matching
from moksori.collect.writes.searches import digest_of

PER_PAGE = 50
ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Feed:
    """What a saved search finds now, the newest arrival first."""

    name: str
    updated_at: datetime
    tag: str  # for If-None-Match
    entries: tuple[Feedback, ...]


def searches(*, by: Member) -> list[SavedSearch]:
    return list(SavedSearch.objects.filter(member=by))


def search_row(search_id: int, *, by: Member) -> SavedSearch:
    """The member's own search; NotFound for anybody else's."""
    return one(SavedSearch.objects.filter(member=by), pk=search_id)


def feed(token: str) -> Feed:
    """The feed behind a secret address; NotFound when it has ended."""
    rows = SavedSearch.objects.select_related("member").exclude(digest="")
    search = rows.filter(digest=digest_of(token)).first()
    if search is None or not search.member.may(Ability.READ):
        raise NotFound
    filters = FeedbackFilters(**search.filters)
    found = matching(filters, by=search.member).order_by("-id")
    entries = tuple(
        found.select_related("source", "product").defer("raw", "metadata")[:ENTRIES]
    )
    said = ",".join(f"{row.pk}.{row.revision}" for row in entries)
    return Feed(
        name=search.name,
        updated_at=max((row.received_at for row in entries), default=search.created_at),
        tag=hashlib.sha256(f"{search.name}|{said}".encode()).hexdigest()[:32],
        entries=entries,
    )


def exports(*, by: Member, page: str | int | None = 1) -> Page[Export]:
    """One's own, and for who audits those of the units."""
    return Paginator(_seen(by).order_by("-id"), PER_PAGE).get_page(page)


def export_row(export_id: int, *, by: Member) -> Export:
    """One of those; NotFound outside."""
    return one(_seen(by), pk=export_id)


def _seen(by: Member) -> QuerySet[Export]:
    scope = by.scope(Ability.AUDIT).q()
    return Export.objects.filter(Q(member=by) | scope).select_related("member")
