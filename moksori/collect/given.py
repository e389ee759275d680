"""A score in the words in which the customer gave it: 2 / 5, NPS 7."""

from __future__ import annotations

from django.utils.translation import pgettext

from moksori.collect.answers import SCALES, Answer, Kind


def as_given(answer: Answer) -> str:
    """The score with its scale; the value alone where it is no number."""
    if not isinstance(answer.value, int | float):
        return str(answer.value or "")
    low, high = answer.scale
    value = f"{answer.value:g}"
    if answer.kind == Kind.NPS and (low, high) == SCALES[Kind.NPS]:
        return pgettext("score", "NPS {value}").format(value=value)
    if low not in {0, 1}:
        return pgettext("score", "{value} ({low} to {high})").format(
            value=value, low=f"{low:g}", high=f"{high:g}"
        )
    shown = {
        Kind.NPS: pgettext("score", "NPS {value} / {high}"),
        Kind.RATING: pgettext("score", "{value} / {high} stars"),
    }.get(answer.kind, "{value} / {high}")
    return shown.format(value=value, high=f"{high:g}")


def tone(score: float | None) -> str:
    """How a score on 0–10 is coloured: only what hurts, and what is good."""
    if score is None:
        return ""
    return "hurt" if score < 4 else "good" if score >= 7 else ""
