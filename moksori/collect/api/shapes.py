"""What the JSON door of collect takes and gives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Header, Schema
from pydantic import BeforeValidator, FiniteFloat

from moksori.base.errors import UserError
from moksori.base.storable import storable_json
from moksori.collect.answers import Kind, State
from moksori.collect.models import Channel
from moksori.collect.reads.feedback import FeedbackFilters

Key: Any = Header(  # type: ignore[type-arg]
    "", alias="Idempotency-Key", description="Any text; once per request."
)
MAX_TEXT = 100_000


Kept = Annotated[dict[str, Any], BeforeValidator(storable_json)]
Texts = Annotated[dict[str, str], BeforeValidator(storable_json)]
Value = Annotated[str | FiniteFloat | list[str] | None, BeforeValidator(storable_json)]


class AnswerIn(Schema):
    """One answer. A score says its scale; `high` is good."""

    key: str = Field(max_length=200)
    kind: Kind
    value: Value = None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    state: State = State.ANSWERED
    label: str = Field("", max_length=1000)


class ItemIn(Schema):
    """One feedback. `text` and `score` are short for answers of these kinds."""

    external_id: str = Field("", max_length=200)
    text: str = Field("", max_length=MAX_TEXT)
    score: FiniteFloat | None = None
    score_kind: Kind = Kind.NPS
    answers: list[AnswerIn] = Field(default_factory=list, max_length=500)
    occurred_at: datetime | None = None
    channel: Channel | Literal[""] = ""
    language: str = Field("", max_length=8)
    product: str = Field("", max_length=200)
    region: str = Field("", max_length=80)
    customer: str = Field("", max_length=200)
    account: str = Field("", max_length=200)
    consent: Kept = Field(default_factory=dict)
    attributes: Texts = Field(default_factory=dict)
    metadata: Kept = Field(default_factory=dict)


class FeedbackIn(ItemIn):
    source: int


class ListIn(Schema):
    source: int
    feedback: list[ItemIn] = Field(min_length=1, max_length=1000)


class StoredOut(Schema):
    id: int
    state: Literal["added", "revised", "unchanged"]


class ListOut(Schema):
    """`ids` in the order of the feedbacks sent."""

    added: int
    revised: int
    unchanged: int
    ids: list[int]


class AnswerOut(Schema):
    key: str
    kind: str
    value: str | float | list[str] | None
    low: float | None
    high: float | None
    state: str
    label: str
    score_0_10: float | None


class LineOut(Schema):
    id: int
    text: str
    score: float | None
    language: str
    channel: str
    source: str
    product: str
    region: str
    occurred_at: datetime


class FeedbackOut(LineOut):
    external_id: str
    unit: str
    answers: list[AnswerOut]
    attributes: dict[str, str]
    received_at: datetime
    revision: int


class FeedbackListOut(Schema):
    """`total` is counted up to 10,000."""

    total: int
    page: int
    pages: int
    feedback: list[LineOut]


class ListQuery(FeedbackFilters):
    page: int = 1


class ImportOut(Schema):
    id: int
    file_name: str
    source: int
    state: str
    rows_read: int
    rows_total: int | None
    added: int
    revised: int
    unchanged: int
    repeated: int
    refused: int
    flagged: int
    message: str
    created_at: datetime
    finished_at: datetime | None


class SourceIn(Schema):
    name: str = Field(max_length=200)
    unit: int
    channel: Channel = Channel.OTHER


class SourceOut(Schema):
    id: int
    name: str
    unit: str
    channel: str
    kind: str
    feedback: int
    newest: datetime | None
    imports: int


def moment(at: datetime | None) -> datetime | None:
    """The moment with its zone; raises UserError for one that cannot be meant."""
    if at is None:
        return None
    latest = timezone.now() + timedelta(days=366)
    # The year first: at the edges of the calendar no zone can be counted in.
    if 1970 <= at.year <= latest.year:
        at = timezone.make_aware(at) if timezone.is_naive(at) else at
        if at <= latest:
            return at
    raise UserError(
        _(
            "The time {value} is too early or lies in the future. "
            "Send one between 1970 and a year from now."
        ).format(value=at.isoformat()),
        field="occurred_at",
    )
