"""Phrases that the page and the terminal share."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from moksori.analysis.estimate import Estimate
from moksori.analysis.trend import Direction, Trend
from moksori.base.web import text
from moksori.understand.report.findings import Findings, Subject


def name_of(subject: Subject) -> str:
    return subject.ko if text.is_korean() else subject.en


def interval(est: Estimate) -> str:
    """7.1–9.9, in percent."""
    return f"{text.number(est.low * 100, 1)}–{text.number(est.high * 100, 1)}"


def direction(trend: Trend) -> str:
    """▲ rising 0.8 pp; the sign and the word say the same, for eyes and for ears."""
    if trend.change is None:
        return "–"
    if trend.direction is Direction.STEADY:
        return _("steady")
    change = text.points(trend.change.value)
    if trend.direction is Direction.RISING:
        return "▲ " + _("rising") + f" {change}"
    return "▼ " + _("falling") + f" {change}"


def full_day(day: date) -> str:
    """2014년 12월 31일, or 31 Dec 2014."""
    if text.is_korean():
        return f"{day.year}년 {day.month}월 {day.day}일"
    return f"{text.short_day(day)} {day.year}"


def period(found: Findings) -> str:
    if found.first is None or found.last is None:
        return ""
    if found.first == found.last:
        return full_day(found.first)
    return f"{full_day(found.first)} – {full_day(found.last)}"


def score_line(found: Findings) -> str:
    est = found.score
    if est is None:
        return ""
    if found.is_nps:
        return f"NPS {text.net(est.value)} ({text.net(est.low)} – {text.net(est.high)})"
    return _("mean score %(value)s of %(high)s (%(low_end)s–%(high_end)s)") % {
        "value": text.number(est.value, 2),
        "high": f"{found.high:g}",
        "low_end": text.number(est.low, 2),
        "high_end": text.number(est.high, 2),
    }
