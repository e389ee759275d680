"""A verdict in words: what changed, compared with what, how sure, what else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from moksori.account.models import Effect
from moksori.account.reads.beside import as_strong, compared
from moksori.account.reads.methods import among, changed, difference, level
from moksori.act.models import Action
from moksori.analysis.effect import Baseline
from moksori.analysis.verdict import Reason
from moksori.base.web import text

HEADLINES = {
    Reason.FELL: gettext_lazy("It helped"),
    Reason.FELL_LESS_THAN_EXPECTED: gettext_lazy("It helped, but less than expected"),
    Reason.ROSE: gettext_lazy("It has got worse since"),
    Reason.WITHIN_CHANCE: gettext_lazy("No effect can be proven"),
    Reason.OTHERS_FELL_AS_MUCH: gettext_lazy("It fell, but so did what nobody touched"),
    Reason.ALREADY_FALLING: gettext_lazy("It had been falling before the action began"),
    Reason.FEW_WEEKS_AFTER: gettext_lazy("It is too early to say"),
    Reason.WAIT_LONGER: gettext_lazy("It is too early to say"),
    Reason.FEW_WEEKS_BEFORE: gettext_lazy(
        "There is too little from before to compare with"
    ),
    Reason.FEW_CONTROLS: gettext_lazy("There is nothing untouched to compare with"),
    Reason.FEW_MENTIONS: gettext_lazy("Too few customers spoke of it to tell"),
    Reason.NOT_SEPARABLE: gettext_lazy("It fell, but two actions began at once"),
    Reason.NOTHING_TO_COMPARE: gettext_lazy("It fell, but nothing stands beside it"),
    Reason.UNCHECKED_BEFORE: gettext_lazy(
        "It fell, but whether it had begun before cannot be seen"
    ),
    Reason.UNCHECKED_ELSEWHERE: gettext_lazy(
        "It fell, but too little is untouched to check against"
    ),
    Reason.NOTHING_MOVES: gettext_lazy("Nothing moves in these numbers"),
}

OF_SCORES = {
    Reason.ROSE: gettext_lazy("The score has fallen since"),
    Reason.OTHERS_FELL_AS_MUCH: gettext_lazy(
        "The score rose, but so did what nobody touched"
    ),
    Reason.ALREADY_FALLING: gettext_lazy(
        "The score had been rising before the action began"
    ),
    Reason.NOT_SEPARABLE: gettext_lazy("The score rose, but two actions began at once"),
    Reason.NOTHING_TO_COMPARE: gettext_lazy(
        "The score rose, but nothing stands beside it"
    ),
    Reason.UNCHECKED_BEFORE: gettext_lazy(
        "The score rose, but whether it had begun before cannot be seen"
    ),
    Reason.UNCHECKED_ELSEWHERE: gettext_lazy(
        "The score rose, but too little is untouched to check against"
    ),
}

SAY_THE_VERDICT = {
    Reason.FELL,
    Reason.ROSE,
    Reason.WITHIN_CHANCE,
    Reason.FEW_WEEKS_AFTER,
    Reason.WAIT_LONGER,
}

EXPLAINED = {
    Reason.WITHIN_CHANCE: gettext_lazy(
        "The difference is no larger than what themes show by themselves."
    ),
    Reason.OTHERS_FELL_AS_MUCH: gettext_lazy(
        "Untouched themes fell as strongly, so the fall cannot be put down to the "
        "action."
    ),
    Reason.ALREADY_FALLING: gettext_lazy(
        "The fall began before the action did; it may simply have gone on."
    ),
    Reason.NOT_SEPARABLE: gettext_lazy(
        "Another action took effect on the same pain point at about the same time and "
        "in the same places. The change is that of both together; how much is due to "
        "which cannot be told."
    ),
    Reason.NOTHING_TO_COMPARE: gettext_lazy(
        "A series alone shows that something changed when the action began, not that "
        "the action changed it."
    ),
    Reason.UNCHECKED_BEFORE: gettext_lazy(
        "Too little is known from before to see whether the change had begun then."
    ),
    Reason.UNCHECKED_ELSEWHERE: gettext_lazy(
        "With fewer than three untouched ones nobody can see how often as much happens "
        "by itself."
    ),
    Reason.NOTHING_MOVES: gettext_lazy(
        "The numbers stand still, so nothing can be said about what is chance."
    ),
    Reason.FEW_WEEKS_BEFORE: gettext_lazy(
        "At least %(min_weeks)s weeks before the start are needed; there are "
        "%(weeks_before)s."
    ),
    Reason.FEW_CONTROLS: gettext_lazy(
        "At least %(min_controls)s untouched themes with enough feedback are needed; "
        "there are %(controls)s. A bare before and after proves nothing."
    ),
    Reason.FEW_MENTIONS: gettext_lazy(
        "At least %(min_mentions)s mentions before the start are needed (there are "
        "%(mentions_before)s), and enough feedback since to expect %(min_expected)s "
        "(so far %(expected_after)s)."
    ),
}


OF_PLACES = {
    Reason.WITHIN_CHANCE: gettext_lazy(
        "The difference is no larger than what such places show by themselves."
    ),
    Reason.OTHERS_FELL_AS_MUCH: gettext_lazy(
        "Untouched places changed as strongly, so it cannot be put down to the action."
    ),
    Reason.FEW_CONTROLS: gettext_lazy(
        "At least %(min_controls)s untouched places with enough feedback are needed; "
        "there are %(controls)s. A bare before and after proves nothing."
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The verdict as a leader reads it; what does not apply is empty."""

    headline: str
    changed: str
    compared: str
    sure: str
    expectation: str
    otherwise: tuple[str, ...]
    when: str


