"""What must hold of a feedback for a rule: conditions, and how they are met.

All conditions that are given must hold; of several values of one condition, one is
enough. Theme, kind and danger must be met by the same mention: a rule for complaints
about delivery does not open for praise of the delivery and a complaint about the price.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from moksori.analysis.flags import FLAGS
from moksori.collect.answers import SCALES, SCORES, Kind, answer_from

MOST_WORDS = 50


@dataclass(frozen=True, slots=True)
class Conditions:
    """`score_at_most` is on the usual scale of its kind: NPS 0–10, satisfaction and
    stars 1–5, effort 1–7; without a kind it is the main score on 0–10.

    `tiers` are segments of accounts, `segments` those of customers, as they were
    brought in; `flags` are names of `analysis.flags`.
    """

    score_kind: str = ""
    score_at_most: float | None = None
    themes: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    products: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self == Conditions(score_kind=self.score_kind)

    @property
    def asks_mentions(self) -> bool:
        return bool(self.themes or self.kinds or self.flags)

    @property
    def mask(self) -> int:
        return sum(FLAGS[name] for name in self.flags)

    def to_json(self) -> dict[str, Any]:
        """Only what is given."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in found.items()
            if value not in ("", None, ())
        }


def conditions_from(given: Mapping[str, Any]) -> Conditions:
    """The conditions stored as JSON; what is not known is left out."""
    known = {each.name: given[each.name] for each in fields(Conditions)
             if given.get(each.name) not in (None, "", [])}  # fmt: skip
    lists = {name: tuple(value) for name, value in known.items()
             if isinstance(value, list | tuple)}  # fmt: skip
    return Conditions(**(known | lists))


@dataclass(frozen=True, slots=True)
class Mentioned:
    """One thing that was said: its theme (None: none), kind and bits of danger."""

    theme: int | None
    kind: str
    flags: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A feedback as rules look at it. `text` and `answers` may be left out."""

    id: int
    unit_id: int
    path: str
    region_id: int | None
    product_id: int | None
    channel: str
    score: float | None
    tier: str
    segment: str
    occurred_at: datetime
    received_at: datetime
    text: str = ""
    answers: Sequence[Mapping[str, Any]] = ()
    mentions: tuple[Mentioned, ...] = field(default=())


def why(asked: Conditions, heard: Heard) -> dict[str, Any] | None:
    """What of the feedback met the conditions, as facts; None where they do not hold.

    The facts are ids, numbers and the rule's own words, never the customer's.
    """
    plain = (
        (asked.channels, "channel", heard.channel),
        (asked.products, "product", heard.product_id),
        (asked.regions, "region", heard.region_id),
        (asked.tiers, "tier", heard.tier),
        (asked.segments, "segment", heard.segment),
    )
    facts: dict[str, Any] = {}
    for wanted, name, value in plain:
        if wanted:
            if value not in wanted:
                return None
            facts[name] = value
    for met in (_score, _mentions, _words):
        found = met(asked, heard)
        if found is None:
            return None
        facts |= found
    return facts


def _score(asked: Conditions, heard: Heard) -> dict[str, Any] | None:
    if asked.score_at_most is None:
        return {}
    if not asked.score_kind:
        if heard.score is None or heard.score > asked.score_at_most:
            return None
        return {"score": heard.score, "at_most": asked.score_at_most}
    low, high = SCALES[Kind(asked.score_kind)]
    limit = (asked.score_at_most - low) / (high - low) * 10
    for share, value in _scores(asked.score_kind, heard):
        if share <= limit + 1e-9:
            return {
                "score": value, "kind": asked.score_kind, "at_most": asked.score_at_most
            }  # fmt: skip
    return None


def _scores(kind: str, heard: Heard) -> Iterator[tuple[float, Any]]:
    """Every score of this kind on 0–10, and as it was given."""
    for stored in heard.answers:
        if stored.get("kind") == kind:
            answer = answer_from(stored)
            if answer.score_0_10 is not None:
                yield answer.score_0_10, answer.value


def _mentions(asked: Conditions, heard: Heard) -> dict[str, Any] | None:
    if not asked.asks_mentions:
        return {}
    mask = asked.mask
    met = [
        one
        for one in heard.mentions
        if (not asked.themes or one.theme in asked.themes)
        and (not asked.kinds or one.kind in asked.kinds)
        and (not mask or one.flags & mask)
    ]
    if not met:
        return None
    bits = 0
    for one in met:
        bits |= one.flags & mask
    facts: dict[str, Any] = {}
    if asked.themes:
        facts["themes"] = sorted({one.theme for one in met if one.theme is not None})
    if asked.kinds:
        facts["kinds"] = sorted({one.kind for one in met})
    if mask:
        facts["flags"] = [name for name, bit in FLAGS.items() if bits & bit]
    return facts


def _words(asked: Conditions, heard: Heard) -> dict[str, Any] | None:
    if not asked.words:
        return {}
    text = plain(heard.text)
    met = [word for word in asked.words if plain(word) in text]
    return {"words": met} if met else None


def plain(text: str) -> str:
    """Text as it is compared: composed, in small letters."""
    return unicodedata.normalize("NFC", text).casefold()


def score_kinds() -> list[str]:
    return [kind.value for kind in Kind if kind in SCORES]
