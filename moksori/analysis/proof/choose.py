"""Which method suits the data, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from moksori.analysis.proof.panel import ENOUGH, Measure, Panel
from moksori.analysis.verdict import MIN_CONTROLS, MIN_WEEKS

MANY_CONTROLS = 10
"""From so many untouched ones on, weights can be learned from them."""
MANY_BEFORE = 8
LONG_BEFORE = 20
MANY_TREATED = 4
SEASON = 12


class Method(StrEnum):
    STAGGERED = "staggered"
    SYNTHETIC = "synthetic"
    COLLAPSED = "collapsed"
    DIFFERENCE = "difference"
    BASELINE = "baseline"
    CONTROLS = "controls"
    INTERRUPTED = "interrupted"


class Because(StrEnum):
    """Why a method was refused: a stable key for the sentence that a page shows."""

    NOTHING_AFTER = "nothing_after"
    NOTHING_TREATED = "nothing_treated"
    ONE_START = "one_start"
    FEW_TREATED = "few_treated"
    FEW_UNTOUCHED = "few_untouched"
    NONE_UNTOUCHED = "none_untouched"
    FEW_BEFORE = "few_before"
    SMALL_COUNTS = "small_counts"
    SAME_FEEDBACK = "same_feedback"
    NO_SHARES = "no_shares"
    ENOUGH_BEFORE = "enough_before"
    OTHERS_SAY_MORE = "others_say_more"


@dataclass(frozen=True, slots=True)
class Choice:
    """`method` None: nothing can be measured yet. `refused` says why not the others.

    `only_first` where starts differ but are too few to measure together: those that
    began first stand for all.
    """

    method: Method | None
    refused: tuple[tuple[Method, Because], ...]
    only_first: bool = False


def choose(panel: Panel) -> Choice:
    """The first method that the data carry, from the one that asks most of them.

    Untouched ones come before a series alone, many before few, and different starts
    are never pooled as if they were one.
    """
    refused: list[tuple[Method, Because]] = []
    for method in Method:
        because = why_not(method, panel)
        if because is None:
            only_first = method is not Method.STAGGERED and panel.waves.size > 1
            return Choice(method, tuple(refused), only_first)
        refused.append((method, because))
    return Choice(None, tuple(refused))


def why_not(method: Method, panel: Panel) -> Because | None:
    """Why the method does not suit these data; None when it does."""
    if not panel.treated.any():
        return Because.NOTHING_TREATED
    if panel.after < 1:
        return Because.NOTHING_AFTER
    return _WHY_NOT[method](panel)


def _staggered(panel: Panel) -> Because | None:
    if panel.waves.size < 2:
        return Because.ONE_START
    if panel.treated.sum() < MANY_TREATED:
        return Because.FEW_TREATED
    if panel.controls < MIN_CONTROLS:
        return Because.FEW_UNTOUCHED
    if panel.start < MIN_WEEKS:
        return Because.FEW_BEFORE
    return _silent(panel)


def _synthetic(panel: Panel) -> Because | None:
    if panel.is_shared:
        return Because.SAME_FEEDBACK
    if panel.controls < MANY_CONTROLS:
        return Because.FEW_UNTOUCHED
    if panel.start < MANY_BEFORE:
        return Because.FEW_BEFORE
    return _silent(panel)


def _silent(panel: Panel) -> Because | None:
    """Where a month can pass without anything heard, a share of it means nothing."""
    if panel.usual * 4 < ENOUGH or not panel.steady.all():
        return Because.SMALL_COUNTS
    return None


def _collapsed(panel: Panel) -> Because | None:
    if panel.measure is not Measure.SHARE or panel.totals is None:
        return Because.NO_SHARES
    return _difference(panel)


def _difference(panel: Panel) -> Because | None:
    if panel.controls < MIN_CONTROLS:
        return Because.FEW_UNTOUCHED if panel.controls else Because.NONE_UNTOUCHED
    return Because.FEW_BEFORE if panel.start < MIN_WEEKS else None


def _baseline(panel: Panel) -> Because | None:
    if panel.measure is not Measure.SHARE or panel.totals is None:
        return Because.NO_SHARES
    if panel.start >= MIN_WEEKS:
        return Because.ENOUGH_BEFORE
    if panel.start < 1:
        return Because.FEW_BEFORE
    return Because.FEW_UNTOUCHED if panel.controls < MANY_CONTROLS else None


def _controls(panel: Panel) -> Because | None:
    if not panel.controls:
        return Because.NONE_UNTOUCHED
    return Because.FEW_BEFORE if panel.start < LONG_BEFORE else None


def _interrupted(panel: Panel) -> Because | None:
    if panel.controls >= MIN_CONTROLS:
        return Because.OTHERS_SAY_MORE
    return Because.FEW_BEFORE if panel.start < SEASON else None


_WHY_NOT = {
    Method.STAGGERED: _staggered,
    Method.SYNTHETIC: _synthetic,
    Method.COLLAPSED: _collapsed,
    Method.DIFFERENCE: _difference,
    Method.BASELINE: _baseline,
    Method.CONTROLS: _controls,
    Method.INTERRUPTED: _interrupted,
}
