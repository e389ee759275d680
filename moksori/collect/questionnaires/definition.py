"""The one definition of a questionnaire, whatever channel asks it.

`reading.questionnaire_from` reads it from JSON and says what is wrong with it;
`to_json` writes it. docs/questionnaires.md describes every field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from moksori.collect.questionnaires.words import NOTHING, Words

FORMAT = 1  # of the JSON; a reader refuses a newer one

# Codes that any question may allow beside its own values.
NOT_APPLICABLE = "not_applicable"
PREFER_NOT_TO_SAY = "prefer_not_to_say"
SKIPPED = "skipped"  # shown, and left empty
OTHER = "other"  # with words of one's own


class Type(StrEnum):
    """What a question looks like and what its value is.

    The value of an answer, as JSON: a number (NPS … SMILEYS, NUMBER); an option's id
    (SINGLE, WITHOUT); ids in the order chosen (MULTIPLE, and RANKING best first);
    {row: option} (MATRIX), {row: [options]} (MATRIX_MULTIPLE); {option: number} (SUM);
    ISO 8601 (DATE); text (TEXT, LONG_TEXT, EMAIL, PHONE, HIDDEN); names of stored
    files (FILE, PHOTO, AUDIO); true or false (CONSENT).
    """

    NPS = "nps"  # 0–10, would you recommend us
    CSAT = "csat"  # how satisfied
    CES = "ces"  # how easy
    STARS = "stars"
    SMILEYS = "smileys"  # with words: a face alone says little
    SINGLE = "single"
    MULTIPLE = "multiple"
    MATRIX = "matrix"
    MATRIX_MULTIPLE = "matrix_multiple"
    RANKING = "ranking"
    SUM = "sum"  # so many points to share out
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    PHONE = "phone"
    FILE = "file"
    PHOTO = "photo"
    AUDIO = "audio"
    CONSENT = "consent"  # to one purpose, never ticked beforehand
    HIDDEN = "hidden"  # told by the link or the page around the widget
    WITHOUT = "without"  # "how would you feel if you could no longer use it?"
    SECTION = "section"  # words between questions; asks nothing


SCALES: Mapping[Type, tuple[int, int]] = {
    Type.NPS: (0, 10),
    Type.CSAT: (1, 5),
    Type.CES: (1, 7),
    Type.STARS: (1, 5),
    Type.SMILEYS: (1, 5),
}
CHOOSING = frozenset(
    {Type.SINGLE, Type.MULTIPLE, Type.RANKING, Type.SUM, Type.MATRIX,
     Type.MATRIX_MULTIPLE, Type.WITHOUT}
)  # fmt: skip
MATRICES = frozenset({Type.MATRIX, Type.MATRIX_MULTIPLE})
WRITING = frozenset({Type.TEXT, Type.LONG_TEXT, Type.EMAIL, Type.PHONE})
UPLOADS = frozenset({Type.FILE, Type.PHOTO, Type.AUDIO})
SILENT = frozenset({Type.SECTION, Type.HIDDEN})  # nothing for the customer to do

Expression = Any  # see `expressions`


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; `id` stays when its words change.

    An exclusive option ("none of these") cannot be chosen with others. An anchored one
    keeps its place when the others are shuffled. `score` is its place on a scale, where
    the options are one (a matrix of ratings).
    """

    id: str
    text: Words
    is_exclusive: bool = False
    is_other: bool = False
    is_anchored: bool = False
    show: Expression = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Go:
    """Skip logic: where `when` holds after the answer, on to `to`.

    `to` is a later page's id, END (the answers count) or OUT (screened out: kept, and
    marked as not meant by the survey).
    """

    when: Expression
    to: str


END, OUT = "end", "out"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `low`, `high`: the ends of a scale, a number or a date's bounds.

    `least`, `most`: how many options, or characters of a text, or files. `total`: the
    points of a SUM. `code` names the answer in every channel and version (default: id).
    """

    id: str
    type: Type
    text: Words
    help: Words = NOTHING
    code: str = ""
    is_required: bool = False
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    low: float | str | None = None
    high: float | str | None = None
    low_words: Words = NOTHING
    high_words: Words = NOTHING
    least: int | None = None
    most: int | None = None
    total: float | None = None
    unit: Words = NOTHING
    may_not_apply: bool = False
    may_prefer_not: bool = False
    is_random: bool = False
    show: Expression = None
    purpose: str = ""  # of a CONSENT: contact, marketing, third_party, …
    default: str = ""  # of a HIDDEN

    @property
    def scale(self) -> tuple[float, float]:
        """The ends of a score; (0, 0) for what is none."""
        low, high = SCALES.get(self.type, (0, 0))
        return (
            float(self.low) if isinstance(self.low, int | float) else low,
            float(self.high) if isinstance(self.high, int | float) else high,
        )

    @property
    def is_score(self) -> bool:
        return self.type in SCALES

    @property
    def key(self) -> str:
        return self.code or self.id

    def option(self, id: str) -> Option | None:
        return next((one for one in self.options if one.id == id), None)


@dataclass(frozen=True, slots=True)
class Loop:
    """A page asked once for each option that was chosen in an earlier question."""

    over: str
    most: int = 10


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    questions: tuple[Question, ...]
    title: Words = NOTHING
    show: Expression = None
    loop: Loop | None = None
    is_random: bool = False  # its questions, sections staying where they are
    go: tuple[Go, ...] = ()


class Full(StrEnum):
    """What happens to who comes when a quota is full."""

    CLOSE = "close"  # told so, kindly; nothing more is asked
    FLAG = "flag"  # answers on, and is counted apart


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `limit` complete responses for which `when` holds; exact under load."""

    id: str
    limit: int
    when: Expression = None
    full: Full = Full.CLOSE
    name: str = ""  # for the people who read the counts

    @property
    def called(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Variant:
    """One arm of an A/B test; expressions ask for it by `{"variant": []}`."""

    id: str
    share: float = 1.0
    name: str = ""

    @property
    def called(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What is asked, in which order, of whom. Immutable once published."""

    title: Words
    pages: tuple[Page, ...]
    languages: tuple[str, ...] = ("ko", "en")  # the first stands in for all others
    intro: Words = NOTHING
    thanks: Words = NOTHING
    closed: Words = NOTHING  # said when it is not open, or full
    is_random: bool = False  # the pages, those with a loop or a skip staying
    may_go_back: bool = True
    may_resume: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    quotas: tuple[Quota, ...] = ()
    variants: tuple[Variant, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    def questions(self) -> Iterator[Question]:
        for page in self.pages:
            yield from page.questions

    def question(self, id: str) -> Question | None:
        return next((one for one in self.questions() if one.id == id), None)

    def page(self, id: str) -> Page | None:
        return next((one for one in self.pages if one.id == id), None)

    def page_of(self, question: str) -> Page | None:
        """The page on which a question stands."""
        return next(
            (p for p in self.pages if any(q.id == question for q in p.questions)), None
        )

    def said(self, words: Words, language: str) -> str:
        return words.said(language, otherwise=self.languages)
