"""Search in what customers said, in Korean and English, within what one may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.fields import FloatField

from moksori.base.people.models import Member
from moksori.collect.models import Feedback
from moksori.understand.models import SearchText
from moksori.understand.reads.excerpts import excerpt
from moksori.understand.reads.tokens import spans, terms
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters, Window

PAGE = 20
EXCERPT = 240
LONGEST_QUERY = 200
_TEXTS = SearchText._meta.db_table


@dataclass(frozen=True, slots=True)
class Hit:
    """A feedback found; `spans` are the places of the words asked for in `text`."""

    feedback: int
    text: str
    spans: tuple[tuple[int, int], ...]
    source: str
    channel: str
    channel_name: str
    occurred_at: datetime
    score: float | None
    language: str
    product: str
    region: str
    tone: str = "neutral"

    @property
    def short(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        return self.text, self.spans

    @property
    def where(self) -> str:
        return " · ".join(part for part in (self.product, self.region) if part)


@dataclass(frozen=True, slots=True)
class Found:
    """`total` feedbacks match; `hits` are one page of them, best first."""

    query: str
    total: int
    hits: tuple[Hit, ...]
    offset: int = 0

    @property
    def next_offset(self) -> int | None:
        after = self.offset + len(self.hits)
        return after if self.hits and after < self.total else None

    @property
    def previous_offset(self) -> int | None:
        return max(self.offset - PAGE, 0) if self.offset else None


def search(
    query: str,
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    window: Window | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> Found:
    """Feedback that holds all words of the query, anywhere in a word for Korean.

    The last characters of a word may be missing (배송 finds 배송이, refund finds
    refunded). Ordered by how much the words say about the text (BM25), then newest.
    """
    query = " ".join(query.split())[:LONGEST_QUERY]
    asked = terms(query)
    if not asked:
        return Found(query, 0, ())
    rows: QuerySet[Feedback] = Feedback.objects.visible_to(by)
    rows = _matching(rows.filter(filters.q()), asked)
    if window is not None:
        rows = rows.filter(
            occurred_at__date__gte=window.since, occurred_at__date__lte=window.until
        )
    total = rows.count()
    best = _ranked(rows, asked).select_related("source", "product", "region")
    best = best.defer("raw", "answers", "metadata", "attributes", "consent")
    page = best[offset : offset + limit] if offset < total else []
    return Found(query, total, tuple(_hit(row, query) for row in page), offset)


def _matching(rows: QuerySet[Feedback], asked: list[list[str]]) -> QuerySet[Feedback]:
    # The index is no Django field; joining it by name keeps gate and match in one
    # statement, so that neither counts nor pages can slip past the gate.
    feedback = Feedback._meta.db_table
    if connection.vendor == "postgresql":
        return rows.extra(  # noqa: S610
            tables=[_TEXTS],
            where=[
                f'"{_TEXTS}".feedback_id = "{feedback}".id',
                f"\"{_TEXTS}\".vector @@ to_tsquery('simple', %s)",
            ],
            params=[_tsquery(asked)],
        )
    return rows.extra(  # noqa: S610
        tables=["understand_search"],
        where=[
            f'understand_search.rowid = "{feedback}".id',
            "understand_search MATCH %s",
        ],
        params=[_fts5(asked)],
    )


def _ranked(rows: QuerySet[Feedback], asked: list[list[str]]) -> QuerySet[Feedback]:
    if connection.vendor == "postgresql":
        match = "to_tsquery('simple', %s)"
        sql = f'-ts_rank("{_TEXTS}".vector, {match}, 1)'
        weight = RawSQL(sql, [_tsquery(asked)], FloatField())  # noqa: S611
    else:
        weight = RawSQL("bm25(understand_search)", [], output_field=FloatField())
    return rows.annotate(weight=weight).order_by("weight", "-occurred_at", "-pk")


def _fts5(asked: list[list[str]]) -> str:
    """Phrases of quoted tokens (which hold letters and digits only), all required."""
    return " AND ".join(f'"{" ".join(term)}" *' for term in asked)


def _tsquery(asked: list[list[str]]) -> str:
    phrases = []
    for term in asked:
        quoted = [f"'{token}'" for token in term]
        quoted[-1] += ":*"
        phrases.append(f"({' <-> '.join(quoted)})")
    return " & ".join(phrases)


def _hit(row: Feedback, query: str) -> Hit:
    text, marked = excerpt(row.text, spans(row.text, query), length=EXCERPT)
    return Hit(
        feedback=row.pk,
        text=text,
        spans=marked,
        source=row.source.name,
        channel=row.channel,
        channel_name=row.get_channel_display(),
        occurred_at=row.occurred_at,
        score=row.score,
        language=row.language,
        product=row.product.name if row.product else "",
        region=row.region.name if row.region else "",
    )
