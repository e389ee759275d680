"""Scores and cross-tabs of surveys, and the counts that they are weighted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.people.models import Unit
from moksori.base.people.requests import member_of
from moksori.base.people.roles import Ability
from moksori.base.web import notes
from moksori.base.web.charts import Bar, Chart, Point, Series, bar_chart, line_chart
from moksori.collect.answers import Kind
from moksori.understand.forms import asked_filters, asked_period, chips
from moksori.understand.forms.populations import PopulationForm
from moksori.understand.reads.crosstabs import CrossPage, cross_page
from moksori.understand.reads.populations import (
    Weighting,
    counts_everybody,
    invited_text,
    margins_text,
    population_of,
)
from moksori.understand.reads.score_words import ATTRIBUTES, KINDS, SHORT
from moksori.understand.reads.scores import Score, ScoresPage, scores_page
from moksori.understand.views.taught import asked_unit, unit_bar
from moksori.understand.writes.populations import set_population

SHARES = {Kind.CSAT, Kind.CES}


@require_GET
def scores(request: HttpRequest) -> HttpResponse:
    member, query = member_of(request), request.GET
    found = scores_page(
        by=member,
        filters=asked_filters(query),
        period=asked_period(query),
        kind=query.get("kind", ""),
        attribute=query.get("attribute", ""),
    )
    context: dict[str, Any] = {"found": found}
    if found is not None:
        format_ = format_of(found.kind)
        context |= {
            "bar": chips(query, found.place, by=member),
            "kinds": [(one, KINDS[one], one == found.kind) for one in found.kinds],
            "attributes": attribute_chips(found.attributes, found.attribute),
            "format": format_,
            "changes": {"share": "points", "score": "change"}.get(format_, format_),
            "short": SHORT.get(found.kind, ""),
            "over_time": over_waves(found, format_),
            "by_group": by_group(found, format_),
            "problem": problem_of(found.weighting),
            "weighted_by": names_of(found.weighting),
        }
    return render(request, "understand/scores.html", context)


@require_GET
def crosstabs(request: HttpRequest) -> HttpResponse:
    member, query = member_of(request), request.GET
    found = cross_page(
        by=member,
        filters=asked_filters(query),
        period=asked_period(query),
        question=query.get("question", ""),
        attribute=query.get("attribute", ""),
        is_weighted=query.get("weighted") == "yes",
    )
    context: dict[str, Any] = {"found": found}
    if found is not None:
        chosen = found.question.id if found.question else ""
        context |= {
            "bar": chips(query, found.place, by=member),
            "questions": [(q.id, q.label, q.id == chosen) for q in found.questions],
            "attributes": attribute_chips(found.attributes, found.attribute),
            "kept": [(k, query[k]) for k in query if k != "question"],
            "has_population": counts_everybody(found.place, by=member)
            and population_of(found.place.affiliate) is not None,
            "is_weighted": query.get("weighted") == "yes",
            "by_group": cross_chart(found),
            "problem": problem_of(found.weighting),
            "weighted_by": names_of(found.weighting),
        }
    return render(request, "understand/crosstabs.html", context)


@require_http_methods(["GET", "POST"])
def population(request: HttpRequest) -> HttpResponse:
    """Enter what is known of all customers of an affiliate."""
    unit = asked_unit(request, Ability.EDIT_THEMES)
    kept = population_of(unit.pk)
    first = {
        "margins": margins_text(kept),
        "invited": invited_text(kept),
        "origin": kept.origin if kept else "",
    }
    form = PopulationForm(request.POST or None, initial=first)
    if form.is_bound and form.is_valid() and _is_kept(request, unit, form):
        notes.done(request, _("The counts are kept. Scores are shown weighted, too."))
        return redirect(f"{reverse('understand:scores')}?unit={unit.pk}")
    context = {"unit": unit, "form": form, "bar": unit_bar(request, unit)}
    status = 422 if form.is_bound else 200
    return render(request, "understand/population.html", context, status=status)


def _is_kept(request: HttpRequest, unit: Unit, form: PopulationForm) -> bool:
    try:
        set_population(unit, **form.cleaned_data, by=member_of(request))
    except UserError as error:
        if isinstance(error, NotAllowed | NotFound):
            raise
        field = error.field if error.field in form.fields else None
        form.add_error(field, str(error.message))
        return False
    return True


def format_of(kind: str) -> str:
    """How a score of this kind is written."""
    if kind == Kind.NPS:
        return "nps"
    return "share" if kind in SHARES else "score"


def attribute_chips(names: Sequence[str], chosen: str) -> list[tuple[str, str, bool]]:
    return [(name, attribute_name(name), name == chosen) for name in names]


def attribute_name(name: str) -> str:
    """What people read for an attribute; those of a survey keep their own name."""
    return str(ATTRIBUTES.get(name, name.replace("_", " ")))


def names_of(weighting: Weighting | None) -> str:
    found = weighting.attributes if weighting else ()
    return ", ".join(attribute_name(name) for name in found)


def problem_of(weighting: Weighting | None) -> str:
    """Why there are no weights, in the reader's language."""
    if weighting is None or not weighting.problem:
        return ""
    facts = {name: attribute_name(str(it)) for name, it in weighting.facts.items()}
    return _(weighting.problem).format(**facts)


def over_waves(found: ScoresPage, format_: str) -> Chart | None:
    if len(found.waves) < 2:
        return None
    came = [_point(one) for one in found.waves]
    series = [Series(_("as it came"), came)]
    if any(one.weighted for one in found.waves):
        points = [
            Point(one.label, one.weighted.value if one.weighted else None)
            for one in found.waves
        ]
        series.append(Series(_("weighted"), points, tone="quiet", is_dashed=True))
    bounds = (None, None) if format_ != "share" else (0.0, None)
    return line_chart(str(KINDS[found.kind]), series, kind=format_, bounds=bounds)


def _point(one: Score) -> Point:
    return Point(one.label, one.came.value, one.came.low, one.came.high, one.n)


def by_group(found: ScoresPage, format_: str) -> Chart | None:
    if len(found.groups) < 2:
        return None
    bars = [
        Bar(
            one.label, one.came.value, one.came.low, one.came.high, one.n,
            tone="hurt" if one.differs < 0 else "ink",
        )
        for one in found.groups
    ]  # fmt: skip
    return bar_chart(_by(str(KINDS[found.kind]), found.attribute), bars, kind=format_)


def cross_chart(found: CrossPage) -> Chart | None:
    bars = [
        Bar(
            one.label, one.agree.value, one.agree.low, one.agree.high, one.n,
            tone="hurt" if one.differs < 0 else "ink",
        )
        for one in found.columns
        if one.agree is not None
    ]  # fmt: skip
    if len(bars) < 2:
        return None
    return bar_chart(_by(_("Share that agrees"), found.attribute), bars)


def _by(what: str, attribute: str) -> str:
    """The heading of a picture: what is drawn, by what."""
    return f"{what} · {attribute_name(attribute)}"
