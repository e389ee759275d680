"""The same as RSS 2.0 and as JSON Feed 1.1, figures first."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.html import escape

from moksori.share.channels.latest import Latest
from moksori.share.channels.outlet import Asked
from moksori.share.channels.shaping import line_words, quoted
from moksori.share.reads.figures import Figure
from moksori.share.sections.blocks import Block, Line, Quote, Say

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; the same words have the same id, so that readers see it once."""

    id: str
    title: str
    text: str
    path: str = ""


def rss(told: Latest, asked: Asked) -> bytes:
    made = Rss201rev2Feed(
        title=_plain(told.brief.title),
        link=f"{settings.MOKSORI_BASE_URL}/",
        description=_plain(told.brief.basis),
        language=asked.language,
        feed_url=asked.here,
        ttl=60,
    )
    for entry in entries(told):
        made.add_item(
            title=_plain(entry.title),
            link=_address(entry),
            # Readers show this as HTML: what people wrote stays letters.
            description=str(escape(_plain(entry.text))),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            pubdate=told.at,
        )
    return made.writeString("utf-8").encode()


def json_feed(told: Latest, asked: Asked) -> bytes:
    whole: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": told.brief.title,
        "description": told.brief.basis,
        "home_page_url": f"{settings.MOKSORI_BASE_URL}/",
        "feed_url": asked.here,
        "language": asked.language,
        "items": [
            {
                "id": entry.id,
                "url": _address(entry),
                "title": entry.title,
                "content_text": entry.text or entry.title,
                "date_published": told.at.isoformat(),
            }
            for entry in entries(told)
        ],
        "_moksori": {"figures": [_figure(one) for one in told.figures]},
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def entries(told: Latest) -> Iterator[Entry]:
    """A figure each, then what changed and what customers said."""
    for figure in told.figures:
        yield _entry(f"{figure.title}: {figure.value or '–'}", _words(figure))
    for part in told.brief.parts:
        for block in part.blocks:
            found = _block(block)
            if found is not None:
                yield found


def _words(figure: Figure) -> str:
    if figure.estimate is None:
        return figure.why_not
    parts = (figure.interval, figure.basis, figure.what, figure.method)
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _block(block: Block) -> Entry | None:
    if isinstance(block, Line):
        return _entry(line_words(block), block.note, block.path)
    if isinstance(block, Quote):
        return _entry(f"“{quoted(block)}”", block.source, block.path)
    if isinstance(block, Say):
        return _entry(block.text, block.note)
    return None


def _entry(title: str, text: str, path: str = "") -> Entry:
    same = hashlib.sha256(f"{title}|{text}".encode()).hexdigest()[:24]
    return Entry(f"urn:moksori:{same}", title, text, path)


def _figure(figure: Figure) -> dict[str, Any]:
    """Shares lie in 0–1, loyalty in −1–1."""
    found: dict[str, Any] = {"key": figure.key, "title": figure.title}
    if figure.estimate is None:
        return found | {"value": None, "why_not": figure.why_not}
    return found | {
        "value": figure.estimate.value,
        "low": figure.estimate.low,
        "high": figure.estimate.high,
        "level": figure.estimate.level,
        "n": figure.estimate.n,
        "method": figure.estimate.method,
        "since": figure.since.isoformat() if figure.since else None,
        "until": figure.until.isoformat() if figure.until else None,
    }


def _address(entry: Entry) -> str:
    return f"{settings.MOKSORI_BASE_URL}{entry.path or '/'}"


def _plain(text: str) -> str:
    return _CONTROL.sub("", text)
