"""The JSON door of the step collect."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Header, Query, Router, Schema, Status
from pydantic import BeforeValidator, FiniteFloat

from moksori.base.errors import UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect import writes
from moksori.collect.answers import Answer, Kind, State
from moksori.collect.models import Batch, Channel, Source
from moksori.collect.reads import feedback as feedback_reads
from moksori.collect.reads import imports as import_reads
from moksori.collect.reads import sources as source_reads
from moksori.collect.records import Record
from moksori.collect.tables.table import clean
from moksori.collect.writes.receipts import answered_once

router = Router(tags=["collect"])
Key: Any = Header(  # type: ignore[type-arg]
    "", alias="Idempotency-Key", description="Any text; once per request."
)
MAX_TEXT = 100_000
MAX_DEPTH = 20  # levels of an object


def storable(value: Any, depth: int = 0) -> Any:
    """The value as every database keeps it; ValueError where none can."""
    if depth > MAX_DEPTH:
        raise ValueError(f"deeper than {MAX_DEPTH} levels")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    if isinstance(value, str):
        # NUL and half of a pair, as broken JSON has them.
        return value.encode("utf-8", "replace").decode().replace("\x00", "")
    if isinstance(value, dict):
        return {storable(key): storable(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    return value


Kept = Annotated[dict[str, Any], BeforeValidator(storable)]
Texts = Annotated[dict[str, str], BeforeValidator(storable)]
Value = Annotated[str | FiniteFloat | list[str] | None, BeforeValidator(storable)]


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


class ListQuery(Schema):
    days: str = ""
    source: str = ""
    product: str = ""
    region: str = ""
    channel: str = ""
    language: str = ""
    score: str = ""
    batch: str = ""
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


@router.post(
    "/feedback",
    response={200: StoredOut, 201: StoredOut},
    summary="Send one feedback",
)
def add_feedback(
    request: HttpRequest, body: FeedbackIn, idempotency_key: str = Key
) -> Status[Any]:
    """The same `external_id` again is a revision, or unchanged if nothing differs."""
    member = member_of(request)
    source = _source(body.source, member)

    def write() -> tuple[int, dict[str, Any]]:
        added = writes.add_many([_record(body)], source=source, by=member)
        state = "added" if added.added else "revised" if added.revised else "unchanged"
        return (201 if added.added else 200), {"id": added.ids[0], "state": state}

    return Status(*answered_once(idempotency_key, _body(body), write, by=member))


@router.post("/feedback/batch", response=ListOut, summary="Send up to 1,000 at once")
def add_feedback_list(
    request: HttpRequest, body: ListIn, idempotency_key: str = Key
) -> Any:
    """All of them or none."""
    member = member_of(request)
    source = _source(body.source, member)

    def write() -> tuple[int, dict[str, Any]]:
        records = [_record(item) for item in body.feedback]
        added = writes.add_many(records, source=source, by=member)
        return 200, {
            "added": added.added,
            "revised": added.revised,
            "unchanged": added.unchanged,
            "ids": list(added.ids),
        }

    return answered_once(idempotency_key, _body(body), write, by=member)[1]


@router.get("/feedback", response=FeedbackListOut)
def feedback_list(request: HttpRequest, asked: Query[ListQuery]) -> Any:
    given = asked.dict()
    page = feedback_reads.feedback_lines(
        by=member_of(request),
        page=given.pop("page"),
        filters=feedback_reads.FeedbackFilters(**given),
    )
    return {
        "total": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "feedback": page.object_list,
    }


@router.get("/feedback/{int:feedback_id}", response=FeedbackOut)
def feedback(request: HttpRequest, feedback_id: int) -> Any:
    page = feedback_reads.feedback_page(feedback_id, by=member_of(request))
    line = page.line
    return {
        "id": line.id,
        "text": "\n\n".join(_texts(page.answers)),
        "score": line.score,
        "language": line.language,
        "channel": line.channel,
        "source": line.source,
        "product": line.product,
        "region": line.region,
        "occurred_at": line.occurred_at,
        "external_id": page.external_id,
        "unit": page.unit,
        "answers": list(page.answers),
        "attributes": dict(page.attributes),
        "received_at": page.received_at,
        "revision": page.revision,
    }


@router.get("/imports", response=list[ImportOut])
def import_list(request: HttpRequest, page: int = 1) -> Any:
    member = member_of(request)
    member.must(Ability.IMPORT)
    found = import_reads.import_lines(by=member, page=page)
    return [_import(batch) for batch in found.object_list]


@router.get("/imports/{int:batch_id}", response=ImportOut)
def import_status(request: HttpRequest, batch_id: int) -> Any:
    return _import(import_reads.import_row(batch_id, by=member_of(request)))


@router.get("/sources", response=list[SourceOut])
def source_list(request: HttpRequest) -> Any:
    member = member_of(request)
    member.must(Ability.IMPORT)
    return source_reads.source_lines(by=member)


@router.post("/sources", response={201: SourceOut})
def add_source(request: HttpRequest, body: SourceIn) -> Status[Any]:
    member = member_of(request)
    units = Unit.objects.filter(pk__in=member.scope(Ability.IMPORT).units)
    member.must(Ability.IMPORT)
    source = writes.add_source(
        body.name,
        unit=one(units, pk=body.unit),
        channel=body.channel,
        kind="api",
        by=member,
    )
    found = {
        "id": source.pk,
        "name": source.name,
        "unit": source.unit.name,
        "channel": source.get_channel_display(),
        "kind": source.kind,
        "feedback": 0,
        "newest": None,
        "imports": 0,
    }
    return Status(201, found)


def _source(source_id: int, member: Member) -> Source:
    return source_reads.source_row(source_id, by=member)


def _body(body: Schema) -> str:
    return f"{type(body).__name__} {body.model_dump_json()}"


def _texts(answers: tuple[Answer, ...]) -> list[str]:
    return [str(a.value) for a in answers if a.kind == Kind.TEXT and a.value]


def _record(item: ItemIn) -> Record:
    return Record(
        answers=_answers(item),
        external_id=clean(item.external_id),
        occurred_at=_moment(item.occurred_at),
        channel=item.channel,
        language=clean(item.language),
        product=clean(item.product),
        region=clean(item.region),
        customer=clean(item.customer),
        account=clean(item.account),
        consent=item.consent,
        attributes={clean(k)[:120]: clean(v)[:500] for k, v in item.attributes.items()},
        metadata=item.metadata,
        raw=storable(
            item.model_dump(mode="json", exclude_defaults=True, exclude={"source"})
        ),
    )


def _moment(at: datetime | None) -> datetime | None:
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


def _answers(item: ItemIn) -> tuple[Answer, ...]:
    found = [_answer(answer) for answer in item.answers]
    if item.score is not None:
        found.insert(0, _checked(Answer("score", item.score_kind, item.score)))
    if item.text.strip():
        found.insert(0, Answer("text", Kind.TEXT, clean(item.text)))
    return tuple(found)


def _answer(given: AnswerIn) -> Answer:
    value = given.value
    if isinstance(value, str):
        value = clean(value)[:MAX_TEXT]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _checked(
        Answer(
            clean(given.key),
            given.kind,
            value,
            given.low,
            given.high,
            given.state,
            clean(given.label),
        )
    )


def _checked(answer: Answer) -> Answer:
    """A program is told at once what a person's file is forgiven."""
    if answer.is_score and answer.value is not None:
        low, high = answer.scale
        if not isinstance(answer.value, int | float) or not answer.is_in_scale:
            raise UserError(
                _(
                    "The score {value} of “{key}” is not between {low} and {high}."
                ).format(
                    value=answer.value, key=answer.key, low=f"{low:g}", high=f"{high:g}"
                ),
                field=answer.key,
            )
    return answer


def _import(batch: Batch) -> dict[str, Any]:
    found = {name: getattr(batch, name) for name in ImportOut.model_fields}
    return found | {"source": batch.source_id}
