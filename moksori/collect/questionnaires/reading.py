"""A questionnaire from its JSON, with everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext_noop as _

from moksori.base.errors import UserError
from moksori.base.storable import storable_json
from moksori.collect.questionnaires.definition import (
    FORMAT,
    Full,
    Go,
    Loop,
    Option,
    Page,
    Question,
    Questionnaire,
    Quota,
    Type,
    Variant,
)
from moksori.collect.questionnaires.expressions import fault
from moksori.collect.questionnaires.sense import problems_of
from moksori.collect.questionnaires.words import NOTHING, Words
from moksori.collect.tables.messages import Message

MOST_PAGES, MOST_QUESTIONS, MOST_OPTIONS = 100, 300, 500
LONGEST = 5_000  # characters of one text
LONGEST_NAME = 80  # of a quota or a variant
DEEPEST = 60  # levels of JSON
_ID = re.compile(r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: "pages.0.questions.2.options"."""

    path: str
    message: Message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else str(self.message)


class Malformed(UserError):
    """A definition that cannot be used as it is; nothing of it was taken."""

    code = "malformed_questionnaire"

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(
            str(first),
            field=first.path,
            problems=[{"path": p.path, "message": str(p.message)} for p in problems],
        )
        self.problems = tuple(problems)


def questionnaire_from(found: Any) -> Questionnaire:
    """The questionnaire in decoded JSON. Raises Malformed with all problems."""
    read, problems = look_at(found)
    if read is None or problems:
        raise Malformed(problems)
    return read


def look_at(found: Any) -> tuple[Questionnaire | None, list[Problem]]:
    """As much of a questionnaire as can be read, and the problems: for the builder."""
    if not isinstance(found, dict):
        return None, [Problem("", Message(_("A questionnaire is a JSON object.")))]
    reader = _Reader()
    try:
        read = reader.questionnaire(storable_json(found, deepest=DEEPEST))
    except ValueError:
        text = Message(_("This holds values that no database keeps."))
        return None, [Problem("", text)]
    return read, [
        *reader.problems,
        *(Problem(path, message) for path, message in problems_of(read)),
    ]


