"""The JSON door of responses: taken whole from programs, and followed by them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import AfterValidator, FiniteFloat

from moksori.base.people.requests import member_of
from moksori.collect.api.shapes import Kept, Texts, moment
from moksori.collect.models import Response
from moksori.collect.reads import responses as reads
from moksori.collect.reads.surveys import survey_row, survey_seen
from moksori.collect.tables.table import clean
from moksori.collect.writes.programs import Whole, take_response

router = Router(tags=["collect"])
MOST_NAMES = 5_000
PLACES = ("product", "region", "customer", "account")
Channel = Literal[
    "web", "widget", "qr", "kiosk", "email", "sms", "phone", "offline", "paper", "api"
]


def _few(given: dict[str, Any]) -> dict[str, Any]:
    if len(given) > MOST_NAMES:
        raise ValueError(f"at most {MOST_NAMES} names")
    return given


class ResponseIn(Schema):
    """`answers` by the ids of their questions, named as docs/questionnaires.md says."""

    external_id: str = Field(
        min_length=1, max_length=200, description="Your name for it; once per survey."
    )
    answers: Annotated[Kept, AfterValidator(_few)]
    language: str = Field("", max_length=8)
    channel: Channel = "api"
    occurred_at: datetime | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1)
    variant: str = Field("", max_length=40)
    seconds: FiniteFloat | None = Field(None, ge=0, le=86_400)
    product: str = Field("", max_length=200)
    region: str = Field("", max_length=80)
    customer: str = Field("", max_length=200)
    account: str = Field("", max_length=200)
    attributes: Texts = Field(default_factory=dict)


class TakenResponseOut(Schema):
    """`left_out`: questions answered though nothing on their path asks them."""

    id: int
    is_new: bool
    state: Literal["complete", "out", "full", "withdrawn"]
    feedback: int | None
    flags: list[str]
    left_out: list[str]


class DoubtOut(Schema):
    kind: str
    message: str


class ResponseOut(Schema):
    id: int
    external_id: str
    state: str
    version: int
    channel: str
    language: str
    variant: str
    started_at: datetime
    finished_at: datetime
    answers: dict[str, Any]
    flags: list[DoubtOut]
    feedback: int | None


class ResponsePageOut(Schema):
    """Ask again with `after` = `cursor`, at the end too: for what came since."""

    responses: list[ResponseOut]
    cursor: str
    has_more: bool


class ResponseQuery(Schema):
    state: Literal["complete", "out", "full", "withdrawn"] = "complete"
    after: str = Field("", max_length=200)
    limit: int = Field(100, ge=1, le=reads.MOST)


@router.post(
    "/surveys/{int:survey_id}/responses",
    response={200: TakenResponseOut, 201: TakenResponseOut},
    summary="Send a whole response",
)
def add_response(request: HttpRequest, survey_id: int, body: ResponseIn) -> Status[Any]:
    """The same `external_id` again is the same response.

    400 names every answer that does not fit, under `problems`; 409 while the survey
    is closed or pauses, and where the id came before with other answers.
    """
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    taken = take_response(_whole(body), survey=survey, by=member)
    row: Response = taken.response
    told = {
        "id": row.pk,
        "is_new": taken.is_new,
        "state": row.state,
        "feedback": row.feedback_id,
        "flags": [str(one["kind"]) for one in row.flags],
        "left_out": list(taken.left_out),
    }
    return Status(201 if taken.is_new else 200, told)


@router.get("/surveys/{int:survey_id}/responses", response=ResponsePageOut)
def response_list(
    request: HttpRequest, survey_id: int, asked: Query[ResponseQuery]
) -> Any:
    """Those that ended, in the order in which they ended; texts are masked."""
    member = member_of(request)
    return reads.response_page(
        survey_seen(survey_id, by=member),
        by=member,
        state=asked.state,
        after=asked.after,
        limit=asked.limit,
    )


def _whole(body: ResponseIn) -> Whole:
    about: dict[str, Any] = {
        name: text for name in PLACES if (text := clean(getattr(body, name)))
    }
    if body.attributes:
        about["attributes"] = {
            clean(name)[:120]: clean(text)[:500]
            for name, text in body.attributes.items()
        }
    return Whole(
        external_id=clean(body.external_id),
        answers=body.answers,
        language=body.language,
        channel=body.channel,
        occurred_at=moment(body.occurred_at),
        version=body.version,
        variant=body.variant,
        seconds=body.seconds,
        about=about,
    )
