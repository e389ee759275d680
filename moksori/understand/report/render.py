"""The findings as one HTML page that stands alone: no script, no font, no link out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import resources

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from moksori import __version__
from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM
from moksori.analysis.trend import WINDOW, Direction, Trend
from moksori.base.web import charts, text, words
from moksori.understand.report import wording
from moksori.understand.report.findings import (
    Comparison,
    Findings,
    PainFound,
    Quote,
    Subject,
)

PAINS = 15
VOICES = 6
BASE = "moksori.understand.report"


@dataclass(frozen=True, slots=True)
class _Words:
    """A quote as it is printed."""

    words: SafeString
    about: str


@dataclass(frozen=True, slots=True)
class _Line:
    """One row: a pain point or a strength, ready to print."""

    rank: int
    ranks: str
    name: str
    share: str
    interval: str
    n: str
    whisker: SafeString
    severity: str
    sentiment: str
    change: str
    change_interval: str
    tone: str
    spark: SafeString
    voices: tuple[_Words, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    share: str
    differs: int


@dataclass(frozen=True, slots=True)
class _Row:
    value: str
    n: str
    score: str
    cells: tuple[_Cell, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    column: str
    heads: tuple[str, ...]
    rows: tuple[_Row, ...]
    left_out: int


def page(found: Findings) -> str:
    """The whole report in the active language."""
    pains = found.pains[:PAINS]
    top = max((pain.subject.reach.high for pain in pains), default=0.01)
    best = max((subject.reach.high for subject in found.strengths), default=0.01)
    css = resources.files(BASE).joinpath("report.css").read_text("utf-8")
    return render_to_string(
        "understand/report.html",
        {
            "found": found,
            "language": (get_language() or "ko")[:2],
            "style": mark_safe(f"<style>{css}</style>"),  # noqa: S308 – our own file
            "period": wording.period(found),
            "mentions": text.number(found.mentions),
            "facts": _facts(found),
            "summary": _summary(found),
            "pains": [_pain(pain, top, found.high) for pain in pains],
            "rest": len(found.pains) - len(pains),
            "voices": [_pain(pain, top, found.high) for pain in pains[:VOICES]],
            "strengths": [_strength(s, best, found.high) for s in found.strengths],
            "tables": [_table(found, table) for table in found.comparisons],
            "columns": [(name, _role(role)) for name, role in found.columns],
            "themeless": text.share(found.without_theme, 0),
            "minimum": MINIMUM,
            "window": WINDOW,
            "today": wording.full_day(timezone.localdate()),
            "version": __version__,
        },
    )


def _facts(found: Findings) -> list[tuple[str, str, str]]:
    """The numbers at the top: what, value, interval."""
    said = _("%(n)s clauses") % {"n": text.number(found.mentions)}
    facts = [(_("Feedback"), text.number(found.total), said)]
    if found.score is not None:
        facts.append(_score_fact(found, found.score))
    for name, est in (
        (_("Feedback with a complaint"), found.complaining),
        (_("Feedback with praise"), found.praising),
    ):
        facts.append((name, text.share(est.value), f"{wording.interval(est)} %"))
    return facts


def _score_fact(found: Findings, est: Estimate) -> tuple[str, str, str]:
    if found.is_nps:
        ends = f"{text.net(est.low)} – {text.net(est.high)}"
        return (_("Net promoter score"), text.net(est.value), ends)
    ends = f"{text.number(est.low, 2)}–{text.number(est.high, 2)}"
    of = _("of %(high)s") % {"high": f"{found.high:g}"}
    return (_("Mean score"), text.number(est.value, 2), f"{of} · {ends}")


def _summary(found: Findings) -> list[str]:
    """What one would say in three sentences."""
    said = []
    if found.pains:
        first = found.pains[0].subject
        said.append(
            _("Hurts most: %(name)s. %(share)s of all feedback complains about it.")
            % {"name": wording.name_of(first), "share": text.share(first.reach.value)}
        )
    for way, template in (
        (Direction.RISING, _("More often lately: %(names)s.")),
        (Direction.FALLING, _("Less often lately: %(names)s.")),
    ):
        names = [
            wording.name_of(pain.subject)
            for pain in found.pains
            if pain.subject.trend.direction is way
        ]
        if names:
            said.append(template % {"names": ", ".join(names[:5])})
    if found.strengths:
        names = [wording.name_of(subject) for subject in found.strengths[:3]]
        said.append(_("Praised most: %(names)s.") % {"names": ", ".join(names)})
    return said


def _pain(pain: PainFound, top: float, high: float) -> _Line:
    rising = pain.subject.trend.direction is Direction.RISING
    falling = pain.subject.trend.direction is Direction.FALLING
    tone = "hurt" if rising else "good" if falling else "quiet"
    ranks = f"{pain.rank_low}–{pain.rank_high}"
    return _line(
        pain.subject,
        top,
        tone,
        "hurt",
        rank=pain.rank,
        ranks=ranks if pain.rank_low != pain.rank_high else "",
        severity=text.number(pain.severity.value, 1),
        high=high,
    )


def _strength(subject: Subject, top: float, high: float) -> _Line:
    tone = "quiet"
    if subject.trend.direction is not Direction.STEADY:
        tone = "good" if subject.trend.direction is Direction.RISING else "hurt"
    return _line(subject, top, tone, "good", rank=0, ranks="", severity="", high=high)


def _line(  # noqa: PLR0913 – the parts that differ between the two lists
    subject: Subject,
    top: float,
    tone: str,
    colour: str,
    *,
    rank: int,
    ranks: str,
    severity: str,
    high: float,
) -> _Line:
    change = subject.trend.change
    return _Line(
        rank=rank,
        ranks=ranks,
        name=wording.name_of(subject),
        share=text.share(subject.reach.value),
        interval=wording.interval(subject.reach),
        n=text.number(subject.n),
        whisker=_svg(charts.whisker(subject.reach, scale=(0, top), tone=colour)),
        severity=severity,
        sentiment=text.change(subject.sentiment.value),
        change=wording.direction(subject.trend),
        change_interval=_points(change) if change else "",
        tone=tone,
        spark=_spark(subject.trend, tone),
        voices=tuple(_voice(quote, high) for quote in subject.quotes),
    )


def _points(change: Estimate) -> str:
    return f"{text.points(change.low)} … {text.points(change.high)}"


def _spark(trend: Trend, tone: str) -> SafeString:
    points = [None if math.isnan(point) else point for point in trend.points]
    # A line with more gaps than weeks shows nothing but the gaps.
    if sum(point is not None for point in points) < max(len(points) * 2 / 3, 2):
        return mark_safe("")
    return _svg(charts.sparkline(points, tone=tone))


def _svg(drawn: str) -> SafeString:
    return mark_safe(drawn)  # noqa: S308 – numbers only


def _voice(quote: Quote, high: float) -> _Words:
    about = [wording.full_day(quote.day)] if quote.day else []
    if quote.score is not None:
        of = {"value": f"{round(quote.score, 1):g}", "high": f"{high:g}"}
        about.append(_("score %(value)s of %(high)s") % of)
    return _Words(words.marked(quote.text, quote.spans), " · ".join(about))


def _table(found: Findings, table: Comparison) -> _Table:
    count = len(table.groups[0].cells) if table.groups else 0
    heads = [wording.name_of(pain.subject) for pain in found.pains[:count]]
    rows = [
        _Row(
            group.value,
            text.number(group.n),
            "" if group.score is None else _score(found, group.score),
            tuple(_Cell(text.share(c.reach.value), c.differs) for c in group.cells),
        )
        for group in table.groups
    ]
    return _Table(table.column, tuple(heads), tuple(rows), table.left_out)


def _score(found: Findings, est: Estimate) -> str:
    return text.net(est.value) if found.is_nps else text.number(est.value, 1)


def _role(role: str) -> str:
    names: dict[str, str] = {
        "text": _("customers' words"),
        "date": _("date"),
        "score": _("score"),
        "external_id": _("identifier"),
        "product": _("product"),
        "region": _("region"),
        "channel": _("channel"),
        "customer": _("customer"),
        "account": _("account"),
        "language": _("language"),
        "attribute": _("attribute"),
    }
    return names.get(role, role)
