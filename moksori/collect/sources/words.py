"""Words out of HTML: what a customer wrote, without markup and without other people."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from moksori.collect.tables.table import clean

LONGEST = 100_000  # characters of one text
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "blockquote"}
)
_KEPT = {*_BLOCKS, "aside", "a", "span", "img"}
# Words of somebody else: quotes of other posts in forums.
_OTHERS = frozenset({"aside"})


class _Text(HTMLParser):
    """Reads what nh3 has put in order, so that nothing is left unclosed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _OTHERS:
            self.depth += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _OTHERS:
            self.depth -= 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.parts.append(re.sub(r"\s+", " ", data))


def plain(html: str) -> str:
    """The text of a piece of HTML, a line for each block."""
    if "<" not in html and "&" not in html:
        return tidy(html)
    reader = _Text()
    reader.feed(nh3.clean(html[: 4 * LONGEST], tags=_KEPT, attributes={}))
    reader.close()
    return tidy("".join(reader.parts))


def tidy(text: str) -> str:
    """Without blanks at the ends of lines and with one blank line at most."""
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST]
