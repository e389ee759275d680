"""An HTML mail as plain text: paragraphs as lines, quotations behind ">"."""

from __future__ import annotations

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
# What never closes would silence the rest of the mail.
_DEEPEST = 200


def text_of_html(html: str) -> str:
    """What a reader of the mail sees, without pictures, scripts and styles."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.text()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._silent: list[str] = []
        self._hidden: list[str] = []
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag not in _EMPTY:
                self._hidden.append(tag)
            return
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "body":
            self._silent.clear()
        elif tag not in _EMPTY and _is_hidden(attrs):
            self._hidden.append(tag)
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
            if tag in self._hidden:
                while self._hidden.pop() != tag:
                    pass
        elif tag in self._silent:
            while self._silent.pop() != tag:
                pass
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
                self._lines.append("> " * self._quotes)

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
        self._lines.append("> " * self._quotes + line)

    def text(self) -> str:
        self._start_block()
        return "\n".join(line.rstrip() for line in self._lines)


def _is_hidden(attrs: list[tuple[str, str | None]]) -> bool:
    """Preheaders and tracking texts that no reader sees."""
    found = dict(attrs)
    style = (found.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "mso-hide:all" in style
