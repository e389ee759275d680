"""Urgent and dangerous things a clause tells of: injury, fire, law, self-harm."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

PEOPLE, FIRE, LAW, SELF_HARM, URGENT = 1, 2, 4, 8, 16
# Gravest first.
FLAGS = {
    "self_harm": SELF_HARM,
    "people": PEOPLE,
    "fire": FIRE,
    "law": LAW,
    "urgent": URGENT,
}
_QUIET = "quiet"


def flags(text: str) -> int:
    """The bits of `FLAGS` that this text raises; 0 for nearly every text.

    Word patterns (`flags.toml`) for Korean and English name events; what is denied or
    a manner of speaking ("죽을 만큼 맛있다") raises nothing. A missed accident costs
    more than a glance at a false alarm: in doubt the flag is raised.
    """
    rules = _compiled()
    quiet = [match.span() for match in rules[_QUIET].finditer(text)]
    found = 0
    for name, bit in FLAGS.items():
        spans = (match.span() for match in rules[name].finditer(text))
        if any(not _touches(span, quiet) for span in spans):
            found |= bit
    return found


def flags_of(texts: Sequence[str]) -> list[int]:
    """`flags` of each text: a sieve over the whole column, then a close look."""
    column = pa.array(texts, pa.string())
    suspects: set[int] = set()
    for sieve in _sieves():
        found = pc.match_substring_regex(column, sieve, ignore_case=True)
        suspects.update(pc.indices_nonzero(found).to_pylist())
    out = [0] * len(texts)
    for at in suspects:
        out[at] = flags(texts[at])
    return out


def flag_names(bits: int) -> tuple[str, ...]:
    """The names of the bits that are set, gravest first."""
    return tuple(name for name, bit in FLAGS.items() if bits & bit)


@cache
def _patterns() -> dict[str, tuple[str, ...]]:
    """For every flag, and what is quiet: a pattern for each language."""
    path = Path(__file__).with_name("flags.toml")
    rules = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: tuple("|".join(block.strip().split("\n")) for block in blocks.values())
        for name, blocks in rules.items()
    }


@cache
def _compiled() -> dict[str, re.Pattern[str]]:
    # ASCII, as in the sieves: \b and \s mean the same to both.
    how = re.IGNORECASE | re.ASCII
    return {
        name: re.compile("|".join(rules), how) for name, rules in _patterns().items()
    }


@cache
def _sieves() -> tuple[str, ...]:
    # All in one would be a far larger automaton, and slower than ten small ones.
    return tuple(rule for name in FLAGS for rule in _patterns()[name])


def _touches(span: tuple[int, int], quiet: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in quiet)
