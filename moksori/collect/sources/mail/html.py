"""An HTML mail as plain text: paragraphs as lines, quotations behind ">"."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "tr",
        "li",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "section",
        "article",
        "header",
        "footer",
        "address",
        "dd",
        "dt",
        "dl",
        "form",
        "center",
        "fieldset",
        "figure",
        "tbody",
        "thead",
    ]
)
_APART = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6"])
_SILENT = frozenset(
    ["style", "script", "head", "title", "template", "noscript", "object", "svg"]
)
_EMPTY = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr", "source"]
)
_DEEPEST = 50  # quotations in quotations
_MOST = 1_000_000  # characters that come out; no mail's words are as many


def text_of_html(html: str) -> str:
    """What a reader of the mail sees, without pictures, scripts and styles."""
    page = _Page()
    page.feed(_closed(html))
    page.close()
    return page.text()


def _closed(html: str) -> str:
    """Without comments, and without beginnings of tags that never end.

    The parser would look for the end of each of them up to the end of the mail.
    """
    parts: list[str] = []
    at = 0
    while (start := html.find("<!--", at)) >= 0:
        # "<!-->" and "<!--->" are whole comments, too.
        end = html.find("-->", start + 2)
        if end < 0:
            break
        parts.append(html[at:start])
        at = end + 3
    rest = "".join([*parts, html[at:].replace("<!--", "")])
    for mark, closing in (("<", ">"), ("<![", "]>"), ("<![CDATA[", "]]>")):
        end = rest.rfind(closing) + 1
        rest = rest[:end] + rest[end:].replace(mark, f"&lt;{mark[1:]}")
    return rest


class _Open:
    """The tags that are open, the innermost last."""

    def __init__(self) -> None:
        self._tags: list[str] = []
        self._counts: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._tags)

    def add(self, tag: str) -> None:
        self._tags.append(tag)
        self._counts[tag] += 1

    def has(self, tag: str) -> bool:
        return self._counts[tag] > 0

    def close(self, tag: str) -> None:
        """Close it and whatever was opened in it."""
        while self.has(tag):
            last = self._tags.pop()
            self._counts[last] -= 1
            if last == tag:
                return

    def clear(self) -> None:
        self._tags.clear()
        self._counts.clear()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._silent = _Open()
        self._hidden = _Open()
        self._pre = 0
        self._size = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag not in _EMPTY:
                self._hidden.add(tag)
            return
        if tag in _SILENT:
            self._silent.add(tag)
        elif tag == "body":
            self._silent.clear()
        elif tag not in _EMPTY and _is_hidden(attrs):
            self._hidden.add(tag)
        else:
            self._open(tag)

    def _open(self, tag: str) -> None:
        if tag == "br":
            self._end_line()
        elif tag == "hr":
            self._start_block()
            self._line.append("________________________________")
            self._end_line()
        elif tag == "blockquote":
            self._start_block()
            self._quotes = min(self._quotes + 1, _DEEPEST)
        elif tag in {"td", "th"} and self._line:
            self._line.append(" ")
        elif tag in _BLOCKS:
            self._start_block()
            self._pre += tag == "pre"
            if tag == "li":
                self._line.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden.close(tag)
        elif self._silent.has(tag):
            self._silent.close(tag)
        else:
            self._close(tag)

    def _close(self, tag: str) -> None:
        if tag == "blockquote":
            self._start_block()
            self._quotes = max(self._quotes - 1, 0)
        elif tag in _BLOCKS:
            self._start_block()
            self._pre = max(self._pre - (tag == "pre"), 0)
            if tag in _APART and self._lines and self._lines[-1].strip("> "):
                self._add("> " * self._quotes)

    def handle_data(self, data: str) -> None:
        if self._silent or self._hidden:
            return
        if self._pre:
            first, *others = data.split("\n")
            self._line.append(first)
            for other in others:
                self._end_line()
                self._line.append(other)
            return
        words = " ".join(data.replace("\u00a0", " ").split())
        if not words:
            if data and self._line:
                self._line.append(" ")
            return
        before = " " if data[0].isspace() else ""
        after = " " if data[-1].isspace() else ""
        self._line.append(f"{before}{words}{after}")

    def _start_block(self) -> None:
        if any(part.strip() for part in self._line):
            self._end_line()
        else:
            self._line.clear()

    def _end_line(self) -> None:
        line = "".join(self._line)
        self._line.clear()
        line = line.rstrip() if self._pre else " ".join(line.split())
        self._add("> " * self._quotes + line)

    def _add(self, line: str) -> None:
        if self._size <= _MOST:
            self._lines.append(line)
            self._size += len(line) + 1

    def text(self) -> str:
        self._start_block()
        return "\n".join(line.rstrip() for line in self._lines)


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    """Preheaders and tracking texts that no reader sees."""
    found = dict(attrs)
    style = (found.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "mso-hide:all" in style
