"""A questionnaire as a form of SurveyJS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from moksori.collect.questionnaires.definition import END, OUT, SCALES, Type
from moksori.collect.questionnaires.formats.surveyjs.rules import written
from moksori.collect.questionnaires.formats.text import to_html, without_otherwise

Json = dict[str, Any]
_INPUT = {Type.EMAIL: "email", Type.PHONE: "tel", Type.DATE: "date"}
_ACCEPTED = {Type.PHOTO: "image/*", Type.AUDIO: "audio/*"}
_RATES = {Type.STARS: "stars", Type.SMILEYS: "smileys"}


def form_of(found: Json) -> Json:
    """The form; what it cannot hold is looked for by reading it back."""
    first = found["languages"][0]
    say = _Words(first)
    triggers = _triggers(found["pages"])
    return {
        "locale": first,
        "title": say(found.get("title")),
        **_given("description", say(found.get("intro"))),
        **_given("completedHtml", say(found.get("thanks"), html=True)),
        **({} if found.get("back", True) else {"showPrevButton": False}),
        "pages": [_page(page, say) for page in found["pages"]],
        **({"triggers": triggers} if triggers else {}),
    }


class _Words:
    """Words as SurveyJS has them: a text, or one by language with a default."""

    def __init__(self, first: str) -> None:
        self.first = first

    def __call__(self, words: Mapping[str, str] | None, *, html: bool = False) -> Any:
        said = {
            ("default" if language == self.first else language): (
                to_html(text) if html else without_otherwise(text)
            )
            for language, text in (words or {}).items()
        }
        return said["default"] if set(said) == {"default"} else said


def _given(name: str, value: Any) -> Json:
    return {} if value in ({}, "", None) else {name: value}


def _page(page: Json, say: _Words) -> Json:
    return {
        "name": page["id"],
        **_given("title", say(page.get("title"))),
        **_given("visibleIf", written(page.get("show"))),
        **({"questionsOrder": "random"} if page.get("random") else {}),
        "elements": [_element(question, say) for question in page["questions"]],
    }


def _triggers(pages: list[Json]) -> list[Json]:
    first = {page["id"]: page["questions"][0]["id"] for page in pages}
    found = []
    for page in pages:
        for go in page.get("go", ()):
            rule = written(go.get("when"))
            if rule is None:
                continue
            kind = {"type": "complete"}
            if go["to"] not in {END, OUT}:
                kind = {"type": "skip", "gotoName": first.get(go["to"], "")}
            found.append({**kind, "expression": rule})
    return found


def _element(question: Json, say: _Words) -> Json:
    kind = Type(question["type"])
    if kind == Type.SECTION:
        own: Json = {"type": "html", "html": say(question["text"], html=True)}
    else:
        own = {
            **_MAKERS[kind](question, say),
            **_given("title", say(question.get("text"))),
            **_given("description", say(question.get("help"))),
        }
    return {
        **own,
        "name": question["id"],
        **({"isRequired": True} if question.get("required") else {}),
        **_given("visibleIf", written(question.get("show"))),
    }


def _score(question: Json, say: _Words) -> Json:
    kind = Type(question["type"])
    low, high = SCALES[kind]
    return {
        "type": "rating",
        **({"rateType": _RATES[kind]} if kind in _RATES else {}),
        "rateMin": question.get("low", low),
        "rateMax": question.get("high", high),
        **_given("minRateDescription", say(question.get("low_words"))),
        **_given("maxRateDescription", say(question.get("high_words"))),
    }


def _choice(name: str) -> Callable[[Json, _Words], Json]:
    def make(question: Json, say: _Words) -> Json:
        most = "maxSelectedChoices"
        options, added = _added(question.get("options", []), say)
        return {
            "type": name,
            "choices": [_option(one, say) for one in options],
            **added,
            **({"choicesOrder": "random"} if question.get("random") else {}),
            **_given("minSelectedChoices", question.get("least")),
            **_given(most, question.get("most")),
            **({"showRefuseItem": True} if question.get("may_prefer_not") else {}),
        }

    return make


def _added(options: list[Json], say: _Words) -> tuple[list[Json], Json]:
    """The options, and those at their end that SurveyJS adds by itself."""
    rest, added = list(options), {}
    for name, mark in (("none", "exclusive"), ("other", "other")):
        if rest and rest[-1]["id"] == name and rest[-1].get(mark):
            added[f"show{name.capitalize()}Item"] = True
            added[f"{name}Text"] = say(rest.pop()["text"])
    return rest, added


def _option(option: Json, say: _Words) -> Json:
    return {
        "value": option["id"],
        "text": say(option["text"]),
        **_given("visibleIf", written(option.get("show"))),
    }


def _matrix(question: Json, say: _Words) -> Json:
    return {
        "type": "matrix",
        "columns": [_option(one, say) for one in question.get("options", ())],
        "rows": [_option(one, say) for one in question.get("rows", ())],
        **({"rowsOrder": "random"} if question.get("random") else {}),
    }


def _matrix_multiple(question: Json, say: _Words) -> Json:
    choices = [_option(one, say) for one in question.get("options", ())]
    return {
        "type": "matrixdropdown",
        "columns": [{"name": "answer", "cellType": "checkbox", "choices": choices}],
        "rows": [_option(one, say) for one in question.get("rows", ())],
    }


def _sum(question: Json, say: _Words) -> Json:
    return {
        "type": "multipletext",
        "items": [
            {"name": one["id"], "title": say(one["text"]), "inputType": "number"}
            for one in question.get("options", ())
        ],
    }


def _input(question: Json, _say: _Words) -> Json:
    kind = Type(question["type"])
    if kind in {Type.NUMBER, Type.DATE}:
        return {
            "type": "text",
            "inputType": _INPUT.get(kind, "number"),
            **_given("min", question.get("low")),
            **_given("max", question.get("high")),
        }
    return {
        "type": "comment" if kind == Type.LONG_TEXT else "text",
        **({"inputType": _INPUT[kind]} if kind in _INPUT else {}),
        **_given("maxLength", question.get("most")),
    }


def _file(question: Json, _say: _Words) -> Json:
    kind = Type(question["type"])
    return {
        "type": "file",
        **({"acceptedTypes": _ACCEPTED[kind]} if kind in _ACCEPTED else {}),
        **({"allowMultiple": True} if question.get("most", 1) != 1 else {}),
    }


def _consent(_question: Json, _say: _Words) -> Json:
    return {"type": "boolean", "renderAs": "checkbox"}


def _hidden(question: Json, _say: _Words) -> Json:
    return {
        "type": "text",
        "visible": False,
        **_given("defaultValue", question.get("default")),
    }


_MAKERS: Mapping[Type, Callable[[Json, _Words], Json]] = {
    **dict.fromkeys(SCALES, _score),
    Type.SINGLE: _choice("radiogroup"),
    Type.WITHOUT: _choice("radiogroup"),
    Type.MULTIPLE: _choice("checkbox"),
    Type.RANKING: _choice("ranking"),
    Type.MATRIX: _matrix,
    Type.MATRIX_MULTIPLE: _matrix_multiple,
    Type.SUM: _sum,
    **dict.fromkeys(
        (Type.NUMBER, Type.DATE, Type.TEXT, Type.LONG_TEXT, Type.EMAIL, Type.PHONE),
        _input,
    ),
    **dict.fromkeys((Type.FILE, Type.PHOTO, Type.AUDIO), _file),
    Type.CONSENT: _consent,
    Type.HIDDEN: _hidden,
}
