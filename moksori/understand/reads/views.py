"""The views that a member has saved."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.understand.models import SavedView


@dataclass(frozen=True, slots=True)
class ViewLine:
    id: int
    name: str
    query: str


def view_lines(page: str, *, by: Member) -> list[ViewLine]:
    """Of one page, by name. Nobody sees the views of others."""
    rows = SavedView.objects.filter(member=by, page=page)
    return [ViewLine(row.pk, row.name, row.query) for row in rows]


def view_row(saved_view_id: int, *, by: Member) -> SavedView:
    return one(SavedView.objects.filter(member=by), pk=saved_view_id)
