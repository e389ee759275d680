"""Short composed phrases of service life, so that the models know its words.

The open Korean texts speak of films and small talk; nobody in them waits for a parcel.
These phrases are read by the teacher and by the training of sentiment only: they are no
one's words and are never shown.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

MILD_PRAISE = 0.7
REPEATS = 20
THINGS = 3
# What follows a Korean stem, its joining form and its past.
ENDINGS = (
    ("고", "네요", "네", "다", "지만", "지", "거든요"),
    ("요", "서", "", "도"),
    (
        "어요",
        "습니다",
        "는데",
        "음",
        "고",
        "지만",
        "네요",
        "다",
        "어",
        "던데",
        "는데요",
    ),
)
DENIALS = (
    "지 않아요",
    "지 않았어요",
    "지 않습니다",
    "지도 않고",
    "지는 않네요",
    "지가 않아요",
    "지 않음",
)


def load() -> dict[str, dict[str, list[str]]]:
    text = (Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8")
    return {
        section: {name: words(block) for name, block in blocks.items()}
        for section, blocks in tomllib.loads(text).items()
    }


def words(block: str) -> list[str]:
    flat = block.replace("\n", " ")
    return [word.strip() for word in flat.split("|") if word.strip()]


def phrases(rng: random.Random, n: int = 36_000) -> Iterator[str]:
    spoken = load()
    for _ in range(n):
        for language in ("ko", "en"):
            yield said_of(rng, spoken[language]["things"], spoken[language]["said"])
    for language in ("ko", "en"):
        for block in spoken[language].values():
            yield from block


def judged(rng: random.Random, n: int = 12_000) -> Iterator[tuple[str, float]]:
    """Phrases with how they feel: 1 for praise, −1 for blame, 0 for neither."""
    spoken = load()
    for language in ("ko", "en"):
        blocks = spoken[language]
        for word in blocks["said"]:
            score = feeling(word, blocks)
            for _ in range(n // len(blocks["said"])):
                yield said_of(rng, blocks["things"], [word]), score
        yield from conjugated(rng, blocks)
        for thing in blocks["things"]:
            yield thing, 0.0
        yield from told(rng, blocks)
    for name, score in (("good", 1.0), ("bad", -1.0)):
        for sign in spoken["signs"][name]:
            for _ in range(REPEATS):
                yield sign, score
                yield said_of(rng, spoken["ko"]["things"], [sign]), score


def conjugated(
    rng: random.Random, blocks: dict[str, list[str]]
) -> Iterator[tuple[str, float]]:
    """Korean predicates with what people hang on them; denied, they turn around."""
    for name, score in (("good_stems", 1.0), ("bad_stems", -1.0)):
        for word in blocks.get(name, ()):
            *forms, noun = forms_of(word)
            said = [
                form + ending
                for form, endings in zip(forms, ENDINGS, strict=True)
                for ending in endings
            ]
            for one in [*said, noun]:
                yield one, score
                for _ in range(THINGS):
                    yield said_of(rng, blocks["things"], [one]), score
            for denial in DENIALS:
                turned = MILD_PRAISE if score < 0 else -1.0
                yield said_of(rng, blocks["things"], [forms[0] + denial]), turned


def forms_of(word: str) -> list[str]:
    """Stem, joining form, past, noun: four groups of equally many words."""
    parts = word.split()
    size = len(parts) // 4
    return [" ".join(parts[i * size : (i + 1) * size]) for i in range(4)]


def feeling(word: str, blocks: dict[str, list[str]]) -> float:
    if word in blocks["plain"]:
        return 0.0
    return 1.0 if word in blocks["good"] else -1.0


def told(
    rng: random.Random, blocks: dict[str, list[str]]
) -> Iterator[tuple[str, float]]:
    for name, score in (
        ("denied_good", -1.0),
        ("denied_bad", MILD_PRAISE),
        ("told", -1.0),
        ("told_plain", 0.0),
    ):
        for said in blocks[name]:
            for _ in range(REPEATS):
                yield said, score
                yield said_of(rng, blocks["things"], [said]), score


def said_of(rng: random.Random, things: list[str], said: list[str]) -> str:
    """A thing and what is said of it, with the Korean particle that fits."""
    thing = rng.choice(things)
    last = ord(thing[-1]) - 0xAC00
    if not 0 <= last < 11_172:
        return f"{thing} {rng.choice(said)}"
    closed = last % 28 > 0
    particle = rng.choice(["이" if closed else "가", "은" if closed else "는", ""])
    return f"{thing}{particle} {rng.choice(said)}"
