"""Pages of customer health."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from moksori.act.models import Health
from moksori.act.reads import health as reads
from moksori.act.reads import stays
from moksori.act.reads.health_words import label
from moksori.act.views import health_drawn as drawn
from moksori.base.people.requests import member_of
from moksori.base.web.filters import Filter, filter_bar


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    unit = request.GET.get("unit", "")
    found = reads.health_page(
        by=member,
        unit=int(unit) if unit.isdecimal() and len(unit) < 10 else None,
        kind=request.GET.get("kind", ""),
        page=request.GET.get("page"),
    )
    curves = stays.stays(found.unit, found.kind, by=member)
    context: dict[str, Any] = {
        "found": found,
        "bar": filter_bar(request.GET, _filters(found)),
        "stays": curves,
        "curve": drawn.curves(curves) if curves else None,
        "reliability": drawn.reliability(found.told),
        "kept": drawn.kept(found.told),
        "shifts": [
            shift | {"label": label(shift["name"])}
            for shift in found.told.get("drift", [])
            if shift["level"] != "none"
        ],
        "calibration": drawn.calibration_of(found.told),
        "top": max((line.chance.high for line in found.lines or []), default=1.0),
    }
    return render(request, "act/health.html", context)


def _filters(found: reads.HealthPage) -> list[Filter]:
    units = [(str(unit.pk), unit.name) for unit in found.units]
    kinds = [(k, str(w)) for k, w in Health.Kind.choices if k in found.kinds]
    filters = []
    if len(units) > 1:
        filters.append(Filter("unit", _("Unit"), units, str(found.unit.pk)))
    if len(kinds) > 1:
        filters.append(Filter("kind", _("Customers"), kinds, found.kind))
    return filters


@require_GET
def account_health(request: HttpRequest, account_id: int) -> HttpResponse:
    return _one(request, Health.Kind.ACCOUNT.value, account_id)


@require_GET
def customer_health(request: HttpRequest, customer_id: int) -> HttpResponse:
    return _one(request, Health.Kind.CUSTOMER.value, customer_id)


def _one(request: HttpRequest, kind: str, customer_id: int) -> HttpResponse:
    member = member_of(request)
    line, health = reads.health_line(kind, customer_id, by=member)
    context = {
        "line": line,
        "health": health,
        "state": health.told.get("state", ""),
        "charts": [drawn.use(one) for one in stays.used(kind, customer_id)],
        "said": stays.said(kind, customer_id, by=member),
    }
    return render(request, "act/health_one.html", context)
