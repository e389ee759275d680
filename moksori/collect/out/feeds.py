"""A saved search as Atom and as JSON Feed."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.feedgenerator import Atom1Feed

from moksori.collect.models import Feedback
from moksori.collect.reads.taken import Feed

TITLE = 80
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def atom(feed: Feed, *, base: str, here: str) -> bytes:
    """RFC 4287, words as plain text."""
    made = Atom1Feed(
        title=_plain(feed.name), link=f"{base}/", description="", feed_url=here
    )
    for row in feed.entries:
        made.add_item(
            title=_title(row),
            link=_address(row, base),
            description=_plain(row.text),
            unique_id=_address(row, base),
            pubdate=row.received_at,
            updateddate=row.received_at,
            categories=[row.channel, *([row.product.name] if row.product else [])],
        )
    return made.writeString("utf-8").encode()


def json_feed(feed: Feed, *, base: str, here: str) -> bytes:
    """JSON Feed 1.1."""
    whole: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.name,
        "home_page_url": f"{base}/",
        "feed_url": here,
        "items": [_item(row, base) for row in feed.entries],
    }
    return json.dumps(whole, ensure_ascii=False).encode()


def _item(row: Feedback, base: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": _address(row, base),
        "url": _address(row, base),
        "title": _title(row),
        "content_text": row.text,
        "date_published": row.received_at.isoformat(),
        "tags": [row.channel, *([row.product.name] if row.product else [])],
        "_moksori": {
            "id": row.pk,
            "revision": row.revision,
            "score": row.score,
            "occurred_at": row.occurred_at.isoformat(),
            "source": row.source.name,
        },
    }
    return found | ({"language": row.language} if row.language else {})


def _title(row: Feedback) -> str:
    text = _plain(" ".join(row.text.split()))
    if not text:
        return row.source.name
    return text if len(text) <= TITLE else f"{text[: TITLE - 1]}…"


def _address(row: Feedback, base: str) -> str:
    return f"{base}/collect/feedback/{row.pk}/"


def _plain(text: str) -> str:
    return _CONTROL.sub("", text)
