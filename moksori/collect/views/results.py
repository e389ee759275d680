"""Pages of what came of a survey, and of how it is handed out."""

from __future__ import annotations

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web.charts import Bar, Chart, bar_chart
from moksori.collect.answering.poster import CODES, SIZES
from moksori.collect.models import Response, Survey
from moksori.collect.questionnaires.building.labels import FLAGS, UNFIT
from moksori.collect.questionnaires.words import SPOKEN
from moksori.collect.reads import results as reads
from moksori.collect.reads import surveys
from moksori.collect.reads.tallies import Line

Context = dict[str, Any]
_TITLES = {"share": gettext_lazy("Share of the answers"), "score": gettext_lazy("Mean")}


@require_GET
def survey_results(request: HttpRequest, survey_id: int) -> HttpResponse:
    """How many, how far, and every question with its doubt."""
    member = member_of(request)
    row = surveys.survey_seen(survey_id, by=member)
    language = get_language() or "ko"
    with_doubtful = request.GET.get("doubtful", "") != "without"
    found = reads.results(
        row, by=member, language=language, with_doubtful=with_doubtful
    )
    channels = dict(Response.Channel.choices)
    flags = found.flags if found else ()
    context = {
        "survey": row,
        "tab": "results",
        "may_build": member.may(Ability.IMPORT, row),
        "found": found,
        "with_doubtful": with_doubtful,
        "flags": [(FLAGS.get(k, k), n) for k, n in flags if k not in UNFIT],
        "unfit": [(UNFIT[k], n) for k, n in flags if k in UNFIT],
        "channels": [
            (channels.get(k, k), n) for k, n in (found.channels if found else ())
        ],
        "lines": [
            (one, _charts(one), reads.quotes(row, one.question, by=member))
            for one in (found.results if found else ())
        ],
    }
    return render(request, "collect/surveys/results.html", context)


def _charts(result: reads.Result) -> list[Chart]:
    """A chart for the question, or one for each row of a table."""
    groups: dict[str, list[Line]] = {}
    for line in result.tally.lines:
        groups.setdefault(line.group, []).append(line)
    return [
        bar_chart(
            group or str(_TITLES[result.tally.kind]),
            [_bar(line) for line in lines if line.estimate is not None],
            kind=result.tally.kind,
            first=_("Answer"),
        )
        for group, lines in groups.items()
        if any(line.estimate is not None for line in lines)
    ]


def _bar(line: Line) -> Bar:
    found = line.estimate
    assert found is not None  # noqa: S101
    return Bar(line.label, found.value, found.low, found.high, found.n)


@require_GET
def survey_share(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The ways by which it reaches customers."""
    row = surveys.survey_row(survey_id, by=member_of(request))
    link = _address(request, "answer:start", row)
    context: Context = {
        "survey": row,
        "tab": "share",
        "link": link,
        "qr": _qr(f"{link}?via=qr") if link else "",
        "kiosk": _address(request, "answer:kiosk", row),
        "sizes": SIZES,
        "codes": CODES,
        "posters": _languages(row),
        "snippet": _snippet(request, row),
    }
    return render(request, "collect/surveys/share.html", context)


def _languages(row: Survey) -> list[tuple[str, str]]:
    """Code and name of each language in which there is a poster."""
    found = row.version.questionnaire.languages if row.version else ()
    return [(one, SPOKEN.get(one, one)) for one in found]


def _address(request: HttpRequest, name: str, row: Survey) -> str:
    try:
        return request.build_absolute_uri(reverse(name, args=[row.slug]))
    except NoReverseMatch:
        return ""


def _qr(text: str) -> SafeString:
    drawn = segno.make(text, error="m", micro=False)
    svg = drawn.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308 - modules of a code


def _snippet(request: HttpRequest, row: Survey) -> str:
    loader = _address(request, "answer:widget_loader", row)
    return f'<script src="{loader}" async></script>' if loader else ""
