"""Rules of micro-segments in words: who is meant, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from moksori.analysis.estimate import Estimate
from moksori.base.web import text
from moksori.understand.models import Segment
from moksori.understand.reads.places import labels
from moksori.understand.reads.segment_findings import Rule
from moksori.understand.reads.segment_rows import KNOWN, TRAIT
from moksori.understand.reads.window import Filters

# The analysis speaks English and knows no Django; its sentences are gathered here.
SAID_BY_ANALYSIS = (
    gettext_noop("Ratio of shares, interval on the log scale"),
    gettext_noop("Difference of means, Welch's interval"),
    gettext_noop("Gamma-Poisson empirical Bayes (EBGM)"),
    gettext_noop("Normal empirical Bayes"),
    gettext_noop("Beta-binomial empirical Bayes"),
    gettext_noop("The groups are alike before anything is known of each."),
)
_DECADE = re.compile(r"(\d0)s")


class Labels:
    """Names of values, asked once for a page."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        wanted: dict[str, set[Any]] = {}
        for rule in rules:
            for name, part in rule.items():
                wanted.setdefault(name, set()).add(part.get("is"))
        self._known = {
            name: labels(name, sorted(values, key=str))
            for name, values in wanted.items()
            if name in KNOWN
        }

    def value(self, name: str, value: Any) -> str:
        """“20대”, “서울”, “visits: often”."""
        if name.startswith(TRAIT):
            return f"{name.removeprefix(TRAIT)}: {value}"
        if name == "age_band" and (decade := _DECADE.fullmatch(str(value))):
            return _("%(decade)ss") % {"decade": decade[1]}
        return str(self._known.get(name, {}).get(value, value))

    def parts(self, rule: Rule) -> list[str]:
        return [self.value(name, part.get("is")) for name, part in rule.items()]

    def who(self, rule: Rule) -> str:
        return " · ".join(self.parts(rule))


def attribute_name(name: str) -> str:
    """The attribute itself, for forms."""
    known = {
        "product": _("Product"),
        "region": _("Region"),
        "channel": _("Channel"),
        "language": _("Language"),
        "age_band": _("Age"),
        "tier": _("Tier"),
    }
    return known.get(name, name.removeprefix(TRAIT))


def sentence(measure: str, theme: str, much: Estimate | None) -> str:
    """What a finding says, without whom: “complain about delivery 3.0× as often …”."""
    if much is None:
        return ""
    if measure == Segment.Measure.SCORE:
        return _("give scores %(points)s points lower than everybody else") % {
            "points": text.number(abs(much.value), 1)
        }
    return _("complain about “%(theme)s” %(times)s as often as everybody else") % {
        "theme": theme,
        "times": text.times(much.value),
    }


def filters_of(rule: Rule, unit: int) -> Filters | None:
    """The rule as filters of pages; None where it has parts that they cannot say."""
    if not set(rule) <= set(KNOWN):
        return None
    return Filters(unit=unit).also(
        **{name: part.get("is") for name, part in rule.items()}
    )
