"""Findings of a search for micro-segments, as they are stored and read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from moksori.analysis.estimate import Estimate
from moksori.analysis.segments.numbers import MicroSegment
from moksori.understand.models import Segment

Rule = dict[str, dict[str, Any]]
Stored = dict[str, Any]
NUMBERS = ("share", "elsewhere", "times", "difference", "shrunken", "gap")


def stored(
    found: MicroSegment, theme: int | None, values: Mapping[str, list[Any]]
) -> Stored:
    """A finding as JSON; `theme` None: of the score."""
    rule = rule_of(found, values)
    measure = Segment.Measure.COMPLAINS if theme else Segment.Measure.SCORE
    numbers = {name: packed(getattr(found, name)) for name in NUMBERS}
    return {
        "key": key_of(rule, measure, theme),
        "rule": rule,
        "measure": measure.value,
        "theme": theme,
        "n": found.n,
        "hits": int(found.hits) if theme else None,
        **numbers,
        "p": found.p,
        "q": found.q,
        "stability": found.stability,
    }


def rule_of(found: MicroSegment, values: Mapping[str, list[Any]]) -> Rule:
    """The rule with values as they are stored: {"region": {"is": 3}}."""
    rule: Rule = {}
    for part in found.rule:
        known = {str(value): value for value in values[part.attribute]}
        rule[part.attribute] = {"is": known[part.level.label]}
    return rule


def key_of(rule: Rule, measure: str, theme: int | None) -> str:
    """The same for the same group and measure, however it was found."""
    said = json.dumps([str(measure), theme, rule], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def packed(one: Estimate | None) -> Stored | None:
    return asdict(one) if one is not None else None


def unpacked(given: Stored | None) -> Estimate | None:
    if not given:
        return None
    return Estimate(**{**given, "assumed": tuple(given.get("assumed", ()))})
