"""What a survey came to: how many, how far, and every question with its doubt.

A question whose words or scale changed is counted from that version on: what was asked
otherwise before is not the same row of numbers. Unless its author said, when the
version was published, that only the words are better: then the numbers go on, and that
is told.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from django.db.models import QuerySet

from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback, Response, Survey, SurveyVersion
from moksori.collect.questionnaires.building.labels import UNFIT, numbers
from moksori.collect.questionnaires.changes import changes, going_on
from moksori.collect.questionnaires.definition import (
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
    SILENT,
    WRITING,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.flow import CODE, COPY, OWN
from moksori.collect.reads.tallies import Tally, tally

MOST = 20_000  # responses that are counted; the newest, and the page says so
QUOTES = 5
State = Response.State


@dataclass(frozen=True, slots=True)
class Step:
    """A page: how many sent it off, and how many of them went no further."""

    number: int
    title: str
    sent: int
    stopped: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """One question: what was answered, and why some did not."""

    question: Question
    number: str
    text: str
    answered: int
    skipped: int
    not_applicable: int
    prefer_not: int
    since: int  # the version from which on it is counted; 1 is the first
    tally: Tally
    quotes: tuple[str, ...] = ()
    reworded: int = 0  # the version whose other words ask the same; 0 for none


@dataclass(frozen=True, slots=True)
class Results:
    """A survey in numbers. `left_out` are older responses beyond what is counted."""

    counts: Mapping[str, int]
    flagged: int
    flags: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]
    steps: tuple[Step, ...]
    results: tuple[Result, ...]
    seconds: float | None
    left_out: int = 0

    @property
    def complete(self) -> int:
        return self.counts.get(State.COMPLETE, 0)

    @property
    def begun(self) -> int:
        return sum(self.counts.values())

    @property
    def is_by_page(self) -> bool:
        """Whether anybody sent it page by page; programs and paper send the whole."""
        return any(step.sent for step in self.steps)


@dataclass(slots=True)
class _Kept:
    """What was said to one question, in the versions that compare."""

    since: int
    values: list[Any] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)


def results(
    survey: Survey, *, by: Member, language: str, with_doubtful: bool = True
) -> Results | None:
    """The numbers of a survey; None before it was published."""
    by.must(Ability.READ, survey)
    if survey.version is None:
        return None
    whole = survey.version.questionnaire
    rows = _rows(survey, by)
    total = rows.count()
    kept = [
        row
        for row in itertools.starmap(_Row, rows[:MOST])
        if with_doubtful or not row.is_doubtful
    ]
    complete = [row for row in kept if row.state == State.COMPLETE]
    counted = Counter(row.state for row in kept)
    since = _since(survey)
    flags = Counter(kind for row in kept for kind in _kinds(row.flags))
    asked = [one for one in whole.questions() if one.type not in SILENT]
    found = _gathered(asked, complete, since.compared)
    return Results(
        counts={state: counted.get(state, 0) for state in State.values},
        flagged=sum(row.is_doubtful for row in kept),
        flags=tuple(flags.most_common()),
        channels=tuple(Counter(row.channel for row in complete).most_common()),
        steps=tuple(_steps(whole, kept, language)),
        results=tuple(
            replace(
                _result(question, found[question.id], whole, language),
                reworded=since.reworded.get(question.id, 0),
            )
            for question in asked
        ),
        seconds=_median(sum(row.seconds.values()) for row in complete if row.seconds),
        left_out=max(0, total - MOST),
    )


def quotes(survey: Survey, question: Question, *, by: Member) -> tuple[str, ...]:
    """The newest words to a question, masked as everywhere."""
    if survey.source_id is None or question.type not in WRITING:
        return ()
    rows = (
        Feedback.objects.visible_to(by)
        .filter(source_id=survey.source_id)
        .order_by("-occurred_at", "-id")
        .values_list("answers", flat=True)[:200]
    )
    found: list[str] = []
    for answers in rows:
        for answer in answers:
            is_it = answer.get("key") == question.key and answer.get("kind") == "text"
            if is_it and answer.get("value"):
                found.append(str(answer["value"]))
    return tuple(found[:QUOTES])


@dataclass(frozen=True, slots=True)
class _Row:
    answers: Mapping[str, Any]
    state: str
    step: str
    seconds: Mapping[str, float]
    flags: list[Any]
    channel: str
    version: int

    @property
    def is_doubtful(self) -> bool:
        """What does not fit on paper casts no doubt on who filled it in."""
        return any(kind not in UNFIT for kind in _kinds(self.flags))


def _rows(survey: Survey, by: Member) -> QuerySet[Any, Any]:
    """Responses within the member's reach, the newest first.

    Who sees some regions only sees the responses that told their region.
    """
    scope = by.scope(Ability.READ)
    return (
        Response.objects.filter(survey=survey)
        .filter(scope.q(unit="survey__unit_id", region="feedback__region_id"))
        .order_by("-id")
        .values_list("answers", "state", "step", "seconds", "flags", "channel",
                     "version__number")
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Since:
    """By question: the version from which on its answers compare, and the last in
    which it got other words and its author called it the same."""

    compared: Mapping[str, int]
    reworded: Mapping[str, int]


def _since(survey: Survey) -> _Since:
    compared: dict[str, int] = {}
    reworded: dict[str, int] = {}
    before: Questionnaire | None = None
    for row in SurveyVersion.objects.filter(survey=survey).order_by("number"):
        whole = row.questionnaire
        found = changes(before, whole) if before else ()
        for change in going_on(found, row.same):
            if change.breaks:
                compared[change.about] = row.number
                reworded.pop(change.about, None)
            elif change.is_same:
                reworded[change.about] = row.number
        before = whole
    return _Since(compared, reworded)


def _steps(whole: Questionnaire, rows: Iterable[_Row], language: str) -> Iterable[Step]:
    sent: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    seconds: dict[str, list[float]] = {}
    for row in rows:
        pages = {key.split(COPY)[0]: value for key, value in row.seconds.items()}
        sent.update(pages.keys())
        for id, value in pages.items():
            seconds.setdefault(id, []).append(value)
        if row.state == State.STARTED and row.step:
            stopped[row.step.split(COPY)[0]] += 1
    for n, page in enumerate(whole.pages, 1):
        yield Step(
            n,
            whole.said(page.title, language),
            sent[page.id],
            stopped[page.id],
            _median(seconds.get(page.id, [])),
        )


def _gathered(
    questions: Iterable[Question], rows: Iterable[_Row], since: Mapping[str, int]
) -> dict[str, _Kept]:
    """What was said to each question, or to each copy of it on a repeated page.

    All of it in one walk: there may be hundreds of questions, and as many answers in
    each of many thousand responses.
    """
    found = {one.id: _Kept(since.get(one.id, 1)) for one in questions}
    places: dict[str, _Kept | None] = {}
    for row in rows:
        for key, value in row.answers.items():
            if key not in places:
                places[key] = found.get(key.removesuffix(CODE).partition(COPY)[0])
            kept = places[key]
            if kept is None or row.version < kept.since:
                continue
            if key.endswith(CODE):
                kept.codes[str(value)] += 1
            elif OWN not in key:
                kept.values.append(value)
    return found


def _result(
    question: Question, found: _Kept, whole: Questionnaire, language: str
) -> Result:
    return Result(
        question=question,
        number=numbers(whole).get(question.id, ""),
        text=whole.said(question.text, language),
        answered=len(found.values),
        skipped=found.codes.total()
        - found.codes[NOT_APPLICABLE]
        - found.codes[PREFER_NOT_TO_SAY],
        not_applicable=found.codes[NOT_APPLICABLE],
        prefer_not=found.codes[PREFER_NOT_TO_SAY],
        since=found.since,
        tally=tally(question, found.values, whole, language),
    )


def _kinds(flags: Iterable[Any]) -> set[str]:
    return {str(flag.get("kind", "")) for flag in flags if isinstance(flag, dict)}


def _median(values: Iterable[float]) -> float | None:
    found = list(values)
    return float(median(found)) if found else None


def is_written(question: Question) -> bool:
    return question.type in {Type.TEXT, Type.LONG_TEXT}
