"""One screen of a survey as its template needs it: every field named and filled."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from moksori.collect.models import Upload
from moksori.collect.questionnaires import flow
from moksori.collect.questionnaires.definition import (
    CHOOSING,
    MATRICES,
    NOT_APPLICABLE,
    PREFER_NOT_TO_SAY,
    UPLOADS,
    Option,
    Question,
    Questionnaire,
    Type,
)
from moksori.collect.questionnaires.fields import PART, Raw
from moksori.collect.questionnaires.flow import CODE, OWN
from moksori.collect.questionnaires.piping import filled_step
from moksori.collect.reads.scale_words import ends_of, faces_of
from moksori.collect.reads.stored_fields import plain
from moksori.collect.tables.messages import Message

FORMS: Mapping[Type, str] = {
    Type.NPS: "scale",
    Type.CSAT: "scale",
    Type.CES: "scale",
    Type.STARS: "stars",
    Type.SMILEYS: "smileys",
    Type.SINGLE: "choice",
    Type.WITHOUT: "choice",
    Type.MULTIPLE: "choice",
    Type.MATRIX: "matrix",
    Type.MATRIX_MULTIPLE: "matrix",
    Type.RANKING: "ranking",
    Type.SUM: "sum",
    Type.LONG_TEXT: "text",
    Type.CONSENT: "consent",
    Type.SECTION: "section",
}  # all others: "line", uploads: "file"
_LINES: Mapping[Type, tuple[str, str, str]] = {  # type, inputmode, autocomplete
    Type.NUMBER: ("text", "decimal", "off"),
    Type.DATE: ("date", "", "off"),
    Type.TEXT: ("text", "", "off"),
    Type.EMAIL: ("email", "email", "email"),
    Type.PHONE: ("tel", "tel", "tel"),
}
_TAKES: Mapping[Type, str] = {
    Type.PHOTO: "image/jpeg,image/png,image/webp",
    Type.AUDIO: "audio/*",
    Type.FILE: "",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to tick, or one field of several."""

    value: str
    text: str
    name: str
    is_on: bool = False
    own_name: str = ""  # the field for the customer's own words
    own: str = ""
    is_alone: bool = False
    number: str = ""  # place or points


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class There:
    """A file that is stored already."""

    key: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its fields."""

    id: str
    type: str
    form: str
    text: str
    help: str = ""
    is_required: bool = False
    is_many: bool = False
    is_waiting: bool = False
    rule: str = ""  # that shows it, for a script
    problem: str = ""
    choices: tuple[Choice, ...] = ()
    rows: tuple[Row, ...] = ()
    codes: tuple[Choice, ...] = ()
    value: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    most: int | None = None
    total: str = ""
    places: tuple[int, ...] = ()
    kind: str = ""
    mode: str = ""
    fills: str = ""
    bounds: tuple[str, str] = ("", "")
    takes: str = ""
    files: tuple[There, ...] = ()

    @property
    def plain_id(self) -> str:
        """As rules call it, on a copied page too."""
        return self.id.split(flow.COPY)[0]

    @property
    def template(self) -> str:
        return f"collect/answer/_{self.form}.html"


@dataclass(frozen=True, slots=True)
class Screen:
    """A step as it is shown."""

    key: str
    title: str
    questions: tuple[Asked, ...]
    number: int
    count: int
    is_last: bool
    may_go_back: bool
    known: str = ""  # what rules know, for a script; "" where no rule is

    @property
    def percent(self) -> int:
        return round(100 * (self.number - 1) / max(self.count, 1))

    @property
    def problems(self) -> list[Asked]:
        return [one for one in self.questions if one.problem]

    @property
    def has_files(self) -> bool:
        return any(one.form == "file" for one in self.questions)

    @property
    def has_script(self) -> bool:
        """Whether a script makes this easier; all of it works without."""
        return bool(self.known) or any(
            one.is_many or one.form in {"ranking", "sum"} for one in self.questions
        )


@dataclass(frozen=True, slots=True)
class Filling:
    """What stands in the fields: as it was sent, or as it is stored."""

    raw: Raw
    problems: Mapping[str, Message] = field(default_factory=dict)
    uploads: Sequence[Upload] = ()


def screen(
    q: Questionnaire, state: flow.State, step: flow.Step, filling: Filling
) -> Screen:
    """The step with its words filled and its fields as the customer left them."""
    path = flow.path(q, state)
    keys = [one.key for one in path]
    place = keys.index(step.key) if step.key in keys else 0
    full = filled_step(step, q, state)
    shown = {one.id for one in full.questions}
    order = [one.id for one in step.page.questions]
    everything = sorted(
        [*full.questions, *full.waiting],
        key=lambda one: _place(one, order, full.questions),
    )
    language = state.language
    return Screen(
        key=step.key,
        title=full.page.title.said(language),
        questions=tuple(
            _asked(one, filling, language, is_waiting=one.id not in shown)
            for one in everything
        ),
        number=place + 1,
        count=len(path),
        is_last=place + 1 == len(path) and not step.page.go,
        may_go_back=place > 0 and q.may_go_back,
        known=_known(step) if any(map(_has_rule, everything)) else "",
    )


def _place(one: Question, order: list[str], shown: Sequence[Question]) -> float:
    """Where a question stands: as shown, and a waiting one after what it waits for."""
    ids = [question.id for question in shown]
    if one.id in ids:
        return ids.index(one.id)
    own = one.id.split(flow.COPY)[0]
    before = order[: order.index(own)] if own in order else []
    near = [n for n, id in enumerate(ids) if id.split(flow.COPY)[0] in before]
    return max(near, default=-1) + 0.5


def _has_rule(one: Question) -> bool:
    return one.show is not None


def _known(step: flow.Step) -> str:
    around = step.around
    told = {
        "answers": dict(around.answers),
        "variant": around.variant,
        "language": around.language,
        "item": around.item,
    }
    return json.dumps(told, ensure_ascii=False)


def _asked(
    one: Question, filling: Filling, language: str, *, is_waiting: bool
) -> Asked:
    problem = filling.problems.get(one.id)
    form = "file" if one.type in UPLOADS else FORMS.get(one.type, "line")
    return Asked(
        id=one.id,
        type=one.type.value,
        form=form,
        text=one.text.said(language),
        help=one.help.said(language),
        is_required=one.is_required,
        is_waiting=is_waiting,
        rule=json.dumps(one.show, ensure_ascii=False) if _has_rule(one) else "",
        problem=str(problem) if problem else "",
        unit=one.unit.said(language),
        most=one.most,
        **_of_form(one, filling, language),
    )


def _of_form(one: Question, filling: Filling, language: str) -> dict[str, Any]:
    """What only some forms have."""
    raw = filling.raw
    first = next(iter(raw.get(one.id, ())), "")
    codes = tuple(_codes(one, raw))
    if one.is_score:
        low, high = ends_of(one, language)
        return {"choices": tuple(_steps(one, raw, language)), "low": low, "high": high,
                "codes": codes}  # fmt: skip
    if one.type in MATRICES:
        is_many = one.type == Type.MATRIX_MULTIPLE
        rows = tuple(_row(one, row, raw, language) for row in one.rows)
        return {"rows": rows, "is_many": is_many, "codes": _left(one, codes)}
    if one.type in CHOOSING:
        return _of_choosing(one, raw, language, codes)
    if one.type in UPLOADS:
        return {"takes": _TAKES[one.type], "files": _files(one, filling),
                "codes": codes, "is_many": (one.most or 1) > 1}  # fmt: skip
    kind, mode, fills = _LINES.get(one.type, ("text", "", "off"))
    bounds = tuple(plain(bound) for bound in (one.low, one.high))
    return {"value": first, "codes": codes, "kind": kind, "mode": mode, "fills": fills,
            "bounds": bounds}  # fmt: skip


def _of_choosing(
    one: Question, raw: Raw, language: str, codes: tuple[Choice, ...]
) -> dict[str, Any]:
    is_parts = one.type in {Type.RANKING, Type.SUM}
    make = _part if is_parts else _option
    return {
        "choices": tuple(make(one, option, raw, language) for option in one.options),
        "codes": codes,
        "is_many": one.type == Type.MULTIPLE,
        "total": plain(one.total),
        "places": tuple(range(1, (one.most or len(one.options)) + 1)),
    }


def _left(one: Question, codes: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """In a table "does not apply" is a column."""
    return tuple(code for code in codes if code.value != NOT_APPLICABLE)


def _steps(one: Question, raw: Raw, language: str) -> Iterator[Choice]:
    low, high = (int(end) for end in one.scale)
    given = raw.get(one.id, ())
    words = faces_of(one, language)
    for n, step in enumerate(range(low, high + 1)):
        text = words[n] if n < len(words) else ""
        yield Choice(str(step), text, one.id, is_on=str(step) in given)


def _option(one: Question, option: Option, raw: Raw, language: str) -> Choice:
    own_name = f"{one.id}{OWN}{option.id}" if option.is_other else ""
    return Choice(
        option.id,
        option.text.said(language),
        one.id,
        is_on=option.id in raw.get(one.id, ()),
        own_name=own_name,
        own=next(iter(raw.get(own_name, ())), ""),
        is_alone=option.is_exclusive,
    )


def _part(one: Question, option: Option, raw: Raw, language: str) -> Choice:
    name = f"{one.id}{PART}{option.id}"
    number = next(iter(raw.get(name, ())), "")
    return Choice(option.id, option.text.said(language), name, number=number)


def _row(one: Question, row: Option, raw: Raw, language: str) -> Row:
    name = f"{one.id}{PART}{row.id}"
    given = raw.get(name, ())
    choices = [
        Choice(
            option.id,
            option.text.said(language),
            name,
            is_on=option.id in given,
            is_alone=option.is_exclusive,
        )
        for option in one.options
    ]
    if one.may_not_apply:
        text = _("Does not apply")
        is_on = NOT_APPLICABLE in given
        choices.append(Choice(NOT_APPLICABLE, text, name, is_on=is_on, is_alone=True))
    return Row(row.text.said(language), tuple(choices))


def _codes(one: Question, raw: Raw) -> Iterator[Choice]:
    name = f"{one.id}{CODE}"
    given = {*raw.get(name, ()), *raw.get(one.id, ())}
    if one.may_not_apply:
        text = _("Does not apply to me")
        yield Choice(NOT_APPLICABLE, text, name, is_on=NOT_APPLICABLE in given)
    if one.may_prefer_not:
        text = _("Prefer not to say")
        yield Choice(PREFER_NOT_TO_SAY, text, name, is_on=PREFER_NOT_TO_SAY in given)


def _files(one: Question, filling: Filling) -> tuple[There, ...]:
    kept = set(filling.raw.get(one.id, ()))
    return tuple(
        There(upload.key, upload.name, upload.size)
        for upload in filling.uploads
        if upload.question == one.id and upload.key in kept
    )