def told(effect: Effect) -> Told:
    return Told(
        headline=headline(effect),
        changed=_changed(effect),
        compared=compared(effect),
        sure=_sure(effect),
        expectation=_expectation(effect, effect.action),
        otherwise=tuple(_otherwise(effect)),
        when=_when(effect),
    )


def headline(effect: Effect) -> str:
    reason = Reason(effect.reason)
    if effect.is_of_scores and reason in OF_SCORES:
        return str(OF_SCORES[reason])
    return str(HEADLINES[reason])


def why(effect: Effect) -> str:
    """The headline beside the verdict, unless it says the same once more."""
    return "" if effect.reason in SAY_THE_VERDICT else headline(effect)


def _changed(effect: Effect) -> str:
    if effect.estimate is None or effect.share_after is None:
        return ""
    words = _(
        "Since %(day)s “%(pain)s” hurts in %(after)s of feedback. Without the action "
        "%(expected)s would have been expected: a change of %(change)s. Before, it was "
        "%(before)s."
    )
    if effect.is_of_scores:
        words = _(
            "Since %(day)s the mean score around “%(pain)s” is %(after)s. Without the "
            "action %(expected)s would have been expected: a change of %(change)s. "
            "Before, it was %(before)s."
        )
    return words % {
        "day": text.day(effect.action.start_on),
        "pain": effect.action.pain_point.name,
        "after": level(effect, effect.share_after),
        "expected": level(effect, effect.share_expected or 0.0),
        "before": level(effect, effect.share_before or 0.0),
        "change": difference(effect, effect.estimate.value),
    }


def _sure(effect: Effect) -> str:
    estimate = effect.estimate
    if estimate is None:
        return ""
    words = _(
        "With %(level)s certainty the change lies between %(low)s and %(high)s."
    ) % {
        "level": f"{estimate.level * 100:g}%",
        "low": difference(effect, estimate.low),
        "high": difference(effect, estimate.high),
    }
    return f"{words} {as_strong(effect)}".strip()


def _expectation(effect: Effect, action: Action) -> str:
    expected = action.expected_change / (1 if effect.is_of_scores else 100)
    words = _("Expected beforehand was %(change)s.")
    if action.was_expected_late:
        words = _("Expected, but written down only afterwards, was %(change)s.")
    words %= {"change": changed(effect, action.expected_change)}
    estimate = effect.estimate
    if estimate is None:
        return words
    if estimate.low <= expected <= estimate.high:
        return f"{words} " + _("The measurement agrees with it.")
    falls_short = estimate.low > expected
    if effect.is_of_scores:
        falls_short = not falls_short
    if falls_short:
        return f"{words} " + _("The measured change falls short of it.")
    return f"{words} " + _("The measured change goes beyond it.")


def _otherwise(effect: Effect) -> list[str]:
    found = []
    reason = Reason(effect.reason)
    explained = EXPLAINED.get(reason)
    if among(effect) != "theme":
        explained = OF_PLACES.get(reason, explained)
    if explained is not None:
        found.append(str(explained) % _whole(effect.numbers))
    others = int(effect.numbers.get("same_pain_point") or 0)
    if others and effect.reason != Reason.NOT_SEPARABLE:
        found.append(
            ngettext(
                "%(n)s other action took effect on this pain point in these weeks; the "
                "change is that of all of them together.",
                "%(n)s other actions took effect on this pain point in these weeks; "
                "the change is that of all of them together.",
                others,
            )
            % {"n": others}
        )
    if effect.baseline == Baseline.BEFORE_THE_PEAK:
        found.append(
            _(
                "It had peaked just before the start. A peak falls back by itself, so "
                "only the weeks before the peak count as before."
            )
        )
    if effect.estimate is not None:
        found.append(
            _(
                "Something else that happened to this pain point alone at the same "
                "time: a price, a season, a report in the news."
            )
        )
    return found


def _whole(numbers: dict[str, float]) -> dict[str, str]:
    return {name: text.number(value) for name, value in numbers.items()}


def _when(effect: Effect) -> str:
    """The day from which there can be a verdict, where time is what is missing."""
    weeks = float(effect.numbers.get("min_weeks") or 4)
    if effect.reason == Reason.WAIT_LONGER:
        weeks *= 2
    elif effect.reason != Reason.FEW_WEEKS_AFTER:
        return ""
    start = effect.action.start_on
    monday = start + timedelta(days=-start.weekday() % 7)
    return _(
        "It can be known from %(day)s on, when there are %(weeks)s whole weeks of "
        "feedback after the start."
    ) % {"day": text.day(monday + timedelta(weeks=weeks)), "weeks": f"{weeks:g}"}
