"""The parts of the page: a row with its numbers and intervals, a quote, a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from moksori.analysis.estimate import Estimate
from moksori.analysis.trend import Direction, Trend
from moksori.base.web import charts, text, words
from moksori.understand.report import wording
from moksori.understand.report.findings import (
    Comparison,
    Findings,
    PainFound,
    Quote,
    Subject,
    Word,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A quote as it is printed."""

    words: SafeString
    about: str


@dataclass(frozen=True, slots=True)
class Number:
    """A value, what stands small under it, and whether it is good or bad news."""

    value: str
    interval: str
    tone: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a theme that is complained about or praised, ready to print."""

    name: str
    theme: str
    hurt: str
    reach: Number
    n: str
    whisker: SafeString
    sentiment: Number
    change: Number
    tone: str
    spark: SafeString
    voices: tuple[Said, ...]
    rank: int = 0
    ranks: str = ""
    severity: Number | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """What the rows of a list share: the end of the whiskers, the highest score."""

    top: float
    score: float
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    value: str
    n: str
    cells: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Table:
    column: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: str


def line(subject: Subject, scale: Scale, pain: PainFound | None = None) -> Line:
    change = subject.trend.change
    return Line(
        name=wording.name_of(subject),
        theme=wording.theme_of(subject),
        hurt=wording.hurt_of(subject),
        reach=Number(text.share(subject.reach.value), wording.interval(subject.reach)),
        n=text.number(subject.n),
        whisker=_svg(
            charts.whisker(subject.reach, scale=(0, scale.top), tone=scale.tone)
        ),
        sentiment=Number(
            text.change(subject.sentiment.value), wording.ends(subject.sentiment)
        ),
        change=Number(
            wording.direction(subject.trend),
            wording.change_ends(subject.trend) if change else "",
        ),
        tone=_tone(subject.trend, is_pain=scale.tone == "hurt"),
        spark=_spark(subject.trend, _tone(subject.trend, is_pain=scale.tone == "hurt")),
        voices=tuple(voice(quote, scale.score) for quote in subject.quotes),
        rank=pain.rank if pain else 0,
        ranks=_ranks(pain) if pain else "",
        severity=_severity(pain.severity) if pain else None,
    )


def voice(quote: Quote, high: float) -> Said:
    about = [wording.full_day(quote.day)] if quote.day else []
    if quote.score is not None:
        of = {"value": f"{round(quote.score, 1):g}", "high": f"{high:g}"}
        about.append(_("score %(value)s of %(high)s") % of)
    return Said(words.marked(quote.text, quote.spans), " · ".join(about))


def word(found: Word) -> tuple[str, str, str]:
    """The word, in how many of how many, and the interval of that share."""
    n = f"{text.number(found.n)}/{text.number(found.share.n)}"
    return found.text, n, f"{wording.interval(found.share)}%"


def table(found: Findings, comparison: Comparison) -> Table:
    count = len(comparison.groups[0].cells) if comparison.groups else 0
    heads = [wording.name_of(pain.subject) for pain in found.pains[:count]]
    heads.insert(0, _("Feedback with a complaint"))
    if found.score is not None:
        heads.insert(0, _("Score"))
    rows = []
    for group in comparison.groups:
        cells = [
            Number(text.share(c.reach.value), wording.interval(c.reach), c.differs)
            for c in (group.complaining, *group.cells)
        ]
        if found.score is not None:
            given = ("–", "")
            if group.score is not None:
                given = wording.score_of(found, group.score)
            cells.insert(0, Number(*given))
        rows.append(Row(group.value, text.number(group.n), tuple(cells)))
    smaller = wording.smaller_groups(comparison) if comparison.left_out else ""
    return Table(comparison.column, tuple(heads), tuple(rows), smaller)


def _ranks(pain: PainFound) -> str:
    if pain.rank_low == pain.rank_high:
        return ""
    return f"{pain.rank_low}–{pain.rank_high}"


def _severity(est: Estimate) -> Number:
    return Number(text.number(est.value, 1), wording.range_of(est))


def _tone(trend: Trend, *, is_pain: bool) -> str:
    if trend.direction is Direction.STEADY:
        return "quiet"
    return "hurt" if (trend.direction is Direction.RISING) == is_pain else "good"


def _spark(trend: Trend, tone: str) -> SafeString:
    points = [None if math.isnan(point) else point for point in trend.points]
    # A line with more gaps than weeks shows nothing but the gaps.
    if sum(point is not None for point in points) < max(len(points) * 2 / 3, 2):
        return mark_safe("")
    return _svg(charts.sparkline(points, tone=tone))


def _svg(drawn: str) -> SafeString:
    return mark_safe(drawn)  # noqa: S308 – numbers only
