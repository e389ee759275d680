"""What speaks against a response, and why, in words for the analyst."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.quality.texts import is_gibberish
from moksori.collect.questionnaires.definition import (
    MATRICES,
    SILENT,
    UPLOADS,
    WRITING,
    Question,
    Type,
)
from moksori.collect.tables.messages import Message

# Two seconds an item, as Huang et al. (2012) found for careless answers.
SECONDS_AN_ITEM = 2.0
SIGNS_A_SECOND = 25  # nobody types faster; pasting is no sin, so only with speed
LEAST_ITEMS = 3  # fewer are answered in a breath by honest people
LEAST_ROWS = 5  # of a table whose straight line means something
# A person who would surely recommend and is not at all satisfied, or the reverse.
HIGH, LOW = 0.85, 0.15
_NEAR_EACH_OTHER = frozenset({Type.NPS, Type.CSAT, Type.STARS, Type.SMILEYS})

TEMPLATES: Mapping[str, str] = {
    "fast": _("{items} questions in {seconds} seconds: too fast to have read them."),
    "straight": _("The same answer in all {rows} rows of the table “{question}”."),
    "contradiction": _("“{one}” is at the top and “{other}” at the bottom."),
    "gibberish": _("The words to “{question}” are keys pressed at random."),
    "trap": _("A field that people cannot see was filled in: a program did that."),
    "instant": _("Sent {seconds} seconds after the page was shown."),
    "repeated": _("{count} responses from one browser within an hour."),
    "copied": _("The same words in {count} other responses."),
    "hurried": _("{seconds} seconds; most take {usual} for as many questions."),
    "same_person": _("{count} responses of the same customer within a day."),
    "challenged": _("So many came from one place that a proof was asked for."),
    "quota": _("Beyond the quota “{name}”."),
    "paper_path": _("“{question}” was answered though the sheet says to skip it."),
    "paper_unfit": _(
        "“{question}” was answered in a way that is not offered; it counts as it "
        "stands on the paper."
    ),
    "paper_illegible": _("Nobody can tell what was answered to “{question}”."),
    "paper_order": _("“{question}”: two things have the same place."),
    "paper_words": _("“{question}”: words stand beside an option not chosen."),
    "paper_pages": _("Pages never came: {pages}. Their answers are missing."),
}


@dataclass(frozen=True, slots=True)
class Flag:
    """One doubt: its kind, and the facts of its sentence."""

    kind: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            **({"facts": dict(self.facts)} if self.facts else {}),
        }

    def __str__(self) -> str:
        return words_of(self.to_json())


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown, what was said, and in how many seconds if that is known."""

    questions: Sequence[Question]
    answers: Mapping[str, Any]
    seconds: float | None
    language: str = "ko"


def words_of(flag: Mapping[str, Any]) -> str:
    """The sentence of a stored flag, in the reader's language."""
    kind = str(flag.get("kind", ""))
    if kind not in TEMPLATES:
        return kind
    facts = dict(flag.get("facts", {}))
    facts.setdefault("name", facts.get("quota", ""))
    return str(Message(TEMPLATES[kind], facts))


def flags_of(seen: Seen) -> list[Flag]:
    """What can be seen in one response by itself."""
    return [*_fast(seen), *_straight(seen), *_contradictions(seen), *_gibberish(seen)]


def _fast(seen: Seen) -> Iterator[Flag]:
    items = sum(
        max(1, len(one.rows)) if one.type in MATRICES else 1
        for one in seen.questions
        if one.type not in SILENT | UPLOADS and one.id in seen.answers
    )
    typed = sum(
        len(text)
        for one in seen.questions
        if one.type in WRITING and isinstance(text := seen.answers.get(one.id), str)
    )
    needed = max(items * SECONDS_AN_ITEM, typed / SIGNS_A_SECOND)
    if seen.seconds is not None and items >= LEAST_ITEMS and seen.seconds < needed:
        yield Flag("fast", {"items": items, "seconds": round(seen.seconds, 1)})


def _straight(seen: Seen) -> Iterator[Flag]:
    for one in seen.questions:
        value = seen.answers.get(one.id)
        if one.type != Type.MATRIX or not isinstance(value, dict):
            continue
        chosen = [value.get(row.id) for row in one.rows]
        is_whole = len(chosen) >= LEAST_ROWS and None not in chosen
        if is_whole and len(set(map(str, chosen))) == 1:
            facts = {"rows": len(chosen), "question": _title(one, seen.language)}
            yield Flag("straight", facts)


def _contradictions(seen: Seen) -> Iterator[Flag]:
    """Scores of one response that no one person means at once."""
    scores = [
        (one, place)
        for one in seen.questions
        if one.type in _NEAR_EACH_OTHER
        and (place := _place(one, seen.answers.get(one.id))) is not None
        and "@" not in one.id  # copies of a loop are about different things
    ]
    top = next((one for one, place in scores if place >= HIGH), None)
    low = next((one for one, place in scores if place <= LOW), None)
    if top and low:
        facts = {
            "one": _title(top, seen.language),
            "other": _title(low, seen.language),
        }
        yield Flag("contradiction", facts)


def _place(question: Question, value: Any) -> float | None:
    low, high = question.scale
    if isinstance(value, bool) or not isinstance(value, int | float) or high <= low:
        return None
    return (value - low) / (high - low)


def _gibberish(seen: Seen) -> Iterator[Flag]:
    for one in seen.questions:
        text = seen.answers.get(one.id)
        is_prose = one.type in {Type.TEXT, Type.LONG_TEXT} and isinstance(text, str)
        if is_prose and is_gibberish(str(text)):
            yield Flag("gibberish", {"question": _title(one, seen.language)})


def _title(question: Question, language: str) -> str:
    text = question.text.said(language)
    return text if len(text) <= 60 else f"{text[:59]}…"
