"""Answer sheets of a questionnaire: who was shown what, and what they did with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.utils import timezone

from moksori.analysis.drivers.subsets import Floats
from moksori.analysis.surveys.questions import Answers, Question, State
from moksori.base.errors import NotFound
from moksori.base.people.models import Member
from moksori.collect.answers import SCALES, SCORES, Kind
from moksori.collect.answers import State as Said
from moksori.collect.models import Feedback, Source
from moksori.understand.models import Mention
from moksori.understand.reads.window import Window

MOST = 5_000
"""Sheets read for a page, the newest: more would hardly change a number."""
SAMPLE = 40
FEWEST_QUESTIONS = 3
OVERALL = frozenset({Kind.NPS.value, Kind.CSAT.value, Kind.CES.value})
LONGEST_LABEL = 120
_STATES = {
    Said.ANSWERED.value: State.ANSWERED,
    Said.NOT_SHOWN.value: State.NOT_SHOWN,
    Said.SKIPPED.value: State.SKIPPED,
    Said.NOT_APPLICABLE.value: State.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Sheets:
    """The newest answer sheets of one source that the member may read.

    `kinds` says of each question its `collect` kind; `traits` holds the attributes of
    each sheet, `ids` its feedback. `is_cut` says that there are more than were read.
    """

    source: Source
    questions: list[Question]
    kinds: dict[str, str]
    answers: Answers
    ids: list[int]
    traits: list[dict[str, str]]
    since: date | None
    until: date | None
    is_cut: bool

    @property
    def n(self) -> int:
        return len(self.ids)

    def place(self, key: str) -> int:
        return next(at for at, one in enumerate(self.questions) if one.key == key)

    def label(self, key: str) -> str:
        return next((one.label for one in self.questions if one.key == key), key)


def questionnaires(*, by: Member) -> list[Source]:
    """Sources whose feedback answers three questions or more, by name."""
    return [
        source
        for source in Source.objects.visible_to(by).select_related("unit")
        if _asks_enough(source, by=by)
    ]


def _asks_enough(source: Source, *, by: Member) -> bool:
    rows = Feedback.objects.visible_to(by).filter(source=source)
    # In the order of the index that there is.
    seen = rows.order_by("external_id").values_list("answers", flat=True)[:SAMPLE]
    keys = {str(one.get("key")) for answers in seen for one in _sheet(answers)}
    return len(keys) >= FEWEST_QUESTIONS


def sheets_of(
    *, by: Member, source: int | None = None, weeks: int | None = None
) -> Sheets | None:
    """Sheets of the source asked for, or of the first there is; None without any.

    `weeks` up to the newest sheet; NotFound for a source that the member does not see.
    """
    known = questionnaires(by=by)
    if source is not None and source not in {one.pk for one in known}:
        raise NotFound
    if not known:
        return None
    chosen = next((one for one in known if one.pk == source), known[0])
    rows = Feedback.objects.visible_to(by).filter(source=chosen, unit_id=chosen.unit_id)
    newest = rows.order_by("-occurred_at").values_list("occurred_at", flat=True).first()
    if newest is not None and weeks is not None:
        since = Window.weeks(weeks, timezone.localdate(newest)).since
        rows = rows.filter(occurred_at__date__gte=since)
    read = rows.order_by("-occurred_at", "-pk").values_list(
        "pk", "occurred_at", "answers", "metadata", "attributes"
    )
    return _read(chosen, list(read[: MOST + 1]))


Row = tuple[int, datetime, Any, Any, Any]


def _read(source: Source, rows: list[Row]) -> Sheets:
    is_cut, rows = len(rows) > MOST, rows[:MOST]
    told = [_sheet(row[2]) for row in rows]
    questions, kinds = _questions(told)
    at = {question.key: place for place, question in enumerate(questions)}
    shape = (len(rows), len(questions))
    values = np.full(shape, np.nan)
    # Who is told nothing of a question was not shown it.
    states = np.full(shape, State.NOT_SHOWN, dtype=np.int8)
    for row, sheet in enumerate(told):
        for one in sheet:
            place = at[str(one["key"])]
            states[row, place], values[row, place] = _answered(one)
    ids = [row[0] for row in rows]
    days = [timezone.localdate(row[1]) for row in rows]
    return Sheets(
        source=source,
        questions=questions,
        kinds=kinds,
        answers=Answers(
            values,
            states,
            seconds=_seconds(rows, at),
            heard=_heard(ids, questions),
            finished=_finished(rows),
        ),
        ids=ids,
        traits=[_traits(row[4]) for row in rows],
        since=min(days, default=None),
        until=max(days, default=None),
        is_cut=is_cut,
    )


def _sheet(answers: Any) -> list[dict[str, Any]]:
    if not isinstance(answers, list):
        return []
    return [one for one in answers if isinstance(one, dict) and one.get("key")]


def _questions(
    told: Iterable[Sequence[dict[str, Any]]],
) -> tuple[list[Question], dict[str, str]]:
    """Questions in the order most sheets have them.

    Scales of one length that are no overall measure make up a block: nearly always
    they are asked in one grid.
    """
    first: dict[str, dict[str, Any]] = {}
    order: dict[str, Counter[int]] = {}
    for sheet in told:
        for place, one in enumerate(sheet):
            key = str(one["key"])
            order.setdefault(key, Counter())[place] += 1
            if key not in first or "low" in one:
                first[key] = one
    usual = {key: places.most_common(1)[0][0] for key, places in order.items()}
    keys = sorted(usual, key=lambda key: (usual[key], key))
    questions = [_question(key, first[key]) for key in keys]
    return questions, {key: str(first[key].get("kind", "")) for key in keys}


def _question(key: str, one: dict[str, Any]) -> Question:
    kind = str(one.get("kind", ""))
    low = high = None
    if kind in SCORES:
        usual = SCALES[Kind(kind)]
        low, high = float(one.get("low", usual[0])), float(one.get("high", usual[1]))
    is_item = low is not None and kind not in OVERALL
    return Question(
        key=key,
        label=str(one.get("label", key))[:LONGEST_LABEL],
        low=low,
        high=high,
        is_open=kind == Kind.TEXT,
        battery=f"{low:g}–{high:g}" if is_item else "",
    )


def _answered(one: dict[str, Any]) -> tuple[int, float]:
    state = _STATES.get(str(one.get("state", "answered")), State.ANSWERED)
    value = one.get("value")
    if state == State.ANSWERED and value in (None, ""):
        state = State.SKIPPED
    if state != State.ANSWERED:
        return state, np.nan
    if one.get("kind") == Kind.TEXT:
        return state, float(len(str(value)))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return state, float(value) if is_number else np.nan  # type: ignore[arg-type]


def _survey(metadata: Any) -> dict[str, Any]:
    """What the survey tool told of how the sheet was filled in."""
    survey = metadata.get("survey") if isinstance(metadata, dict) else None
    return survey if isinstance(survey, dict) else {}


def _finished(rows: list[Row]) -> Any:
    """Whether people came to the end; None unless each sheet says so."""
    told = [_survey(row[3]).get("completed") for row in rows]
    if not told or not all(isinstance(one, bool) for one in told):
        return None
    return np.array(told, dtype=bool)


def _seconds(rows: list[Row], at: dict[str, int]) -> Floats | None:
    """The time per question where the survey tool told it."""
    found = np.full((len(rows), len(at)), np.nan)
    for row, (_pk, _at, _answers, metadata, _attributes) in enumerate(rows):
        times = _survey(metadata).get("seconds")
        for key, seconds in times.items() if isinstance(times, dict) else ():
            if key in at and isinstance(seconds, int | float):
                found[row, at[key]] = seconds
    return found if np.isfinite(found).any() else None


def _heard(ids: list[int], questions: list[Question]) -> Floats | None:
    """Whether the own words gave a mention; told only where one question asks for them,
    for a mention does not know the question that it answers."""
    open_ = [at for at, one in enumerate(questions) if one.is_open]
    if len(open_) != 1 or not ids:
        return None
    said = set(
        Mention.objects.filter(feedback_id__in=ids)
        .values_list("feedback_id", flat=True)
        .distinct()
    )
    if not said:
        return None
    found = np.full((len(ids), len(questions)), np.nan)
    found[:, open_[0]] = [float(pk in said) for pk in ids]
    return found


def _traits(attributes: Any) -> dict[str, str]:
    if not isinstance(attributes, dict):
        return {}
    return {str(name): str(value) for name, value in attributes.items()}
