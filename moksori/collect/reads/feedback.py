"""Questions about feedback: lists with filters, and one with all that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, field_validator

from moksori.base.customers.models import Product
from moksori.base.customers.reads import regions_within
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import storable
from moksori.collect.answers import Answer, answer_from, main_answer
from moksori.collect.models import Feedback, Revision, Source

PER_PAGE = 50
MOST = 10_000  # counted; who wants more narrows the list down
EXCERPT = 400
MOST_DAYS = 36_500
MAX_ID = 2**63 - 1
LONGEST = 200  # characters of one condition
SCORES = {"low": (0, 4), "middle": (4, 7), "high": (7, 10.01)}
NAMED = ("source", "product", "region", "channel", "language", "batch", "customer")


class FeedbackFilters(BaseModel):
    """What a list is narrowed down to; empty means everything.

    `days` counts back from the newest feedback that the member may see, for an
    imported year may lie long ago. `score` is a key of SCORES, or "none"; `words` is
    "with" or "without"; `copies` is "without" to count what was said twice once.
    """

    # A model of pydantic, for the API asks with these same names.
    model_config = ConfigDict(frozen=True)

    days: str = ""
    source: str = ""
    product: str = ""
    region: str = ""
    channel: str = ""
    language: str = ""
    score: str = ""
    words: str = ""
    copies: str = ""
    batch: str = ""
    customer: str = ""

    @field_validator("*")
    @classmethod
    def _kept(cls, value: Any) -> Any:
        return storable(value)[:LONGEST] if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class FeedbackLine:
    """One feedback in a list. `score` is on 0–10, `given` the answer behind it."""

    id: int
    text: str
    score: float | None
    given: Answer | None
    language: str
    channel: str
    source: str
    product: str
    region: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What a feedback said before it was revised."""

    number: int
    at: datetime
    text: str
    given: Answer | None
    batch_id: int | None


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """Everything that people may see of one feedback."""

    line: FeedbackLine
    answers: tuple[Answer, ...]
    attributes: tuple[tuple[str, str], ...]
    account: str
    customer: str
    unit: str
    external_id: str
    received_at: datetime
    revision: int
    changes: tuple[Change, ...]
    source_id: int
    batch_id: int | None
    batch_name: str
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the lists of a member can be narrowed down to."""

    sources: tuple[tuple[str, str], ...]
    products: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]


class Capped(Paginator[Any]):
    """Counts no further than MOST: counting a million rows helps nobody."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows[:MOST].count() if isinstance(rows, QuerySet) else len(rows)

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST


def feedback_lines(
    *, by: Member, filters: FeedbackFilters, page: str | int | None = 1
) -> Page[FeedbackLine]:
    """One page of what the member may see, newest first."""
    rows = matching(filters, by=by).order_by("-occurred_at", "-id")
    found = Capped(rows.values_list("id", flat=True), PER_PAGE).get_page(page)
    ids = list(found.object_list)
    kept = Feedback.objects.filter(pk__in=ids).select_related(
        "source", "product", "region"
    )
    by_id = {row.pk: row for row in kept.defer("raw", "metadata")}
    found.object_list = [_line(by_id[id]) for id in ids if id in by_id]
    return found


def matching(filters: FeedbackFilters, *, by: Member) -> QuerySet[Feedback]:
    """The rows behind a list, for other steps to count or search within."""
    rows = Feedback.objects.visible_to(by).filter(_named(filters))
    if filters.score:
        rows = rows.filter(_scored(filters.score))
    if filters.words:
        is_wordless = Q(text="")
        rows = rows.filter(is_wordless if filters.words == "without" else ~is_wordless)
    if filters.copies == "without":
        rows = rows.filter(copy=None)
    since = _since(filters.days, by=by)
    return rows if since is None else rows.filter(occurred_at__gte=since)


