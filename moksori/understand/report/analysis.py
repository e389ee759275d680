"""From a file's feedback to ranked pain points, strengths and compared groups."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM, Tally, rank_pains, severity_of
from moksori.analysis.proportions import mean, nps, wilson
from moksori.analysis.trend import WINDOW, trend
from moksori.understand.report.compare import compared
from moksori.understand.report.few import complaints_of, telling_words
from moksori.understand.report.findings import (
    Comparison,
    Few,
    Findings,
    PainFound,
    Subject,
)
from moksori.understand.report.hurts import hurts_of
from moksori.understand.report.mentions import Mentions, mentions_of
from moksori.understand.report.quotes import quotes_of
from moksori.understand.report.reading import Said

STRENGTHS = 8
MOST = 10
QUOTES = 3
SEEN = 5
"""Fewer complaints than this are no theme to speak of, not even unranked."""

Floats = NDArray[np.float64]


def analyse(said: Said, *, on_progress: Callable[[int], None]) -> Findings:
    """All findings of a file; `on_progress` hears how many feedbacks were read.

    The method is that of the server: mentions, themes, and `analysis.pains` on the
    share of feedback that complains about each theme.
    """
    mentions = mentions_of(said, on_progress=on_progress)
    return _Analysis(said, mentions).findings()


class _Analysis:
    """Holds the arrays that several findings are counted from."""

    def __init__(self, said: Said, mentions: Mentions) -> None:
        self.said = said
        self.mentions = mentions
        self.total = len(said.texts)
        self.themes = len(mentions.names)
        score = np.array([np.nan if s is None else s for s in said.scores])
        self.badness = 1 - score / 10
        self.week, self.weeks = _weeks(said.days)
        self.weekly_totals = self._by_week(np.arange(self.total))
        self.hurts: dict[int, tuple[str, str]] = {}
        self.ranked: list[int] = []

    def findings(self) -> Findings:
        said, mentions = self.said, self.mentions
        pains, too_few = self._pains()
        complaining, praising = mentions.is_negative, mentions.is_positive
        days = [day for day in said.days if day]
        themeless = float((mentions.theme < 0).mean()) if len(mentions.theme) else 1.0
        return Findings(
            name=said.name,
            total=self.total,
            mentions=len(mentions.texts),
            first=min(days, default=None),
            last=max(days, default=None),
            score=self._score(np.arange(self.total)),
            low=said.scale.low if said.scale else 0.0,
            high=said.scale.high if said.scale else 10.0,
            is_nps=said.is_nps,
            sentiment=self._sentiment(),
            complaining=self._share(complaining),
            praising=self._share(praising),
            pains=pains,
            strengths=self._strengths(),
            few=None if pains else self._few(),
            too_few=too_few,
            themes=sum(not name.is_general for name in mentions.names),
            without_theme=themeless,
            comparisons=tuple(
                self._compared(name, values) for name, values in said.groups.items()
            ),
            language="ko" if mentions.is_korean else "en",
            columns=tuple((c, said.mapping.role_of(c)) for c in said.mapping.columns),
            left_out=tuple(said.left_out),
        )

    def _pains(self) -> tuple[tuple[PainFound, ...], int]:
        tallies, severities = [], {}
        for theme in self._subjects():
            feedback, harshness = self._complainers(theme)
            if not feedback.size:
                continue
            severities[theme] = severity_of(-harshness, self.badness[feedback])
            tallies.append(self._tally(theme, feedback, severities[theme]))
        ranked = rank_pains(
            tallies, total=self.total, weekly_totals=self.weekly_totals, window=WINDOW
        )
        self.ranked = [pain.theme for pain in ranked]
        self.hurts = hurts_of(self.mentions, self.ranked)
        found = tuple(
            PainFound(
                subject=self._subject(pain.theme, self.mentions.is_negative, -1),
                rank=pain.rank,
                rank_low=pain.rank_low,
                rank_high=pain.rank_high,
                severity=pain.severity,
                score=pain.score,
            )
            for pain in ranked
        )
        return found, sum(tally.negatives < MINIMUM for tally in tallies)

    def _strengths(self) -> tuple[Subject, ...]:
        """The themes that most feedback praises."""
        praised = {}
        for theme in self._subjects():
            rows = self._rows(theme, self.mentions.is_positive)
            feedback = np.unique(self.mentions.feedback[rows])
            if feedback.size >= MINIMUM:
                praised[theme] = feedback.size
        order = sorted(praised, key=lambda theme: (-praised[theme], theme))
        positive = self.mentions.is_positive
        return tuple(self._subject(t, positive, 1) for t in order[:STRENGTHS])

    def _subjects(self) -> list[int]:
        names = self.mentions.names
        return [at for at in range(self.themes) if not names[at].is_general]

    def _rows(self, theme: int, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.flatnonzero((self.mentions.theme == theme) & chosen)

    def _complainers(self, theme: int) -> tuple[NDArray[np.int64], Floats]:
        """Feedbacks that complain about a theme, and the harshest word of each."""
        rows = self._rows(theme, self.mentions.is_negative)
        feedback, place = np.unique(self.mentions.feedback[rows], return_inverse=True)
        harsh = np.zeros(feedback.size)
        np.maximum.at(harsh, place, -self.mentions.sentiment[rows])
        return feedback, harsh

    def _few(self) -> Few:
        negative, positive = self.mentions.is_negative, self.mentions.is_positive
        counts = {t: self._complainers(t)[0].size for t in self._subjects()}
        seen = sorted(
            (theme for theme, n in counts.items() if n >= SEEN),
            key=lambda theme: -counts[theme],
        )
        self.hurts = hurts_of(self.mentions, seen[:MOST])
        return Few(
            themes=tuple(self._subject(theme, negative, -1) for theme in seen[:MOST]),
            complaint_words=telling_words(self.said.texts, self._saying(negative)),
            praise_words=telling_words(self.said.texts, self._saying(positive)),
            complaints=complaints_of(self.said, self.mentions),
        )

    def _compared(self, name: str, values: list[str]) -> Comparison:
        complaining = self._saying(self.mentions.is_negative)
        first = [self._marked(self._complainers(t)[0]) for t in self.ranked[:5]]
        return compared(name, values, complaining, first, self._score)

    def _saying(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return self._marked(self.mentions.feedback[chosen])

    def _marked(self, feedback: NDArray[np.int64]) -> NDArray[np.bool_]:
        marked = np.zeros(self.total, bool)
        marked[feedback] = True
        return marked

    def _tally(
        self, theme: int, feedback: NDArray[np.int64], severity: Floats
    ) -> Tally:
        sd = float(severity.std(ddof=1)) if severity.size > 1 else 0.0
        weekly = self._by_week(feedback)
        return Tally(theme, feedback.size, float(severity.mean()), sd, weekly)

    def _subject(self, theme: int, chosen: NDArray[np.bool_], sign: int) -> Subject:
        mentions, name = self.mentions, self.mentions.names[theme]
        rows = self._rows(theme, chosen)
        feedback = np.unique(mentions.feedback[rows])
        hurt_ko, hurt_en = self.hurts.get(theme, ("", "")) if sign < 0 else ("", "")
        felt = np.clip(sign * mentions.sentiment[rows], 0, 1)
        return Subject(
            ko=name.ko,
            en=name.en,
            n=int(feedback.size),
            reach=wilson(feedback.size, self.total),
            sentiment=_within(mean(mentions.sentiment[mentions.theme == theme]), -1, 1),
            trend=trend(self._by_week(feedback), self.weekly_totals),
            quotes=quotes_of(
                self.said,
                mentions,
                rows,
                felt,
                words=(
                    name.words_ko[:4] + name.words_en[:4],
                    re.findall(r"\w{2,}", f"{hurt_ko} {hurt_en}"),
                ),
                count=QUOTES,
            ),
            hurt_ko=hurt_ko,
            hurt_en=hurt_en,
        )

    def _share(self, chosen: NDArray[np.bool_]) -> Estimate:
        return wilson(np.unique(self.mentions.feedback[chosen]).size, self.total)

    def _score(self, feedback: NDArray[np.intp]) -> Estimate | None:
        """Mean on the file's own scale, or the net promoter score; None without any."""
        stretched = 10 * (1 - self.badness[feedback])
        given = stretched[np.isfinite(stretched)]
        scale = self.said.scale
        if not given.size or scale is None:
            return None
        if self.said.is_nps:
            return nps(given)
        own = scale.low + given / 10 * (scale.high - scale.low)
        return _within(mean(own), scale.low, scale.high)

    def _sentiment(self) -> Estimate | None:
        """The mean over feedbacks, each the mean of its mentions."""
        feedback, felt = self.mentions.feedback, self.mentions.sentiment
        counts = np.bincount(feedback, minlength=self.total)
        sums = np.bincount(feedback, weights=felt, minlength=self.total)
        said = counts > 0
        return _within(mean(sums[said] / counts[said]), -1, 1) if said.any() else None

    def _by_week(self, feedback: NDArray[np.intp] | NDArray[np.int64]) -> Floats:
        """Counts in the last weeks, oldest first."""
        week = self.week[feedback]
        inside = week[(week >= 0) & (week < self.weeks)]
        return np.bincount(inside, minlength=self.weeks)[::-1].astype(np.float64)


def _within(est: Estimate, low: float, high: float) -> Estimate:
    """The interval of a mean cannot leave the scale, however few the values."""
    return replace(est, low=max(est.low, low), high=min(est.high, high))


def _weeks(days: list[date | None]) -> tuple[NDArray[np.int64], int]:
    """How many weeks before the last day each lies (−1: no day), and how many to use.

    Weeks are counted back from the last day, so that none of them is a part.
    """
    known = [day for day in days if day]
    if not known:
        return np.full(len(days), -1), 0
    last = max(known)
    week = [-1 if day is None else (last - day) // timedelta(weeks=1) for day in days]
    whole = ((last - min(known)).days + 1) // 7
    return np.array(week, np.int64), min(whole, 2 * WINDOW)
