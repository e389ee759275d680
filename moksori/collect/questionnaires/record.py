"""A response as the one shape of feedback, with the three kinds of missing apart.

Choices are told in the words of the questionnaire's first language, whatever language
they were answered in, so that they can be counted together; ids stay in the evidence.
Addresses and phone numbers are evidence only. Hidden questions whose code is product,
region, customer or account say where the feedback belongs; the others are attributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from moksori.collect.answers import Answer, Kind, State
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.definition import (
    MATRICES,
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
    UPLOADS,
    Option,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.flow import CODE, COPY, OWN
from moksori.collect.questionnaires.piping import filled
from moksori.collect.records import MAX_ATTRIBUTE, Record

PLACES = frozenset({"product", "region", "customer", "account"})
KINDS: Mapping[Type, Kind] = {
    Type.NPS: Kind.NPS,
    Type.CSAT: Kind.CSAT,
    Type.CES: Kind.CES,
    Type.STARS: Kind.RATING,
    Type.SMILEYS: Kind.RATING,
    Type.SINGLE: Kind.CHOICE,
    Type.WITHOUT: Kind.CHOICE,
    Type.MULTIPLE: Kind.CHOICES,
    Type.RANKING: Kind.CHOICES,
    Type.NUMBER: Kind.NUMBER,
    Type.DATE: Kind.DATE,
    Type.TEXT: Kind.TEXT,
    Type.LONG_TEXT: Kind.TEXT,
}


def record_of(
    q: Questionnaire,
    state: flow.State,
    *,
    external_id: str,
    channel: str,
    occurred_at: datetime | None,
    walked: flow.Walked | None = None,
) -> Record:
    """The complete response as feedback: all on its path was shown.

    `walked` is the path of these answers, where the caller has it.
    """
    response = _Response(q, state, walked or flow.walked(q, state))
    told = response.told()
    return Record(
        answers=tuple(response.answers()),
        external_id=external_id,
        occurred_at=occurred_at,
        channel=channel,
        language=state.language,
        product=told.get("product", ""),
        region=told.get("region", ""),
        customer=told.get("customer", ""),
        account=told.get("account", ""),
        consent=dict(response.consents()),
        attributes={
            key: text[:MAX_ATTRIBUTE] for key, text in told.items() if key not in PLACES
        },
        metadata=response.metadata(),
        raw={"answers": dict(response.kept)},
    )


class _Response:
    """What was shown in one response, and what was said to it."""

    def __init__(self, q: Questionnaire, state: flow.State, found: flow.Walked) -> None:
        self.q, self.state = q, state
        self.kept = found.answers
        self.defined = {
            one.id: (page, one) for page in q.pages for one in page.questions
        }
        self.shown = {
            one.id: (one, step.item) for step in found.steps for one in step.questions
        }

    def answers(self) -> Iterator[Answer]:
        """In the order of the questionnaire, whatever the order of asking was."""
        copies: dict[str, list[str]] = {}
        for id in self.shown:
            copies.setdefault(_original(id), []).append(id)
        for page, question in self.defined.values():
            for id in sorted(copies.get(question.id, [])):
                yield from self._shown(*self.shown[id])
            if question.id not in copies and page.loop is None:
                yield from _not_shown(question, self._label(question, None))

    def consents(self) -> Iterator[tuple[str, bool]]:
        for question, _item in self.shown.values():
            if question.type == Type.CONSENT:
                yield question.purpose, self.kept.get(question.id) is True

    def told(self) -> dict[str, str]:
        """What hidden questions say, by their codes."""
        found = {
            one.key: str(self.kept.get(one.id) or one.default)
            for one in self.q.questions()
            if one.type == Type.HIDDEN
        }
        return {key: text for key, text in found.items() if text}

    def metadata(self) -> dict[str, Any]:
        rather_not = [
            question.key
            for question, _item in self.shown.values()
            if self.kept.get(f"{question.id}{CODE}") == PREFER_NOT_TO_SAY
        ]
        files = {
            question.key: self.kept[question.id]
            for question, _item in self.shown.values()
            if question.type in UPLOADS and question.id in self.kept
        }
        found = {
            "variant": self.state.variant,
            "prefer_not_to_say": sorted(rather_not),
            "files": files,
        }
        return {name: value for name, value in found.items() if value}

    def _shown(self, question: Question, item: Option | None) -> Iterator[Answer]:
        value = self.kept.get(question.id)
        label = self._label(question, item)
        if question.type in MATRICES:
            yield from self._rows(question, value, label)
        elif question.type == Type.SUM:
            yield from self._points(question, value, label)
        elif question.type in KINDS:
            state = self._state(question)
            yield _answer(question, self._told(question, value), state, label)
        for option in question.options:
            own = self.kept.get(f"{question.id}{OWN}{option.id}")
            if own:
                key = f"{question.key}.{option.id}"
                named = f"{label} – {self._words(option)}"
                yield Answer(key, Kind.TEXT, own, label=named)

    def _state(self, question: Question) -> State:
        if question.id in self.kept:
            return State.ANSWERED
        code = self.kept.get(f"{question.id}{CODE}")
        return State.NOT_APPLICABLE if code == NOT_APPLICABLE else State.SKIPPED

    def _told(self, question: Question, value: Any) -> Any:
        """The value, its options in words."""
        if isinstance(value, list):
            return [self._told(question, one) for one in value]
        option = question.option(value) if isinstance(value, str) else None
        return self._words(option) if option else value

    def _rows(self, question: Question, value: Any, label: str) -> Iterator[Answer]:
        cells = value if isinstance(value, Mapping) else {}
        shown = {row.id for row in question.rows}
        for row in self._defined(question).rows:
            key, named = f"{question.key}.{row.id}", f"{label} – {self._words(row)}"
            cell = cells.get(row.id)
            state = State.ANSWERED if cell else State.SKIPPED
            if cell == NOT_APPLICABLE or (
                self._state(question) == State.NOT_APPLICABLE
            ):
                cell, state = None, State.NOT_APPLICABLE
            if row.id not in shown:
                cell, state = None, State.NOT_SHOWN
            yield self._cell(question, cell, state, (key, named))

    def _cell(
        self, question: Question, cell: Any, state: State, named: tuple[str, str]
    ) -> Answer:
        key, label = named
        if question.type == Type.MATRIX_MULTIPLE:
            return Answer(
                key, Kind.CHOICES, self._told(question, cell), state=state, label=label
            )
        scores = _scores(question)
        if not scores:
            words = self._told(question, cell)
            return Answer(key, Kind.CHOICE, words, state=state, label=label)
        return Answer(
            key, Kind.RATING, scores.get(cell or ""), min(scores.values()),
            max(scores.values()), state, label,
        )  # fmt: skip

    def _points(self, question: Question, value: Any, label: str) -> Iterator[Answer]:
        points = value if isinstance(value, Mapping) else {}
        shown = {option.id for option in question.options}
        for option in self._defined(question).options:
            yield Answer(
                f"{question.key}.{option.id}",
                Kind.NUMBER,
                points.get(option.id),
                state=self._state(question) if option.id in shown else State.NOT_SHOWN,
                label=f"{label} – {self._words(option)}",
            )

    def _defined(self, question: Question) -> Question:
        """The question before anything in it was shuffled or hidden."""
        _page, found = self.defined[_original(question.id)]
        return found

    def _label(self, question: Question, item: Option | None) -> str:
        """The question without what a customer said: labels are not masked."""
        nobody = flow.State(language=self.q.languages[0])
        page, _same = self.defined[_original(question.id)]
        over = self.defined.get(page.loop.over) if page.loop else None
        if item and over:
            item = over[1].option(item.id)
        label = filled(question.text, self.q, nobody, item=item, otherwise="…")
        return label or question.key

    def _words(self, option: Option) -> str:
        return self.q.said(option.text, self.q.languages[0]) or option.id


def _original(id: str) -> str:
    return id.split(COPY, 1)[0]


def _answer(question: Question, value: Any, state: State, label: str) -> Answer:
    low, high = question.scale if question.is_score else (None, None)
    return Answer(question.key, KINDS[question.type], value, low, high, state, label)


def _scores(question: Question) -> dict[str, float]:
    """What the options count, where all of them do; they are a scale then."""
    found = {one.id: one.score for one in question.options if one.score is not None}
    is_scale = len(found) == len(question.options) and len(set(found.values())) > 1
    return found if is_scale else {}


def _not_shown(question: Question, label: str) -> Iterator[Answer]:
    state = State.NOT_SHOWN
    if question.type in MATRICES:
        kind = Kind.CHOICES if question.type == Type.MATRIX_MULTIPLE else Kind.CHOICE
        scores = _scores(question) if kind == Kind.CHOICE else {}
        kind = Kind.RATING if scores else kind
        low, high = (
            (min(scores.values()), max(scores.values())) if scores else (None,) * 2
        )
        for row in question.rows:
            yield Answer(f"{question.key}.{row.id}", kind, None, low, high, state)
    elif question.type == Type.SUM:
        for option in question.options:
            yield Answer(f"{question.key}.{option.id}", Kind.NUMBER, state=state)
    elif question.type in KINDS:
        yield _answer(question, None, state, label)
