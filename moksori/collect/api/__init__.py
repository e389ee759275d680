"""The JSON door of the step collect."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from moksori.base.errors import UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.storable import storable_json
from moksori.collect import writes
from moksori.collect.answers import Answer, Kind
from moksori.collect.api.asking import router as asking
from moksori.collect.api.figures import router as figures
from moksori.collect.api.hooks import router as hooks
from moksori.collect.api.mailboxes import router as mailboxes
from moksori.collect.api.names import router as names
from moksori.collect.api.paper import router as paper
from moksori.collect.api.plans import router as plans
from moksori.collect.api.responses import router as responses
from moksori.collect.api.review import router as review
from moksori.collect.api.scans import router as scans
from moksori.collect.api.shapes import (
    MAX_TEXT,
    AnswerIn,
    FeedbackIn,
    FeedbackListOut,
    FeedbackOut,
    ImportOut,
    ItemIn,
    Key,
    ListIn,
    ListOut,
    ListQuery,
    SourceIn,
    SourceOut,
    StoredOut,
    moment,
)
from moksori.collect.api.streams import router as streams
from moksori.collect.api.surveys import router as surveys
from moksori.collect.api.taken import router as taken
from moksori.collect.api.visits import router as visits
from moksori.collect.models import Batch, Source
from moksori.collect.reads import feedback as feedback_reads
from moksori.collect.reads import imports as import_reads
from moksori.collect.reads import sources as source_reads
from moksori.collect.records import Record
from moksori.collect.tables.table import clean
from moksori.collect.writes.receipts import answered_once

router = Router(tags=["collect"])
router.add_router("", asking)
router.add_router("", figures)
router.add_router("", mailboxes)
router.add_router("", names)
router.add_router("", paper)
router.add_router("", review)
router.add_router("", hooks)
router.add_router("", taken)
router.add_router("", scans)
router.add_router("", streams)
router.add_router("", surveys)
router.add_router("", responses)
router.add_router("", visits)
router.add_router("", plans)


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
    page = feedback_reads.feedback_lines(
        by=member_of(request), page=asked.page, filters=asked
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
        occurred_at=moment(item.occurred_at),
        channel=item.channel,
        language=clean(item.language),
        product=clean(item.product),
        region=clean(item.region),
        customer=clean(item.customer),
        account=clean(item.account),
        consent=item.consent,
        attributes={clean(k)[:120]: clean(v)[:500] for k, v in item.attributes.items()},
        metadata=item.metadata,
        raw=storable_json(
            item.model_dump(mode="json", exclude_defaults=True, exclude={"source"})
        ),
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
