"""NPS, satisfaction, effort and grades: now, wave against wave, and by segment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from moksori.analysis.estimate import Estimate
from moksori.analysis.proportions import beyond_chance, change, mean, nps, wilson
from moksori.analysis.surveys import design as survey
from moksori.analysis.surveys.design import Design
from moksori.base.people.models import Member
from moksori.collect.answers import Kind, State
from moksori.understand.models import Population
from moksori.understand.reads.answers import (
    KINDS,
    Coded,
    Question,
    Rows,
    counts_of,
    in_order,
    questions_of,
    rows_of,
    value_labels,
    waves_of,
)
from moksori.understand.reads.facts import Facts, facts_for
from moksori.understand.reads.places import Place, affiliates, place
from moksori.understand.reads.populations import (
    Weighting,
    counts_everybody,
    may_change_population,
    population_of,
    weighted,
)
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters

LEAST = 5
ENOUGH = 30
MOST_WAVES = 12
MOST_GROUPS = 12
PERIOD = "52"
# From where on the answer is a "yes", on 0–10: 4 of 5 and 6 of 7 are satisfied, 4 of 5
# and 5 of 7 found it easy.
SATISFIED = {Kind.CSAT: 7.5 - 1e-6, Kind.CES: 20 / 3 - 1e-6}
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Score:
    """A score of some answers. `weighted` is what it would be with everybody's groups
    as large as they are among all customers; None where that is not known."""

    key: str
    label: str
    n: int
    came: Estimate
    weighted: Estimate | None = None
    change: Estimate | None = None
    differs: int = 0


@dataclass(frozen=True, slots=True)
class Response:
    """Of a wave: how many were asked to take part, and how many did."""

    wave: str
    invited: int
    answered: int

    @property
    def share(self) -> Estimate:
        return wilson(min(self.answered, self.invited), self.invited)


@dataclass(frozen=True)
class ScoresPage:
    """Scores of one kind, of one place.

    `kinds` are those with answers, `now` the newest wave with its change against the
    one before; `whole` everything in the period. `groups` are the values of
    `attribute`, each against all others; `hidden` counts those with too few answers.
    `weighting` is None where no population is known, and where the page is about a
    part of the unit (`is_part`).
    """

    place: Place
    kind: str = ""
    kinds: tuple[str, ...] = ()
    whole: Score | None = None
    now: Score | None = None
    waves: tuple[Score, ...] = ()
    attributes: tuple[str, ...] = ()
    attribute: str = ""
    groups: tuple[Score, ...] = ()
    hidden: int = 0
    responses: tuple[Response, ...] = ()
    questions: tuple[Question, ...] = ()
    weighting: Weighting | None = None
    population: Population | None = field(default=None, repr=False)
    may_change: bool = False
    is_part: bool = False


def scores_page(
    *,
    by: Member,
    filters: Filters = EVERYTHING,
    period: str = "",
    kind: str = "",
    attribute: str = "",
) -> ScoresPage | None:
    """The scores of the unit asked for, or of the first with a survey; None for who
    reads nothing. Raises NotFound for a unit outside of what the member may read."""
    found = scored_place(by=by, filters=filters, period=period)
    if found is None or found.facts is None:
        return None if found is None else ScoresPage(found)
    counts = counts_of(found.facts)
    kinds = tuple(one.value for one in KINDS if counts.get(one.value))
    kept = population_of(found.affiliate)
    is_part = not counts_everybody(found, by=by)
    if is_part:
        kept = None
    page = {"place": found, "kinds": kinds, "population": kept, "is_part": is_part}
    may = may_change_population(found.affiliate, by=by)
    if not kinds:
        return ScoresPage(**page, may_change=may)  # type: ignore[arg-type]
    kind = kind if kind in kinds else kinds[0]
    rows = rows_of(found.facts, (kind,))
    one = _Scored(rows, Kind(kind), kept)
    waves = one.waves()
    questions = tuple(questions_of(found.facts, by=by))
    attribute = attribute if attribute in rows.attributes else ""
    attribute = attribute or next(iter(rows.attributes), "")
    groups, hidden = one.groups(attribute)
    return ScoresPage(
        **page,  # type: ignore[arg-type]
        may_change=may,
        kind=kind,
        whole=one.score(np.ones(len(rows), dtype=bool)),
        now=waves[-1] if waves else None,
        waves=waves,
        attributes=tuple(rows.attributes),
        attribute=attribute,
        groups=groups,
        hidden=hidden,
        responses=responses_of(found.facts, kinds, questions, kept),
        questions=questions,
        weighting=one.weighting,
    )


def scored_place(*, by: Member, filters: Filters, period: str) -> Place | None:
    """The place asked for; without a unit, the first with a survey rather than none."""
    if filters.unit is None:
        for unit in affiliates(by=by):
            counts = counts_of(facts_for(by, unit.pk))
            if any(counts.get(kind, 0) >= ENOUGH for kind in KINDS[:3]):
                filters = filters.also(unit=unit.pk)
                break
    return place(by=by, filters=filters, period=period or PERIOD)


class _Scored:
    """Answers of one kind, and how they are summed up."""

    def __init__(self, rows: Rows, kind: Kind, kept: Population | None) -> None:
        self.rows, self.kind, self.kept = rows, kind, kept
        self.votes = votes_of(rows.scores, kind)
        self.wave = waves_of(rows)
        self.weighting: Weighting | None = None
        self._design: Design | None = None
        self._inside: Bools = np.zeros(len(rows), dtype=bool)
        if kept is not None and kept.margins and len(rows):
            self.weighting, self._design, self._inside = weighted(rows, kept)

    def waves(self) -> tuple[Score, ...]:
        """Oldest first, each with its change; waves of under five are not shown."""
        first = {
            wave: self.rows.days[self.wave.holds(wave)].min()
            for wave in self.wave.sizes
        }
        found: list[Score] = []
        for wave in sorted(first, key=lambda one: (first[one], one))[-MOST_WAVES:]:
            these = self.wave.holds(wave)
            if these.sum() >= LEAST:
                score = self._of_wave(wave, these)
                found.append(_changed(score, found[-1] if found else None))
        return tuple(found)

    def groups(self, attribute: str) -> tuple[tuple[Score, ...], int]:
        """The values of an attribute, in order, marked where they differ."""
        if not attribute:
            return (), 0
        coded = self.rows.attribute(attribute)
        sizes, known = coded.sizes, coded.codes >= 0
        shown = in_order({v: n for v, n in sizes.items() if n >= LEAST})
        names = value_labels(attribute, shown)
        sides = {value: coded.holds(value) for value in shown}
        sure = beyond_chance([self._chance(sides[one], known) for one in shown])
        found = []
        for value, is_sure in list(zip(shown, sure, strict=True))[:MOST_GROUPS]:
            these = sides[value]
            is_more = self._mean(these) > self._mean(known & ~these)
            differs = (1 if is_more else -1) if is_sure else 0
            label = names.get(value, value)
            found.append(self.score(these, key=value, label=label, differs=differs))
        return tuple(found), len(sizes) - len(found)

    def score(
        self, these: Bools, *, key: str = "", label: str = "", differs: int = 0
    ) -> Score:
        return Score(
            key=key,
            label=label or key,
            n=int(these.sum()),
            came=_came(self.rows.scores[these], self.kind),
            weighted=self._weighted(these),
            differs=differs,
        )

    def _of_wave(self, wave: str, these: Bools) -> Score:
        """A wave is a sample of its own: it is weighted by itself."""
        if self.kept is None or not self.kept.margins:
            return self.score(these, key=wave)
        part = self.rows.only(these)
        _weighting, sample, inside = weighted(part, self.kept)
        found = None
        if sample is not None:
            found = _by_design(part.scores[inside], self.kind, sample, None)
        came = _came(self.rows.scores[these], self.kind)
        return Score(wave, wave, int(these.sum()), came, found)

    def _weighted(self, these: Bools) -> Estimate | None:
        if self._design is None or (these & self._inside).sum() < LEAST:
            return None
        kept = self.rows.scores[self._inside]
        return _by_design(kept, self.kind, self._design, these[self._inside])

    def _mean(self, these: Bools) -> float:
        return float(self.votes[these].mean()) if these.any() else 0.0

    def _chance(self, these: Bools, known: Bools) -> float:
        """How often chance sets two groups as far apart; NaN where too few to say."""
        one, other = self.votes[these], self.votes[known & ~these]
        if min(one.size, other.size) < LEAST:
            return float("nan")
        spread = sqrt(one.var(ddof=1) / one.size + other.var(ddof=1) / other.size)
        if not isfinite(spread) or spread <= 0:
            return float("nan")
        return float(2 * ndtr(-abs(one.mean() - other.mean()) / spread))


def responses_of(
    facts: Facts,
    kinds: tuple[str, ...],
    questions: tuple[Question, ...],
    kept: Population | None,
) -> tuple[Response, ...]:
    """Waves of which it is known how many were asked, and who answered anything."""
    invited = {wave: int(n) for wave, n in (kept.invited if kept else {}).items() if n}
    if not invited:
        return ()
    # Every sheet has a row for its first question, however that stands.
    first = {one.source: one for one in reversed(questions)}.values()
    sheets_by = [f"{state.value}:{one.id}" for one in first for state in State]
    rows = rows_of(facts, sheets_by or kinds, ("feedback", "day", "traits"))
    waves = waves_of(rows)
    feedback, at = np.unique(rows.feedback, return_index=True)
    sheets = Coded(waves.codes[at], waves.words).sizes if feedback.size else {}
    return tuple(
        Response(wave, asked, sheets[wave])
        for wave, asked in invited.items()
        if wave in sheets
    )


def votes_of(scores: Floats, kind: Kind) -> Floats:
    """What the mean of is the score: +1, 0, −1 for NPS; yes or no; the grade."""
    if kind == Kind.NPS:
        return (scores >= 9).astype(np.float64) - (scores <= 6)
    if kind in SATISFIED:
        return (scores >= SATISFIED[kind]).astype(np.float64)
    return scores


def _came(scores: Floats, kind: Kind) -> Estimate:
    if kind == Kind.NPS:
        return nps(scores)
    if kind in SATISFIED:
        return wilson(float(votes_of(scores, kind).sum()), scores.size)
    return mean(scores)


def _by_design(
    scores: Floats, kind: Kind, sample: Design, within: Bools | None
) -> Estimate:
    """The same, weighted."""
    ask: Callable[..., survey.Surveyed] = survey.mean
    values = scores
    if kind == Kind.NPS:
        ask = survey.nps
    elif kind in SATISFIED:
        ask, values = survey.share, votes_of(scores, kind)
    return ask(values, sample, within=within).estimate


def _changed(score: Score, before: Score | None) -> Score:
    """The change against the wave before: like with like, weighted where both are."""
    if before is None:
        return score
    pair = (score.came, before.came)
    if score.weighted is not None and before.weighted is not None:
        pair = (score.weighted, before.weighted)
    return Score(
        score.key, score.label, score.n, score.came, score.weighted, change(*pair)
    )
