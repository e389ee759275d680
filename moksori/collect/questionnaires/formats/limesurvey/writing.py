"""A questionnaire as the tables of a survey of LimeSurvey."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moksori.collect.questionnaires.definition import SCALES, Type
from moksori.collect.questionnaires.formats.limesurvey.rules import written
from moksori.collect.questionnaires.formats.limesurvey.tables import Row, Tables
from moksori.collect.questionnaires.formats.text import placed, to_html

Json = dict[str, Any]
SID = "100001"
_TYPES = {
    Type.SINGLE: "L", Type.WITHOUT: "L", Type.MULTIPLE: "M", Type.MATRIX: "F",
    Type.MATRIX_MULTIPLE: ":", Type.RANKING: "R", Type.SUM: "K", Type.NUMBER: "N",
    Type.DATE: "D", Type.TEXT: "S", Type.LONG_TEXT: "T", Type.EMAIL: "S",
    Type.PHONE: "S", Type.FILE: "|", Type.PHOTO: "|", Type.AUDIO: "|",
    Type.CONSENT: "Y", Type.HIDDEN: "S", Type.SECTION: "X",
}  # fmt: skip
_SUBS = frozenset({Type.MULTIPLE, Type.SUM})  # their options are questions there
_FILES = {Type.PHOTO: "png, gif, jpg, jpeg, heic", Type.AUDIO: "mp3, m4a, ogg, wav"}
_SLIDERS = {Type.STARS: "1", Type.SMILEYS: "2"}
LONGEST_CODE, LONGEST_ANSWER = 20, 5


def tables_of(found: Json) -> tuple[Tables, Json]:
    """The tables, and which code stands for which of our ids."""
    writer = _Writer(found)
    for n, page in enumerate(found["pages"]):
        writer.page(page, n)
    tables = {"surveys": [writer.survey()], "surveys_languagesettings": writer.about()}
    return {**tables, **writer.tables}, writer.names


def codes_for(ids: list[str], longest: int, first: str) -> dict[str, str]:
    """A code for each id: letters and digits alone, each once."""
    codes: dict[str, str] = {}
    for n, id in enumerate(ids, start=1):
        plain = re.sub(r"[^A-Za-z0-9]", "", id)
        fits = plain == id and len(id) <= longest
        code = id if fits and id.lower() not in codes.values() else f"{first}{n}"
        while code.lower() in {one.lower() for one in codes.values()}:
            code = f"{first}{n}x{len(codes)}"[:longest]
        codes[id] = code
    return codes


class _Writer:
    def __init__(self, found: Json) -> None:
        self.found = found
        self.languages = found["languages"]
        self.tables: Tables = {
            name: []
            for name in (
                "groups", "group_l10ns", "questions", "question_l10ns", "subquestions",
                "answers", "answer_l10ns", "question_attributes",
            )
        }  # fmt: skip
        self.next = 1
        questions = [one for page in found["pages"] for one in page["questions"]]
        self.codes = codes_for([one["id"] for one in questions], LONGEST_CODE, "Q")
        # Codes by our ids: "q1" and "q1/option"; by theirs for the way back.
        self.rule_codes = dict(self.codes)
        self.own: dict[str, dict[str, str]] = {}
        self.names: Json = {
            "pages": {str(n): page["id"] for n, page in enumerate(found["pages"])},
            "questions": {code: id for id, code in self.codes.items() if code != id},
        }
        for question in questions:
            self._coded(question)
        self.several = frozenset(
            one["id"] for one in questions if one["type"] == Type.MULTIPLE.value
        )

    def _coded(self, question: Json) -> None:
        kind = Type(question["type"])
        for name in ("options", "rows"):
            ids = [one["id"] for one in question.get(name, ())]
            is_sub = name == "rows" or kind in {*_SUBS, Type.MATRIX_MULTIPLE}
            longest = LONGEST_CODE if is_sub else LONGEST_ANSWER
            codes = codes_for(ids, longest, "SQ" if is_sub else "A")
            self.rule_codes |= {f"{question['id']}/{id}": c for id, c in codes.items()}
            changed = {code: id for id, code in codes.items() if code != id}
            if changed:
                self.names[f"{name}/{self.codes[question['id']]}"] = changed
            self.own[f"{question['id']}/{name}"] = codes

    def number(self) -> str:
        self.next += 1
        return str(self.next)

    def html(self, text: str) -> str:
        return to_html(placed(text, lambda id: f"{{{self.codes.get(id, id)}}}"))

    def survey(self) -> Row:
        return {
            "sid": SID, "admin": "", "active": "N", "anonymized": "Y", "format": "G",
            "language": self.languages[0],
            "additional_languages": " ".join(self.languages[1:]),
            "allowprev": "Y" if self.found.get("back", True) else "N",
            "allowsave": "Y" if self.found.get("resume", True) else "N",
        }  # fmt: skip

    def about(self) -> list[Row]:
        named = {"surveyls_title": "title", "surveyls_welcometext": "intro",
                 "surveyls_endtext": "thanks"}  # fmt: skip
        return [
            {
                "surveyls_survey_id": SID,
                "surveyls_language": language,
                **{
                    theirs: self.html(self.found.get(ours, {}).get(language, ""))
                    for theirs, ours in named.items()
                },
            }
            for language in self.languages
        ]

    def rule(self, rule: Any) -> str:
        return written(rule, self.rule_codes, self.several) or "1"

    def page(self, page: Json, n: int) -> None:
        gid = self.number()
        self.tables["groups"].append(
            {"gid": gid, "sid": SID, "group_order": str(n), "randomization_group": "",
             "grelevance": self.rule(page.get("show"))}
        )  # fmt: skip
        for language in self.languages:
            text = page.get("title", {}).get(language, "")
            self.tables["group_l10ns"].append(
                {"id": self.number(), "gid": gid, "group_name": self.html(text),
                 "description": "", "language": language}
            )  # fmt: skip
        for order, question in enumerate(page["questions"]):
            self.question(question, gid, order)

    def question(self, question: Json, gid: str, order: int) -> None:
        kind = Type(question["type"])
        qid = self.number()
        low, high = SCALES.get(kind, (0, 0))
        scale = (question.get("low", low), question.get("high", high))
        type_ = _TYPES.get(kind) or ("5" if scale == (1, 5) else "L")
        row = self.row(question, qid, gid, type_)
        row["question_order"] = str(order)
        row["title"] = self.codes[question["id"]]
        row["other"] = "Y" if _has_other(question) else "N"
        self.tables["questions"].append(row)
        self.words(qid, question.get("text"), question.get("help"))
        for name, value in _attributes(question, kind).items():
            attribute = {"qid": qid, "attribute": name, "value": value, "language": ""}
            self.tables["question_attributes"].append(attribute)
        for language, text in _other_words(question).items():
            self.tables["question_attributes"].append(
                {"qid": qid, "attribute": "other_replace_text", "value": text,
                 "language": language}
            )  # fmt: skip
        if kind in SCALES and type_ == "L":
            self.steps(qid, scale)
        self.lists(question, qid, gid, kind)

    def row(self, question: Json, qid: str, gid: str, type_: str) -> Row:
        return {
            "qid": qid, "parent_qid": "0", "sid": SID, "gid": gid, "type": type_,
            "title": "", "other": "N",
            "mandatory": "Y" if question.get("required") else "N",
            "question_order": "0", "scale_id": "0",
            "relevance": self.rule(question.get("show")),
        }  # fmt: skip

    def words(
        self, qid: str, text: Mapping[str, str] | None, help_: Mapping[str, str] | None
    ) -> None:
        for language in self.languages:
            said, helped = (
                (text or {}).get(language, ""),
                (help_ or {}).get(language, ""),
            )
            if said or helped:
                self.tables["question_l10ns"].append(
                    {"id": self.number(), "qid": qid, "question": self.html(said),
                     "help": self.html(helped), "language": language}
                )  # fmt: skip

    def lists(self, question: Json, qid: str, gid: str, kind: Type) -> None:
        codes = self.own
        options = [one for one in question.get("options", ()) if not _is_other(one)]
        if not _has_other(question):
            options = question.get("options", [])
        if kind in {*_SUBS, Type.MATRIX_MULTIPLE}:
            scale = "1" if kind == Type.MATRIX_MULTIPLE else "0"
            self.subs(options, codes[f"{question['id']}/options"], (qid, gid, scale))
        else:
            self.answers(options, codes[f"{question['id']}/options"], qid)
        self.subs(
            question.get("rows", []), codes[f"{question['id']}/rows"], (qid, gid, "0")
        )

    def subs(self, listed: list[Json], codes: Json, at: tuple[str, str, str]) -> None:
        qid, gid, scale = at
        for n, one in enumerate(listed):
            row = self.row({"show": one.get("show")}, self.number(), gid, "T")
            row |= {"parent_qid": qid, "title": codes[one["id"]], "scale_id": scale,
                    "question_order": str(n)}  # fmt: skip
            self.tables["subquestions"].append(row)
            self.words(row["qid"], one["text"], None)

    def answers(self, listed: list[Json], codes: Json, qid: str) -> None:
        for n, one in enumerate(listed):
            self.answer(qid, codes[one["id"]], n, one["text"])

    def answer(self, qid: str, code: str, n: int, words: Mapping[str, str]) -> None:
        aid = self.number()
        self.tables["answers"].append(
            {"aid": aid, "qid": qid, "code": code, "sortorder": str(n),
             "assessment_value": "0", "scale_id": "0"}
        )  # fmt: skip
        for language, text in words.items():
            self.tables["answer_l10ns"].append(
                {"id": self.number(), "aid": aid, "answer": self.html(text),
                 "language": language}
            )  # fmt: skip

    def steps(self, qid: str, scale: tuple[int, int]) -> None:
        """The numbers of a score that is not from 1 to 5."""
        for n, value in enumerate(range(int(scale[0]), int(scale[1]) + 1)):
            words = dict.fromkeys(self.languages, str(value))
            self.answer(qid, str(value), n, words)


def _is_other(option: Json) -> bool:
    return option["id"] == "other" and bool(option.get("other"))


def _has_other(question: Json) -> bool:
    """Whether the last option is the one that LimeSurvey adds by itself."""
    options = question.get("options", ())
    return question["type"] in {"single", "multiple"} and bool(
        options and _is_other(options[-1])
    )


def _other_words(question: Json) -> Mapping[str, str]:
    words: Mapping[str, str] = (
        question["options"][-1]["text"] if _has_other(question) else {}
    )
    return words


def _attributes(question: Json, kind: Type) -> dict[str, str]:
    found = {
        "min_answers": question.get("least"),
        "max_answers": question.get("most") if question.get("options") else None,
        "maximum_chars": question.get("most") if not question.get("options") else None,
        "random_order": "1" if question.get("random") else None,
        "equals_num_value": question.get("total"),
        "hidden": "1" if kind == Type.HIDDEN else None,
        "slider_rating": _SLIDERS.get(kind),
        "allowed_filetypes": _FILES.get(kind),
        "multiflexible_checkbox": "1" if kind == Type.MATRIX_MULTIPLE else None,
    }
    if kind == Type.NUMBER:
        found |= {"min_num_value_n": question.get("low"),
                  "max_num_value_n": question.get("high")}  # fmt: skip
    if kind == Type.DATE:
        found |= {"date_min": question.get("low"), "date_max": question.get("high")}
    return {name: str(value) for name, value in found.items() if value is not None}
