"""What an edition is made of; the same pieces become page, e-mail and plain text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from math import ceil
from typing import Any, ClassVar

SECONDS_AT_MOST = 120
_SYLLABLES_PER_SECOND = 8.0  # quiet reading of Korean, spaces included
_LETTERS_PER_SECOND = 18.0  # about 220 words a minute
_HANGUL = ("가", "힣")
_UNREAD = {"tone", "path", "language", "translation"}


class Tone(StrEnum):
    """What colour a word may have; a sign or a word always stands beside it."""

    PLAIN = ""
    HURT = "hurt"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Line:
    """Something that changed: what, how, the numbers behind it, where to see more.

    `path` is an address of this installation ("/understand/…"), or empty.
    """

    kind: ClassVar[str] = "line"

    title: str
    change: str = ""
    note: str = ""
    tone: str = Tone.PLAIN.value
    path: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """What a customer said, masked; `marked` is the span that is meant.

    `language` is the customer's, which may differ from the edition's; then
    `translation` may hold what a machine made of it, and is shown as such.
    """

    kind: ClassVar[str] = "quote"

    before: str
    marked: str
    after: str
    source: str
    tone: str = Tone.PLAIN.value
    path: str = ""
    language: str = ""
    translation: str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do, and why. With `can_be_done`, the reader may answer "did it"."""

    kind: ClassVar[str] = "todo"

    title: str
    note: str = ""
    path: str = ""
    path_label: str = ""
    can_be_done: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """A plain sentence."""

    kind: ClassVar[str] = "say"

    text: str
    note: str = ""


Block = Line | Quote | Todo | Say
_KINDS: dict[str, type[Block]] = {
    block.kind: block for block in (Line, Quote, Todo, Say)
}


@dataclass(frozen=True, slots=True)
class Part:
    """One section as composed; `heading` may be empty."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A whole edition.

    `why` says for whom it was chosen, `kicker` which week it is and how long it takes.
    """

    title: str
    subject: str
    kicker: str
    why: str
    parts: tuple[Part, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        parts = [
            {
                "key": part.key,
                "heading": part.heading,
                "blocks": [{"kind": b.kind, **asdict(b)} for b in part.blocks],
            }
            for part in self.parts
        ]
        return {**asdict(self), "parts": parts}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Content:
        return cls(
            title=stored["title"],
            subject=stored["subject"],
            kicker=stored["kicker"],
            why=stored["why"],
            parts=tuple(_part(raw) for raw in stored["parts"]),
        )

    @property
    def todo(self) -> Todo | None:
        """The one thing to do that the reader may answer with "did it"."""
        for part in self.parts:
            for block in part.blocks:
                if isinstance(block, Todo) and block.can_be_done:
                    return block
        return None


def _part(raw: dict[str, Any]) -> Part:
    return Part(raw["key"], raw["heading"], tuple(_block(b) for b in raw["blocks"]))


def _block(raw: dict[str, Any]) -> Block:
    block = _KINDS[raw["kind"]]
    return block(**{name: value for name, value in raw.items() if name != "kind"})


def seconds_to_read(parts: Iterable[Part]) -> float:
    """How long quiet reading takes: Hangul by syllables, all else by letters."""
    text = "".join(
        value
        for part in parts
        for block in part.blocks
        for name, value in asdict(block).items()
        if isinstance(value, str) and name not in _UNREAD
    )
    hangul = sum(_HANGUL[0] <= letter <= _HANGUL[1] for letter in text)
    return hangul / _SYLLABLES_PER_SECOND + (len(text) - hangul) / _LETTERS_PER_SECOND


def fitting(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts in order, as many as can be read in two minutes."""
    kept: tuple[Part, ...] = ()
    for part in parts:
        longer = (*kept, part)
        if seconds_to_read(longer) <= SECONDS_AT_MOST:
            kept = longer
    return kept


def minutes_to_read(parts: Iterable[Part]) -> int:
    return max(1, ceil(seconds_to_read(parts) / 60))
