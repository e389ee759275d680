"""The questions that the linter is measured on, and how well it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from moksori.collect.questionnaires.definition import Option, Page, Question, Type
from moksori.collect.questionnaires.definition import Questionnaire as Whole
from moksori.collect.questionnaires.lint import Rule, lint
from moksori.collect.questionnaires.words import NOTHING, Words

FOLDER = Path(__file__).parent / "questions"
LANGUAGES, PARTS = ("ko", "en"), ("tuning", "sealed")
# Not about the wording or the answers of the one question at hand.
APART = {
    Rule.NO_REASON, Rule.UNNAMED_ENDS, Rule.CONTACT_WITHOUT_CONSENT, Rule.NO_WAY_OUT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    rules: frozenset[str]
    whole: Whole
    line: str


@dataclass(slots=True)
class Scores:
    """Counted over pairs of question and rule."""

    right: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    good: int = 0
    good_flagged: int = 0

    @property
    def precision(self) -> float:
        right = self.right.total()
        return right / max(1, right + self.false.total())

    @property
    def recall(self) -> float:
        right = self.right.total()
        return right / max(1, right + self.missed.total())


def asked(language: str, part: str) -> Iterator[Asked]:
    lines = (FOLDER / f"{language}_{part}.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        rules, kind, text = line.split(" | ", 2)
        found = frozenset() if rules == "-" else frozenset(rules.split(","))
        yield Asked(found, _whole(Type(kind), text, language), line)


def _whole(kind: Type, text: str, language: str) -> Whole:
    asks, _, listed = text.partition(" :: ")
    texts = listed.split(" / ") if listed else []
    options = tuple(
        Option(f"o{n}", Words({language: one})) for n, one in enumerate(texts)
    )
    is_table = kind == Type.MATRIX
    question = Question(
        "q", kind, Words({language: asks}), purpose="contact",
        rows=options if is_table else (), options=() if is_table else options,
    )  # fmt: skip
    return Whole(NOTHING, (Page("p", (question,)),), languages=(language,))


def measured(language: str, part: str) -> Scores:
    scores = Scores()
    for one in asked(language, part):
        found = {n.rule.value for n in lint(one.whole, language) if n.rule not in APART}
        scores.right.update(found & one.rules)
        scores.false.update(found - one.rules)
        scores.missed.update(one.rules - found)
        scores.good += not one.rules
        scores.good_flagged += bool(not one.rules and found)
        if found != one.rules:
            scores.lines.append(f"{sorted(found)} for {one.line}")
    return scores
