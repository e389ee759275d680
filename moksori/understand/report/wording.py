"""Phrases that the page and the terminal share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM
from moksori.analysis.trend import Direction, Trend
from moksori.base.web import text
from moksori.understand.report.findings import Comparison, Findings, Subject


def name_of(subject: Subject) -> str:
    """The theme, and what hurts about it where that is known."""
    return " — ".join(part for part in (theme_of(subject), hurt_of(subject)) if part)


def theme_of(subject: Subject) -> str:
    return subject.ko if text.is_korean() else subject.en


def hurt_of(subject: Subject) -> str:
    return subject.hurt_ko if text.is_korean() else subject.hurt_en


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
        return _("no dates, so no change over time")
    if found.first == found.last:
        return full_day(found.first)
    return f"{full_day(found.first)} – {full_day(found.last)}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A number over all feedback: what it is, how much, its interval and its n."""

    name: str
    value: str
    interval: str
    basis: str


def facts(found: Findings) -> list[Fact]:
    """The numbers at the top: how many, the score, the sentiment, the two shares."""
    several = [
        Fact(
            _("Feedback"),
            text.number(found.total),
            "",
            _("%(n)s clauses") % {"n": text.number(found.mentions)},
        )
    ]
    if found.score is not None:
        several.append(_score(found, found.score))
    if found.sentiment is not None:
        several.append(
            Fact(
                _("Sentiment"),
                text.change(found.sentiment.value),
                ends(found.sentiment),
                _("−1 to +1") + " · " + counted(found.sentiment),
            )
        )
    for name, est in (
        (_("Feedback with a complaint"), found.complaining),
        (_("Feedback with praise"), found.praising),
    ):
        several.append(
            Fact(name, text.share(est.value), interval(est) + "%", counted(est))
        )
    return several


def counted(est: Estimate) -> str:
    return f"n {text.number(est.n)}"


def ends(est: Estimate, places: int = 2) -> str:
    """−0.12 … −0.02; nothing when one value alone has no interval."""
    if not (math.isfinite(est.low) and math.isfinite(est.high)):
        return ""
    return f"{text.change(est.low, places)} … {text.change(est.high, places)}"


def range_of(est: Estimate, places: int = 1) -> str:
    """3.4–3.6."""
    if not (math.isfinite(est.low) and math.isfinite(est.high)):
        return ""
    return f"{text.number(est.low, places)}–{text.number(est.high, places)}"


def change_ends(trend: Trend) -> str:
    if trend.change is None:
        return ""
    low, high = trend.change.low, trend.change.high
    return f"{text.change(low * 100, 1)} … {text.points(high)}"


def score_of(found: Findings, est: Estimate) -> tuple[str, str]:
    """A mean score or a net promoter score, and its interval."""
    if found.is_nps:
        return text.net(est.value), f"{text.net(est.low)} … {text.net(est.high)}"
    return text.number(est.value, 2), range_of(est, 2)


def _score(found: Findings, est: Estimate) -> Fact:
    value, doubt = score_of(found, est)
    if found.is_nps:
        return Fact(_("Net promoter score"), value, doubt, counted(est))
    of = _("of %(high)s") % {"high": f"{found.high:g}"}
    return Fact(_("Mean score"), value, doubt, f"{of} · {counted(est)}")


def too_few(found: Findings) -> list[str]:
    """Why nothing is ranked, from when on it is, and how far this file is."""
    said = [
        _(
            "There is too little here for an order. A pain point gets its place from "
            "%(minimum)s complaints about the same thing on; with fewer, chance would "
            "decide."
        )
        % {"minimum": MINIMUM}
    ]
    most = found.few.themes[0].n if found.few and found.few.themes else 0
    if most:
        said.append(
            _(
                "The theme with most complaints has %(most)s. Some thousand feedbacks "
                "are usually enough."
            )
            % {"most": most}
        )
    else:
        n = complaining(found)
        said.append(
            ngettext(
                "This file has %(n)s complaining feedback in all.",
                "This file has %(n)s complaining feedbacks in all.",
                n,
            )
            % {"n": text.number(n)}
        )
    said.append(_("What can be said is below; it stands in no order of weight."))
    return said


def complaining(found: Findings) -> int:
    return round(found.complaining.value * found.total)


def methods() -> list[str]:
    """How the numbers beside the pain points came about, in two sentences."""
    return [
        _(
            "Intervals are 95%%: shares Wilson, severity and sentiment Student's t, "
            "change Newcombe (last 6 weeks against the 6 before)."
        )
        % {},
        _(
            "A range under a rank: in 90%% of 2,000 draws from the uncertainty of "
            "share and severity the rank lies there."
        )
        % {},
    ]


def smaller_groups(table: Comparison) -> str:
    return ngettext(
        "%(n)s smaller group is not shown: groups need %(minimum)s feedbacks.",
        "%(n)s smaller groups are not shown: groups need %(minimum)s feedbacks.",
        table.left_out,
    ) % {"n": text.number(table.left_out), "minimum": MINIMUM}
