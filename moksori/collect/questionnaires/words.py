"""What a questionnaire says, in every language that it speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# "{q1}", "{q1|words where there is no answer}" and "{item}"; see `piping`.
PIPE = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]{0,39})(?:\|([^{}|]*))?\}")
ITEM = "item"
SPOKEN = {
    "ko": "한국어",
    "en": "English",
    "ja": "日本語",
    "zh": "中文",
    "vi": "Tiếng Việt",
}


@dataclass(frozen=True, slots=True)
class Words(Mapping[str, str]):
    """One text in several languages: {"ko": "…", "en": "…"}; empty where unsaid."""

    by_language: Mapping[str, str]

    def __getitem__(self, language: str) -> str:
        return self.by_language[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_language)

    def __len__(self) -> int:
        return len(self.by_language)

    def __bool__(self) -> bool:
        return any(self.by_language.values())

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.by_language.items())))

    def said(self, language: str, *, otherwise: Sequence[str] = ()) -> str:
        """In this language; else in the first of the others that has it; else ""."""
        for one in (language, *otherwise, *self.by_language):
            if text := self.by_language.get(one, ""):
                return text
        return ""

    def to_json(self) -> dict[str, str]:
        return {language: text for language, text in self.items() if text}


NOTHING = Words({})


def named_in(words: Words) -> Iterator[str]:
    """The questions whose answers are put in, in any of the languages."""
    for text in words.values():
        for found in PIPE.finditer(text):
            if found.group(1) != ITEM:
                yield found.group(1)
