"""Rows of a file that could not be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Member
from moksori.collect.models import Batch, ReviewItem, Trouble
from moksori.collect.review.kind import Decision, ReviewKind
from moksori.collect.troubles import TroubledRow, by_row

LOOKED_AT = 2_000
SHOWN = 3
GROUPS = 6


@dataclass(slots=True)
class Group:
    """Rows with the same thing wrong in the same column."""

    column: str
    message: str
    count: int = 0
    rows: list[TroubledRow] = field(default_factory=list)


def groups(batch: Batch) -> list[Group]:
    """What is wrong, the most frequent first, each with its first rows."""
    refused = Trouble.objects.filter(batch=batch, is_refused=True)
    found: dict[tuple[str, str], Group] = {}
    for row in islice(by_row(refused.iterator(chunk_size=500)), LOOKED_AT):
        first = row.mistakes[0]
        group = found.setdefault(
            (first.column, _sort_of(first.message)),
            Group(first.column, first.message),
        )
        group.count += 1
        if len(group.rows) < SHOWN:
            group.rows.append(row)
    return sorted(found.values(), key=lambda one: -one.count)[:GROUPS]


def _sort_of(message: str) -> str:
    # The value quoted in a message differs from row to row; what follows does not.
    return message.rsplit("”", 1)[-1]


def _evidence(item: ReviewItem, _by: Member) -> Mapping[str, Any]:
    batch = Batch.objects.filter(pk=item.evidence.get("batch")).first()
    return {"batch": batch, "groups": groups(batch) if batch else []}


def _title(item: ReviewItem) -> str:
    return gettext("Rows of “{file}” that were not taken: {count}").format(
        file=item.evidence.get("file", ""), count=f"{item.evidence.get('refused', 0):,}"
    )


kind = ReviewKind(
    code="rows",
    title=_("Rows that were not taken"),
    evidence_template="collect/review/_rows.html",
    decisions=(
        Decision("again", _("They come again, put right"), "r"),
        Decision("leave", _("Leave them out"), "x", is_dismissal=True),
    ),
    title_of=_title,
    evidence_of=_evidence,
)