def _named(filters: FeedbackFilters) -> Q:
    rule = Q()
    for name in NAMED:
        value = getattr(filters, name)
        if not value:
            continue
        is_text = name in {"channel", "language"}
        if "\x00" in value or not (is_text or _is_id(value)):
            return Q(pk__in=[])
        rule &= Q(**{name if is_text else f"{name}_id": value})
    return rule


def _is_id(value: str) -> bool:
    return value.isdecimal() and len(value) < 20 and 0 < int(value) <= MAX_ID


def _scored(key: str) -> Q:
    if key == "none":
        return Q(score__isnull=True)
    low, high = SCORES.get(key, (0, 10.01))
    return Q(score__gte=low, score__lt=high)


def _since(days: str, *, by: Member) -> datetime | None:
    newest = newest_day(by=by) if days.isdecimal() and len(days) < 6 else None
    if newest is None:
        return None
    back = timedelta(days=min(int(days), MOST_DAYS) - 1)
    # The time of day in the zone of the reader, as everywhere on the pages.
    return timezone.make_aware(datetime.combine(newest - back, time.min))


def newest_day(*, by: Member) -> date | None:
    """The day of the newest feedback that the member may see."""
    rows = Feedback.objects.visible_to(by).order_by("-occurred_at")
    newest = rows.values_list("occurred_at", flat=True).first()
    return timezone.localdate(newest) if newest else None


def _line(row: Feedback) -> FeedbackLine:
    return FeedbackLine(
        id=row.pk,
        text=row.text[:EXCERPT],
        score=row.score,
        given=_given(row.answers),
        language=row.language,
        channel=row.get_channel_display(),
        source=row.source.name,
        product=row.product.name if row.product else "",
        region=row.region.name if row.region else "",
        occurred_at=row.occurred_at,
    )


def _given(answers: Iterable[Mapping[str, Any]]) -> Answer | None:
    return main_answer(answer_from(answer) for answer in answers)


def feedback_page(feedback_id: int, *, by: Member) -> FeedbackPage:
    """One feedback; NotFound outside of what the member may see."""
    rows = Feedback.objects.visible_to(by).select_related(
        "source", "product", "region", "batch", "account", "customer", "unit"
    )
    row = one(rows.defer("raw"), pk=feedback_id)
    return FeedbackPage(
        line=_line(row),
        answers=tuple(answer_from(answer) for answer in row.answers),
        attributes=tuple((name, str(value)) for name, value in row.attributes.items()),
        account=row.account.name if row.account else "",
        customer=row.customer.name if row.customer else "",
        unit=row.unit.name,
        external_id="" if row.external_id.startswith("#") else row.external_id,
        received_at=row.received_at,
        revision=row.revision,
        changes=tuple(_change(each) for each in row.revisions.order_by("-number")),
        source_id=row.source_id,
        batch_id=row.batch_id if by.may(Ability.IMPORT, row) else None,
        batch_name=row.batch.file_name if row.batch else "",
        is_flagged=bool(row.metadata.get("flags")),
    )


def _change(revision: Revision) -> Change:
    before: Mapping[str, Any] = revision.before
    return Change(
        number=revision.number,
        at=revision.at,
        text=before.get("text", ""),
        given=_given(before.get("answers", ())),
        batch_id=revision.batch_id,
    )


def choices(*, by: Member) -> Choices:
    """Names for the filters; long lists are cut, the address takes any id."""
    scope = by.scope(Ability.READ)
    units = scope.units
    products = Product.objects.filter(unit_id__in=units)
    return Choices(
        sources=_named_rows(Source.objects.filter(unit_id__in=units)),
        products=_named_rows(products),
        regions=_named_rows(regions_within(scope)),
        languages=("ko", "en"),
    )


def _named_rows(rows: QuerySet[Any]) -> tuple[tuple[str, str], ...]:
    found = rows.order_by("name").values_list("id", "name")[:200]
    return tuple((str(id), name) for id, name in found)
