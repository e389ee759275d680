"""Which method measured an effect, and why no other: in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from moksori.account.models import Effect
from moksori.analysis.proof.choose import (
    LONG_BEFORE,
    MANY_BEFORE,
    MANY_CONTROLS,
    MANY_TREATED,
    Because,
    Method,
)
from moksori.analysis.verdict import MIN_CONTROLS
from moksori.base.web import text

# What the analysis says in English, gathered for translation.
SAID_BY_ANALYSIS = (
    gettext_noop("Synthetic difference-in-differences, placebo standard error"),
    gettext_noop("Synthetic control, placebo standard error"),
    gettext_noop("Difference-in-differences, placebo standard error"),
    gettext_noop("Staggered difference-in-differences (Callaway and Sant'Anna)"),
    gettext_noop("Bayesian structural time series with control series"),
    gettext_noop("Interrupted series, quasi-Poisson, errors for resembling weeks"),
    gettext_noop("Interrupted series, quasi-binomial, errors for resembling weeks"),
    gettext_noop("Interrupted series, linear, errors for resembling weeks"),
    gettext_noop("Against a baseline shrunken towards its peers (beta-binomial)"),
    gettext_noop(
        "Without the action the treated would have moved like the weighted untouched "
        "ones."
    ),
    gettext_noop("All of them swing about equally by themselves."),
    gettext_noop("Without the action all would have moved alike, whenever they began."),
    gettext_noop("Nobody changed before their own start."),
    gettext_noop("The relation to the control series before would have gone on."),
    gettext_noop("The action did not reach the control series."),
    gettext_noop(
        "Without the action the trend and the season before would have gone on."
    ),
    gettext_noop("Nothing else happened to the series when the action began."),
    gettext_noop(
        "The levels of the peers say how far this one can have been bad by luck."
    ),
    gettext_noop("Without the action it would have moved like its peers."),
)

NAMES: dict[str, str | Promise] = {
    Method.STAGGERED: gettext_lazy("Different starts, each against the untouched"),
    Method.SYNTHETIC: gettext_lazy("A weighted mix of the untouched"),
    Method.COLLAPSED: gettext_lazy("Before and after, beside the untouched"),
    Method.DIFFERENCE: gettext_lazy("Plain difference in differences"),
    Method.BASELINE: gettext_lazy("A baseline freed of luck"),
    Method.CONTROLS: gettext_lazy("One series with control series"),
    Method.INTERRUPTED: gettext_lazy("One series, interrupted"),
}

CHOSEN: dict[str, str | Promise] = {
    Method.STAGGERED: gettext_lazy(
        "It began at different times, so each is compared with what had not been "
        "touched, from its own start on."
    ),
    Method.SYNTHETIC: gettext_lazy(
        "There are many untouched ones and a long time before, so a weighted mix of "
        "them was learned that moved like the treated before the start."
    ),
    Method.COLLAPSED: gettext_lazy(
        "The weeks before and after are each taken together, and their change is "
        "compared with that of the untouched."
    ),
    Method.DIFFERENCE: gettext_lazy(
        "There are a few untouched ones, so the plain change of the mean is compared "
        "with theirs."
    ),
    Method.BASELINE: gettext_lazy(
        "There is little from before, so the level before is corrected for luck by "
        "what its many peers show."
    ),
    Method.CONTROLS: gettext_lazy(
        "There are hardly any untouched ones, but a long time before, so its relation "
        "to them was learned and carried on."
    ),
    Method.INTERRUPTED: gettext_lazy(
        "Nothing untouched stands beside it, so only its own trend and season were "
        "carried on. That shows what went together, not what caused it."
    ),
}

REFUSED: dict[str, str | Promise] = {
    Because.NOTHING_AFTER: gettext_lazy("no time has passed since the start"),
    Because.NOTHING_TREATED: gettext_lazy("nothing was acted on in these data"),
    Because.ONE_START: gettext_lazy("everything began at the same time"),
    Because.FEW_TREATED: gettext_lazy("fewer than %(treated)s places were acted on"),
    Because.FEW_UNTOUCHED: gettext_lazy("there are too few untouched ones"),
    Because.NONE_UNTOUCHED: gettext_lazy("nothing is left untouched"),
    Because.FEW_BEFORE: gettext_lazy("too few weeks are known from before"),
    Because.SMALL_COUNTS: gettext_lazy("too few speak of it in each place and week"),
    Because.SAME_FEEDBACK: gettext_lazy(
        "themes share the same feedback: where one falls, others rise"
    ),
    Because.NO_SHARES: gettext_lazy("what is measured is no share"),
    Because.ENOUGH_BEFORE: gettext_lazy("there is enough from before to do better"),
    Because.OTHERS_SAY_MORE: gettext_lazy(
        "untouched ones say more than a series alone"
    ),
}


@dataclass(frozen=True, slots=True)
class Refused:
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class MethodTold:
    """`name` and `why` of the method that was chosen, and of those that were not."""

    name: str
    why: str
    only_first: str
    refused: tuple[Refused, ...]
    rule: str


def method_told(effect: Effect) -> MethodTold | None:
    """None for effects measured before the method was kept, or without one."""
    chosen = effect.chosen
    if not chosen.get("method"):
        return None
    only_first = ""
    if chosen.get("only_first"):
        only_first = _(
            "It began at different times in too few places to measure them together, "
            "so only those that began first are measured."
        )
    return MethodTold(
        name=str(NAMES[chosen["method"]]),
        why=str(CHOSEN[chosen["method"]]),
        only_first=only_first,
        refused=tuple(
            Refused(str(NAMES[name]), str(REFUSED[why]) % {"treated": MANY_TREATED})
            for name, why in chosen.get("refused", ())
        ),
        rule=_(
            "Needed: for different starts %(treated)s places; for a mix %(many)s "
            "untouched and %(before)s weeks before; for control series %(long)s weeks "
            "before; for any proof %(least)s untouched."
        )
        % {
            "treated": MANY_TREATED,
            "many": MANY_CONTROLS,
            "before": MANY_BEFORE,
            "long": LONG_BEFORE,
            "least": MIN_CONTROLS,
        },
    )


def outlook_told(effect: Effect) -> str:
    """How long until it could be known, from how it swings by itself."""
    known = effect.outlook
    smallest = known.get("smallest")
    if smallest is None:
        return ""
    weeks = known.get("weeks")
    expected = changed(effect, effect.action.expected_change)
    if weeks is not None:
        return ngettext(
            "A change as large as expected (%(change)s) would show in four cases of "
            "five after %(weeks)s week.",
            "A change as large as expected (%(change)s) would show in four cases of "
            "five after %(weeks)s weeks.",
            weeks,
        ) % {"change": expected, "weeks": weeks}
    return _(
        "A change as large as expected (%(change)s) is too small to be seen among what "
        "happens by itself, even after %(weeks)s weeks; from %(least)s on it could be."
    ) % {
        "change": expected,
        "weeks": known.get("longest", 104),
        "least": amount(effect, smallest),
    }


def changed(effect: Effect, expected: float) -> str:
    """An expected change with its unit."""
    return (
        text.change(expected, 1) if effect.is_of_scores else text.points(expected / 100)
    )


def difference(effect: Effect, value: float) -> str:
    """A measured change with its unit."""
    return text.change(value, 2) if effect.is_of_scores else text.points(value)


def amount(effect: Effect, value: float) -> str:
    """The size of a change, as it would be if it went the way hoped for."""
    return difference(effect, value if effect.is_of_scores else -value)


def level(effect: Effect, value: float) -> str:
    return text.number(value, 1) if effect.is_of_scores else text.share(value)


def among(effect: Effect) -> str:
    """Which things are compared: theme, region or product."""
    return str(effect.chosen.get("among") or "theme")
