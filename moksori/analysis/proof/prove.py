"""Did it help: the method chosen by the data, its placebos, and one verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

from moksori.analysis.counterfactual import log_odds
from moksori.analysis.effect import MIN_EXPECTED, Baseline, measure_effect
from moksori.analysis.estimate import Estimate
from moksori.analysis.proof.choose import Choice, Method, choose
from moksori.analysis.proof.measures import WAYS, Measured, Settings, pooled
from moksori.analysis.proof.outlook import Outlook, outlook
from moksori.analysis.proof.panel import ENOUGH, Measure, Panel
from moksori.analysis.verdict import MIN_WEEKS, Evidence, Reason, Verdict, judge

Floats = NDArray[np.float64]
WIDTHS = (1, 2, 4)
ENOUGH_TO_DRAW = 60


@dataclass(frozen=True, slots=True)
class Picture:
    """The treated and what would have been, one a period; the band is 95 %.

    A period joins `joined` of those given; `start` is the first after the action.
    """

    path: tuple[float, ...]
    expected: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    start: int
    joined: int
    offset: int  # periods left out at the beginning, so that joints meet the start


@dataclass(frozen=True, slots=True)
class Proof:
    """What an action changed, in the unit of the panel, with its doubt and outlook.

    `estimate` is None where nothing could be measured yet. `before`, `after` and
    `expected` are the levels of the treated. `placebos` and `own` are effects in
    standard errors: of the untouched as if treated, and of the treated.
    """

    verdict: Verdict
    reason: Reason
    choice: Choice
    outlook: Outlook
    estimate: Estimate | None = None
    pretend: Estimate | None = None
    placebo_p: float | None = None
    own: float | None = None
    placebos: tuple[float, ...] = ()
    picture: Picture | None = None
    before: float | None = None
    after: float | None = None
    expected: float | None = None
    baseline: Baseline = Baseline.ALL
    numbers: dict[str, float] = field(default_factory=dict)


def prove(
    panel: Panel,
    *,
    expected: float | None = None,
    min_periods: int = MIN_WEEKS,
    settings: Settings | None = None,
    method: Method | None = None,
) -> Proof:
    """The effect of the action by the method that suits the panel, judged.

    `expected` is the change it was to bring. `method` asks for one whatever suits;
    then ValueError says what it lacks. Without any period after the start, or with too
    little before, the verdict says so instead of an error.
    """
    asked = _Asked(expected, min_periods, settings or Settings(), method is not None)
    choice = choose(panel)
    if method is not None:
        only_first = panel.waves.size > 1 and method is not Method.STAGGERED
        choice = Choice(method, (), only_first)
    if choice.only_first:
        panel = panel.first_wave()
    seen = _outlook(panel, expected)
    if choice.method is None:
        return _nothing(panel, choice, seen, asked, Reason.FEW_WEEKS_BEFORE)
    if choice.method is Method.COLLAPSED:
        return _collapsed(panel, choice, seen, asked)
    wide = _widened(panel)
    try:
        found = _possible(WAYS[choice.method](wide, asked.settings), wide)
    except ValueError:
        if asked.is_forced:
            raise
        return _nothing(panel, choice, seen, asked, Reason.NOTHING_MOVES)
    return _judged(panel, wide, found, asked, Proof(*_UNKNOWN, choice, seen))


@dataclass(frozen=True, slots=True)
class _Asked:
    expected: float | None
    fewest: int
    settings: Settings
    is_forced: bool


_UNKNOWN = (Verdict.NOT_PROVEN, Reason.NOTHING_MOVES)


def _possible(found: Measured, panel: Panel) -> Measured:
    """A share that would have been lies between nothing and all."""
    if panel.measure is not Measure.SHARE:
        return found
    after, one = _levels(panel)[1], found.estimate
    low = min(max(one.low, after - 1), one.value)
    return replace(
        found,
        estimate=replace(one, low=low, high=max(min(one.high, after), one.value)),
        expected=np.clip(found.expected, 0, 1),
    )


def _nothing(
    panel: Panel, choice: Choice, seen: Outlook, asked: _Asked, reason: Reason
) -> Proof:
    """Nothing could be measured: too early, or for this reason."""
    verdict, why = _lacking(panel, asked.fewest) or (Verdict.NOT_PROVEN, reason)
    return Proof(verdict, why, choice, seen, numbers=_facts(panel, asked.fewest))


def _judged(
    panel: Panel, wide: Panel, found: Measured, asked: _Asked, known: Proof
) -> Proof:
    """What was measured on `wide` periods, with its placebo in time and its verdict."""
    method = known.choice.method or Method.INTERRUPTED
    pretend = _pretended(wide, asked.settings, method)
    verdict, reason = _lacking(panel, asked.fewest) or judge(
        Evidence(
            found.estimate,
            pretend,
            found.placebo_p,
            panel.controls if method is not Method.INTERRUPTED else 0,
            weeks_after=panel.after,
            min_weeks=asked.fewest,
            expected=asked.expected,
            better=panel.better,
        )
    )
    before, after = _levels(panel)
    facts = _facts(panel, asked.fewest)
    return replace(
        known,
        verdict=verdict,
        reason=reason,
        estimate=found.estimate,
        pretend=pretend,
        placebo_p=found.placebo_p,
        own=found.own,
        placebos=found.placebos,
        picture=_picture(panel, wide, found),
        before=before,
        after=after,
        expected=after - found.estimate.value,
        numbers=facts | {"placebo_space_p": found.placebo_p or 0.0},
    )


def _collapsed(panel: Panel, choice: Choice, seen: Outlook, asked: _Asked) -> Proof:
    """Shares beside untouched ones: log odds, weeks collapsed (`analysis.effect`)."""
    single = panel.controls
    panel = panel.grouped(MIN_EXPECTED)
    counts, totals = pooled(panel)
    found = measure_effect(
        counts, totals, treated=0, start=panel.start,
        min_weeks=asked.fewest, expected=asked.expected,
    )  # fmt: skip
    picture = None
    if found.estimate is not None:
        wide = _drawable(panel)
        whole = wide.series(wide.treated)[0]
        others = wide.series(~wide.treated)[0]
        gap = float(whole[: wide.start].mean() - others[: wide.start].mean())
        drawn = Measured(found.estimate, whole, others + gap)
        picture = _picture(panel, wide, drawn)
    return Proof(
        found.verdict,
        found.reason,
        choice,
        seen,
        estimate=found.estimate,
        pretend=found.placebo_time,
        placebo_p=found.placebo_space_p,
        own=found.own_fall,
        placebos=found.placebo_falls,
        picture=picture,
        before=found.share_before,
        after=found.share_after,
        expected=found.share_expected,
        baseline=found.baseline,
        numbers={
            **_facts(panel, asked.fewest),
            **found.numbers,
            "controls": found.controls,
            "places": single if panel.controls < single else 0,
        },
    )


def _drawable(panel: Panel) -> Panel:
    """Periods joined until a point of the treated is more than noise."""
    _, totals = panel.series(panel.treated)
    usual = np.inf if totals is None else float(np.median(totals))
    for width in WIDTHS:
        if usual * width >= ENOUGH_TO_DRAW or panel.start < 4 * width:
            return panel.joined(width)
    return panel.joined(WIDTHS[-1])


def _widened(panel: Panel) -> Panel:
    """Periods joined as far as eight remain before the start, to even out chance.

    Different starts are joined no further than it takes to hear enough in each cell: a
    start within a joined period counts from its beginning on.
    """
    if panel.totals is None:
        return panel
    fits = [width for width in WIDTHS if panel.start >= 8 * width <= 8 * panel.after]
    if panel.waves.size < 2:
        return panel.joined(max(fits, default=1))
    for width in fits:
        wide = panel.joined(width)
        is_heard = wide.totals is None or bool((wide.totals > 0).all())
        if wide.usual >= 2 * ENOUGH and is_heard:
            return wide
    return panel.joined(max(fits, default=1))


def _pretended(panel: Panel, settings: Settings, method: Method) -> Estimate | None:
    """The same for a start that never was, halfway through the periods before."""
    half = panel.start // 2
    early = panel.until(panel.start)
    # `until` would take the starts for never: they are told anew.
    starts = np.where(panel.treated, float(half), np.inf)
    early = replace(early, starts=starts)
    if half < 1 or early.after < 1:
        return None
    draws = replace(settings, draws=min(settings.draws, 200))
    try:
        return _possible(WAYS[method](early, draws), early).estimate
    except ValueError:
        return None


def _lacking(panel: Panel, fewest: int) -> tuple[Verdict, Reason] | None:
    if not panel.treated.any() or panel.after < fewest:
        return Verdict.TOO_EARLY, Reason.FEW_WEEKS_AFTER
    if panel.start < 1:
        return Verdict.NOT_PROVEN, Reason.FEW_WEEKS_BEFORE
    return None


def _levels(panel: Panel) -> tuple[float, float]:
    """Of the treated, before and after."""
    path, totals = panel.series(panel.treated)
    weights = np.ones(path.size) if totals is None else np.maximum(totals, 1e-9)
    start = panel.start
    return (
        float(np.average(path[:start], weights=weights[:start])),
        float(np.average(path[start:], weights=weights[start:])),
    )


def _picture(panel: Panel, wide: Panel, found: Measured) -> Picture:
    joined = max(1, round(panel.values.shape[1] / max(wide.values.shape[1], 1)))
    gap = (found.path - found.expected)[: wide.start]
    known = gap[np.isfinite(gap)]
    reach = (
        float(known.std(ddof=1) * stdtrit(known.size - 1, 0.975))
        if known.size > 2
        else float("nan")
    )
    return Picture(
        path=tuple(float(one) for one in found.path),
        expected=_told(found.expected),
        low=_told(_within(found.expected - reach, panel)),
        high=_told(_within(found.expected + reach, panel)),
        start=wide.start,
        joined=joined,
        offset=panel.start - wide.start * joined,
    )


def _within(values: Floats, panel: Panel) -> Floats:
    if panel.measure is Measure.MEAN:
        return values
    return np.clip(values, 0, 1 if panel.measure is Measure.SHARE else None)


def _told(values: Floats) -> tuple[float | None, ...]:
    return tuple(float(one) if isfinite(one) else None for one in values)


def _outlook(panel: Panel, expected: float | None) -> Outlook:
    """From how the treated, less the untouched, swung before the start."""
    if not panel.treated.any() or panel.start < MIN_WEEKS:
        return Outlook(None, float("nan"))
    path, totals = panel.series(panel.treated)
    if panel.measure is not Measure.SHARE or totals is None:
        gap = path[: panel.start]
        if panel.controls:
            gap = gap - panel.values[~panel.treated, : panel.start].mean(axis=0)
        return outlook(gap, expected=expected)
    counts, of = pooled(panel)
    odds, noise = log_odds(counts[:, : panel.start], of[:, : panel.start])
    gap, fixed = odds[0], 0.0
    if panel.controls:
        gap = gap - odds[1:].mean(axis=0)
        fixed = _drift(odds[1:], noise[1:])
    share = float(counts[0, : panel.start].sum() / max(of[0, : panel.start].sum(), 1))
    share = min(max(share, 1e-4), 1 - 1e-4)
    moved = None
    if expected is not None and 0 < share + expected < 1:
        moved = float(logit(share + expected) - logit(share))
    seen = outlook(gap, expected=moved, fixed=fixed)
    less = float(expit(logit(share) + panel.better * seen.smallest) - share)
    return replace(seen, smallest=abs(less))


def _drift(odds: Floats, noise: Floats) -> float:
    """How far untouched ones drift apart by themselves, beyond counting."""
    half = odds.shape[1] // 2
    if half < 2 or len(odds) < 3:
        return 0.0
    change = odds[:, half:].mean(axis=1) - odds[:, :half].mean(axis=1)
    counted = noise[:, half:].mean(axis=1) / (odds.shape[1] - half)
    counted = counted + noise[:, :half].mean(axis=1) / half
    return max(0.0, float(change.var(ddof=1) - counted.mean()))


def _facts(panel: Panel, fewest: int) -> dict[str, float]:
    return {
        "weeks_before": panel.start,
        "weeks_after": panel.after,
        "min_weeks": fewest,
        "controls": panel.controls,
        "treated": int(panel.treated.sum()),
        "waves": int(panel.waves.size),
    }
