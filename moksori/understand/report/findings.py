"""What an analysis of a file found; every number as an Estimate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from moksori.analysis.estimate import Estimate
from moksori.analysis.trend import Trend
from moksori.understand.report.reading import LeftOut


@dataclass(frozen=True, slots=True)
class Quote:
    """A customer's words (shortened around the meant span), and what is known of them.

    `score` is on the file's own scale.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    day: date | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A theme's names, its weekly course, what is said about it.

    `n` feedbacks are meant by `reach`, the share of all feedback: complaining ones for
    a pain point, praising ones for a strength. `sentiment` (−1 to 1) is the mean over
    all mentions of the theme. `hurt_ko` and `hurt_en` say what those who complain say
    of it ("" where nothing stands out, and for strengths).
    """

    ko: str
    en: str
    n: int
    reach: Estimate
    sentiment: Estimate
    trend: Trend
    quotes: tuple[Quote, ...]
    hurt_ko: str = ""
    hurt_en: str = ""


@dataclass(frozen=True, slots=True)
class PainFound:
    """A pain point and its place in the order."""

    subject: Subject
    rank: int
    rank_low: int
    rank_high: int
    severity: Estimate
    score: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word that sets some feedback apart: its share of them, and its count elsewhere.

    `others` of all other feedbacks hold it too.
    """

    text: str
    share: Estimate
    n: int
    others: int


@dataclass(frozen=True, slots=True)
class Few:
    """What can be said when too few complain about one thing for an order.

    `themes` are those with some complaints, most first; `complaints` stand in the order
    of the file, all of them or as many spread evenly over it.
    """

    themes: tuple[Subject, ...]
    complaint_words: tuple[Word, ...]
    praise_words: tuple[Word, ...]
    complaints: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """The share of a group that complains, at all or about one pain point.

    `differs` is 1 (clearly more than the rest), −1 (clearly less) or 0.
    """

    reach: Estimate
    differs: int


@dataclass(frozen=True, slots=True)
class Group:
    value: str
    n: int
    score: Estimate | None
    complaining: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups of one column beside each other, on the first pain points."""

    column: str
    groups: tuple[Group, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Findings:
    """All that a report says.

    `score` is the mean on the file's own scale (`low`–`high`), or the net promoter
    score when `is_nps`. `sentiment` is the mean over feedbacks (−1 to 1), `complaining`
    and `praising` are shares of all of them. `few` is there when nothing is ranked.
    """

    name: str
    total: int
    mentions: int
    first: date | None
    last: date | None
    score: Estimate | None
    low: float
    high: float
    is_nps: bool
    sentiment: Estimate | None
    complaining: Estimate
    praising: Estimate
    pains: tuple[PainFound, ...]
    strengths: tuple[Subject, ...]
    few: Few | None
    too_few: int
    themes: int
    without_theme: float
    comparisons: tuple[Comparison, ...]
    language: str
    columns: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOut, ...]
