"""A sheet becomes a response: taken once, and put right when it is read otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from moksori.base.audit import writes as audit
from moksori.collect.answering.tokens import (
    new_token,
    receipt_hash,
    receipt_of,
    seed_of,
    token_hash,
)
from moksori.collect.models import Filled, Printing, Response, Sheet
from moksori.collect.paper.answers import Asked, as_asked
from moksori.collect.quality import Flag
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.checks import hidden
from moksori.collect.reads.answering import state_of
from moksori.collect.writes import finishing

State = Response.State


def take_response(sheet: Sheet, filled: Filled, warned: Sequence[Flag]) -> list[Flag]:
    """Store the answers of a whole sheet; what does not agree comes back as flags.

    The caller holds the lock of the sheet, so there is one response of it, ever.
    """
    answers = {**filled.answers, **_told(sheet)}
    if sheet.response_id is not None:
        return _again(sheet, answers, warned)
    response = _fresh(sheet, answers)
    asked = _asked(response, warned)
    now = timezone.now()
    drawn = _drawn(response, asked)
    finishing.settle(response, drawn, now)
    response.flags = finishing.with_flags(response.flags, asked.flags)
    response.save(force_insert=True)
    sheet.response = response
    sheet.save(update_fields=["response"])
    audit.record("take_sheet", sheet, by=None, response=response.pk)
    return list(asked.flags)


def _again(sheet: Sheet, answers: dict[str, Any], warned: Sequence[Flag]) -> list[Flag]:
    rows = Response.objects.select_for_update(of=("self",))
    response = rows.filter(pk__in=[sheet.response_id]).get()
    if response.state == State.WITHDRAWN:
        return []
    was_counted = response.state == State.COMPLETE
    before = dict(response.answers)
    if was_counted:
        finishing.give_back(response)
    response.answers = answers
    asked = _asked(response, warned)
    now = response.finished_at or timezone.now()
    finishing.settle_again(response, _drawn(response, asked), now)
    response.flags = finishing.with_flags(response.flags, asked.flags)
    response.changed_at = timezone.now()
    response.save()
    if response.answers != before:
        audit.record("correct_sheet", sheet, by=None, response=response.pk)
    return list(asked.flags)


def _drawn(response: Response, asked: Asked) -> finishing.Drawn:
    return finishing.draw_up(
        response, asked.walked, asked.end, response.started_at, asked.questionnaire
    )


def _asked(response: Response, warned: Sequence[Flag]) -> Asked:
    state: flow.State = state_of(response)
    return as_asked(response.version.questionnaire, state, warned)


def _fresh(sheet: Sheet, answers: dict[str, Any]) -> Response:
    token, form = new_token(), sheet.form
    return Response(
        survey=form.survey,
        version=form.version,
        token_hash=token_hash(token),
        receipt_hash=receipt_hash(receipt_of(token)),
        external_id=f"paper:{sheet.key}",
        channel=Response.Channel.PAPER,
        language=form.language,
        seed=seed_of(token),
        answers=answers,
        about=_about(sheet),
        started_at=sheet.arrived_at or timezone.now(),
        changed_at=timezone.now(),
    )


def _about(sheet: Sheet) -> dict[str, Any]:
    """Whom it is about; an anonymous sheet is about nobody, whatever its row says."""
    return dict(sheet.about) if sheet.kind == Printing.Kind.PERSONAL else {}


def _told(sheet: Sheet) -> dict[str, Any]:
    """Hidden questions are answered by what was known when the sheet was printed."""
    about = _about(sheet)
    attributes = about.get("attributes")
    told = {key: str(value) for key, value in about.items() if key != "attributes"}
    if isinstance(attributes, dict):
        told |= {key: str(value) for key, value in attributes.items()}
    return hidden(sheet.form.version.questionnaire, told)
