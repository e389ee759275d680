"""An edition as a combined bubble of KakaoWork.

Texts hold 500 letters, headers and buttons 20, a bubble 20 blocks. Text blocks get
`markdown: false`, so that what people wrote stays letters.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from moksori.share.channels.channel import Told
from moksori.share.channels.shaping import cut, line_words, quoted
from moksori.share.sections.blocks import Block, Line, Part, Quote, Todo

MOST_BLOCKS = 20
HEADER = 20
TEXT = 500
BUTTON = 20
FALLBACK = 400


def message(told: Told) -> dict[str, Any]:
    """Fields of messages.send_by_email, without the address."""
    content = told.content
    buttons = _buttons(told)
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": cut(_("Customers this week"), HEADER),
            "style": "yellow",
        },
        _text(content.title, bold=True),
    ]
    for part in content.parts:
        blocks += _part(part)
    room = MOST_BLOCKS - len(buttons) - 1
    blocks = blocks[:room]
    if blocks[-1]["type"] == "divider":
        blocks.pop()
    if content.why:
        blocks.append(_text(content.why))
    fallback = cut(content.subject or content.title, FALLBACK)
    return {"text": fallback, "blocks": [*blocks, *buttons]}


def _part(part: Part) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"type": "divider"}]
    if part.heading:
        found.append(_text(part.heading, bold=True))
    return found + [_text(_words(block)) for block in part.blocks]


def _words(block: Block) -> str:
    if isinstance(block, Quote):
        said = f"“{quoted(block)}”"
        if block.translation:
            said += "\n" + _("Translated by machine: {words}").format(
                words=block.translation
            )
        return f"{said}\n– {block.source}"
    if isinstance(block, Line):
        first = line_words(block)
    else:
        first = block.title if isinstance(block, Todo) else block.text
    return f"{first}\n{block.note}" if block.note else first


def _text(text: str, *, bold: bool = False) -> dict[str, Any]:
    """Cut by letters, line ends kept; `inlines` carry the look."""
    short = text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"
    found: dict[str, Any] = {"type": "text", "text": short, "markdown": False}
    if bold:
        found["inlines"] = [{"type": "styled", "text": short, "bold": True}]
    return found


def _buttons(told: Told) -> list[dict[str, Any]]:
    names = [("web", _("Read on the web")), ("useful", _("This helped"))]
    if told.content.todo is not None:
        names.insert(1, ("done", _("I did this")))
    names.append(("not_mine", _("Not mine")))
    return [
        {
            "type": "button",
            "text": cut(label, BUTTON),
            "style": "primary" if name == "web" else "default",
            "action": {
                "type": "open_system_browser",
                "name": name,
                "value": told.links[name],
            },
        }
        for name, label in names
    ]
