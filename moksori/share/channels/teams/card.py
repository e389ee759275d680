"""An edition as an Adaptive Card 1.4.

Words that people wrote stand in text runs, which know no Markdown. Teams takes cards
of at most 28 kB; what stands last is left out until it fits.
"""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from moksori.share.channels.channel import Told
from moksori.share.channels.shaping import without_last
from moksori.share.sections.blocks import Block, Content, Line, Part, Quote, Say, Todo

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.4"
LARGEST = 26_000  # bytes; Teams refuses from 28 kB on
_COLORS = {"hurt": "Attention", "good": "Good"}

Element = dict[str, Any]


def message(told: Told) -> dict[str, Any]:
    """What the trigger “When a Teams webhook request is received” takes."""
    content: Content | None = told.content
    while content is not None:
        found = _message(content, told)
        if len(json.dumps(found, ensure_ascii=False).encode()) <= LARGEST:
            return found
        content = without_last(content)
    return _message(Content(told.content.title[:500], "", "", "", ()), told)


def _message(content: Content, told: Told) -> dict[str, Any]:
    body: list[Element] = [
        _runs([_run(content.kicker, subtle=True, size="Small")]),
        _runs([_run(content.title, bold=True, size="Large")]),
    ]
    body += [_part(part) for part in content.parts]
    if content.why:
        body.append(_runs([_run(content.why, subtle=True, size="Small")], apart=True))
    card = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "lang": told.language,
        "fallbackText": content.title,
        "msteams": {"width": "Full"},
        "body": body,
        "actions": _actions(content, told),
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "summary": content.title, "attachments": [attachment]}


def _part(part: Part) -> Element:
    items: list[Element] = []
    if part.heading:
        items.append(_runs([_run(part.heading, bold=True, subtle=True)]))
    for block in part.blocks:
        items += _block(block)
    return {"type": "Container", "separator": True, "spacing": "Medium", "items": items}


def _block(block: Block) -> list[Element]:
    if isinstance(block, Quote):
        return [_quote(block)]
    if isinstance(block, Line):
        color = _COLORS.get(block.tone, "Default")
        runs = [_run(block.title, bold=True)]
        if block.change:
            runs.append(_run(f" {block.change}", bold=True, color=color))
        return [_runs(runs), *_note(block)]
    if isinstance(block, Todo):
        return [_runs([_run(block.title, bold=True)]), *_note(block)]
    return [_runs([_run(block.text)]), *_note(block)]


def _quote(quote: Quote) -> Element:
    runs = [
        _run(quote.before),
        _run(quote.marked, highlight=True),
        _run(quote.after),
    ]
    items = [_runs([run for run in runs if run["text"]])]
    if quote.translation:
        said = _("Translated by machine: {words}").format(words=quote.translation)
        items.append(_runs([_run(said, italic=True)]))
    items.append(_runs([_run(quote.source, subtle=True, size="Small")]))
    return {"type": "Container", "style": "emphasis", "items": items}


def _note(block: Line | Todo | Say) -> list[Element]:
    return [_runs([_run(block.note, subtle=True)], tight=True)] if block.note else []


def _actions(content: Content, told: Told) -> list[dict[str, Any]]:
    """Teams shows six buttons at most; each leads to a page with one button."""
    names = [("useful", _("This helped")), ("not_mine", _("Not about my customers"))]
    if content.todo is not None:
        names.insert(0, ("done", _("I did this")))
    names.append(("web", _("Read on the web")))
    return [
        {"type": "Action.OpenUrl", "title": label, "url": told.links[name]}
        for name, label in names
    ]


def _runs(runs: list[Element], *, apart: bool = False, tight: bool = False) -> Element:
    found: Element = {"type": "RichTextBlock", "inlines": runs}
    if apart:
        found |= {"separator": True, "spacing": "Medium"}
    if tight:
        found["spacing"] = "None"
    return found


def _run(text: str, **looks: Any) -> Element:
    """`looks`: bold, italic, highlight, subtle, size, color."""
    found: Element = {"type": "TextRun", "text": text}
    if looks.pop("bold", False):
        found["weight"] = "Bolder"
    if looks.pop("subtle", False):
        found["isSubtle"] = True
    return found | looks
