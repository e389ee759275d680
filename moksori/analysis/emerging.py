"""What is new: dense groups of texts that came up lately, told from chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtrc

from moksori.analysis.duplicates import folds
from moksori.analysis.encoder import load_encoder
from moksori.analysis.estimator import Estimator, several
from moksori.analysis.neighbours import Vectors, unit
from moksori.analysis.scan import Flags, Numbers, Place, Places, Ratios, ratio
from moksori.analysis.topical import topical

NOWHERE = -1
SHORTEST = 15
"""Fewer letters than this two people write alike without copying."""
WINDOWS = (7, 14, 28)
SIZES = (6, 9, 13, 19, 28, 40)
_MOST = 30
_LARGE = 500
_HALF_LIFE = 14.0
# Mean cosine to the middle; what hangs together less is no subject.
_DENSE = 0.6


@dataclass(frozen=True, slots=True)
class Subject:
    """Something new. `members` are rows, the nearest to its `center` first.

    `count` texts (copies once, one per author) came in the last `window` days, where
    `expected` would have, had they come as evenly as everything beside them; `chance`
    is how often a world without anything new shows as much anywhere. `radius` is the
    cosine that nine tenths of the members reach, `density` their mean cosine, `within`
    the theme that most of them are in. `copies` members repeat another one; a campaign
    is one text in many copies. `score` is recency × growth × density, for the order.
    """

    members: Numbers
    center: Vectors
    radius: float
    window: int
    count: int
    expected: float
    chance: float
    density: float
    copies: int = 0
    within: int = NOWHERE
    is_campaign: bool = False
    score: float = 0.0

    @property
    def growth(self) -> float:
        """How many times as many as expected."""
        return self.count / max(self.expected, 0.1)


class Emerging(Estimator):
    """Finds what is new among texts with days: where it is dense, and dense of late.

    Each text with its nearest neighbours is a place; `sizes` says how many neighbours,
    `windows` how many days back are "lately". In each place the recent texts are
    counted against their share everywhere, by the likelihood ratio of the scan
    statistic (Kulldorff 1997). The same is done in `worlds` whose days are dealt out
    anew: they tell how often chance alone does as well anywhere, and at most `level`
    of all looks at worlds without news find any. Copies are folded before; a
    text with many copies of late is a campaign (binomial test, corrected for the texts
    tried). Of more than `sample` distinct texts so many are compared with each other.

    Learned: `found_`, the subjects, best score first; `labels_` (n,), the subject of
    each text or −1; `threshold_`, the ratio that chance hardly reaches.
    """

    def __init__(  # noqa: PLR0913 – one parameter a setting
        self,
        *,
        windows: Sequence[int] = WINDOWS,
        sizes: Sequence[int] = SIZES,
        least: int = 6,
        level: float = 0.01,
        worlds: int = 99,
        sample: int = 20_000,
        seed: int = 0,
    ) -> None:
        self.windows = windows
        self.sizes = sizes
        self.least = least
        self.level = level
        self.worlds = worlds
        self.sample = sample
        self.seed = seed

    def fit(
        self,
        texts: Sequence[str] | Vectors,
        y: object = None,
        *,
        days: ArrayLike,
        within: ArrayLike | None = None,
        authors: ArrayLike | None = None,
        copies: ArrayLike | None = None,
    ) -> Self:
        """Look among texts or unit rows (n, d); zero rows say nothing.

        `days` (n,) counts days; "now" is the last. `within` (n,) is the theme of each,
        −1 for none: what is new in a theme is new against that theme. `authors` (n,)
        count once in each place. `copies` (n,) are the groups of `duplicates.folds`,
        short texts alone (of texts they are found). `y` is ignored; it is there for
        pipelines.
        """
        rows, folded = _read(texts)
        told = folded if copies is None else np.asarray(copies, np.int64)
        table = _table(rows, _whole(days), within, authors, told)
        self.threshold_ = np.inf
        self.found_ = [*self._campaigns(table), *self._subjects(table)]
        self.found_.sort(key=lambda one: -one.score)
        self.labels_ = np.full(len(rows), NOWHERE, np.int64)
        for number, one in reversed(list(enumerate(self.found_))):
            self.labels_[one.members] = number
        return self

    def _subjects(self, table: _Table) -> list[Subject]:
        # In an order of no meaning, so that the first ones are a fair sample.
        ids = table.distinct(self.seed)[: self.sample]
        if len(ids) < 2 * max(self.sizes):
            return []
        windows = [table.since(window)[ids] for window in self.windows]
        part = _parts(table.within[ids])
        rows = table.rows[ids]
        points = unit(rows - rows.mean(axis=0))
        places = Places(points, part, table.authors[ids], self.sizes)
        chance = places.chance(windows, worlds=self.worlds, seed=self.seed)
        self.threshold_ = chance.threshold(self.level)
        free, found = np.ones(len(ids), np.bool_), []
        for _ in range(_MOST):
            place = places.best(windows, free)
            if place.ratio < self.threshold_:
                break
            recent = windows[place.window]
            usual = places.usual(recent)
            scope = np.flatnonzero(free)
            grown = _Grown(points, table.authors[ids], recent, usual, scope)
            members, count, expected = grown.from_place(place, self.least)
            free[members] = False
            free[place.members] = False
            seeds = ids[members[recent[members]]]
            one = _subject(table, ids[members], seeds)
            if count >= self.least and one.density >= _DENSE:
                found.append(
                    _scored(
                        replace(
                            one,
                            window=self.windows[place.window],
                            count=count,
                            expected=expected,
                            chance=chance.of(place.ratio),
                        ),
                        table,
                    )
                )
        return found

    def _campaigns(self, table: _Table) -> list[Subject]:
        """Texts of which many more copies came lately than of other texts."""
        size = np.bincount(table.copies)
        many = np.flatnonzero(size >= 2 * self.least)
        best: dict[int, tuple[float, int, int, float]] = {}
        for window in self.windows:
            lately = np.bincount(table.copies, table.since(window), len(size))
            # The others' share: a large campaign is not to hide itself.
            rest = (lately.sum() - lately[many]) / np.maximum(
                len(table.rows) - size[many], 1
            )
            usual = np.clip(rest, 1e-4, 1)
            tail = bdtrc(lately[many] - 1, size[many], usual)
            tried = max(len(many), 1) * len(self.windows)
            for at, group in enumerate(many.tolist()):
                told = (tail[at] * tried, window, int(lately[group]), usual[at])
                best[group] = min(best.get(group, told), told)
        return [
            _campaign(table, group, *told)
            for group, told in best.items()
            if told[0] <= self.level and told[2] >= 2 * self.least
        ]


@dataclass(frozen=True, slots=True)
class _Table:
    """The columns that were given, with what stands for those that were not."""

    rows: Vectors
    days: Numbers
    within: Numbers
    authors: Numbers
    copies: Numbers

    def since(self, window: int) -> Flags:
        return np.asarray(self.days > self.days.max(initial=0) - window)

    def distinct(self, seed: int) -> Numbers:
        """The first of each text that says something, in an order of no meaning."""
        by_day = np.argsort(self.days, kind="stable")
        _, first = np.unique(self.copies[by_day], return_index=True)
        ids = np.sort(by_day[first])
        full = ids[np.abs(self.rows[ids]).max(axis=1, initial=0) > 0]
        return np.random.default_rng(seed).permutation(full)


@dataclass(frozen=True, slots=True)
class _Grown:
    """A place moved to the middle of its recent texts, and cut where it ends."""

    points: Vectors
    authors: Numbers
    recent: Flags
    usual: Ratios
    scope: Numbers

    def from_place(self, place: Place, least: int) -> tuple[Numbers, int, float]:
        """Members, how many authors came lately, and how many were to be expected."""
        seeds = place.members[self.recent[place.members]]
        for _ in range(2):
            center = unit(self.points[seeds].mean(axis=0, keepdims=True))[0]
            near = np.argsort(-(self.points[self.scope] @ center), kind="stable")
            order = self.scope[near]
            first = np.zeros(len(order), np.bool_)
            first[np.unique(self.authors[order], return_index=True)[1]] = True
            of = first.cumsum().astype(np.float64)
            count = (first & self.recent[order]).cumsum().astype(np.float64)
            expected = (first * self.usual[order]).cumsum()
            worth = ratio(count, of, expected)
            worth[: least - 1] = 0
            end = int(worth.argmax())
            members = order[: end + 1]
            seeds = members[self.recent[members]]
        return members, int(count[end]), float(expected[end])


def _subject(table: _Table, members: Numbers, seeds: Numbers) -> Subject:
    """The subject of these rows and their copies, around its recent ones."""
    center = unit(table.rows[seeds].mean(axis=0, keepdims=True))[0]
    every = np.flatnonzero(np.isin(table.copies, table.copies[members]))
    close = table.rows[every] @ center
    order = np.argsort(-close, kind="stable")
    return Subject(
        members=every[order],
        center=center,
        radius=float(np.quantile(table.rows[members] @ center, 0.1)),
        window=0,
        count=0,
        expected=0.0,
        chance=1.0,
        density=float((table.rows[members] @ center).mean()),
        copies=len(every) - len(members),
        within=_mostly(table.within[members]),
    )


def _parts(themes: Numbers) -> Numbers:
    """Numbers from 0 of the themes that are large enough to be their own measure.

    What is in none, and small themes, are compared with each other: a new subject may
    be most of what is in one of them.
    """
    names, which, counts = np.unique(themes, return_inverse=True, return_counts=True)
    large = (counts >= _LARGE) & (names != NOWHERE)
    number = np.where(large, np.cumsum(large), 0)[which.ravel()]
    return np.unique(number, return_inverse=True)[1].ravel()


def _mostly(themes: Numbers) -> int:
    """The theme that most of them are in; none where they are scattered."""
    names, counts = np.unique(themes, return_counts=True)
    return int(names[counts.argmax()]) if 2 * counts.max() > len(themes) else NOWHERE


def _campaign(
    table: _Table, group: int, chance: float, window: int, count: int, usual: float
) -> Subject:
    members = np.flatnonzero(table.copies == group)
    one = _subject(table, members[:1], members[:1])
    return _scored(
        replace(
            one,
            is_campaign=True,
            window=window,
            count=count,
            expected=usual * len(members),
            chance=chance,
        ),
        table,
    )


def _scored(one: Subject, table: _Table) -> Subject:
    age = table.days.max() - table.days[one.members]
    recency = float(np.mean(0.5 ** (age / _HALF_LIFE)))
    return replace(one, score=recency * float(np.log1p(one.growth)) * one.density)


def _table(
    rows: Vectors,
    days: Numbers,
    within: ArrayLike | None,
    authors: ArrayLike | None,
    copies: Numbers,
) -> _Table:
    n = len(rows)
    own = np.arange(n)
    table = _Table(
        rows,
        days,
        np.full(n, NOWHERE) if within is None else np.asarray(within, np.int64),
        own if authors is None else np.asarray(authors, np.int64),
        np.unique(copies, return_inverse=True)[1].ravel(),
    )
    if any(len(column) != n for column in (table.days, table.within, table.authors)):
        raise ValueError("Emerging needs a day for each text.")
    return table


def _whole(days: ArrayLike) -> Numbers:
    given = np.asarray(days)
    if given.dtype.kind == "f" and not np.isfinite(given).all():
        raise ValueError("Emerging needs a day for each text.")
    return given.astype(np.int64)


def _read(texts: Sequence[str] | Vectors) -> tuple[Vectors, NDArray[np.int64]]:
    several(texts)
    if not len(texts) or isinstance(texts[0], str):
        said = [str(text) for text in texts]
        rows = load_encoder().encode([topical(text) for text in said])
        return rows, folds(said, shortest=SHORTEST)
    rows = np.asarray(texts, np.float32)
    if rows.ndim != 2 or not np.isfinite(rows).all():
        raise ValueError("Emerging needs finite vectors of shape (texts, dimensions).")
    return rows, np.arange(len(rows))
