"""Search over JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.collect.reads.feedback import newest_day
from moksori.understand import reads
from moksori.understand.api.shapes import BIGGEST_ID, Asked
from moksori.understand.forms.search import asked_flags
from moksori.understand.reads.narrow import Narrow
from moksori.understand.reads.near import near_themes
from moksori.understand.reads.window import Window

router = Router()


class AskedSearch(Asked):
    """Filters; left out means any.

    `period` counts weeks back from the newest feedback; `since` and `until` are days,
    both included. `theme` may be a group. `sentiment`, `kind`, `theme` and `flags` hold
    for one clause, the rest for its feedback. `how` asks for hits by words or by
    meaning alone.
    """

    since: date | None = None
    until: date | None = None
    source: int | None = Field(None, ge=1, le=BIGGEST_ID)
    theme: int | None = Field(None, ge=1, le=BIGGEST_ID)
    age_band: str = Field("", max_length=40)
    tier: str = Field("", max_length=40)
    kind: Literal["", "complaint", "praise", "request", "question", "other"] = ""
    sentiment: Literal["", "negative", "neutral", "positive"] = ""
    score: Literal["", "low", "middle", "high", "none"] = ""
    flags: Literal["", "any", "people", "fire", "law", "self_harm", "urgent"] = ""
    how: Literal["", "words", "meaning"] = ""

    def narrow(self, by: Member) -> Narrow:
        return Narrow(
            filters=self.filters.also(
                age_band=self.age_band or None, tier=self.tier or None
            ),
            window=self._window(by),
            source=self.source,
            theme=self.theme,
            kind=self.kind,
            sentiment=self.sentiment,
            score=self.score,
            flags=asked_flags(self.flags),
        )

    def _window(self, by: Member) -> Window | None:
        if self.since or self.until:
            return Window(self.since or date.min, self.until or date.max)
        newest = newest_day(by=by) if self.period not in ("", "all") else None
        return Window.weeks(int(self.period), newest) if newest else None


class HitOut(Schema):
    """`why`: "words", "meaning" or "both"; "" in a list of the newest.

    `spans` are the places of the words asked for in `text`, `meant` of the clause that
    is near in meaning, `closeness` its cosine.
    """

    feedback: int
    text: str
    why: str
    spans: list[tuple[int, int]]
    meant: tuple[int, int] | None
    closeness: float | None
    source: str
    channel: str
    occurred_at: datetime
    score: float | None
    language: str
    product: str
    region: str


class NearOut(Schema):
    """A theme near in meaning; `closeness` is a cosine."""

    id: int
    name: str
    closeness: float


class SearchFoundOut(Schema):
    """`total` = `words` (hold the words) + `meant` (only near in meaning, 200 at most).

    Without a query: all that meets the conditions, newest first; counted to 10,000.
    """

    query: str
    total: int
    words: int
    meant: int
    offset: int
    hits: list[HitOut]
    near_themes: list[NearOut]


@router.get("/search", response=SearchFoundOut)
def search(
    request: HttpRequest,
    asked: Query[AskedSearch],
    q: str = Query("", max_length=200),  # type: ignore[type-arg]
    limit: int = Query(20, ge=1, le=100),  # type: ignore[type-arg]
    offset: int = Query(0, ge=0, le=1_000_000),  # type: ignore[type-arg]
) -> SearchFoundOut:
    """Feedback that holds all the words or means the same, best first."""
    member = member_of(request)
    found = reads.search(
        q,
        by=member,
        narrow=asked.narrow(member),
        how=asked.how,
        limit=limit,
        offset=offset,
    )
    return SearchFoundOut(
        query=found.query,
        total=found.total,
        words=found.words,
        meant=found.meant,
        offset=found.offset,
        hits=[HitOut.from_orm(hit) for hit in found.hits],
        near_themes=[NearOut.from_orm(one) for one in near_themes(q, by=member)],
    )
