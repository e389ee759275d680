"""The JSON door of names: who asks, as customers know them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from moksori.base.people.gate import one
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.collect.reads.names import asker
from moksori.collect.reads.surveys import survey_row
from moksori.collect.writes.names import LONGEST, name_survey, name_unit

router = Router(tags=["collect"])


class NamesBody(Schema):
    """Where one is empty, the other one is said; both empty: no name of its own."""

    ko: str = Field("", max_length=LONGEST)
    en: str = Field("", max_length=LONGEST)


class AskerOut(Schema):
    """What customers read. Not `is_chosen`: it is the name of the unit."""

    ko: str
    en: str
    is_chosen: bool


@router.get("/surveys/{int:survey_id}/asker", response=AskerOut)
def survey_asker(request: HttpRequest, survey_id: int) -> Any:
    """The nearest name: of the survey, of its unit, of a unit above."""
    return asker(survey_row(survey_id, by=member_of(request)))


@router.put("/surveys/{int:survey_id}/asker", response=AskerOut)
def survey_asker_set(request: HttpRequest, survey_id: int, body: NamesBody) -> Any:
    """For this survey alone."""
    member = member_of(request)
    survey = survey_row(survey_id, by=member)
    name_survey(survey, ko=body.ko, en=body.en, by=member)
    return asker(survey)


@router.put("/units/{int:unit_id}/asker", response=NamesBody)
def unit_asker_set(request: HttpRequest, unit_id: int, body: NamesBody) -> Any:
    """For a unit, and for those below it that have no name of their own."""
    member = member_of(request)
    member.must(Ability.IMPORT)
    mine = Unit.objects.filter(pk__in=member.scope(Ability.IMPORT).units)
    name_unit(one(mine, pk=unit_id), ko=body.ko, en=body.en, by=member)
    return body
