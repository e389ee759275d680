"""Surveys made, published, paused and closed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Channel, QuotaCount, Source, Survey, SurveyVersion
from moksori.collect.questionnaires.changes import changes, reworded
from moksori.collect.questionnaires.definition import Questionnaire
from moksori.collect.questionnaires.reading import questionnaire_from
from moksori.collect.questionnaires.writing import to_json
from moksori.collect.tables.table import clean

KIND = "survey"  # of the source
Status = Survey.Status


@transaction.atomic
def add_survey(
    name: str, *, unit: Unit, draft: dict[str, Any], by: Member | None
) -> Survey:
    """A new draft of the unit; raises Conflict if the unit has one of this name."""
    survey = Survey(name=_good_name(name), unit=unit, draft=draft, made_by=by)
    if by is not None:
        by.must(Ability.IMPORT, survey)
    try:
        with transaction.atomic():
            survey.save(force_insert=True)
    except IntegrityError as error:
        raise _taken(survey.name) from error
    audit.record("add_survey", survey, by=by)
    return survey


@transaction.atomic
def change_draft(
    survey: Survey, draft: dict[str, Any], *, seen: int, by: Member
) -> Survey:
    """Another draft, half-finished or not; Conflict if somebody changed it meanwhile.

    `seen` is the number of the draft that the change starts from.
    """
    by.must(Ability.IMPORT, survey)
    found = _locked(survey)
    if found.draft_number != seen:
        raise Conflict(
            _("Somebody changed this survey meanwhile. Load it again; nothing is lost.")
        )
    found.draft = draft
    found.draft_number += 1
    found.save(update_fields=["draft", "draft_number", "changed_at"])
    return found


@transaction.atomic
def change_survey(
    survey: Survey, *, name: str, settings: dict[str, Any] | None = None, by: Member
) -> Survey:
    """Another name, or another way of showing widget and kiosk."""
    by.must(Ability.IMPORT, survey)
    found = _locked(survey)
    found.name = _good_name(name)
    if settings is not None:
        found.settings = settings
    try:
        with transaction.atomic():
            found.save(update_fields=["name", "settings", "changed_at"])
    except IntegrityError as error:
        raise _taken(found.name) from error
    audit.record("change_survey", found, by=by)
    return found


@transaction.atomic
def publish(
    survey: Survey, *, same: Collection[str] = (), by: Member | None
) -> SurveyVersion:
    """The draft, word for word, as what customers see from now on.

    `same` are questions that were only reworded and that ask the same: their numbers
    go on. Others are counted anew once their words changed.

    Who is in the middle of an earlier version finishes that one. A draft that is
    already published is not published twice. Raises Malformed with every problem.
    """
    if by is not None:
        by.must(Ability.IMPORT, survey)
    found = _locked(survey)
    whole = questionnaire_from(found.draft)
    definition = to_json(whole)
    version = found.version
    if version is None or version.definition != definition:
        version = SurveyVersion.objects.create(
            survey=found,
            number=version.number + 1 if version else 1,
            definition=definition,
            same=_same(version, whole, same),
            published_by=by,
        )
    QuotaCount.objects.bulk_create(
        [QuotaCount(survey=found, quota=quota.id) for quota in whole.quotas],
        ignore_conflicts=True,
    )
    found.version = version
    found.status = Status.OPEN
    found.source = found.source or _source_of(found)
    found.save(update_fields=["version", "status", "source", "changed_at"])
    audit.record(
        "publish_survey", found, by=by, version=version.number, same=version.same
    )
    survey.refresh_from_db()
    return version


def _same(
    before: SurveyVersion | None, whole: Questionnaire, named: Collection[str]
) -> list[str]:
    """Those of the named questions of which it can be said."""
    if before is None or not named:
        return []
    may = reworded(changes(before.questionnaire, whole))
    return [id for id in may if id in named]


def pause(survey: Survey, *, by: Member) -> Survey:
    """Nobody new comes in; who has begun may finish."""
    return _go_to(survey, Status.PAUSED, "pause_survey", by=by)


def reopen(survey: Survey, *, by: Member) -> Survey:
    return _go_to(survey, Status.OPEN, "reopen_survey", by=by)


def close(survey: Survey, *, by: Member) -> Survey:
    """Nobody answers any more; what was answered stays."""
    return _go_to(survey, Status.CLOSED, "close_survey", by=by)


@transaction.atomic
def _go_to(survey: Survey, status: str, verb: str, *, by: Member) -> Survey:
    by.must(Ability.IMPORT, survey)
    found = _locked(survey)
    if found.version is None:
        raise Conflict(_("This survey has not been published yet."))
    if found.status == status:
        return found
    found.status = status
    found.save(update_fields=["status", "changed_at"])
    audit.record(verb, found, by=by)
    survey.status = status
    return found


def _locked(survey: Survey) -> Survey:
    return (
        Survey.objects.select_for_update(of=("self",))
        .select_related("version", "source")
        .get(pk=survey.pk)
    )


def _source_of(survey: Survey) -> Source:
    """Where the answers go, under the survey's name or one like it."""
    for name in (survey.name, f"{survey.name[:100]} ({survey.slug})"):
        source, is_new = Source.objects.get_or_create(
            unit_id=survey.unit_id,
            name=name,
            defaults={"kind": KIND, "channel": Channel.SURVEY},
        )
        if is_new:
            return source
    raise _taken(survey.name)


def _taken(name: str) -> Conflict:
    return Conflict(
        _("This unit already has a survey “{name}”. Choose another name.").format(
            name=name
        ),
        field="name",
    )


def _good_name(name: str) -> str:
    name = " ".join(clean(name).split())
    if not name:
        raise UserError(_("Give the survey a name."), field="name")
    if len(name) > 120:
        raise UserError(
            _("The name of a survey has at most 120 characters."), field="name"
        )
    return name
