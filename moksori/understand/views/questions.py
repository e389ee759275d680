"""The page of a questionnaire's health."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from moksori.analysis.surveys.questions import Health, Pair, Questionnaire
from moksori.analysis.surveys.reliability import Reliability
from moksori.base.people.requests import member_of
from moksori.understand.forms.filters import id_of
from moksori.understand.reads.answer_sheets import Sheets
from moksori.understand.reads.driver_words import advice, fault_name, no_fault
from moksori.understand.reads.questions import question_list
from moksori.understand.views.drivers import asked_weeks, sheet_bar


@dataclass(frozen=True, slots=True)
class Line:
    """One question with what to say of it."""

    health: Health
    faults: tuple[str, ...]
    advice: tuple[str, ...]


@require_GET
def questions(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    found = question_list(
        by=member, source=id_of(request.GET, "source"), weeks=asked_weeks(request)
    )
    context: dict[str, Any] = {
        "found": found,
        "sheets": found.sheets,
        "bar": sheet_bar(request, found.sources, found.sheets),
    }
    if found.sheets is not None and found.health is not None:
        sheets, health = found.sheets, found.health
        context["lines"] = [_line(one, sheets) for one in health.questions]
        context["blocks"] = _blocks(health, sheets)
        context["pairs"] = [_pair(one, sheets) for one in health.pairs]
    return render(request, "understand/questions.html", context)


def _line(health: Health, sheets: Sheets) -> Line:
    told = tuple(
        advice(one, other=sheets.label(one.other) if one.other else "")
        for one in health.verdicts
    )
    return Line(
        health=health,
        faults=tuple(fault_name(one.fault) for one in health.verdicts),
        advice=told or (no_fault(health),),
    )


def _pair(pair: Pair, sheets: Sheets) -> tuple[str, str, Pair]:
    return sheets.label(pair.one), sheets.label(pair.other), pair


def _blocks(
    health: Questionnaire, sheets: Sheets
) -> list[tuple[str, Reliability, list[tuple[str, Any]]]]:
    return [
        (name, block, [(sheets.label(item.name), item) for item in block.items])
        for name, block in health.batteries.items()
    ]
