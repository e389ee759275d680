"""An edition as a flexible message: one bubble, texts that wrap, buttons below.

Texts of a flexible message know no markup. A message holds at most 10 kB of JSON
here; what stands last is left out until it fits.
"""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from moksori.share.channels.channel import Told
from moksori.share.channels.shaping import cut, line_words, without_last
from moksori.share.sections.blocks import Block, Content, Line, Part, Quote, Todo

ALT = 400
LABEL = 20
TEXT = 1_000
LARGEST = 10_000
SECOND, HURT, GOOD = "#5c5f63", "#c2410c", "#0f766e"
_COLORS = {"hurt": HURT, "good": GOOD}

Element = dict[str, Any]


def message(told: Told) -> dict[str, Any]:
    """The body of POST /bots/{botId}/users/{userId}/messages."""
    content: Content | None = told.content
    while content is not None:
        found = _message(content, told)
        if len(json.dumps(found, ensure_ascii=False).encode()) <= LARGEST:
            return found
        content = without_last(content)
    return _message(Content(told.content.title[:TEXT], "", "", "", ()), told)


def _message(content: Content, told: Told) -> dict[str, Any]:
    body = [
        _text(content.kicker or "Moksori", color=SECOND, size="xs"),
        _text(content.title, weight="bold", size="lg"),
    ]
    for part in content.parts:
        body += _part(part)
    if content.why:
        body += [_line(), _text(content.why, color=SECOND, size="xs")]
    bubble = {
        "type": "bubble",
        "size": "giga",
        "body": {
            "type": "box",
            "layout": "vertical",
            "spacing": "md",
            "contents": body,
        },
        "footer": {
            "type": "box",
            "layout": "vertical",
            "spacing": "sm",
            "contents": _buttons(content, told),
        },
    }
    alt = cut(content.subject or content.title, ALT)
    return {"content": {"type": "flex", "altText": alt, "contents": bubble}}


def _part(part: Part) -> list[Element]:
    found = [_line()]
    if part.heading:
        found.append(_text(part.heading, weight="bold", color=SECOND, size="sm"))
    for block in part.blocks:
        found += _block(block)
    return found


def _block(block: Block) -> list[Element]:
    if isinstance(block, Quote):
        return _quote(block)
    if isinstance(block, Line):
        color = _COLORS.get(block.tone)
        looks = {"color": color} if color else {}
        first = _text(line_words(block), weight="bold", **looks)
    else:
        words = block.title if isinstance(block, Todo) else block.text
        first = _text(words, weight="bold" if isinstance(block, Todo) else "regular")
    return (
        [first, _text(block.note, color=SECOND, size="sm")] if block.note else [first]
    )


def _quote(quote: Quote) -> list[Element]:
    found = [_text(f"“{quote.before}{quote.marked}{quote.after}”")]
    if quote.translation:
        said = _("Translated by machine: {words}").format(words=quote.translation)
        found.append(_text(said, size="sm", style="italic"))
    return [*found, _text(quote.source, color=SECOND, size="xs")]


def _buttons(content: Content, told: Told) -> list[Element]:
    names = [("web", _("Read on the web")), ("useful", _("This helped"))]
    if content.todo is not None:
        names.insert(1, ("done", _("I did this")))
    names.append(("not_mine", _("Not mine")))
    return [
        {
            "type": "button",
            "style": "primary" if name == "web" else "link",
            "height": "sm",
            "action": {
                "type": "uri",
                "label": cut(label, LABEL),
                "uri": told.links[name],
            },
        }
        for name, label in names
    ]


def _line() -> Element:
    return {"type": "separator", "margin": "md"}


def _text(text: str, **looks: str) -> Element:
    """`looks`: weight, size, color, style."""
    short = text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"
    return {"type": "text", "text": short or "–", "wrap": True, **looks}
