"""From a file's feedback to ranked pain points, strengths and compared groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM, Tally, rank_pains, severity_of
from moksori.analysis.proportions import mean, nps, wilson
from moksori.analysis.trend import WINDOW, trend
from moksori.understand.report.compare import compared
from moksori.understand.report.findings import Findings, PainFound, Subject
from moksori.understand.report.mentions import Mentions, mentions_of
from moksori.understand.report.quotes import quotes_of
from moksori.understand.report.reading import Said

STRENGTHS = 8
QUOTES = 3
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

    def findings(self) -> Findings:
        said, mentions = self.said, self.mentions
        pains, too_few = self._pains()
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
            complaining=self._share(mentions.is_negative),
            praising=self._share(mentions.is_positive),
            pains=pains,
            strengths=self._strengths(),
            too_few=too_few,
            themes=sum(not name.is_general for name in mentions.names),
            without_theme=themeless,
            comparisons=tuple(
                compared(name, values, self._complaints(pains), self._score)
                for name, values in said.groups.items()
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

    def _complaints(self, pains: tuple[PainFound, ...]) -> dict[str, NDArray[np.bool_]]:
        """For the first pain points: which feedbacks complain."""
        found = {}
        for pain, theme in zip(pains[:5], self.ranked, strict=False):
            named = np.zeros(self.total, bool)
            named[self._complainers(theme)[0]] = True
            found[pain.subject.ko] = named
        return found

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
        felt = np.clip(sign * mentions.sentiment[rows], 0, 1)
        return Subject(
            ko=name.ko,
            en=name.en,
            n=int(feedback.size),
            reach=wilson(feedback.size, self.total),
            sentiment=mean(mentions.sentiment[mentions.theme == theme]),
            trend=trend(self._by_week(feedback), self.weekly_totals),
            quotes=quotes_of(
                self.said,
                mentions,
                rows,
                felt,
                words=name.words_ko[:4] + name.words_en[:4],
                count=QUOTES,
            ),
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
        return mean(scale.low + given / 10 * (scale.high - scale.low))

    def _by_week(self, feedback: NDArray[np.intp] | NDArray[np.int64]) -> Floats:
        """Counts in the last weeks, oldest first."""
        week = self.week[feedback]
        inside = week[(week >= 0) & (week < self.weeks)]
        return np.bincount(inside, minlength=self.weeks)[::-1].astype(np.float64)


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
