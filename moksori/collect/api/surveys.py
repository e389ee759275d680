"""The JSON door of surveys: drafts, hints, publishing, versions, results."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema, Status

from moksori.base.errors import UserError
from moksori.base.people.gate import one
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.storable import storable_json
from moksori.collect.models import Survey
from moksori.collect.questionnaires.building.screen import screen
from moksori.collect.questionnaires.drafts import begun
from moksori.collect.questionnaires.reading import DEEPEST
from moksori.collect.questionnaires.templates import template
from moksori.collect.questionnaires.writing import to_json
from moksori.collect.reads import results as result_reads
from moksori.collect.reads import surveys as reads
from moksori.collect.writes import surveys as writes

router = Router(tags=["collect"])
Language = Literal["ko", "en"]
Json = dict[str, Any]


class SurveyIn(Schema):
    """A draft: `definition` (docs/questionnaires.md), or the id of a `template`."""

    unit: int = Field(ge=1, le=2**31)
    name: str = Field(min_length=1, max_length=200)
    definition: Json | None = None
    template: str = Field("", max_length=40)
    language: Language = Field("ko", description="of a survey that begins empty")


class DraftIn(Schema):
    """`seen` is the `draft_number` of the draft that the change starts from."""

    definition: Json
    seen: int = Field(ge=1, le=2**31)


class SurveyOut(Schema):
    id: int
    name: str
    unit: str
    status: str
    version: int = Field(description="0 before it was published")
    questions: int
    languages: list[str]
    complete: int
    started: int
    newest: datetime | None
    changed_at: datetime


class ProblemOut(Schema):
    path: str
    message: str


class NoteOut(Schema):
    path: str
    rule: str
    severity: str
    why: str
    better: str
    text: str
    wording: str


class DraftOut(Schema):
    id: int
    slug: str
    status: str
    draft_number: int
    definition: Json
    problems: list[ProblemOut]
    notes: list[NoteOut]


class VersionOut(Schema):
    number: int
    published_at: datetime
    responses: int
    changes: int
    breaks: int = Field(description="changes after which answers do not compare")
    same: list[str] = Field(description="questions reworded, and said to be the same")
    definition: Json


class SurveyEstimateOut(Schema):
    value: float
    low: float
    high: float
    n: int
    method: str


class SurveyLineOut(Schema):
    label: str
    group: str
    count: float
    estimate: SurveyEstimateOut | None


class ResultOut(Schema):
    id: str
    code: str
    text: str
    type: str
    answered: int
    skipped: int
    not_applicable: int
    prefer_not: int
    since_version: int
    reworded_version: int
    whole: SurveyEstimateOut | None
    lines: list[SurveyLineOut]


class StepOut(Schema):
    number: int
    title: str
    sent: int
    stopped: int
    seconds: float | None


class ResultsOut(Schema):
    counts: dict[str, int]
    flagged: int
    flags: dict[str, int]
    seconds: float | None
    steps: list[StepOut]
    questions: list[ResultOut]


class StateIn(Schema):
    status: Literal["open", "paused", "closed"]


class PublishIn(Schema):
    same: list[str] = []


class SpokenIn(Schema):
    language: Language = "ko"


class ResultsQuery(SpokenIn):
    with_doubtful: bool = True


@router.get("/surveys", response=list[SurveyOut])
def survey_list(request: HttpRequest) -> Any:
    """Surveys whose answers or drafts the member may see."""
    return reads.survey_lines(by=member_of(request))


@router.post("/surveys", response={201: DraftOut}, summary="Begin a survey")
def survey_add(request: HttpRequest, body: SurveyIn) -> Any:
    """A draft may be incomplete; `problems` says what is missing."""
    member = member_of(request)
    units = member.scope(Ability.IMPORT).units
    unit: Unit = one(Unit.objects.filter(pk__in=units), pk=body.unit)
    if body.template:
        draft = to_json(template(body.template).questionnaire)
    else:
        new = begun(" ".join(body.name.split()), body.language)
        draft = _definition(body.definition) if body.definition else new
    survey = writes.add_survey(body.name, unit=unit, draft=draft, by=member)
    return Status(201, _draft(survey, "ko"))


@router.get("/surveys/{survey_id}", response=DraftOut)
def survey_get(request: HttpRequest, survey_id: int, spoken: Query[SpokenIn]) -> Any:
    """The draft, what it lacks, and how it could be asked better."""
    survey = reads.survey_row(survey_id, by=member_of(request))
    return _draft(survey, spoken.language)


@router.put("/surveys/{survey_id}/draft", response=DraftOut)
def survey_put(request: HttpRequest, survey_id: int, body: DraftIn) -> Any:
    """Another draft; 409 if somebody changed it since `seen`."""
    member = member_of(request)
    survey = reads.survey_row(survey_id, by=member)
    found = writes.change_draft(
        survey, _definition(body.definition), seen=body.seen, by=member
    )
    return _draft(found, "ko")


@router.post("/surveys/{survey_id}/publish", response=VersionOut)
def survey_publish(
    request: HttpRequest, survey_id: int, body: PublishIn | None = None
) -> Any:
    """The draft as what customers see; 400 with every problem if it lacks anything.

    `same` are ids of questions that only got better words: their numbers go on.
    """
    member = member_of(request)
    survey = reads.survey_row(survey_id, by=member)
    writes.publish(survey, same=body.same if body else (), by=member)
    return _version(reads.version_lines(survey)[0])


@router.put("/surveys/{survey_id}/status", response=DraftOut)
def survey_status(request: HttpRequest, survey_id: int, body: StateIn) -> Any:
    """Open, paused or closed."""
    member = member_of(request)
    survey = reads.survey_row(survey_id, by=member)
    turn = {"open": writes.reopen, "paused": writes.pause, "closed": writes.close}
    turn[body.status](survey, by=member)
    return _draft(reads.survey_row(survey_id, by=member), "ko")


@router.get("/surveys/{survey_id}/versions", response=list[VersionOut])
def survey_versions(request: HttpRequest, survey_id: int) -> Any:
    """What was published, the newest first."""
    survey = reads.survey_row(survey_id, by=member_of(request))
    return [_version(line) for line in reads.version_lines(survey)]


@router.get("/surveys/{survey_id}/results", response=ResultsOut)
def survey_results(
    request: HttpRequest, survey_id: int, asked: Query[ResultsQuery]
) -> Any:
    """How many, how far, and each question with its intervals."""
    member = member_of(request)
    survey = reads.survey_seen(survey_id, by=member)
    found = result_reads.results(
        survey, by=member, language=asked.language, with_doubtful=asked.with_doubtful
    )
    if found is None:
        return {"counts": {}, "flagged": 0, "flags": {}, "seconds": None,
                "steps": [], "questions": []}  # fmt: skip
    return {
        "counts": dict(found.counts),
        "flagged": found.flagged,
        "flags": dict(found.flags),
        "seconds": found.seconds,
        "steps": found.steps,
        "questions": [_result(result) for result in found.results],
    }


def _definition(given: Json) -> Json:
    try:
        kept: Json = storable_json(given, deepest=DEEPEST)
    except (ValueError, RecursionError):
        text = _("This holds values that no database keeps.")
        raise UserError(text, field="definition") from None
    return kept


def _draft(survey: Survey, language: str) -> Json:
    now = screen(survey.draft, language=language)
    return {
        "id": survey.pk,
        "slug": survey.slug,
        "status": survey.status,
        "draft_number": survey.draft_number,
        "definition": survey.draft,
        "problems": [
            {"path": one.path, "message": str(one.message)} for one in now.problems
        ],
        "notes": [note.to_json() for note in now.notes],
    }


def _version(line: reads.VersionLine) -> Json:
    return {
        "number": line.number,
        "published_at": line.published_at,
        "responses": line.responses,
        "changes": len(line.changes),
        "breaks": line.breaks,
        "same": sorted({one.about for one in line.changes if one.is_same}),
        "definition": to_json(line.questionnaire),
    }


def _result(result: result_reads.Result) -> Json:
    return {
        "id": result.question.id,
        "code": result.question.key,
        "text": result.text,
        "type": result.question.type.value,
        "answered": result.answered,
        "skipped": result.skipped,
        "not_applicable": result.not_applicable,
        "prefer_not": result.prefer_not,
        "since_version": result.since,
        "reworded_version": result.reworded,
        "whole": result.tally.whole,
        "lines": result.tally.lines,
    }
