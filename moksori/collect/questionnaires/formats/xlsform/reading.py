"""The sheets of an XLSForm as the JSON of a questionnaire."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.definition import SCALES, Type
from moksori.collect.questionnaires.formats.infix import Unknown
from moksori.collect.questionnaires.formats.kept import Remarks
from moksori.collect.questionnaires.formats.names import Names
from moksori.collect.questionnaires.formats.xlsform.rules import (
    bounds,
    counts,
    understood,
)
from moksori.collect.questionnaires.formats.xlsform.sheets import Row, Sheets
from moksori.collect.tables.messages import Unreadable

Json = dict[str, Any]
_COLUMN = re.compile(r"^(label|hint)(?:::?\s*(.+))?$", re.IGNORECASE)
_CODE = re.compile(r"\(([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)\)\s*$")
_CODES = {"korean": "ko", "한국어": "ko", "english": "en", "japanese": "ja",
          "chinese": "zh", "french": "fr", "français": "fr", "spanish": "es",
          "español": "es", "german": "de", "deutsch": "de"}  # fmt: skip
_PLACE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
_TYPES = {
    "integer": Type.NUMBER, "decimal": Type.NUMBER, "date": Type.DATE,
    "datetime": Type.DATE, "text": Type.TEXT, "string": Type.TEXT, "file": Type.FILE,
    "image": Type.PHOTO, "photo": Type.PHOTO, "audio": Type.AUDIO,
    "acknowledge": Type.CONSENT, "trigger": Type.CONSENT, "hidden": Type.HIDDEN,
    "note": Type.SECTION,
}  # fmt: skip
_SELECTS = {"select_one": Type.SINGLE, "select_multiple": Type.MULTIPLE,
            "rank": Type.RANKING}  # fmt: skip
# Rows that say something about the interview, and ask nothing.
_ABOUT = frozenset(
    {"start", "end", "today", "deviceid", "username", "audit", "phonenumber", "email"}
)
_YES = frozenset({"yes", "true", "true()", "1"})


def form_read(sheets: Sheets, remarks: Remarks) -> Json:
    """What a stranger understands of it. Raises Unreadable for what is no form."""
    if "survey" not in sheets or not any("type" in row for row in sheets["survey"]):
        raise Unreadable(
            _("An XLSForm has a sheet named “survey” with a column named “type”.")
        )
    return _Reader(sheets, remarks).whole()


class _Reader:
    def __init__(self, sheets: Sheets, remarks: Remarks) -> None:
        self.sheets = sheets
        self.remarks = remarks
        self.names, self.page_names = Names(), Names("page")
        settings = (sheets.get("settings") or [{}])[0]
        self.settings = settings
        self.first = self.code(settings.get("default_language", "")) or self._guess()
        self.languages = {self.first: None}
        self.pages: list[Json] = []
        self.open: list[Json] = []  # groups, the innermost last
        self.loose: Json | None = None  # a page for what stands in no group

    def _guess(self) -> str:
        for row in self.sheets["survey"]:
            for name in row:
                found = _COLUMN.match(name)
                if found and found[2] and (code := self.code(found[2])):
                    return code
        return "en"

    def code(self, name: str) -> str:
        """The language of "English (en)" or "English"; "" if there is none."""
        found = _CODE.search(name)
        if found:
            return found[1]
        plain = name.strip().lower()
        return _CODES.get(plain) or (plain if re.fullmatch("[a-z]{2,3}", plain) else "")

    def whole(self) -> Json:
        for row in self.sheets["survey"]:
            kind = re.sub(r"\s+", " ", row.get("type", "")).strip()
            self._row(row, kind)
        pages = [page for page in self.pages if page["questions"]]
        title = self.settings.get("form_title", "").strip()
        return {
            "moksori": 1,
            "title": {self.first: title or "XLSForm"},
            "languages": list(self.languages),
            "pages": pages,
        }

    def _row(self, row: Row, kind: str) -> None:
        name = kind.lower().replace(" ", "_")
        if name in {"begin_group", "begin_repeat"}:
            self._begin(row, is_repeat=name == "begin_repeat")
        elif name in {"end_group", "end_repeat"}:
            self._end()
        elif kind and kind.lower() not in _ABOUT:
            made = self._question(row, kind)
            if made:
                self._put(made)

    def _begin(self, row: Row, *, is_repeat: bool) -> None:
        name = row.get("name", "")
        if is_repeat:
            text = _("The repeated group “{name}” is asked once here.")
            self.remarks.say(name, text, name=name)
        is_table = "table-list" in row.get("appearance", "")
        group = {"row": row, "is_table": is_table, "items": [], "show": None}
        if not self.open and not is_table:
            page = {
                "id": self.page_names.id(name or "page"),
                **self.said("title", row, "label"),
                **self._show(row),
                "questions": [],
            }
            self.pages.append(page)
            self.loose, group["page"] = None, page
        elif not is_table:
            group["show"] = self._show(row).get("show")
        self.open.append(group)

    def _end(self) -> None:
        if not self.open:
            return
        group = self.open.pop()
        if group["is_table"]:
            for question in self._table(group):
                self._put(question)

    def _table(self, group: Json) -> list[Json]:
        """Selects with one list are the rows of a table; others stay as they are."""
        items, row = group["items"], group["row"]
        kinds = {item["type"] for item in items}
        lists = {item.pop("list", None) for item in items}
        is_one = len(kinds) == 1 and len(lists) == 1 and None not in lists
        if not items or not is_one or not kinds <= {"single", "multiple"}:
            return list(items)
        name = row.get("name", "")
        id = self.names.id(name or "table", self.remarks, name)
        rows = Names("r")
        prefix = f"{name}__"
        found = []
        for item in items:
            own = item["id"].removeprefix(prefix)
            found.append({"id": rows.id(own), "text": item["text"]})
        type_ = Type.MATRIX if kinds == {"single"} else Type.MATRIX_MULTIPLE
        return [
            {
                "id": id,
                "type": type_.value,
                **(self.said("text", row, "label") or {"text": {self.first: id}}),
                **self.said("help", row, "hint"),
                **({"required": True} if _is_yes(row) else {}),
                **self._show(row),
                "options": items[0]["options"],
                "rows": found,
            }
        ]

    def _put(self, question: Json) -> None:
        if self.open and self.open[-1]["is_table"]:
            self.open[-1]["items"].append(question)
            return
        question.pop("list", None)
        shows = [group["show"] for group in self.open if group["show"] is not None]
        if "show" in question:
            shows.append(question["show"])
        if shows:
            question["show"] = shows[0] if len(shows) == 1 else {"and": shows}
        if not self.open and self.loose is None:
            self.loose = {"id": self.page_names.id("page"), "questions": []}
            self.pages.append(self.loose)
        page = self.open[0].get("page") if self.open else self.loose
        (page or self.pages[-1])["questions"].append(question)

    def _question(self, row: Row, kind: str) -> Json | None:
        name = row.get("name", "")
        made = self._made(row, kind)
        if made is None:
            text = _("A “{kind}” cannot be read and was left out.")
            self.remarks.say(name, text, kind=kind)
            return None
        id = self.names.id(name or "q", self.remarks, name)
        words = self.said("text", row, "label")
        if not words and made["type"] != Type.HIDDEN.value:
            words = {"text": {self.first: name or id}}
        return {
            "id": id,
            **made,
            **words,
            **self.said("help", row, "hint"),
            **({"required": True} if _is_yes(row) else {}),
            **self._show(row),
        }

    def _made(self, row: Row, kind: str) -> Json | None:
        base, _space, rest = kind.partition(" ")
        base = base.lower()
        if base in {"select", "select1"}:
            base = "select_one"
            rest = rest.removeprefix("one ").removeprefix("from ")
        if base in _SELECTS:
            return self._select(row, _SELECTS[base], rest)
        if base == "range":
            return _range(row)
        if base == "calculate" or base not in _TYPES:
            return None
        return self._plain(row, _TYPES[base])

    def _plain(self, row: Row, type_: Type) -> Json:
        if type_ == Type.TEXT and "multiline" in row.get("appearance", ""):
            type_ = Type.LONG_TEXT
        more: Json = {}
        if type_ == Type.HIDDEN and row.get("default"):
            more["default"] = row["default"]
        if type_ == Type.CONSENT:
            more["purpose"] = "other"
        return {"type": type_.value, **more, **self._limits(row, type_)}

    def _limits(self, row: Row, type_: Type) -> Json:
        text = row.get("constraint", "")
        if not text:
            return {}
        found = bounds(text) if type_ in {Type.NUMBER, Type.DATE} else counts(text)
        if found is None:
            said = _("The constraint “{text}” was left out.")
            self.remarks.say(row.get("name", ""), said, text=text[:200])
            return {}
        return dict(found)

    def _select(self, row: Row, type_: Type, rest: str) -> Json | None:
        listing, _space, more = rest.strip().partition(" ")
        options = self._choices(listing)
        if not options:
            return None
        if more.strip() == "or_other":
            other = {"text": {self.first: "기타" if self.first == "ko" else "Other"}}
            options.append({"id": "other", **other, "other": True})
        is_random = "randomize=true" in row.get("parameters", "").replace(" ", "")
        return {
            "type": type_.value,
            "list": listing,
            "options": options,
            **({"random": True} if is_random else {}),
            **self._limits(row, type_),
        }

    def _choices(self, listing: str) -> list[Json]:
        names, found = Names("o"), []
        for row in self.sheets.get("choices", []):
            if (row.get("list_name") or row.get("list name", "")).strip() != listing:
                continue
            name = row.get("name") or row.get("value", "")
            words = self.said("text", row, "label") or {"text": {self.first: name}}
            found.append({"id": names.id(name), **words})
        return found

    def said(self, name: str, row: Row, column: str) -> Json:
        """The words of all columns like "label::한국어 (ko)"."""
        said: dict[str, str] = {}
        for heading, text in row.items():
            found = _COLUMN.match(heading)
            if found is None or found[1].lower() != column:
                continue
            code = self.code(found[2]) if found[2] else self.first
            if code:
                self.languages.setdefault(code, None)
                said[code] = _PLACE.sub(
                    lambda one: f"{{{self.names.of(one[1])}}}", text
                )
        return {name: said} if said else {}

    def _show(self, row: Row) -> Json:
        rule = row.get("relevant", "") or row.get("bind::relevant", "")
        if not rule.strip():
            return {}
        try:
            return {"show": understood(rule, self.names)}
        except Unknown as unknown:
            text = _("The rule “{rule}” could not be read at “{part}”: write it again.")
            self.remarks.say(
                row.get("name", ""), text, rule=rule[:200], part=str(unknown)
            )
            return {}


def _is_yes(row: Row) -> bool:
    return row.get("required", "").strip().lower() in _YES


def _range(row: Row) -> Json:
    found = dict(re.findall(r"(\w+)\s*=\s*(-?\d+)", row.get("parameters", "")))
    low, high = int(found.get("start", 1)), int(found.get("end", 10))
    if high - low > 10 or high <= low:
        return {"type": Type.NUMBER.value, "low": low, "high": high}
    kind = {(0, 10): Type.NPS, (1, 7): Type.CES}.get((low, high), Type.CSAT)
    if "rating" in row.get("appearance", ""):
        kind = Type.STARS
    scale = {} if SCALES[kind] == (low, high) else {"low": low, "high": high}
    return {"type": kind.value, **scale}
