"""The tables in an .lss file, as lists of rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils.translation import gettext_noop as _

from moksori.collect.questionnaires.formats.kept import NAME
from moksori.collect.tables.messages import Unreadable

Row = dict[str, str]
Tables = dict[str, list[Row]]
VERSION = "415"  # of its database: words apart from the rest, as since LimeSurvey 4
_UNPRINTABLE = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tables_from(content: bytes) -> Tables:
    """All tables by name. Raises Unreadable for what is no survey."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise Unreadable(
            _("This .lss file is damaged. Export the structure of the survey again.")
        ) from None
    if (root.findtext("LimeSurveyDocType") or "").strip() != "Survey":
        raise Unreadable(_("This is no survey of LimeSurvey. Export it as .lss."))
    tables = {node.tag: list(_rows(node)) for node in root}
    tables["languages"] = [
        {"language": (one.text or "").strip()} for one in root.iterfind("languages/*")
    ]
    tables[NAME] = [{"json": root.findtext(NAME) or ""}]
    return tables


def _rows(table: Element) -> Iterator[Row]:
    for row in table.iterfind("rows/row"):
        yield {cell.tag: cell.text or "" for cell in row}


def kept_in(tables: Tables) -> dict[str, Any]:
    try:
        found = json.loads(tables[NAME][0]["json"] or "{}")
    except (ValueError, RecursionError):
        return {}
    is_ours = isinstance(found, dict) and isinstance(found.get("names", {}), dict)
    return found if is_ours else {}


def xml_of(tables: Tables, languages: list[str], *, kept: str = "") -> bytes:
    root = Element("document")
    SubElement(root, "LimeSurveyDocType").text = "Survey"
    SubElement(root, "DBVersion").text = VERSION
    listed = SubElement(root, "languages")
    for language in languages:
        SubElement(listed, "language").text = language
    for name, rows in tables.items():
        _table(root, name, rows)
    if kept:
        SubElement(root, NAME).text = kept
    body: bytes = tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body


def _table(root: Element, name: str, rows: list[Row]) -> None:
    if not rows:
        return
    table = SubElement(root, name)
    fields = SubElement(table, "fields")
    for field in dict.fromkeys(key for row in rows for key in row):
        SubElement(fields, "fieldname").text = field
    holder = SubElement(table, "rows")
    for row in rows:
        node = SubElement(holder, "row")
        for key, value in row.items():
            SubElement(node, key).text = _UNPRINTABLE.sub("", value)
