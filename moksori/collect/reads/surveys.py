"""Questions about surveys: which there are, and what was published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Response, Survey, SurveyVersion
from moksori.collect.questionnaires.changes import (
    Change,
    changes,
    going_on,
    reworded,
)
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.drafts import (
    dicts,
    ids_in,
    languages_of,
    tidied,
)
from moksori.collect.questionnaires.reading import look_at
from moksori.collect.questionnaires.writing import to_json


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey with what came of it."""

    id: int
    name: str
    unit: str
    status: str
    status_label: str
    version: int
    questions: int
    languages: tuple[str, ...]
    complete: int
    started: int
    newest: datetime | None
    changed_at: datetime
    may_build: bool


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version, and how it differs from the one before."""

    number: int
    published_at: datetime
    published_by: str
    responses: int
    changes: tuple[Change, ...]
    questionnaire: Questionnaire
    before: Questionnaire | None

    @property
    def breaks(self) -> int:
        return sum(change.breaks for change in self.changes)


def survey_lines(*, by: Member) -> list[SurveyLine]:
    """Surveys whose answers or drafts the member may see, the newest first."""
    rows = _visible(by).select_related("unit", "version").order_by("-changed_at", "-id")
    counts = _counts(rows)
    mine = set(by.scope(Ability.IMPORT).units)
    return [
        _line(row, counts.get(row.pk, _Counts()), may_build=row.unit_id in mine)
        for row in rows
    ]


@dataclass(slots=True)
class _Counts:
    started: int = 0
    complete: int = 0
    newest: datetime | None = None


def _counts(surveys: QuerySet[Survey]) -> dict[int, _Counts]:
    """Out of the responses alone: joined, each would bring its survey along."""
    found: dict[int, _Counts] = defaultdict(_Counts)
    ids = [row.pk for row in surveys]
    rows = Response.objects.filter(survey__in=ids).order_by()
    counted = rows.values_list("survey_id", "state")
    for id, state, count, newest in counted.annotate(Count("id"), Max("finished_at")):
        found[id].started += count
        if state == Response.State.COMPLETE:
            found[id].complete, found[id].newest = count, newest
    return found


def survey_row(survey_id: int, *, by: Member) -> Survey:
    """A survey to build on; NotAllowed for who sees its answers only."""
    found = survey_seen(survey_id, by=by)
    by.must(Ability.IMPORT, found)
    return found


def survey_seen(survey_id: int, *, by: Member) -> Survey:
    """A survey whose results the member may see; NotFound for others."""
    found: Survey = one(
        _visible(by).select_related("unit", "version", "source"), pk=survey_id
    )
    return found


def survey_units(*, by: Member) -> list[Unit]:
    """Units in which the member may begin a survey."""
    units = by.scope(Ability.IMPORT).units
    return list(Unit.objects.filter(pk__in=units).order_by("path"))


def used_ids(survey: Survey) -> frozenset[str]:
    """Ids that were ever published, quotas' and variants' too: not to be given again.

    Answers and counts of the earlier one would be taken for those of the new.
    """
    definitions = SurveyVersion.objects.filter(survey=survey).values_list(
        "definition", flat=True
    )
    every = list(definitions)
    asked = {id for found in every for id in ids_in(tidied(found))}
    return frozenset(asked) | {
        str(one.get("id"))
        for found in every
        for kind in ("quotas", "variants")
        for one in dicts(found.get(kind))
    }


def version_lines(survey: Survey) -> list[VersionLine]:
    """All versions, the newest first, each beside the one before."""
    counted: Mapping[int, int] = {
        row["version_id"]: row["n"]
        for row in Response.objects.filter(survey=survey)
        .order_by()
        .values("version_id")
        .annotate(n=Count("id"))
    }
    rows = survey.versions.select_related("published_by").order_by("number")
    lines: list[VersionLine] = []
    before: Questionnaire | None = None
    for row in rows:
        whole = row.questionnaire
        lines.append(
            VersionLine(
                number=row.number,
                published_at=row.published_at,
                published_by=row.published_by.name if row.published_by else "",
                responses=counted.get(row.pk, 0),
                changes=going_on(changes(before, whole), row.same) if before else (),
                questionnaire=whole,
                before=before,
            )
        )
        before = whole
    return lines[::-1]


def unpublished(survey: Survey) -> tuple[Change, ...] | None:
    """What the draft changes; None before the first version."""
    if survey.version is None:
        return None
    draft, _problems = look_at(survey.draft)
    if draft is None:
        return ()
    return changes(survey.version.questionnaire, draft)


def reworded_questions(survey: Survey) -> tuple[str, ...]:
    """Questions of the draft of which its author may say that they ask the same."""
    return reworded(unpublished(survey) or ())


def is_published(survey: Survey) -> bool:
    """Whether the draft is what customers see, word for word."""
    if survey.version is None:
        return False
    draft, problems = look_at(survey.draft)
    return (
        draft is not None
        and not problems
        and to_json(draft) == survey.version.definition
    )


def _visible(by: Member) -> Any:
    rows = Survey.objects.visible_to(by, Ability.IMPORT)
    return (rows | Survey.objects.visible_to(by)).distinct()


def _line(row: Survey, counts: _Counts, *, may_build: bool) -> SurveyLine:
    draft = tidied(row.draft)
    return SurveyLine(
        id=row.pk,
        name=row.name,
        unit=row.unit.name,
        status=row.status,
        status_label=row.get_status_display(),
        version=row.version.number if row.version else 0,
        questions=sum(len(page["questions"]) for page in draft["pages"]),
        languages=languages_of(draft),
        complete=counts.complete,
        started=counts.started,
        newest=counts.newest,
        changed_at=row.changed_at,
        may_build=may_build,
    )
