"""Texts on their way between programs: JSON, HTML and places for earlier answers."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.tables.messages import Unreadable

# "{q1|otherwise}" of ours, "{q1}" of most others.
PLACE = re.compile(r"\{([A-Za-z][A-Za-z0-9_-]{0,39})(?:\|[^{}|]*)?\}")
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4"})
_SILENT = frozenset({"script", "style", "head", "title"})


def json_from(content: bytes) -> Any:
    """Decoded JSON. Raises Unreadable for what is none, or nested without end."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable(_("This is not JSON. Export the file once more.")) from None


def without_otherwise(text: str) -> str:
    """Places in the words of programs that know no "otherwise"."""
    return PLACE.sub(r"{\1}", text)


def placed(text: str, name: Callable[[str], str]) -> str:
    """The text with each place written as another program does."""
    return PLACE.sub(lambda found: name(found[1]), text)


def to_html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br />\n")


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in _SILENT
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def from_html(text: str) -> str:
    """The words of a piece of HTML, a new line where one began."""
    if "<" not in text and "&" not in text:
        return text.strip()
    reader = _Plain()
    reader.feed(text)
    reader.close()
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
