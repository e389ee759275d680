"""What customers said, with the span that is meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from moksori.base.people.models import Member
from moksori.collect.models import Channel
from moksori.understand.models import Mention, Theme, is_negative
from moksori.understand.reads.excerpts import excerpt
from moksori.understand.reads.window import Filters, Window

# The newest mentions among which the most typical ones are looked for.
CANDIDATES = 40
SHORT, LONG = 12, 160
AROUND = 420
EVERYTHING = Filters()
COMPLAINT = Mention.Kind.COMPLAINT

_COLUMNS = (
    "feedback__text",
    "feedback__channel",
    "feedback__occurred_at",
    "feedback__score",
    "feedback__language",
    "feedback__source__name",
    "feedback__product__name",
    "feedback__region__name",
)


@dataclass(frozen=True, slots=True)
class Verbatim:
    """One feedback's text; `text[start:end]` is what is meant.

    `score` lies in 0–10, `sentiment` in −1…1; `confidence` says how well the span
    fits its theme (0–1), None without a theme. `mention` is the span's own id, `also`
    are further spans of the text. `copies` further mentions say the same words.
    """

    feedback: int
    text: str
    start: int
    end: int
    source: str
    channel: str
    occurred_at: datetime
    score: float | None
    sentiment: float | None
    language: str
    product: str = ""
    region: str = ""
    kind: str = ""
    confidence: float | None = None
    mention: int = 0
    also: tuple[tuple[int, int], ...] = ()
    copies: int = 0

    @property
    def span(self) -> str:
        return self.text[self.start : self.end]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Everything meant: this span, and others of the same text."""
        own = [(self.start, self.end)] if self.end > self.start else []
        return sorted([*own, *self.also])

    @property
    def channel_name(self) -> str:
        return str(dict(Channel.choices).get(self.channel, self.channel))

    @property
    def tone(self) -> str:
        """hurt, thanks or neutral: how it is shown."""
        if self.kind == Mention.Kind.PRAISE:
            return "thanks"
        if self.sentiment is None:
            return "neutral"
        return "hurt" if is_negative(self.kind, self.sentiment) else "neutral"

    @property
    def where(self) -> str:
        """Product and region, as far as they are known."""
        return " · ".join(part for part in (self.product, self.region) if part)

    @property
    def short(self) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The text around the span, and the spans in it: for lists."""
        meant = [(self.start, self.end), *self.also] if self.end else []
        return excerpt(self.text, meant, length=AROUND)

    @property
    def excerpt(self) -> str:
        """The span, short enough for one line."""
        words = " ".join(self.span.split())
        return words if len(words) <= LONG else words[: LONG - 1].rstrip() + "…"


def verbatims(  # noqa: PLR0913 - every one narrows the same list
    *,
    by: Member,
    theme: Theme | int | None = None,
    window: Window | None = None,
    filters: Filters = EVERYTHING,
    kind: str = "",
    limit: int = 20,
    offset: int = 0,
) -> list[Verbatim]:
    """Newest first: what customers said (about a theme) that this member may read.

    `limit` and `offset` count mentions; those that stand together in one text are
    shown as one.
    """
    rows = _mentions(by=by, window=window, filters=filters, kind=kind)
    if theme is not None:
        rows = rows.filter(theme=theme)
    rows = rows.order_by("-day", "-id")[offset : offset + limit]
    return _joined([_verbatim(mention) for mention in _with_words(rows)])


def typical(
    *,
    by: Member,
    theme: Theme | int,
    window: Window | None = None,
    filters: Filters = EVERYTHING,
    limit: int = 1,
) -> list[Verbatim]:
    """Complaints: of the newest, the most typical of the theme, easiest to read."""
    rows = _mentions(by=by, window=window, filters=filters, kind=COMPLAINT)
    chosen = _best(rows.filter(theme=theme), limit)
    found = {m.pk: m for m in _with_words(Mention.objects.filter(pk__in=chosen))}
    return [_verbatim(found[pk]) for pk in chosen if pk in found]


def typical_each(
    themes: Iterable[int],
    *,
    by: Member,
    window: Window | None = None,
    filters: Filters = EVERYTHING,
) -> dict[int, Verbatim]:
    """One typical complaint for each theme that has any."""
    rows = _mentions(by=by, window=window, filters=filters, kind=COMPLAINT)
    chosen = {theme: _best(rows.filter(theme=theme), 1) for theme in themes}
    ids = [pk for best in chosen.values() for pk in best]
    found = {m.pk: m for m in _with_words(Mention.objects.filter(pk__in=ids))}
    return {
        theme: _verbatim(found[best[0]])
        for theme, best in chosen.items()
        if best and best[0] in found
    }


def said(mentions: Iterable[int], *, by: Member) -> dict[int, Verbatim]:
    """These mentions, as far as this member may read them, in the order given."""
    wanted = list(mentions)
    rows = _with_words(Mention.objects.visible_to(by).filter(pk__in=wanted))
    found = {mention.pk: mention for mention in rows}
    return {pk: _verbatim(found[pk]) for pk in wanted if pk in found}


def _best(rows: QuerySet[Mention], limit: int) -> list[int]:
    """Mention ids, no feedback twice. A walk along the index of newest mentions."""
    columns = ("id", "feedback_id", "confidence", "sentiment", "start", "end")
    newest = rows.order_by("-day", "-id").values_list(*columns)[:CANDIDATES]
    chosen: dict[int, int] = {}
    for pk, feedback, *_ in sorted(newest, key=_worth, reverse=True):
        chosen.setdefault(feedback, pk)
    return list(chosen.values())[:limit]


def _mentions(
    *, by: Member, window: Window | None, filters: Filters, kind: str
) -> QuerySet[Mention]:
    rows: QuerySet[Mention] = Mention.objects.visible_to(by)
    rows = rows.filter(filters.q("feedback__"))
    if kind:
        rows = rows.filter(kind=kind)
    if window is not None and not window.is_open:
        rows = rows.filter(day__gte=window.since, day__lte=window.until)
    return rows


def _with_words(rows: QuerySet[Mention]) -> QuerySet[Mention]:
    own = ("start", "end", "sentiment", "language", "kind", "confidence", "feedback_id")
    joined = rows.select_related(
        "feedback__source", "feedback__product", "feedback__region"
    )
    return joined.only(*own, *_COLUMNS)


def _verbatim(mention: Mention) -> Verbatim:
    feedback = mention.feedback
    return Verbatim(
        feedback=mention.feedback_id,
        text=feedback.text,
        start=mention.start,
        end=mention.end,
        source=feedback.source.name,
        channel=feedback.channel,
        occurred_at=feedback.occurred_at,
        score=feedback.score,
        sentiment=mention.sentiment,
        language=mention.language or feedback.language,
        product=feedback.product.name if feedback.product else "",
        region=feedback.region.name if feedback.region else "",
        kind=mention.kind,
        confidence=mention.confidence,
        mention=mention.pk,
    )


def _worth(row: tuple[int, int, float | None, float, int, int]) -> float:
    """Typical, clear in tone, and neither too short to say something nor too long."""
    _, _, confidence, sentiment, start, end = row
    worth = (confidence or 0.0) + abs(sentiment)
    if end - start < SHORT:
        return worth - 0.6
    return worth - 0.4 if end - start > LONG else worth


def _joined(found: list[Verbatim]) -> list[Verbatim]:
    """Neighbours from the same text as one, with every span marked."""
    out: list[Verbatim] = []
    for one in found:
        if out and out[-1].feedback == one.feedback:
            last = out[-1]
            out[-1] = replace(last, also=(*last.also, (one.start, one.end)))
        else:
            out.append(one)
    return out
