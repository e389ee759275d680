"""What a customer may see of a survey and of their own response."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from moksori.base.errors import NotFound
from moksori.collect.answering.poster import PosterWords
from moksori.collect.answering.tokens import receipt_hashes, token_hashes
from moksori.collect.models import QuotaCount, Response, Survey
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.definition import Full, Questionnaire
from moksori.collect.reads.names import company

# Who began in time may finish, even when the survey closes meanwhile by its calendar.
GRACE = timedelta(hours=1)
# A kiosk stands in public: what somebody left behind opens no more.
KIOSK_OPEN = timedelta(minutes=3)


MOST_KEPT = 200  # surveys
_STAMP = "SELECT id, status, version_id, source_id, changed_at FROM {} WHERE slug = %s"
_SURVEYS: dict[str, tuple[Any, Survey]] = {}


class Standing(StrEnum):
    """Whether a survey can be begun, and why not."""

    OPEN = "open"
    EARLY = "early"
    PAUSED = "paused"
    CLOSED = "closed"
    FULL = "full"


def survey_at(slug: str) -> Survey:
    """The published survey of this address, or NotFound.

    Kept in each process for as long as its row says that nothing changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP.format(_table()), [slug])
        stamp = cursor.fetchone()
    if stamp is None:
        raise NotFound
    found = _SURVEYS.get(slug)
    if found is None or found[0] != stamp:
        survey = _surveys().filter(slug=slug).first()
        if survey is None:
            raise NotFound
        if len(_SURVEYS) >= MOST_KEPT:
            _SURVEYS.clear()
        found = _SURVEYS[slug] = (stamp, survey)
    return copy(found[1])


def published_row(survey_id: int) -> Survey | None:
    """The published survey of this number."""
    return _surveys().filter(pk=survey_id).first()


def _table() -> str:
    return connection.ops.quote_name(Survey._meta.db_table)


def response_at(slug: str, token: str) -> Response:
    """The response that a link opens, or NotFound."""
    found = _responses().filter(token_hash__in=token_hashes(token)).first()
    if found is None or found.survey.slug != slug or _is_left_behind(found):
        raise NotFound
    return found


def response_of_receipt(code: str) -> Response | None:
    return _responses().filter(receipt_hash__in=receipt_hashes(code)).first()


def standing(survey: Survey, *, now: datetime) -> Standing:
    """Whether somebody may begin now."""
    if survey.status == Survey.Status.CLOSED or survey.version is None:
        return Standing.CLOSED
    if survey.status == Survey.Status.PAUSED:
        return Standing.PAUSED
    q = survey.version.questionnaire
    if q.opens_at and now < q.opens_at:
        return Standing.EARLY
    if q.closes_at and now >= q.closes_at:
        return Standing.CLOSED
    return Standing.FULL if is_full_for_all(survey, q) else Standing.OPEN


def may_go_on(response: Response, *, now: datetime) -> bool:
    """Whether somebody who has begun may still answer."""
    closes_at = response.version.questionnaire.closes_at
    if response.survey.status == Survey.Status.CLOSED:
        return False
    return closes_at is None or now < closes_at + GRACE


def is_full_for_all(survey: Survey, q: Questionnaire) -> bool:
    """Whether a quota without a condition is used up."""
    limits = {
        quota.id: quota.limit
        for quota in q.quotas
        if quota.when is None and quota.full == Full.CLOSE
    }
    if not limits:
        return False
    counts = dict(
        QuotaCount.objects.filter(survey=survey, quota__in=limits).values_list(
            "quota", "count"
        )
    )
    return any(counts.get(id, 0) >= limit for id, limit in limits.items())


def state_of(response: Response) -> flow.State:
    return flow.State(
        answers=response.answers,
        seed=response.seed,
        variant=response.variant,
        language=response.language,
    )


def next_step(response: Response) -> flow.Step | None:
    """Where a response goes on; None where all has been asked."""
    q, state = response.version.questionnaire, state_of(response)
    found = flow.step_after(q, state, response.step)
    if found is None:  # the last step is no longer on the path
        found = _first_open(q, state)
    return None if isinstance(found, flow.End) else found


def poster_words(survey: Survey, language: str) -> PosterWords:
    """What a poster says, in one of the survey's languages."""
    if survey.version is None:
        raise NotFound
    q = survey.version.questionnaire
    chosen = language if language in q.languages else q.languages[0]
    return PosterWords(
        q.said(q.title, chosen),
        q.said(q.intro, chosen),
        chosen,
        company(survey, chosen),
    )


def _first_open(q: Questionnaire, state: flow.State) -> flow.Step | None:
    """The first step with a question nobody has looked at."""
    for step in flow.path(q, state):
        for one in step.questions:
            is_known = {one.id, f"{one.id}{flow.CODE}"} & set(state.answers)
            if not is_known:
                return step
    return None


def _is_left_behind(response: Response) -> bool:
    is_kiosk = response.channel == Response.Channel.KIOSK
    return is_kiosk and timezone.now() - response.changed_at > KIOSK_OPEN


def _surveys() -> QuerySet[Survey]:
    return (
        Survey.objects.exclude(version=None)
        .select_related("version", "source", "unit")
        .defer("draft", "version__definition")
    )


def _responses() -> QuerySet[Response]:
    return Response.objects.select_related(
        "survey", "survey__source", "survey__unit", "version"
    ).defer("survey__draft", "version__definition")
