"""Whole responses as programs send them: checked at once, and taken once.

They go the way of answers on the web from their end on: the same quotas, the same
feedback, the same doubts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, NotFound, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.answering.tokens import (
    new_token,
    receipt_hash,
    receipt_of,
    seed_of,
    token_hash,
)
from moksori.collect.models import Response, Survey, SurveyVersion
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.checks import Verdict, beside_path, check_all
from moksori.collect.questionnaires.definition import UPLOADS, Questionnaire
from moksori.collect.questionnaires.flow import CODE, COPY, OWN
from moksori.collect.questionnaires.order import variant_of
from moksori.collect.reads.answering import Standing, standing, state_of
from moksori.collect.records import kept_id
from moksori.collect.writes import finishing
from moksori.collect.writes.queueing import turn

State = Response.State


@dataclass(frozen=True, slots=True)
class Whole:
    """A complete response; `about` is whom and what it is about, as in signed links.

    `answers` are named as they are stored (docs/questionnaires.md). Without `version`
    it is the present one, without `variant` chance decides, `seconds` is how long the
    customer took.
    """

    external_id: str
    answers: Mapping[str, Any]
    language: str = ""
    channel: str = Response.Channel.API
    occurred_at: datetime | None = None
    version: int | None = None
    variant: str = ""
    seconds: float | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """`left_out` are questions that were answered though their path asks none."""

    response: Response
    is_new: bool
    left_out: tuple[str, ...] = ()


class DoesNotFit(UserError):
    """Some answers do not fit: all of them are named, by the ids of their questions."""

    code = "answers"

    def __init__(self, problems: Mapping[str, str]) -> None:
        count = len(problems)
        super().__init__(
            ngettext(
                "{count} answer does not fit its question. Nothing was taken.",
                "{count} answers do not fit their questions. Nothing was taken.",
                count,
            ).format(count=count),
            field="answers",
            problems=[
                {"question": id, "message": message} for id, message in problems.items()
            ],
        )


def take_response(whole: Whole, *, survey: Survey, by: Member) -> Taken:
    """Store a whole response, once for each `external_id` of its survey.

    Raises DoesNotFit, and Conflict while nobody may answer or where the id came before
    with other answers.
    """
    by.must(Ability.IMPORT, survey)
    if not whole.external_id:
        text = _("Give each response a name of its own, so that it is taken once.")
        raise UserError(text, field="external_id")
    known = _known(survey, whole)
    if known is not None:
        return _again(known, whole)
    _must_be_open(survey)
    now = timezone.now()
    response = _fresh(survey, whole, now)
    left_out = beside_path(response.version.questionnaire, state_of(response))
    response.answers = dict(_checked(response).answers)
    walked = flow.walked(response.version.questionnaire, state_of(response))
    drawn = finishing.draw_up(response, walked, walked.end, response.started_at)
    try:
        with turn(), transaction.atomic():
            finishing.settle(response, drawn, now)
            response.save(force_insert=True)
            audit.record("add_response", survey, by=by)
    except IntegrityError:  # sent twice at once: the unique id says so
        known = _known(survey, whole)
        if known is None:
            raise
        return _again(known, whole)
    return Taken(response, is_new=True, left_out=left_out)


def _known(survey: Survey, whole: Whole) -> Response | None:
    return (
        Response.objects.filter(survey=survey, external_id=kept_id(whole.external_id))
        .select_related("version")
        .first()
    )


def _again(known: Response, whole: Whole) -> Taken:
    """The response of before, if what is sent now is what was taken then."""
    q = known.version.questionnaire
    given = flow.State(whole.answers, known.seed, known.variant, known.language)
    if known.state != State.WITHDRAWN and (
        check_all(q, given).answers != known.answers
    ):
        raise Conflict(
            _("A response with this id was taken before, with other answers."),
            field="external_id",
        )
    return Taken(known, is_new=False, left_out=beside_path(q, given))


def _must_be_open(survey: Survey) -> None:
    """As on the web; a quota that is full is told by the state of the response."""
    said = {
        Standing.CLOSED: _("This survey takes no answers: it is closed."),
        Standing.PAUSED: _("This survey takes no answers at this moment: it pauses."),
        Standing.EARLY: _("This survey takes no answers yet: it opens later."),
    }
    if survey.version is None:
        raise Conflict(_("This survey was not published yet."))
    found = standing(survey, now=timezone.now())
    if found in said:
        raise Conflict(said[found])


def _fresh(survey: Survey, whole: Whole, now: datetime) -> Response:
    version = _version(survey, whole.version)
    q, token = version.questionnaire, new_token()
    language = whole.language or q.languages[0]
    _must_be_offered(q, language, whole.variant)
    return Response(
        survey=survey,
        version=version,
        token_hash=token_hash(token),
        receipt_hash=receipt_hash(receipt_of(token)),
        external_id=kept_id(whole.external_id),
        channel=whole.channel,
        language=language,
        variant=whole.variant or variant_of(q.variants, seed_of(token)),
        seed=seed_of(token),
        answers=dict(whole.answers),
        about=dict(whole.about),
        seconds={} if whole.seconds is None else {"": round(whole.seconds, 1)},
        started_at=whole.occurred_at or now,
        changed_at=now,
    )


def _version(survey: Survey, number: int | None) -> SurveyVersion:
    if number is None and survey.version is not None:
        return survey.version
    rows = SurveyVersion.objects.filter(survey=survey)
    found = rows.filter(number=number or 0).first()
    if found is None:
        raise NotFound(_("This survey has no such version."), field="version")
    return found


def _must_be_offered(q: Questionnaire, language: str, variant: str) -> None:
    if language not in q.languages:
        text = _("This survey is not in this language. It is in: {languages}.")
        raise UserError(text.format(languages=", ".join(q.languages)), field="language")
    if variant and variant not in {one.id for one in q.variants}:
        raise UserError(_("This survey has no such variant."), field="variant")


def _checked(response: Response) -> Verdict:
    q = response.version.questionnaire
    verdict = check_all(q, state_of(response))
    found = {id: str(problem) for id, problem in verdict.problems.items()}
    found |= _beyond(q, response.answers)
    if found:
        raise DoesNotFit(found)
    return verdict


def _beyond(q: Questionnaire, answers: Mapping[str, Any]) -> dict[str, str]:
    """Answers to nothing that this version asks; files, which come on the web only."""
    kinds = {one.id: one.type for one in q.questions()}
    found = {}
    for name in answers:
        id = name.split(OWN, 1)[0].removesuffix(CODE)
        kind = kinds.get(id.split(COPY, 1)[0])
        if kind is None:
            found[id] = _("There is no such question in this version.")
        elif kind in UPLOADS and answers.get(id):
            found[id] = _("Files cannot be sent this way.")
    return found
