"""Drafts changed order by order, each on the newest draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from django.db import transaction

from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Survey
from moksori.collect.questionnaires.building.orders import Done, carried_out
from moksori.collect.reads.surveys import used_ids
from moksori.collect.writes.surveys import change_draft


@transaction.atomic
def carry_out(
    survey: Survey, fields: Mapping[str, Any], *, zone: tzinfo, by: Member
) -> Done:
    """Do what a form of the builder asks for.

    Orders name what they change by its id, so that two people at one survey change
    two things; only of the same field the later one counts.
    """
    done: list[Done] = []

    def change(draft: Any) -> dict[str, Any]:
        done.append(carried_out(draft, fields, used=used_ids(survey), zone=zone))
        return done[0].draft

    edit_draft(survey, change, by=by)
    return done[0]


@transaction.atomic
def edit_draft(
    survey: Survey, change: Callable[[Any], dict[str, Any]], *, by: Member
) -> Survey:
    """The newest draft, changed; kept only if it is another one then."""
    by.must(Ability.IMPORT, survey)
    newest = Survey.objects.select_for_update().get(pk=survey.pk)
    draft = change(newest.draft)
    if draft == newest.draft:
        return newest
    return change_draft(newest, draft, seen=newest.draft_number, by=by)
