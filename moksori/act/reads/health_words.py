"""What is known of a customer, in words, and what it says about leaving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, expm1

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from moksori.base.web import text

# The analysis speaks English; its sentences are gathered here to be translated.
SAID_BY_ANALYSIS = (
    gettext_noop("Penalised logistic regression, calibrated on a later period"),
    gettext_noop("The next period is like those that were learned from."),
    gettext_noop("What goes with leaving is not said to cause it."),
    gettext_noop("Kaplan–Meier, log band"),
    gettext_noop("Kaplan–Meier, log-log band"),
    gettext_noop("Kaplan–Meier, plain band"),
    gettext_noop("Restricted mean of a Kaplan–Meier curve"),
    gettext_noop("Who has not left yet is like the others who stayed as long."),
    gettext_noop("Cox regression, Efron's ties"),
    gettext_noop("What raises the rate of leaving raises it all the time alike."),
    gettext_noop("Harrell's concordance, jackknife error"),
    gettext_noop("Logistic recalibration, Wald interval"),
    gettext_noop("Each customer counts once and leaves or stays by themselves."),
    gettext_noop("Sum of the probabilities, normal interval"),
)
PLAIN = 0.05  # log odds below which a part is not worth a word


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is known: in words, and how it moves the chance to leave.

    `weight` is what it adds to the log odds; `times` the same as a factor of the odds.
    """

    name: str
    label: str
    words: str
    weight: float

    @property
    def times(self) -> float:
        return exp(min(max(self.weight, -20.0), 20.0))

    @property
    def raises(self) -> bool:
        return self.weight >= PLAIN

    @property
    def lowers(self) -> bool:
        return self.weight <= -PLAIN


def parts_of(given: Sequence[Sequence[object]]) -> list[Part]:
    """The stored parts of a score, strongest first."""
    found = []
    for name, value, weight in given:
        if float(str(weight)) == 0:
            continue  # nobody differs in it
        known = None if value is None else float(str(value))
        found.append(
            Part(str(name), label(str(name)), _words(str(name), known),
                 float(str(weight)))
        )  # fmt: skip
    return sorted(found, key=lambda part: -abs(part.weight))


def label(name: str) -> str:
    """What the feature is about."""
    kind, _mark, measure = name.partition(":")
    known = {
        "tenure": _("Time as a customer"),
        "feedback": _("Feedback given"),
        "complaints": _("Complaints"),
        "score": _("Score given"),
        "reply": _("Time to a reply"),
        "waiting": _("Waiting for an answer"),
        "use": _("Use of “%(measure)s”"),
        "trend": _("Change of “%(measure)s”"),
    }
    return known.get(kind, kind) % {"measure": measure} if measure else known[kind]


def _words(name: str, value: float | None) -> str:
    kind, _mark, measure = name.partition(":")
    if value is None:
        return _unknown(kind)
    if kind == "trend":
        return _trend(measure, value)
    if kind == "use":
        return _("“%(measure)s” %(n)s a period lately") % {
            "measure": measure,
            "n": text.number(expm1(value), 1),
        }
    if kind == "score":
        return _("scores %(score)s of 10") % {"score": text.number(value, 1)}
    return _counted(kind, expm1(value))


def _counted(kind: str, value: float) -> str:
    if kind == "tenure":
        return _stayed(value)
    if kind == "reply":
        days = text.number(value, 1 if value < 10 else 0)
        return _("waited %(days)s days for a reply") % {"days": days}
    n = round(value)
    nothing = {
        "complaints": _("no complaint in 90 days"),
        "waiting": _("nothing waits for an answer"),
        "feedback": _("said nothing in 90 days"),
    }
    some = {
        "complaints": ngettext(
            "complained once in 90 days", "complained %(n)s times in 90 days", n
        ),
        "waiting": ngettext(
            "%(n)s case waits for an answer", "%(n)s cases wait for an answer", n
        ),
        "feedback": ngettext(
            "spoke up once in 90 days", "spoke up %(n)s times in 90 days", n
        ),
    }
    return some[kind] % {"n": n} if n else nothing[kind]


def _stayed(months: float) -> str:
    n = round(months)
    if n < 24:
        return ngettext(
            "a customer for %(n)s month", "a customer for %(n)s months", n
        ) % {"n": n}
    years = text.number(months / 12, 1)
    return _("a customer for %(n)s years") % {"n": years}


def _trend(measure: str, value: float) -> str:
    change = abs(expm1(value))
    if change < 0.05:
        return _("“%(measure)s” as in the quarter before") % {"measure": measure}
    given = {"measure": measure, "share": text.share(change, 0)}
    if value < 0:
        return _("“%(measure)s” fell by %(share)s") % given
    return _("“%(measure)s” rose by %(share)s") % given


def _unknown(kind: str) -> str:
    known = {
        "score": _("gave no score in half a year"),
        "reply": _("asked for no reply in half a year"),
        "use": _("use is not known"),
        "trend": _("use was not known long enough"),
    }
    return known.get(kind, _("not known"))
