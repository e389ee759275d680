"""An edition in Block Kit.

Everything that people wrote goes in as text elements of rich text or as plain text,
which Slack never reads as markup: no verbatim can call a whole channel.
Limits: 50 blocks, 150 letters of a header, 3,000 of a text.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from moksori.share.channels.channel import Told
from moksori.share.channels.shaping import cut, line_words
from moksori.share.sections.blocks import Block, Line, Part, Quote, Say, Todo

MOST_BLOCKS = 50
HEADER = 150
TEXT = 2_000
BUTTON = 70

Element = dict[str, Any]


def message(told: Told) -> dict[str, Any]:
    """What chat.postMessage and incoming webhooks take."""
    content = told.content
    blocks = [
        {"type": "header", "text": _plain(content.title, HEADER)},
        {"type": "context", "elements": [_plain(content.kicker, TEXT)]},
    ]
    for part in content.parts:
        blocks += _part(part, told)
    blocks = blocks[: MOST_BLOCKS - 2]
    blocks.append({"type": "actions", "elements": _buttons(told)})
    blocks.append({"type": "context", "elements": [_plain(content.why, TEXT)]})
    return {
        "text": _escaped(cut(content.subject or content.title, HEADER)),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _part(part: Part, told: Told) -> list[dict[str, Any]]:
    elements: list[Element] = []
    if part.heading:
        elements.append(_section([_text(part.heading, bold=True)]))
    for block in part.blocks:
        elements += _block(block, told)
    if not elements:
        return []
    return [{"type": "divider"}, {"type": "rich_text", "elements": elements}]


def _block(block: Block, told: Told) -> list[Element]:
    if isinstance(block, Line):
        return [_section([_linked(line_words(block), block.path, told), *_note(block)])]
    if isinstance(block, Quote):
        return _quote(block, told)
    if isinstance(block, Todo):
        return [_section([_linked(block.title, block.path, told), *_note(block)])]
    return [_section([_text(block.text), *_note(block)])]


def _quote(quote: Quote, told: Told) -> list[Element]:
    said = [
        _text(quote.before),
        _text(quote.marked, bold=True),
        _text(quote.after),
    ]
    elements = [one for one in said if one["text"]]
    if quote.translation:
        elements.append(
            _text(
                "\n"
                + _("Translated by machine: {words}").format(words=quote.translation),
                italic=True,
            )
        )
    found: list[Element] = [{"type": "rich_text_quote", "elements": elements}]
    return [*found, _section([_linked(quote.source, quote.path, told, bold=False)])]


def _note(block: Line | Todo | Say) -> list[Element]:
    return [_text(f"\n{block.note}")] if block.note else []


def _linked(text: str, path: str, told: Told, *, bold: bool = True) -> Element:
    if not path:
        return _text(text, bold=bold)
    found: Element = {
        "type": "link",
        "url": f"{told.base}{path}",
        "text": cut(text, TEXT),
    }
    return found | ({"style": {"bold": True}} if bold else {})


def _text(text: str, *, bold: bool = False, italic: bool = False) -> Element:
    style = {
        name: True for name, is_so in (("bold", bold), ("italic", italic)) if is_so
    }
    found: Element = {"type": "text", "text": text[:TEXT]}
    return found | ({"style": style} if style else {})


def _section(elements: list[Element]) -> Element:
    return {"type": "rich_text_section", "elements": elements}


def _plain(text: str, letters: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(text, letters) or "–", "emoji": False}


def _buttons(told: Told) -> list[dict[str, Any]]:
    """Each leads to a page with one button, as the links of letters do."""
    names = [("useful", _("This helped")), ("not_mine", _("Not about my customers"))]
    if told.content.todo is not None:
        names.insert(0, ("done", _("I did this")))
    names.append(("web", _("Read on the web")))
    return [
        {
            "type": "button",
            "action_id": name,
            "text": _plain(label, BUTTON),
            "url": told.links[name],
        }
        for name, label in names
    ]


def _escaped(text: str) -> str:
    """For the one field that Slack reads as markup: what lock screens show."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
