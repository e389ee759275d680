"""A form of SurveyJS as the JSON of a questionnaire."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import SCALES, Type
from moksori.collect.questionnaires.formats.infix import Unknown
from moksori.collect.questionnaires.formats.kept import Remarks
from moksori.collect.questionnaires.formats.names import Names
from moksori.collect.questionnaires.formats.surveyjs.rules import understood
from moksori.collect.questionnaires.formats.text import from_html
from moksori.collect.tables.messages import Unreadable

Json = dict[str, Any]
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_SINGLE = frozenset({"radiogroup", "dropdown", "buttongroup", "imagepicker"})
_MULTIPLE = frozenset({"checkbox", "tagbox"})
_INPUTS = {
    "email": Type.EMAIL,
    "tel": Type.PHONE,
    "date": Type.DATE,
    "datetime-local": Type.DATE,
    "number": Type.NUMBER,
    "range": Type.NUMBER,
}
_YES_NO = {"ko": ("예", "아니요"), "en": ("Yes", "No")}
_EXTRA = {
    "other": {"ko": "기타", "en": "Other"},
    "none": {"ko": "없음", "en": "None"},
}
DEEPEST = 20


def form_read(form: Any, remarks: Remarks) -> Json:
    """What a stranger understands of it. Raises Unreadable for what is no form."""
    if not isinstance(form, dict):
        raise Unreadable(_("A form of SurveyJS is a JSON object."))
    return _Reader(form, remarks).whole()


class _Reader:
    def __init__(self, form: Json, remarks: Remarks) -> None:
        self.form = form
        self.remarks = remarks
        self.names = Names()
        self.pages = Names("page")
        locale = form.get("locale")
        self.first: str = locale if self._is_language(locale) else "en"
        self.languages: dict[str, None] = {self.first: None}

    @staticmethod
    def _is_language(one: Any) -> TypeGuard[str]:
        return isinstance(one, str) and bool(_LANGUAGE.fullmatch(one))

    def whole(self) -> Json:
        raw = self.form.get("pages")
        if not isinstance(raw, list):
            elements = self.form.get("elements") or self.form.get("questions") or []
            raw = [{"name": "page1", "elements": elements}]
        pages = [self._page(one) for one in raw if isinstance(one, dict)]
        pages = [page for page in pages if page["questions"]]
        self._triggers(pages)
        found = {
            "moksori": 1,
            **self.said("title", self.form.get("title")),
            **self.said("intro", self.form.get("description")),
            **self.said("thanks", self.form.get("completedHtml"), html=True),
            **({"back": False} if self.form.get("showPrevButton") is False else {}),
            "pages": pages,
        }
        found.setdefault("title", {self.first: "SurveyJS"})
        return {**found, "languages": list(self.languages)}

    def said(self, name: str, given: Any, *, html: bool = False) -> Json:
        """Words under their name; nothing where nothing is said."""
        if isinstance(given, str | int | float):
            given = {"default": str(given)}
        if not isinstance(given, dict):
            return {}
        said: dict[str, str] = {}
        for language, text in given.items():
            known = self.first if language == "default" else language
            if not isinstance(text, str) or not text or not self._is_language(known):
                continue
            self.languages.setdefault(known, None)
            said[known] = from_html(text) if html else text
        return {name: said} if said else {}

    def _page(self, raw: Json) -> Json:
        id = self.pages.id(raw.get("name") or "page1")
        elements = raw.get("elements", raw.get("questions"))
        return {
            "id": id,
            **self.said("title", raw.get("title")),
            **self._show(raw, id),
            **({"random": True} if raw.get("questionsOrder") == "random" else {}),
            "questions": self._elements(elements, [], 0),
        }

    def _elements(self, raw: Any, shows: list[Any], deep: int) -> list[Json]:
        """All questions, those within panels too."""
        found: list[Json] = []
        for one in raw if isinstance(raw, list) and deep < DEEPEST else []:
            if not isinstance(one, dict):
                continue
            if one.get("type") == "panel":
                show = self._show(one, str(one.get("name"))).get("show")
                within = [*shows, show] if show is not None else shows
                found += self._elements(one.get("elements"), within, deep + 1)
                continue
            for question in self._element(one):
                rules = [*shows, *([question["show"]] if "show" in question else [])]
                if rules:
                    question["show"] = rules[0] if len(rules) == 1 else {"and": rules}
                found.append(question)
        return found

    def _element(self, raw: Json) -> list[Json]:
        kind = str(raw.get("type", "text"))
        name = str(raw.get("name", ""))
        if kind == "multipletext":
            return self._several(raw)
        make = _MAKERS.get(kind)
        made = make(self, raw) if make else None
        if made is None:
            text = _("A “{kind}” cannot be read and was left out.")
            self.remarks.say(name, text, kind=kind)
            return []
        html = made["type"] == Type.SECTION
        said = raw.get("html") if html else raw.get("title")
        id = self.names.id(name, self.remarks, name)
        question = {
            "id": id,
            **made,
            **self.said("text", said, html=html),
            **({} if html else self.said("help", raw.get("description"))),
            **({"required": True} if raw.get("isRequired") is True else {}),
            **self._show(raw, id),
        }
        if "text" not in question and made["type"] != Type.HIDDEN:
            question["text"] = {self.first: name or id}
        return [question]

    def _several(self, raw: Json) -> list[Json]:
        """Each line of a multiple text is a question of its own."""
        found = []
        for item in _list(raw, "items"):
            title = item.get("title") or item.get("name")
            name = f"{raw.get('name')}_{item.get('name')}"
            found += self._element({**item, "type": "text", "name": name,
                                    "title": title})  # fmt: skip
        return found

    def _show(self, raw: Json, path: str) -> Json:
        rule = raw.get("visibleIf")
        if rule is None or rule == "":
            return {}
        try:
            return {"show": understood(rule, self.names)}
        except Unknown as unknown:
            self.lost(path, rule, unknown)
            return {}

    def lost(self, path: str, rule: Any, unknown: Unknown) -> None:
        text = _("The rule “{rule}” could not be read at “{part}”: write it again.")
        self.remarks.say(path, text, rule=str(rule)[:200], part=str(unknown))

    def _triggers(self, pages: list[Json]) -> None:
        """Skips belong to the page where the last question of their rule stands."""
        page_of = {
            q["id"]: n for n, page in enumerate(pages) for q in page["questions"]
        }
        for raw in _list(self.form, "triggers"):
            kind, rule = raw.get("type"), raw.get("expression")
            if kind not in {"skip", "complete"}:
                self.remarks.say("", _("A “{kind}” cannot be read and was left out."),
                                 kind=str(kind))  # fmt: skip
                continue
            try:
                when = understood(rule, self.names)
            except Unknown as unknown:
                self.lost("triggers", rule, unknown)
                continue
            asked = [page_of[id] for id in _asked(when) if id in page_of]
            goal = page_of.get(self.names.of(str(raw.get("gotoName"))))
            to = "end" if kind == "complete" else goal is not None and pages[goal]["id"]
            if asked and to:
                pages[max(asked)].setdefault("go", []).append({"when": when, "to": to})

    def options(self, raw: Json, name: str) -> list[Json]:
        names = Names("o")
        found = []
        for one in raw.get(name) or []:
            given = one if isinstance(one, dict) else {"value": one}
            value = given.get("value", given.get("text"))
            id = names.id(value)
            found.append(
                {
                    "id": id,
                    **(
                        self.said("text", given.get("text", value))
                        or {"text": {self.first: str(value)}}
                    ),
                    **self._show(given, id),
                }
            )
        return found

    def added(self, raw: Json, found: list[Json]) -> None:
        """The items that SurveyJS adds by itself: other, none."""
        for name, old, mark in (
            ("other", "hasOther", "other"),
            ("none", "hasNone", "exclusive"),
        ):
            if raw.get(f"show{name.capitalize()}Item") or raw.get(old):
                words = self.said("text", raw.get(f"{name}Text"))
                if not words:
                    said = _EXTRA[name]
                    words = {
                        "text": {
                            one: said.get(one, said["en"]) for one in self.languages
                        }
                    }
                taken = {one["id"] for one in found}
                id = name if name not in taken else f"{name}_2"
                found.append({"id": id, **words, mark: True})

    def yes_no(self, raw: Json) -> list[Json]:
        found = []
        for n, (id, label) in enumerate((("yes", "labelTrue"), ("no", "labelFalse"))):
            words = self.said("text", raw.get(label)) or {
                "text": {
                    one: _YES_NO.get(one, _YES_NO["en"])[n] for one in self.languages
                }
            }
            found.append({"id": id, **words})
        return found


def _list(raw: Json, name: str) -> list[Json]:
    found = raw.get(name)
    return (
        [one for one in found if isinstance(one, dict)]
        if isinstance(found, list)
        else []
    )


def _asked(rule: Any) -> list[str]:
    if isinstance(rule, list):
        return [id for one in rule for id in _asked(one)]
    if isinstance(rule, dict):
        return [id for name, one in rule.items()
                for id in ([one] if name == "answer" else _asked(one))]  # fmt: skip
    return []


def _number(given: Any) -> float | None:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return given if is_number else None


def _rating(reader: _Reader, raw: Json) -> Json:
    low = _number(raw.get("rateMin"))
    high = _number(raw.get("rateMax"))
    if low is None or high is None:
        values = [v for one in raw.get("rateValues") or []
                  if (v := _number(one.get("value") if isinstance(one, dict) else one))
                  is not None]  # fmt: skip
        low, high = (min(values), max(values)) if values else (low or 1, high or 5)
    rate = raw.get("rateType", raw.get("rateDisplayMode"))
    kind = {"stars": Type.STARS, "smileys": Type.SMILEYS}.get(str(rate))
    if kind is None:
        known = {(0.0, 10.0): Type.NPS, (1.0, 7.0): Type.CES}
        kind = known.get((low, high), Type.CSAT)
    scale = {} if SCALES[kind] == (low, high) else {"low": low, "high": high}
    return {
        "type": kind.value,
        **scale,
        **reader.said("low_words", raw.get("minRateDescription")),
        **reader.said("high_words", raw.get("maxRateDescription")),
    }


def _choices(reader: _Reader, raw: Json) -> Json:
    kind = str(raw.get("type"))
    found = reader.options(raw, "choices")
    reader.added(raw, found)
    type_ = Type.SINGLE if kind in _SINGLE else Type.RANKING
    if kind in _MULTIPLE:
        type_ = Type.MULTIPLE
    bounds = {"least": "minSelectedChoices", "most": "maxSelectedChoices"}
    return {
        "type": type_.value,
        "options": found,
        **({"random": True} if raw.get("choicesOrder") == "random" else {}),
        **{ours: raw[theirs] for ours, theirs in bounds.items() if raw.get(theirs)},
        **({"may_prefer_not": True} if raw.get("showRefuseItem") is True else {}),
    }


def _matrix(reader: _Reader, raw: Json) -> Json:
    return {
        "type": Type.MATRIX.value,
        "options": reader.options(raw, "columns"),
        "rows": reader.options(raw, "rows"),
        **({"random": True} if raw.get("rowsOrder") == "random" else {}),
    }


def _matrix_dropdown(reader: _Reader, raw: Json) -> Json | None:
    columns = _list(raw, "columns")
    if len(columns) != 1:
        return None
    kind = columns[0].get("cellType", raw.get("cellType"))
    if kind not in {"checkbox", "radiogroup", "dropdown", None}:
        return None
    choices = columns[0] if columns[0].get("choices") else raw
    type_ = Type.MATRIX_MULTIPLE if kind == "checkbox" else Type.MATRIX
    return {
        "type": type_.value,
        "options": reader.options(choices, "choices"),
        "rows": reader.options(raw, "rows"),
    }


def _text(reader: _Reader, raw: Json) -> Json:
    if raw.get("visible") is False:
        given = raw.get("defaultValue")
        default = {} if given in (None, "") else {"default": str(given)}
        return {"type": Type.HIDDEN.value, **default}
    kind = _INPUTS.get(str(raw.get("inputType", "text")), Type.TEXT)
    if kind in {Type.NUMBER, Type.DATE}:
        bounds = {"low": raw.get("min"), "high": raw.get("max")}
        return {
            "type": kind.value,
            **{k: v for k, v in bounds.items() if v is not None},
        }
    if raw.get("type") == "comment":
        kind = Type.LONG_TEXT
    return {"type": kind.value, **_length(raw)}


def _length(raw: Json) -> Json:
    most = raw.get("maxLength")
    return {"most": most} if isinstance(most, int) and most > 0 else {}


def _file(_reader: _Reader, raw: Json) -> Json:
    accepted = str(raw.get("acceptedTypes", ""))
    kind = Type.FILE
    if accepted.startswith("image"):
        kind = Type.PHOTO
    elif accepted.startswith("audio"):
        kind = Type.AUDIO
    return {"type": kind.value, **({} if raw.get("allowMultiple") else {"most": 1})}


def _boolean(reader: _Reader, raw: Json) -> Json:
    if raw.get("renderAs") == "checkbox":
        return {"type": Type.CONSENT.value, "purpose": "other"}
    return {"type": Type.SINGLE.value, "options": reader.yes_no(raw)}


def _section(_reader: _Reader, _raw: Json) -> Json:
    return {"type": Type.SECTION.value}


_MAKERS: Mapping[str, Callable[[_Reader, Json], Json | None]] = {
    "rating": _rating,
    **dict.fromkeys((*_SINGLE, *_MULTIPLE, "ranking"), _choices),
    "matrix": _matrix,
    "matrixdropdown": _matrix_dropdown,
    "text": _text,
    "comment": _text,
    "file": _file,
    "boolean": _boolean,
    "html": _section,
}
