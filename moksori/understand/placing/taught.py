"""What people taught about themes, and what follows from it for each mention."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.duplicates import text_key
from moksori.analysis.neighbours import Vectors
from moksori.understand.models import Mention, Pin, Theme

Encode = Callable[[Sequence[str]], Vectors]
Placed = tuple[int | None, float | None]

MOST_PARTS = 6

_HANGUL = re.compile(r"[\u1100-\u11ffㄱ-ㆎ가-힣]")
_NOT_JAMO = re.compile(r"[^ㄱ-ㆎ]+")
_QUOTES = str.maketrans("‘’ʼ“”", "'''\"\"")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A part that a theme is split into: a name, and mentions that stand for it."""

    name_ko: str
    anchors: tuple[int, ...]
    name_en: str = ""


@dataclass(frozen=True)
class Rules:
    """What people taught about the themes of one affiliate.

    `pins` say where the same words belong (None: nowhere); `words` which word leads to
    which theme; `anchors` are unit rows (m, d), each of the theme in `owners`;
    `family` leads from each part of a split theme, itself included, to that theme;
    `heirs` from every theme out of use to the one that took it over (None: it is
    closed, and what would be in it goes where it fits next).
    """

    pins: Mapping[int, int | None] = field(default_factory=dict)
    words: tuple[tuple[str, int], ...] = ()
    anchors: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    owners: tuple[int, ...] = ()
    family: Mapping[int, int] = field(default_factory=dict)
    heirs: Mapping[int, int | None] = field(default_factory=dict)

    @cached_property
    def _any_word(self) -> re.Pattern[str] | None:
        """Most texts hold none of the words, and are told so at once."""
        tight = {_BLANK.sub("", folded(word)) for word, _theme in self.words}
        found = "|".join(re.escape(word) for word in sorted(tight))
        return re.compile(found) if found else None

    def heir(self, theme: int | None) -> int | None:
        """The theme in use that stands for this one; None where it is closed."""
        seen: set[int] = set()
        while theme is not None and theme in self.heirs and theme not in seen:
            seen.add(theme)
            theme = self.heirs[theme]
        return theme

    def is_closed(self, theme: int) -> bool:
        return self.heir(theme) is None

    def of_family(self, theme: int) -> int:
        return self.family.get(theme, theme)

    def pinned(self, text: str) -> tuple[bool, int | None]:
        """Whether somebody said where these words belong, and where."""
        if not self.pins:
            return False, None
        key = text_key(text)
        if key not in self.pins:
            return False, None
        said = self.pins[key]
        found = self.heir(said)
        # Words put into a theme that was closed since are free again.
        return said is None or found is not None, found

    def worded(self, text: str) -> tuple[str, int] | None:
        """The longest defining word that the text holds, and its theme."""
        if self._any_word is None:
            return None
        plain = folded(text)
        tight = _BLANK.sub("", plain)
        if not self._any_word.search(tight):
            return None
        found = [
            (word, theme)
            for word, theme in self.words
            if holds(word, plain, tight) and not self.is_closed(theme)
        ]
        if not found:
            return None
        word, theme = max(found, key=lambda one: (len(one[0]), -one[1]))
        return word, self.heir(theme) or theme


def folded(text: str) -> str:
    """Wide and narrow, curly and straight, large and small letters are the same."""
    # NFKC would make other letters of the ㅠ and ㅋ that people write alone.
    plain = _NOT_JAMO.sub(lambda part: unicodedata.normalize("NFKC", part[0]), text)
    return _BLANK.sub(" ", plain.translate(_QUOTES)).casefold()


def holds(word: str, plain: str, tight: str) -> bool:
    """Whether the word stands in a text, given as it is and without blanks.

    Korean runs into its particles and is spaced at will, so letters suffice; elsewhere
    a word begins and ends.
    """
    wanted = folded(word)
    if _HANGUL.search(wanted):
        return _BLANK.sub("", wanted) in tight
    at = plain.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        inside = plain[at - 1 : at].isalnum() or plain[end : end + 1].isalnum()
        if not inside:
            return True
        at = plain.find(wanted, at + 1)
    return False


def load_rules(affiliate: int, *, encoder: str, encode: Encode) -> Rules:
    """What is taught in an affiliate now, with anchors as this encoder sees them."""
    themes = list(
        Theme.objects.filter(unit_id=affiliate, is_group=False).order_by("pk")
    )
    pins = dict(Pin.objects.filter(unit_id=affiliate).values_list("key", "theme_id"))
    heirs: dict[int, int | None] = {
        one.pk: one.merged_into_id for one in themes if one.state != Theme.State.ACTIVE
    }
    words, rows, owners = [], [], []
    for theme in themes:
        words += [(word, theme.pk) for word in theme.definition.get("words", ())]
        found = anchors_of(theme, encoder=encoder, encode=encode)
        rows += list(found)
        owners += [theme.pk] * len(found)
    family = {
        one.pk: int(one.definition["of"]) for one in themes if "of" in one.definition
    }
    return Rules(
        pins=pins,
        words=tuple(words),
        anchors=np.stack(rows) if rows else np.zeros((0, 0), np.float32),
        owners=tuple(owners),
        family=family,
        heirs=heirs,
    )


def anchors_of(theme: Theme, *, encoder: str, encode: Encode) -> Vectors:
    """The stored anchors, or the same from their texts for another encoder."""
    if theme.anchors is None:
        return np.zeros((0, 0), np.float32)
    if theme.definition.get("encoder", encoder) != encoder:
        return anchor_rows(theme.definition, encode=encode)
    stored = np.frombuffer(bytes(theme.anchors), np.float32)
    size = len(np.frombuffer(bytes(theme.center), np.float32))
    return stored.reshape(-1, size)


def anchor_rows(definition: Mapping[str, Any], *, encode: Encode) -> Vectors:
    """Unit rows of a definition: examples, their middle, the middle of its part."""
    rows: list[NDArray[np.float32]] = []
    examples = list(definition.get("examples", ()))
    if examples:
        own = _full(encode(examples))
        rows += list(own)
        if len(own) > 1:
            rows += middle(own)
    if definition.get("mentions"):
        rows += middle(_full(encode(said_in(definition["mentions"]))))
    return np.stack(rows) if rows else np.zeros((0, 0), np.float32)


def middle(rows: Vectors) -> list[NDArray[np.float32]]:
    """The middle of unit rows, at length one; nothing of nothing."""
    if not len(rows):
        return []
    mean = rows.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return [np.asarray(mean / length, np.float32)] if length > 1e-6 else []


def said_in(mentions: Sequence[int]) -> list[str]:
    """The words of these mentions, as far as they still exist, in order."""
    rows = Mention.objects.filter(pk__in=list(mentions)).order_by("pk")
    columns = ("feedback__text", "start", "end")
    return [text[start:end] for text, start, end in rows.values_list(*columns)]


def _full(rows: Vectors) -> Vectors:
    return np.asarray(rows[np.abs(rows).max(axis=1, initial=0) > 0])
