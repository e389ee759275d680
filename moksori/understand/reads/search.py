"""Search in what customers said, by words and by meaning, within what one may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moksori.base.people.models import Member
from moksori.collect.models import Feedback
from moksori.understand.reads.excerpts import Span, excerpt
from moksori.understand.reads.holding import holding, ranked, without
from moksori.understand.reads.meaning import Near, nearest
from moksori.understand.reads.narrow import ANY, Narrow
from moksori.understand.reads.tokens import (
    Term,
    parted,
    spans,
    terms,
    tidy_query,
)
from moksori.understand.reads.window import Filters, Window

PAGE = 20
EXCERPT = 240
WORDS, MEANING, BOTH = "words", "meaning", "both"
# Reciprocal ranks (Cormack and others, 2009), words counting twice: so the first sixty
# that hold the words come before what only means the same.
FLAT = 60
POOL = 300
MOST = 10_000
MANY = 10_000
LATELY = (30, 180)  # days
WEIGHT = {WORDS: 2.0, MEANING: 1.0}


@dataclass(frozen=True, slots=True)
class Hit:
    """A feedback found, and why: its words, its meaning, or both.

    `spans` are the places in `text` of the words asked for, `meant` of the clause that
    is near in meaning, `closeness` its cosine.
    """

    feedback: int
    text: str
    spans: tuple[Span, ...]
    source: str
    channel: str
    channel_name: str
    occurred_at: datetime
    score: float | None
    language: str
    product: str
    region: str
    why: str = WORDS
    meant: Span | None = None
    closeness: float | None = None
    tone: str = "neutral"

    @property
    def short(self) -> tuple[str, tuple[Span, ...]]:
        """What to mark: the words, or else the clause."""
        if self.spans or self.meant is None:
            return self.text, self.spans
        return self.text, (self.meant,)

    @property
    def reason(self) -> str:
        """Why it is here, in words; "" where the marks say it."""
        reasons = {
            MEANING: _("near in meaning"),
            BOTH: _("these words, and near in meaning"),
        }
        return reasons.get(self.why, "")

    @property
    def where(self) -> str:
        return " · ".join(part for part in (self.product, self.region) if part)


@dataclass(frozen=True, slots=True)
class Found:
    """`total` feedbacks match: `words` hold the words, `meant` others only mean it.

    `hits` are one page of them, best first; without a query, the newest, and `total`
    goes no further than 10,000.
    """

    query: str
    total: int
    hits: tuple[Hit, ...]
    offset: int = 0
    words: int = 0
    meant: int = 0
    how: str = ""

    @property
    def is_capped(self) -> bool:
        return not self.query and self.total >= MOST

    @property
    def next_offset(self) -> int | None:
        after = self.offset + len(self.hits)
        return after if self.hits and after < self.total else None

    @property
    def previous_offset(self) -> int | None:
        return max(self.offset - PAGE, 0) if self.offset else None


def search(  # noqa: PLR0913 - every one narrows or turns the same list
    query: str,
    *,
    by: Member,
    filters: Filters | None = None,
    window: Window | None = None,
    narrow: Narrow = ANY,
    how: str = "",
    offset: int = 0,
    limit: int = PAGE,
) -> Found:
    """Feedback that holds all words of the query, or says something near in meaning.

    Korean words are found anywhere in a word, with and without blanks and particles,
    or by their first consonants; English ones from their beginning. What holds a word
    with a "-" before it is left out. `how` asks for one of the two alone. An empty
    query lists the newest.
    """
    narrow = replace(narrow, filters=filters or narrow.filters,
                     window=window or narrow.window)  # fmt: skip
    seen = Feedback.objects.visible_to(by)
    query, unwanted = parted(tidy_query(query))
    rows = without(seen.filter(narrow.feedback()), terms(unwanted))
    if not query:
        newest = seen.order_by("-occurred_at").values_list("occurred_at", flat=True)
        return _newest(rows, newest.first(), offset, limit)
    asked = terms(query) if how != MEANING else []
    near = nearest(query, by=by, narrow=narrow) if how != WORDS else []
    near = _among(rows, near) if unwanted else near
    merged = _Merged(rows, asked, near)
    page = merged.page(offset, limit)
    return Found(
        query, merged.total, _hits(page, query, merged), offset,
        words=merged.words, meant=merged.meant, how=how,
    )  # fmt: skip


def _among(rows: QuerySet[Feedback], near: list[Near]) -> list[Near]:
    left = rows.filter(pk__in=[one.feedback for one in near])
    ids = set(left.values_list("pk", flat=True))
    return [one for one in near if one.feedback in ids]


class _Merged:
    """Two rankings as one; only as much of the longer one as a page needs."""

    def __init__(
        self, rows: QuerySet[Feedback], asked: list[Term], near: list[Near]
    ) -> None:
        self._asked = asked
        self._rows = holding(rows, asked) if asked else rows.none()
        self.near = {one.feedback: one for one in near}

    @cached_property
    def words(self) -> int:
        """How many hold the words."""
        return self._rows.count() if self._asked else 0

    @cached_property
    def with_both(self) -> frozenset[int]:
        """Near in meaning and holding the words."""
        both = self._rows.filter(pk__in=list(self.near))
        return (
            frozenset(both.values_list("pk", flat=True)) if self.near else frozenset()
        )

    @property
    def meant(self) -> int:
        """How many are only near in meaning."""
        return len(self.near) - len(self.with_both)

    @property
    def total(self) -> int:
        return self.words + self.meant

    def why(self, pk: int) -> str:
        if pk not in self.near:
            return WORDS
        return BOTH if pk in self.with_both else MEANING

    def page(self, offset: int, limit: int) -> list[int]:
        if offset >= self.total:
            return []
        first = self._ids(self._rows, 0, POOL)
        order = _by_reciprocal_rank({WORDS: first, MEANING: list(self.near)})
        page = order[offset : offset + limit]
        if len(page) < limit and len(first) == POOL:
            # Beyond the merged part only words are left, less what stood in it.
            done = len(set(first) - set(self.near))
            start = done + max(offset - len(order), 0)
            rest = self._rows.exclude(pk__in=list(self.near))
            page += self._ids(rest, start, start + limit - len(page))
        return page

    def _ids(self, rows: QuerySet[Feedback], start: int, end: int) -> list[int]:
        if not self._asked:
            return []
        if self.words > MANY:
            # Words that so many use tell none apart, and weighing each takes long.
            best = rows.order_by("-occurred_at", "-pk")
        else:
            best = ranked(rows, self._asked)
        return list(best.values_list("pk", flat=True)[start:end])


def _by_reciprocal_rank(rankings: dict[str, list[int]]) -> list[int]:
    worth: dict[int, float] = defaultdict(float)
    for name, ranking in rankings.items():
        for rank, pk in enumerate(ranking, start=1):
            worth[pk] += WEIGHT[name] / (FLAT + rank)
    return sorted(worth, key=lambda pk: -worth[pk])


def _newest(
    rows: QuerySet[Feedback], last: datetime | None, offset: int, limit: int
) -> Found:
    """Counted to MOST only, and sought where it probably is: nobody reads a million."""
    rows = rows.exclude(text="")
    total = rows[:MOST].count()
    ids = rows.order_by("-occurred_at", "-pk").values_list("pk", flat=True)
    page: list[int] = []
    if last is not None and offset < total:
        for days in LATELY:
            lately = ids.filter(occurred_at__gt=last - timedelta(days=days))
            page = list(lately[offset : offset + limit])
            if len(page) == limit:
                break
        else:
            page = list(ids[offset : offset + limit])
    return Found("", total, _hits(page, "", None), offset)


def _hits(page: list[int], query: str, merged: _Merged | None) -> tuple[Hit, ...]:
    rows = Feedback.objects.filter(pk__in=page)
    rows = rows.select_related("source", "product", "region")
    rows = rows.defer("raw", "answers", "metadata", "attributes", "consent")
    by_id = {row.pk: row for row in rows}
    found = []
    for pk in page:
        if row := by_id.get(pk):
            why = merged.why(pk) if merged else ""
            found.append(_hit(row, query, why, merged.near.get(pk) if merged else None))
    return tuple(found)


def _hit(row: Feedback, query: str, why: str, near: Near | None) -> Hit:
    marked = spans(row.text, query) if why != MEANING else []
    clause = [(near.start, near.end)] if near else []
    anchor = marked or clause
    text, moved = excerpt(row.text, anchor, length=EXCERPT)
    return Hit(
        feedback=row.pk,
        text=text,
        spans=moved if marked else (),
        source=row.source.name,
        channel=row.channel,
        channel_name=row.get_channel_display(),
        occurred_at=row.occurred_at,
        score=row.score,
        language=row.language,
        product=row.product.name if row.product else "",
        region=row.region.name if row.region else "",
        why=why,
        meant=_moved(clause[0], anchor, moved, len(text)) if clause else None,
        closeness=round(near.closeness, 4) if near else None,
    )


def _moved(
    clause: Span, anchor: list[Span], moved: tuple[Span, ...], length: int
) -> Span | None:
    """The clause within the excerpt, cut at its ends; the first anchor is in there."""
    by = moved[0][0] - anchor[0][0]
    start, end = max(clause[0] + by, 0), min(clause[1] + by, length)
    return (start, end) if start < end else None
