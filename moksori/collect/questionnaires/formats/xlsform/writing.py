"""A questionnaire as the sheets of an XLSForm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moksori.collect.questionnaires.definition import SCALES, Type
from moksori.collect.questionnaires.formats.text import placed
from moksori.collect.questionnaires.formats.xlsform.rules import written
from moksori.collect.questionnaires.formats.xlsform.sheets import Row, Sheets

Json = dict[str, Any]
NAMES = {"ko": "한국어", "en": "English", "ja": "日本語", "zh": "中文", "de": "Deutsch",
         "fr": "Français", "es": "Español"}  # fmt: skip
_PLAIN = {
    Type.NUMBER: "decimal", Type.DATE: "date", Type.TEXT: "text",
    Type.LONG_TEXT: "text", Type.EMAIL: "text", Type.PHONE: "text", Type.FILE: "file",
    Type.PHOTO: "image", Type.AUDIO: "audio", Type.CONSENT: "acknowledge",
    Type.HIDDEN: "hidden", Type.SECTION: "note",
}  # fmt: skip
_LISTED = {Type.SINGLE: "select_one", Type.WITHOUT: "select_one",
           Type.MULTIPLE: "select_multiple", Type.RANKING: "rank"}  # fmt: skip
_LOOKS = {Type.LONG_TEXT: "multiline", Type.STARS: "rating", Type.PHONE: "numbers"}


def form_of(found: Json) -> Sheets:
    """The sheets; what they cannot hold is looked for by reading them back."""
    form = _Form(found["languages"])
    for page in found["pages"]:
        form.page(page)
    return {
        "survey": form.survey,
        "choices": form.choices or [{"list_name": "", "name": ""}],
        "settings": [
            {
                "form_title": found.get("title", {}).get(found["languages"][0], ""),
                "form_id": "questionnaire",
                "default_language": language_name(found["languages"][0]),
                "style": "pages",
            }
        ],
    }


def language_name(code: str) -> str:
    return f"{NAMES.get(code, code)} ({code})"


class _Form:
    def __init__(self, languages: list[str]) -> None:
        self.languages = languages
        self.survey: list[Row] = []
        self.choices: list[Row] = []

    def said(
        self, name: str, words: Mapping[str, str] | None
    ) -> Iterator[tuple[str, str]]:
        for language, text in (words or {}).items():
            place = f"{name}::{language_name(language)}"
            yield place, placed(text, lambda one: f"${{{one}}}")

    def page(self, page: Json) -> None:
        self.survey.append(
            {
                "type": "begin_group",
                "name": page["id"],
                **dict(self.said("label", page.get("title"))),
                "appearance": "field-list",
                "relevant": written(page.get("show")) or "",
            }
        )
        for question in page["questions"]:
            kind = Type(question["type"])
            _MAKERS.get(kind, _Form.plain)(self, question, kind)
        self.survey.append({"type": "end_group", "name": page["id"]})

    def row(self, question: Json, type_: str, **more: str) -> Row:
        return {
            "type": type_,
            "name": question["id"],
            **dict(self.said("label", question.get("text"))),
            **dict(self.said("hint", question.get("help"))),
            "required": "yes" if question.get("required") else "",
            "relevant": written(question.get("show")) or "",
            **{name: value for name, value in more.items() if value},
        }

    def plain(self, question: Json, kind: Type) -> None:
        limits = ""
        if kind in {Type.NUMBER, Type.DATE}:
            limits = _bounds(question)
        elif question.get("most") and _PLAIN[kind] == "text":
            limits = f"string-length(.) <= {question['most']}"
        row = self.row(question, _PLAIN[kind], constraint=limits,
                       appearance=_LOOKS.get(kind, ""))  # fmt: skip
        if kind == Type.HIDDEN and question.get("default"):
            row["default"] = question["default"]
        self.survey.append(row)

    def score(self, question: Json, kind: Type) -> None:
        low, high = SCALES[kind]
        low, high = question.get("low", low), question.get("high", high)
        self.survey.append(
            self.row(
                question,
                "range",
                appearance=_LOOKS.get(kind, ""),
                parameters=f"start={low} end={high} step=1",
            )
        )

    def chosen(self, question: Json, kind: Type) -> None:
        listing = self.listed(question["id"], question.get("options", ()))
        limits = [
            f"count-selected(.) {sign} {question[name]}"
            for name, sign in (("least", ">="), ("most", "<="))
            if question.get(name)
        ]
        self.survey.append(
            self.row(
                question,
                f"{_LISTED[kind]} {listing}",
                parameters="randomize=true" if question.get("random") else "",
                constraint=" and ".join(limits),
            )
        )

    def matrix(self, question: Json, kind: Type) -> None:
        id = question["id"]
        listing = self.listed(id, question.get("options", ()))
        select = "select_one" if kind == Type.MATRIX else "select_multiple"
        self.survey.append(self.row(question, "begin_group", appearance="table-list"))
        for one in question.get("rows", ()):
            label = dict(self.said("label", one["text"]))
            self.survey.append(
                {"type": f"{select} {listing}", "name": f"{id}__{one['id']}", **label}
            )
        self.survey.append({"type": "end_group", "name": id})

    def sum(self, question: Json, _kind: Type) -> None:
        """A group of numbers; that they add up is known to nobody but us."""
        self.survey.append(self.row(question, "begin_group"))
        for one in question.get("options", ()):
            label = dict(self.said("label", one["text"]))
            name = f"{question['id']}__{one['id']}"
            self.survey.append({"type": "integer", "name": name, **label})
        self.survey.append({"type": "end_group", "name": question["id"]})

    def listed(self, name: str, options: list[Json]) -> str:
        for one in options:
            label = dict(self.said("label", one["text"]))
            self.choices.append({"list_name": name, "name": one["id"], **label})
        return name


def _bounds(question: Json) -> str:
    found = []
    for name, sign in (("low", ">="), ("high", "<=")):
        value = question.get(name)
        if value is not None:
            said = f"date('{value}')" if isinstance(value, str) else f"{value}"
            found.append(f". {sign} {said}")
    return " and ".join(found)


_MAKERS: Mapping[Type, Callable[[_Form, Json, Type], None]] = {
    **dict.fromkeys(SCALES, _Form.score),
    **dict.fromkeys(_LISTED, _Form.chosen),
    Type.MATRIX: _Form.matrix,
    Type.MATRIX_MULTIPLE: _Form.matrix,
    Type.SUM: _Form.sum,
}
