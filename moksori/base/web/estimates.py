"""An estimate in words: value, interval and n, method on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from moksori.base.web import text
from moksori.base.web.charts import FORMATS
from moksori.base.web.charts.figure import interval

# The analysis speaks English and knows no Django; its sentences are gathered here.
SAID_BY_ANALYSIS = (
    gettext_noop("Wilson score interval"),
    gettext_noop("Newcombe hybrid score interval"),
    gettext_noop("Newcombe hybrid score interval, widened by weekly dispersion"),
    gettext_noop("Adjusted Wald interval of the net promoter score"),
    gettext_noop("Student's t interval of the mean"),
    gettext_noop(
        "Difference-in-differences of log odds, weeks collapsed, random effects"
    ),
    gettext_noop(
        "Without the action the pain point would have moved like the untouched ones."
    ),
    gettext_noop("The action changed none of the untouched ones."),
    gettext_noop(
        "Who gives feedback, and where, did not change because of the action."
    ),
    gettext_noop("Each feedback counts once and speaks for itself."),
    gettext_noop("Each answer counts once and speaks for itself."),
    gettext_noop("Each value speaks for itself."),
    gettext_noop("The two groups are separate people."),
    gettext_noop("The tone of the words, and the score beside them, show the weight."),
    gettext_noop("Who gives feedback, and where, did not change between the weeks."),
)


class Estimated(Protocol):
    """The shape of `analysis.Estimate`, which this package does not import."""

    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def n(self) -> int: ...
    @property
    def method(self) -> str: ...
    @property
    def level(self) -> float: ...
    @property
    def assumed(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """An estimate in words."""

    value: str
    unit: str
    interval: str
    level: str
    n: str
    method: str
    assumed: tuple[str, ...]


def shown(estimate: Estimated, kind: str = "share") -> Shown:
    value, unit = _apart(FORMATS[kind](estimate.value))
    return Shown(
        value=value,
        unit=unit,
        interval=interval(estimate.low, estimate.high, kind),
        level=f"{estimate.level * 100:g}%",
        n=text.number(estimate.n),
        method=method(estimate.method),
        assumed=tuple(_(assumption) for assumption in estimate.assumed if assumption),
    )


def sentence(estimate: Estimated, kind: str = "share") -> str:
    """8.4% (7.1–9.9, n 1,204): for mails, titles and spoken words."""
    words = shown(estimate, kind)
    return f"{words.value}{words.unit} ({words.interval}, n {words.n})"


def method(name: str) -> str:
    """The method as the analysis names it, in the reader's language where known."""
    return _(name) if name else ""


def _apart(shown_value: str) -> tuple[str, str]:
    for unit in ("%p", " pp", "%", "배", "×"):
        if shown_value.endswith(unit):
            return shown_value.removesuffix(unit), unit
    return shown_value, ""
