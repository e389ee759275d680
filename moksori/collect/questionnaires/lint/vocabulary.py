"""What to look for, by language: the lists of ko.toml and en.toml as patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_BY_CASE = frozenset({"abbreviation"})  # capitals are what it is about
# A particle goes with the word before it, and changes with another word.
_PARTICLES = {"ko": r"(?P<particle>(?:으로|은|는|이|가|을|를|과|와|로)(?=\s|$))?"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Patterns by name; abbreviations that are known; plain words for the trade's."""

    patterns: Mapping[str, re.Pattern[str]]
    known: frozenset[str]
    plain: Mapping[str, str]
    jargon: re.Pattern[str]
    balanced: Mapping[str, str]

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self.patterns[name]


@cache
def vocabulary(language: str) -> Vocabulary:
    path = Path(__file__).parent / f"{language}.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    patterns = {
        name: re.compile("|".join(listed), 0 if name in _BY_CASE else re.IGNORECASE)
        for name, listed in found.items()
        if isinstance(listed, list)
    }
    plain: dict[str, str] = found["plain"]
    words = "|".join(sorted(map(re.escape, plain), key=len, reverse=True))
    jargon = rf"(?<![A-Za-z])(?:{words})(?![A-Za-z]){_PARTICLES.get(language, '')}"
    return Vocabulary(
        patterns,
        frozenset(found["known"].split()),
        {word.lower(): instead for word, instead in plain.items()},
        re.compile(jargon, re.IGNORECASE),
        found["balanced"],
    )
