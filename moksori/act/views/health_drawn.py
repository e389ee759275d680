"""Pictures of customer health: how long they stay, and whether promises were kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.act.reads.stays import Stay, Stays, Used
from moksori.analysis.estimate import Estimate
from moksori.base.web import text
from moksori.base.web.charts import Chart, Point, Series, line_chart

STEPS = 13


def curves(found: Stays) -> Chart:
    """The share still here, month by month, one line a segment."""
    shown = found.segments or (found.all,)
    longest = min(max(stay.curve.followed for stay in shown), 60.0)
    months = np.unique(np.round(np.linspace(0, longest, STEPS)))
    series = [_curve(stay, months, place) for place, stay in enumerate(shown)]
    note = _("Share of customers still here after so many months (Kaplan–Meier); the "
             "band is the 95%% interval.") % {}  # fmt: skip
    return line_chart(_("Share still here"), series, note=note, bounds=(0.0, 1.0))


def _curve(stay: Stay, months: Any, place: int) -> Series:
    points = []
    for month in months:
        if month > stay.curve.followed:
            points.append(Point(_months(month), None))
            continue
        share = stay.curve.at(float(month))
        risk = _at_risk(stay, float(month))
        points.append(Point(_months(month), share.value, share.low, share.high, risk))
    name = stay.segment or _("all customers")
    tones = ("ink", "hurt", "good", "quiet")
    return Series(name, points, tones[place % 4], is_dashed=place % 2 == 1)


def _at_risk(stay: Stay, month: float) -> int:
    """How many were still watched then, at the last time that somebody left."""
    before = stay.curve.at_risk[stay.curve.times <= month]
    return int(before[-1]) if before.size else stay.n


def _months(count: float) -> str:
    n = round(count)
    return ngettext("%(n)s month", "%(n)s months", n) % {"n": n}


def reliability(told: Mapping[str, Any]) -> Chart | None:
    """Groups by promise: what was promised, and what share left."""
    groups = told.get("groups") or []
    if len(groups) < 2:
        return None
    labels = [text.share(one["promised"]) for one in groups]
    found = [
        Point(label, one["value"], one["low"], one["high"], one["n"])
        for label, one in zip(labels, groups, strict=True)
    ]
    said = [
        Point(label, one["promised"]) for label, one in zip(labels, groups, strict=True)
    ]
    return line_chart(
        _("Promised and come true"),
        [Series(_("left"), found, "ink"), Series(_("promised"), said, is_dashed=True)],
        note=_("Customers in groups of like promise, in a period the model had not "
               "seen. Where the dashed line stays within the band, the promises held."),
    )  # fmt: skip


def kept(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Period by period what was promised on average, and what came of it."""
    return [
        {
            "since": date.fromisoformat(one["period"]),
            "promised": one["promised"],
            "found": _estimate(one, "Wilson score interval"),
            "is_off": not one["low"] <= one["promised"] <= one["high"],
        }
        for one in told.get("kept") or []
    ]


def calibration_of(told: Mapping[str, Any]) -> dict[str, Any] | None:
    found = told.get("calibration")
    if not found:
        return None
    how = "Logistic recalibration, Wald interval"
    return dict(found) | {
        "slope": _estimate(found["slope"], how),
        "intercept": _estimate(found["intercept"], how),
    }


def _estimate(one: Mapping[str, Any], method: str) -> Estimate:
    return Estimate(one["value"], one["low"], one["high"], one["n"], method)


def use(used: Used) -> Chart:
    """What one customer used, period by period."""
    points = [
        Point(text.short_day(day), value)
        for day, value in zip(used.days, used.values, strict=True)
    ]
    title = _("Use of “%(measure)s”") % {"measure": used.measure}
    return line_chart(title, [Series("", points)], kind="count")