@dataclass(slots=True)
class _Reader:
    """Reads part after part; what is wrong is noted, and something sound put there."""

    problems: list[Problem] = field(default_factory=list)
    languages: tuple[str, ...] = ("ko", "en")

    def questionnaire(self, raw: dict[str, Any]) -> Questionnaire:
        if raw.get("moksori", FORMAT) != FORMAT:
            self._say("moksori", _("This was made by a newer Moksori. Update first."))
        self.languages = self._languages(raw)
        pages = self._list(raw, "pages", "", self._page, most=MOST_PAGES)
        count = sum(len(page.questions) for page in pages)
        if count > MOST_QUESTIONS:
            self._say("pages", _("{count} questions are too many; {most} at most."),
                      count=count, most=MOST_QUESTIONS)  # fmt: skip
        return Questionnaire(
            title=self._words(raw, "title", "", is_needed=True),
            pages=tuple(pages),
            languages=self.languages,
            intro=self._words(raw, "intro", ""),
            thanks=self._words(raw, "thanks", ""),
            closed=self._words(raw, "closed", ""),
            is_random=self._flag(raw, "random", ""),
            may_go_back=self._flag(raw, "back", "", default=True),
            may_resume=self._flag(raw, "resume", "", default=True),
            opens_at=self._moment(raw, "opens_at"),
            closes_at=self._moment(raw, "closes_at"),
            quotas=tuple(self._list(raw, "quotas", "", self._quota, most=50)),
            variants=tuple(self._list(raw, "variants", "", self._variant, most=10)),
            metadata={
                str(key)[:40]: str(value)[:500]
                for key, value in self._dict(raw, "metadata", "").items()
            },
        )

    def _page(self, raw: dict[str, Any], at: str) -> Page:
        loop = self._dict(raw, "loop", at)
        return Page(
            id=self._id(raw, at),
            title=self._words(raw, "title", at),
            questions=tuple(
                self._list(raw, "questions", at, self._question, most=MOST_QUESTIONS)
            ),
            show=self._expression(raw, "show", at),
            loop=Loop(
                over=str(loop.get("over", "")),
                most=self._whole(loop, "most", f"{at}.loop", low=1, high=50) or 10,
            )
            if loop
            else None,
            is_random=self._flag(raw, "random", at),
            go=tuple(self._list(raw, "go", at, self._go, most=20)),
        )

    def _question(self, raw: dict[str, Any], at: str) -> Question:
        type_ = self._one_of(raw, "type", at, Type, otherwise=Type.LONG_TEXT)
        return Question(
            id=self._id(raw, at),
            type=type_,
            text=self._words(raw, "text", at, is_needed=type_ != Type.HIDDEN),
            help=self._words(raw, "help", at),
            code=str(raw.get("code", ""))[:40],
            is_required=self._flag(raw, "required", at),
            options=tuple(
                self._list(raw, "options", at, self._option, most=MOST_OPTIONS)
            ),
            rows=tuple(self._list(raw, "rows", at, self._option, most=MOST_OPTIONS)),
            low=self._bound(raw, "low", at),
            high=self._bound(raw, "high", at),
            low_words=self._words(raw, "low_words", at),
            high_words=self._words(raw, "high_words", at),
            least=self._whole(raw, "least", at),
            most=self._whole(raw, "most", at),
            total=self._number(raw, "total", at),
            unit=self._words(raw, "unit", at),
            may_not_apply=self._flag(raw, "may_not_apply", at),
            may_prefer_not=self._flag(raw, "may_prefer_not", at),
            is_random=self._flag(raw, "random", at),
            show=self._expression(raw, "show", at),
            purpose=str(raw.get("purpose", ""))[:40],
            default=str(raw.get("default", ""))[:500],
        )

    def _option(self, raw: dict[str, Any], at: str) -> Option:
        return Option(
            id=self._id(raw, at),
            text=self._words(raw, "text", at, is_needed=True),
            is_exclusive=self._flag(raw, "exclusive", at),
            is_other=self._flag(raw, "other", at),
            is_anchored=self._flag(raw, "anchored", at),
            show=self._expression(raw, "show", at),
            score=self._number(raw, "score", at),
        )

    def _go(self, raw: dict[str, Any], at: str) -> Go:
        return Go(self._expression(raw, "when", at), str(raw.get("to", "")))

    def _quota(self, raw: dict[str, Any], at: str) -> Quota:
        return Quota(
            id=self._id(raw, at),
            limit=self._whole(raw, "limit", at, high=10**9, is_needed=True) or 0,
            when=self._expression(raw, "when", at),
            full=self._one_of(raw, "full", at, Full, otherwise=Full.CLOSE),
            name=self._name(raw),
        )

    def _variant(self, raw: dict[str, Any], at: str) -> Variant:
        share = self._number(raw, "share", at)
        share = 1.0 if share is None else share
        return Variant(self._id(raw, at), share, self._name(raw))

    def _name(self, raw: dict[str, Any]) -> str:
        return " ".join(str(raw.get("name") or "").split())[:LONGEST_NAME]

    def _say(self, path: str, template: str, **facts: Any) -> None:
        self.problems.append(Problem(path.lstrip("."), Message(template, facts)))

    def _languages(self, raw: dict[str, Any]) -> tuple[str, ...]:
        given = raw.get("languages", ["ko", "en"])
        if (
            not isinstance(given, list)
            or not given
            or not all(map(_is_language, given))
        ):
            self._say("languages", _("Give the languages as a list, like ko and en."))
            return ("ko", "en")
        return tuple(dict.fromkeys(given))

    def _id(self, raw: dict[str, Any], at: str) -> str:
        id = raw.get("id")
        if isinstance(id, str) and _ID.match(id):
            return id
        text = _(
            "An id starts with a letter and has at most 40 letters, digits, - and _: "
            "“{id}” does not."
        )
        self._say(f"{at}.id", text, id=str(id or "")[:60])
        return ""

    def _words(
        self, raw: dict[str, Any], name: str, at: str, *, is_needed: bool = False
    ) -> Words:
        given = raw.get(name)
        if isinstance(given, str):
            given = {self.languages[0]: given}
        path = f"{at}.{name}"
        if given is not None and not _is_text_by_language(given):
            self._say(path, _("Give a text, or one for each language."))
            return NOTHING
        words = Words(dict(given or {}))
        if is_needed and not words:
            self._say(path, _("There are no words here yet."))
        if any(len(text) > LONGEST for text in words.values()):
            self._say(path, _("This text is longer than {most} characters."),
                      most=LONGEST)  # fmt: skip
        return words

    def _list(
        self,
        raw: dict[str, Any],
        name: str,
        at: str,
        read: Callable[[dict[str, Any], str], T],
        *,
        most: int,
    ) -> list[T]:
        given = raw.get(name) or []
        path = f"{at}.{name}"
        if not isinstance(given, list) or not all(
            isinstance(one, dict) for one in given
        ):
            self._say(path, _("This has to be a list of objects."))
            return []
        if len(given) > most:
            self._say(path, _("{count} are too many; {most} at most."),
                      count=len(given), most=most)  # fmt: skip
        return [read(one, f"{path}.{n}") for n, one in enumerate(given[:most])]

    def _dict(self, raw: dict[str, Any], name: str, at: str) -> Mapping[str, Any]:
        given = raw.get(name) or {}
        if isinstance(given, dict):
            return given
        self._say(f"{at}.{name}", _("This has to be an object."))
        return {}

    def _flag(
        self, raw: dict[str, Any], name: str, at: str, *, default: bool = False
    ) -> bool:
        given = raw.get(name, default)
        if isinstance(given, bool):
            return given
        self._say(f"{at}.{name}", _("This is true or false."))
        return default

    def _number(self, raw: dict[str, Any], name: str, at: str) -> float | None:
        given = raw.get(name)
        if given is None or _is_number(given):
            return given
        self._say(f"{at}.{name}", _("This has to be a number."))
        return None

    def _whole(
        self,
        raw: Mapping[str, Any],
        name: str,
        at: str,
        *,
        low: int = 0,
        high: int = 100_000,
        is_needed: bool = False,
    ) -> int | None:
        given = raw.get(name)
        if given is None and not is_needed:
            return None
        if (
            isinstance(given, int)
            and not isinstance(given, bool)
            and low <= given <= high
        ):
            return given
        text = _("This has to be a whole number from {low} to {high}.")
        self._say(f"{at}.{name}", text, low=low, high=high)
        return None

    def _bound(self, raw: dict[str, Any], name: str, at: str) -> float | str | None:
        given = raw.get(name)
        if given is None or isinstance(given, str) or _is_number(given):
            return given
        self._say(f"{at}.{name}", _("This has to be a number or a date."))
        return None

    def _moment(self, raw: dict[str, Any], name: str) -> datetime | None:
        given = raw.get(name)
        if given is None:
            return None
        try:
            moment = datetime.fromisoformat(given)
        except (TypeError, ValueError):
            moment = None
        if moment is None or moment.tzinfo is None:
            self._say(
                name, _("Give a time with its zone, like 2026-12-01T09:00+09:00.")
            )
            return None
        return moment

    def _expression(self, raw: dict[str, Any], name: str, at: str) -> Any:
        given = raw.get(name)
        if wrong := fault(given):
            self._say(f"{at}.{name}", _("This rule cannot be understood at “{part}”."),
                      part=wrong)  # fmt: skip
            return None
        return given

    def _one_of(
        self, raw: dict[str, Any], name: str, at: str, kind: type[E], *, otherwise: E
    ) -> E:
        given = raw.get(name, otherwise)
        try:
            return kind(given)
        except ValueError:
            self._say(f"{at}.{name}", _("“{given}” is not known here. Known: {known}."),
                      given=str(given)[:60], known=", ".join(kind))  # fmt: skip
            return otherwise


def _is_language(one: Any) -> bool:
    return isinstance(one, str) and bool(_LANGUAGE.match(one))


def _is_text_by_language(given: Any) -> bool:
    return isinstance(given, dict) and all(
        _is_language(language) and isinstance(text, str)
        for language, text in given.items()
    )


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)


def every(found: Questionnaire) -> Iterator[tuple[str, Question]]:
    """All questions with their paths."""
    for p, page in enumerate(found.pages):
        for q, question in enumerate(page.questions):
            yield f"pages.{p}.questions.{q}", question
