"""The tables of a survey of LimeSurvey as the JSON of a questionnaire."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import SCALES, Type
from moksori.collect.questionnaires.formats.infix import Unknown
from moksori.collect.questionnaires.formats.kept import Remarks
from moksori.collect.questionnaires.formats.limesurvey.rules import understood
from moksori.collect.questionnaires.formats.limesurvey.tables import Row, Tables
from moksori.collect.questionnaires.formats.names import Names
from moksori.collect.questionnaires.formats.text import from_html

Json = dict[str, Any]
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_PLACE = re.compile(r"\{([A-Za-z]\w*)(?:\.(?:NAOK|shown|value|code))?\}")
_TYPES = {
    "L": Type.SINGLE, "!": Type.SINGLE, "O": Type.SINGLE, "M": Type.MULTIPLE,
    "P": Type.MULTIPLE, "F": Type.MATRIX, "R": Type.RANKING, "N": Type.NUMBER,
    "D": Type.DATE, "S": Type.TEXT, "T": Type.LONG_TEXT, "U": Type.LONG_TEXT,
    "X": Type.SECTION, "5": Type.CSAT, "|": Type.FILE, "Y": Type.SINGLE,
    "G": Type.SINGLE, "A": Type.MATRIX, "B": Type.MATRIX, "C": Type.MATRIX,
    "E": Type.MATRIX, "H": Type.MATRIX, "K": Type.NUMBER, "Q": Type.TEXT,
}  # fmt: skip
# What LimeSurvey offers without storing it, by type: (code, Korean, English).
_FIXED: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "Y": (("Y", "예", "Yes"), ("N", "아니요", "No")),
    "G": (("F", "여성", "Female"), ("M", "남성", "Male")),
    "A": tuple((f"A{n}", str(n), str(n)) for n in range(1, 6)),
    "B": tuple((f"B{n}", str(n), str(n)) for n in range(1, 11)),
    "C": (("Y", "예", "Yes"), ("N", "아니요", "No"), ("U", "모르겠음", "Uncertain")),
    "E": (
        ("I", "늘었다", "Increase"),
        ("S", "같다", "Same"),
        ("D", "줄었다", "Decrease"),
    ),
}
_WITH_ROWS = frozenset("FABCE:")
_SLIDERS = {"1": Type.STARS, "2": Type.SMILEYS}
_LEFT_OUT = {"*": "equation", "I": "language switch", "1": "dual scale array",
             ";": "array of texts"}  # fmt: skip


def survey_read(tables: Tables, remarks: Remarks, names: Any) -> Json:
    """What a stranger understands of it, codes called by the ids in `names`."""
    return _Reader(tables, remarks, names if isinstance(names, dict) else {}).whole()


class _Reader:
    def __init__(self, tables: Tables, remarks: Remarks, names: Json) -> None:
        self.tables = tables
        self.remarks = remarks
        self.aliases = names
        self.languages = self._languages()
        self.words = _by(tables.get("question_l10ns", []), "qid")
        self.answer_words = _by(tables.get("answer_l10ns", []), "aid")
        self.answers = _by(tables.get("answers", []), "qid")
        self.subs = _by(tables.get("subquestions", []), "parent_qid")
        self.attributes: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in tables.get("question_attributes", []):
            self.attributes[row.get("qid", "")][row.get("attribute", "")] = row
        self.names = Names()
        self.known: dict[str, Json] = {}  # by code
        self.values: dict[str, dict[str, str]] = {}

    def _languages(self) -> list[str]:
        survey = (self.tables.get("surveys") or [{}])[0]
        found = [
            survey.get("language", ""),
            *survey.get("additional_languages", "").split(),
        ]
        found += [row["language"] for row in self.tables.get("languages", [])]
        good = [one for one in found if _LANGUAGE.fullmatch(one)]
        return list(dict.fromkeys(good)) or ["en"]

    def whole(self) -> Json:
        survey = (self.tables.get("surveys") or [{}])[0]
        groups = sorted(
            _once(self.tables.get("groups", []), "gid"), key=_order("group_order")
        )
        questions = _by(_once(self.tables.get("questions", []), "qid"), "gid")
        pages = []
        page_names = Names("page")
        rules: list[tuple[Json, str, str]] = []
        for n, group in enumerate(groups):
            alias = self.aliases.get("pages", {}).get(str(n), f"page{n + 1}")
            page: Json = {"id": page_names.id(alias)}
            page |= self._group_title(group)
            rules.append((page, group.get("grelevance", ""), page["id"]))
            rows = sorted(questions.get(group["gid"], []), key=_order("question_order"))
            page["questions"] = []
            for row in rows:
                if row.get("parent_qid", "0") not in {"", "0"}:
                    continue  # before version 4 the parts stood among the questions
                for made in self._question(row):
                    page["questions"].append(made)
                    rules.append((made, row.get("relevance", ""), row.get("title", "")))
            pages.append(page)
        for part, rule, name in rules:
            self._ruled(part, rule, name)
        self._conditions()
        return {
            "moksori": 1,
            "languages": self.languages,
            **self._about(),
            **({"back": False} if survey.get("allowprev") == "N" else {}),
            **({"resume": False} if survey.get("allowsave") == "N" else {}),
            "pages": [page for page in pages if page["questions"]],
        }

    def _conditions(self) -> None:
        if self.tables.get("conditions"):
            text = _("Conditions in the old table are not read; those written as "
                     "relevance are.")  # fmt: skip
            self.remarks.say("", text)

    def _about(self) -> Json:
        rows = self.tables.get("surveys_languagesettings", [])
        named = {"title": "surveyls_title", "intro": "surveyls_welcometext",
                 "thanks": "surveyls_endtext"}  # fmt: skip
        found: Json = {"title": {}}
        for ours, theirs in named.items():
            said = {
                row["surveyls_language"]: text
                for row in rows
                if row.get("surveyls_language") in self.languages
                and (text := self._plain(row.get(theirs, "")))
            }
            if said:
                found[ours] = said
        found["title"] = found["title"] or {self.languages[0]: "LimeSurvey"}
        return found

    def _group_title(self, group: Row) -> Json:
        rows = [
            row
            for row in self.tables.get("group_l10ns", [])
            if row.get("gid") == group["gid"]
        ] or [
            row
            for row in self.tables.get("groups", [])
            if row.get("gid") == group["gid"]
        ]
        return self._said("title", rows, "group_name")

    def _said(self, name: str, rows: list[Row], column: str) -> Json:
        said = {
            row.get("language") or self.languages[0]: text
            for row in rows
            if (text := self._plain(row.get(column, "")))
        }
        said = {code: text for code, text in said.items() if code in self.languages}
        return {name: said} if said else {}

    def _plain(self, html: str) -> str:
        by_code = self.aliases.get("questions", {})

        def place(found: re.Match[str]) -> str:
            return f"{{{by_code.get(found[1], self.names.of(found[1]))}}}"

        return _PLACE.sub(place, from_html(html))

    def _attribute(self, row: Row, name: str) -> str:
        return self.attributes[row.get("qid", "")].get(name, {}).get("value", "")

    def _question(self, row: Row) -> list[Json]:
        code, letter = row.get("title", ""), row.get("type", "T")
        if letter in {"K", "Q"}:
            return self._several(row)
        checks = letter == ":" and self._attribute(row, "multiflexible_checkbox") == "1"
        if letter in _LEFT_OUT or (letter not in _TYPES and not checks):
            text = _("A question of type “{kind}” cannot be read and was left out.")
            self.remarks.say(code, text, kind=_LEFT_OUT.get(letter, letter))
            return []
        type_ = Type.MATRIX_MULTIPLE if checks else _TYPES[letter]
        question = self._started(row, type_)
        self._listed(question, row, letter)
        self._as_score(question, row, letter)
        self._limited(question, row)
        return [question]

    def _started(self, row: Row, type_: Type) -> Json:
        code = row.get("title", "")
        id = self.names.id(self.aliases.get("questions", {}).get(code, code) or "q")
        rows = self.words.get(row.get("qid", "")) or [
            one
            for one in self.tables.get("questions", [])
            if one.get("qid") == row.get("qid")
        ]
        question: Json = {
            "id": id,
            "type": type_.value,
            **(
                self._said("text", rows, "question")
                or {"text": {self.languages[0]: id}}
            ),
            **self._said("help", rows, "help"),
            **({"required": True} if row.get("mandatory") in {"Y", "S"} else {}),
        }
        if type_ == Type.TEXT and self._attribute(row, "hidden") == "1":
            question["type"] = Type.HIDDEN.value
        if type_ == Type.FILE:
            question["type"] = self._file(row).value
        self.known[code] = question
        return question

    def _file(self, row: Row) -> Type:
        kinds = self._attribute(row, "allowed_filetypes")
        if "jpg" in kinds and "pdf" not in kinds:
            return Type.PHOTO
        return Type.AUDIO if "mp3" in kinds and "pdf" not in kinds else Type.FILE

    def _several(self, row: Row) -> list[Json]:
        """Each line of several short texts or numbers is a question of its own."""
        found = []
        rows = _once(self.subs.get(row.get("qid", ""), []), "qid")
        for sub in sorted(rows, key=_order("question_order")):
            made = self._started(sub | {"mandatory": row.get("mandatory", "")},
                                 _TYPES[row["type"]])  # fmt: skip
            found.append(made)
        return found

    def _listed(self, question: Json, row: Row, letter: str) -> None:
        """Options and rows, from answers, from parts, or from what is not stored."""
        qid, code = row.get("qid", ""), row.get("title", "")
        answers = [
            one for one in self.answers.get(qid, []) if one.get("scale_id", "0") == "0"
        ]
        parts = sorted(
            _once(self.subs.get(qid, []), "qid"), key=_order("question_order")
        )
        first = [one for one in parts if one.get("scale_id", "0") in {"", "0"}]
        second = [one for one in parts if one.get("scale_id") == "1"]
        if letter in {"M", "P", "H"}:
            question["options"] = self._parts(first, code, "options")
        elif letter == ":":
            question["options"] = self._parts(second, code, "options")
        elif letter in _FIXED:
            question["options"] = self._fixed(letter)
        elif letter in {"L", "!", "O", "R", "F"}:
            question["options"] = self._options(answers, code)
        if letter == "H":
            question["rows"] = self._options(answers, code)
        elif letter in _WITH_ROWS:
            question["rows"] = self._parts(first, code, "rows")
        if row.get("other") == "Y" and "options" in question:
            question["options"].append(self._other(row))

    def _other(self, row: Row) -> Json:
        said = {
            one["language"]: one["value"]
            for one in self.tables.get("question_attributes", [])
            if one.get("qid") == row.get("qid") and one.get("language")
            and one.get("attribute") == "other_replace_text" and one.get("value")
        }  # fmt: skip
        default = {c: "기타" if c == "ko" else "Other" for c in self.languages}
        return {"id": "other", "text": said or default, "other": True}

    def _fixed(self, letter: str) -> list[Json]:
        return [
            {"id": code, "text": {c: ko if c == "ko" else en for c in self.languages}}
            for code, ko, en in _FIXED[letter]
        ]

    def _options(self, rows: list[Row], code: str) -> list[Json]:
        names, found = Names("o"), []
        aliases = self.aliases.get(f"options/{code}", {})
        seen: dict[str, list[Row]] = {}
        for row in sorted(rows, key=_order("sortorder")):
            seen.setdefault(row.get("code", ""), []).append(row)
        values = self.values.setdefault(f"={code}", {})
        for value, same in seen.items():
            words = self.answer_words.get(same[0].get("aid", "")) or same
            id = names.id(aliases.get(value, value) or "o")
            values[value] = id
            said = self._said("text", words, "answer")
            found.append({"id": id, **(said or {"text": {self.languages[0]: value}})})
        return found

    def _parts(self, rows: list[Row], code: str, name: str) -> list[Json]:
        names, found = Names("o"), []
        aliases = self.aliases.get(f"{name}/{code}", {})
        values = self.values.setdefault(code, {})
        for row in rows:
            value = row.get("title", "")
            words = self.words.get(row.get("qid", "")) or [
                one for one in self.tables.get("subquestions", [])
                if one.get("qid") == row.get("qid")
            ]  # fmt: skip
            id = names.id(aliases.get(value, value) or "o")
            values[value] = id
            said = self._said("text", words, "question")
            found.append({"id": id, **(said or {"text": {self.languages[0]: value}})})
        return found

    def _as_score(self, question: Json, row: Row, letter: str) -> None:
        """A list of the numbers from 0 to 10 is a score, whatever it is called."""
        if letter == "5":
            slider = _SLIDERS.get(self._attribute(row, "slider_rating"))
            question["type"] = (slider or Type.CSAT).value
            return
        texts = [
            next(iter(one["text"].values())) for one in question.get("options", ())
        ]
        if (
            letter not in {"L", "!"}
            or len(texts) < 5
            or not all(map(str.isdecimal, texts))
        ):
            return
        numbers = [int(text) for text in texts]
        low, high = numbers[0], numbers[-1]
        if numbers != list(range(low, high + 1)) or high - low > 10:
            return
        kind = {(0, 10): Type.NPS, (1, 7): Type.CES}.get((low, high), Type.CSAT)
        question["type"] = kind.value
        del question["options"]
        if SCALES[kind] != (low, high):
            question |= {"low": low, "high": high}

    def _limited(self, question: Json, row: Row) -> None:
        named = {"least": "min_answers", "most": "max_answers",
                 "low": "min_num_value_n", "high": "max_num_value_n"}  # fmt: skip
        if "options" not in question:
            named["most"] = "maximum_chars"
        for ours, theirs in named.items():
            value = self._attribute(row, theirs)
            if re.fullmatch(r"-?\d+(\.\d+)?", value):
                question[ours] = float(value) if "." in value else int(value)
        for ours, theirs in {"low": "date_min", "high": "date_max"}.items():
            if value := self._attribute(row, theirs):
                question[ours] = value
        if self._attribute(row, "random_order") == "1":
            question["random"] = True

    def _ruled(self, part: Json, rule: str, name: str) -> None:
        try:
            found = understood(rule, self.known, self.values)
        except Unknown as unknown:
            text = _("The rule “{rule}” could not be read at “{part}”: write it again.")
            self.remarks.say(name, text, rule=rule[:200], part=str(unknown))
            return
        if found is not None:
            part["show"] = found


def _by(rows: list[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.get(name, "")].append(row)
    return found


def _once(rows: list[Row], name: str) -> list[Row]:
    """Before version 4 each row came once for every language."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.get(name, ""), row)
    return list(found.values())


def _order(name: str) -> Any:
    def place(row: Row) -> int:
        text = row.get(name, "0")
        return int(text) if text.isdecimal() else 0

    return place
