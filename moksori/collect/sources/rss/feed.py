"""One feed: its items, each once, by an identity that outlives edits and moves."""

from __future__ import annotations

import hashlib
import html
import io
import re
from calendar import timegm
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from moksori.base.outbound import Answer
from moksori.collect.answers import Answer as Said
from moksori.collect.answers import Kind
from moksori.collect.records import Record
from moksori.collect.sources import addresses
from moksori.collect.sources.connector import Ask, Live, Page, Task
from moksori.collect.sources.decoding import decoded
from moksori.collect.sources.reach import Reach, Trouble
from moksori.collect.sources.words import plain, tidy

MOST = 1_000  # items of one feed
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_TOMBSTONE = re.compile(
    r"<(?:\w+:)?deleted-entry\b[^>]*?\bref\s*=\s*[\"']([^\"']{1,2000})[\"']"
)
_AGE = re.compile(r"max-age\s*=\s*(\d{1,8})")


class Feed(Live):
    """Reads one address; the server says by 304 that nothing is new."""

    obeys_robots = True
    asks = (
        Ask(
            "address",
            gettext_lazy("Address of the feed"),
            example="https://example.com/feed.xml",
        ),
    )

    def checked(self, given: Mapping[str, str]) -> dict[str, str]:
        return {"address": addresses.address(given)}

    def title(self, given: Mapping[str, str]) -> str:
        return urlsplit(given["address"]).hostname or given["address"]

    def pages(self, task: Task, reach: Reach) -> Iterator[Page]:
        """One page: a feed is read whole. There is no cursor but its validators."""
        answer = reach.new(task.given["address"])
        if answer is None:
            yield Page(cursor=task.cursor)
            return
        text = _xml(answer)
        found = _parsed(text)
        moved = {**task.given, "address": answer.moved} if answer.moved else None
        yield Page(
            records=tuple(_records(found.entries[:MOST])),
            gone=tuple(html.unescape(ref) for ref in _TOMBSTONE.findall(text)),
            pause=_pause(answer, found.feed),
            given=moved,
            title=tidy(plain(found.feed.get("title", ""))),
        )


def _xml(answer: Answer) -> str:
    """The feed as text that says nothing (wrong) about its encoding any more."""
    text = decoded(answer.whole(), answer.headers.get("content-type", ""))
    if "<!ENTITY" in text[:10_000].upper():
        raise Trouble(_("The feed defines entities of its own, which is not safe."))
    return _DECLARATION.sub("", text).replace("\x00", "")


def _parsed(text: str) -> Any:
    # Takes a tenth of a second, and only who reads feeds needs it.
    import feedparser  # noqa: PLC0415

    found = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.version and not found.entries:
        raise Trouble(_("There is no feed at this address, perhaps a page. Check it."))
    return found


def _records(entries: list[Any]) -> Iterator[Record]:
    said = Counter(entry.get("id") for entry in entries)
    for entry in entries:
        title = tidy(plain(entry.get("title", "")))
        body = _body(entry)
        # Some feeds write the beginning of the text as its title, too.
        is_told = bool(body) and body.startswith(title.rstrip("….").strip())
        answers = [
            Said(key, Kind.TEXT, text)
            for key, text in (("title", "" if is_told else title), ("text", body))
            if text
        ]
        if not answers:
            continue
        link = addresses.canonical(entry.get("link", ""))
        yield Record(
            answers=tuple(answers),
            external_id=_identity(entry, said, link, title, body),
            occurred_at=_moment(entry),
            language=_language(entry),
            attributes=_attributes(entry),
            metadata={"link": link} if link else {},
            raw=_evidence(entry),
        )


def _body(entry: Any) -> str:
    texts = [part.get("value", "") for part in entry.get("content", ())]
    texts.append(entry.get("summary", ""))
    return max((plain(text) for text in texts), key=len, default="")


def _identity(
    entry: Any, said: Counter[str | None], link: str, title: str, body: str
) -> str:
    """The feed's own id; else the link; else what it said first."""
    given = entry.get("id")
    if given and said[given] == 1:
        is_link = given.startswith(("http://", "https://"))
        return addresses.canonical(given) if is_link else str(given)
    if link:
        return link
    content = "\x1f".join((title, entry.get("published", ""), body[:200]))
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"


def _moment(entry: Any) -> datetime | None:
    for name in ("published_parsed", "created_parsed", "updated_parsed"):
        parsed = dict.get(entry, name)
        if parsed:
            try:
                return datetime.fromtimestamp(timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _language(entry: Any) -> str:
    detail = entry.get("content") or [entry.get("summary_detail") or {}]
    found = (detail[0].get("language") or "").split("-")[0].lower()
    return found if found.isalpha() and 2 <= len(found) <= 3 else ""


def _attributes(entry: Any) -> dict[str, str]:
    terms = [tag.get("term") or "" for tag in entry.get("tags", ())]
    named = ", ".join(dict.fromkeys(tidy(term)[:60] for term in terms[:5] if term))
    return {"category": named[:200]} if named else {}


def _evidence(entry: Any) -> dict[str, Any]:
    names = ("id", "link", "title", "published", "updated", "summary")
    # Past feedparser's own `get`, which takes one date for the other.
    given = {name: dict.get(entry, name) for name in names}
    found = {name: str(value)[:20_000] for name, value in given.items() if value}
    parts = [part.get("value", "") for part in entry.get("content", ())]
    return found | ({"content": parts[0][:50_000]} if parts else {})


def _pause(answer: Answer, feed: Any) -> float:
    """How long the feed asks readers to wait, in seconds."""
    age = _AGE.search(answer.headers.get("cache-control", ""))
    minutes = str(feed.get("ttl") or "")
    ttl = float(minutes[:6]) * 60 if minutes.isascii() and minutes.isdigit() else 0.0
    return max(ttl, float(age[1]) if age else 0.0)
