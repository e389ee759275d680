"""One mail taken apart: who, to whom, when, the words, and what hangs on it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from moksori.collect.sources.mail.decode import (
    decoded,
    header_text,
    tidy_line,
    tidy_text,
)
from moksori.collect.sources.mail.html import text_of_html

VERSION = 1  # of the parser; kept with each mail, so that old ones can be read again
LARGEST = 25 * 1024 * 1024
MOST_PARTS = 100
MOST_NESTED = 30
DEEPEST = 10
MOST_LINES = 300_000
MOST_TEXT = 200_000  # characters of one mail's words
_NESTING = re.compile(rb"content-type:\s*(?:multipart|message)/", re.IGNORECASE)
_IDS = re.compile(r"<([^<>\s]{1,400})>")
PLAIN = re.compile(
    r"(?<![\w.+=\-/])[\w.+=\-/]{1,320}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,9}"
)
_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
# Programs put this into the plain half for readers that show no HTML.
_PLACEHOLDER = re.compile(
    r"(html|이\s?메일|메일|message).{0,60}(support|지원|view|볼 수|표시)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Address:
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file on the mail. Its name is the sender's: show it, never use it."""

    name: str
    kind: str
    content: bytes = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail says. `headers` has the first of each name, in small letters.

    `problems` are codes: too_many_lines, too_nested, damaged, encrypted, no_text.
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Address = field(default_factory=Address)
    recipients: tuple[str, ...] = ()
    subject: str = ""
    sent_at: datetime | None = None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    body_hash: str = ""

    @property
    def is_reply(self) -> bool:
        return bool(self.in_reply_to or self.references)

    @property
    def answers_to(self) -> tuple[str, ...]:
        """Messages that this one answers, the nearest first."""
        return tuple(dict.fromkeys([*self.in_reply_to, *reversed(self.references)]))

    @property
    def identity(self) -> str:
        """The same mail, delivered twice by whatever way, has the same."""
        given = f"{self.message_id}\x1f{self.body_hash}"
        return hashlib.sha256(given.encode("utf-8", "replace")).hexdigest()[:40]


def read_mail(raw: bytes, *, now: datetime | None = None) -> Mail:
    """The mail in these bytes. Whatever they are, it answers; doubts are `problems`."""
    message, problems = parsed(raw)
    headers = _headers(message)
    collected = _Parts()
    collected.take(message)
    text = tidy_text("\n".join(collected.texts))
    problems += collected.problems
    if not text.strip():
        problems.append("no_text")
    return Mail(
        message_id=_first(_IDS.findall(headers.get("message-id", ""))),
        in_reply_to=_ids(headers.get("in-reply-to", "")),
        references=_ids(headers.get("references", "")),
        sender=_sender(message),
        recipients=_recipients(message),
        subject=header_text(headers.get("subject", ""))[:998],
        sent_at=_moment(headers.get("date", ""), now or datetime.now(UTC)),
        text=text[:MOST_TEXT],
        attachments=tuple(collected.attachments),
        headers=headers,
        problems=tuple(dict.fromkeys(problems)),
        body_hash=_body_hash(text, collected.attachments, raw),
    )


def parsed(raw: bytes) -> tuple[Message, list[str]]:
    """The mail's parts; only its head where the rest is made to exhaust a reader."""
    problem = ""
    if raw.count(b"\n") > MOST_LINES:
        problem = "too_many_lines"
    elif len(_NESTING.findall(raw)) > MOST_NESTED:
        problem = "too_nested"
    if not problem:
        return message_from_bytes(raw, policy=compat32), []
    head = re.split(rb"\r?\n\r?\n", raw[: 1 << 18], maxsplit=1)[0]
    found = BytesHeaderParser(policy=compat32).parsebytes(head + b"\r\n\r\n")
    found.set_payload("")
    return found, [problem]


class _Parts:
    """The words and the files of a message, in the order in which they are read."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.attachments: list[Attachment] = []
        self.problems: list[str] = []
        self._count = 0

    def take(self, part: Message, depth: int = 0) -> None:
        self._count += 1
        if depth > DEEPEST or self._count > MOST_PARTS:
            self.problems.append("too_nested")
            return
        kind = part.get_content_type()
        if kind == "multipart/alternative":
            self._take_best(part, depth)
        elif part.is_multipart() and part.get_content_maintype() == "multipart":
            for child in _children(part):
                self.take(child, depth + 1)
        elif kind in {"application/pkcs7-mime", "application/pgp-encrypted"}:
            self.problems.append("encrypted")
            self._keep(part, kind)
        elif kind in {"text/plain", "text/html"} and not _is_file(part):
            self._take_text(part, kind)
        else:
            self._keep(part, kind)

    def _take_best(self, part: Message, depth: int) -> None:
        """Of the same words said several ways: plain ones, or what HTML says."""
        ways = []
        for child in _children(part):
            way = _Parts()
            way._count = self._count
            way.take(child, depth + 1)
            self._count = way._count
            ways.append((child, way))
        plain = [w for c, w in ways if c.get_content_type() == "text/plain"]
        rich = [w for c, w in ways if c.get_content_type() != "text/plain"]
        chosen = next((w for w in plain if _says(w, rich)), None)
        chosen = chosen or next((w for w in rich if any(w.texts)), None)
        if chosen is not None:
            self.texts += chosen.texts
            self.problems += chosen.problems
        for _child, way in ways:
            self.attachments += way.attachments

    def _take_text(self, part: Message, kind: str) -> None:
        found = decoded(_content(part), _parameter(part, "charset"))
        if found.is_damaged:
            self.problems.append("damaged")
        text = found.text
        if kind == "text/html":
            text = text_of_html(text)
        elif _parameter(part, "format").lower() == "flowed":
            text = _unflowed(text, joined=_parameter(part, "delsp").lower() == "yes")
        self.texts.append(text)

    def _keep(self, part: Message, kind: str) -> None:
        name = header_text(_file_name(part))
        if part.get_content_maintype() == "message" and part.is_multipart():
            inner = [child.as_bytes() for child in _children(part)]
            content, name = b"".join(inner), name or "message.eml"
        else:
            content = _content(part)
        if content or name:
            self.attachments.append(Attachment(name[:255] or "file", kind, content))


def _says(way: _Parts, rich: list[_Parts]) -> bool:
    words = "\n".join(way.texts).strip()
    if not words:
        return False
    longest = max((len("\n".join(w.texts)) for w in rich), default=0)
    is_placeholder = len(words) < 200 and _PLACEHOLDER.search(words) is not None
    return not (is_placeholder and longest > 2 * len(words))


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (child for child in payload if isinstance(child, Message))


def _content(part: Message) -> bytes:
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        found = None
    if isinstance(found, bytes):
        return found
    payload = part.get_payload()
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogateescape")
    return b""


def _is_file(part: Message) -> bool:
    place = str(part.get("content-disposition", "")).strip().lower()
    return place.startswith("attachment") or (
        bool(_file_name(part)) and part.get_content_type() != "text/plain"
    )


def _file_name(part: Message) -> str:
    return _parameter(part, "filename", "content-disposition") or _parameter(
        part, "name"
    )


def _parameter(part: Message, name: str, header: str = "content-type") -> str:
    """One parameter of a header, also in RFC 2231's pieces; "" when it is broken."""
    try:
        found = part.get_param(name, "", header)
    except (ValueError, LookupError, TypeError):
        return ""
    if isinstance(found, tuple):
        charset, _language, value = found
        return decoded(value.encode("latin-1", "replace"), charset or "").text
    return str(found or "")


def _headers(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), str(value)[:20_000])
    return found


def _sender(message: Message) -> Address:
    for name in ("from", "sender", "reply-to"):
        for found in _addresses(message, name):
            if found.email:
                return found
    return Address()


def _recipients(message: Message) -> tuple[str, ...]:
    found = [one.email for name in _TO for one in _addresses(message, name)]
    return tuple(dict.fromkeys(email for email in found if email))[:200]


def _addresses(message: Message, name: str) -> list[Address]:
    values = [
        re.sub(r"[\r\n]+", " ", str(value))[:20_000]
        for key, value in message.raw_items()
        if key.lower() == name
    ]
    return [
        Address(header_text(shown), _good_address(email))
        for shown, email in addresses_in(values)
    ]


def addresses_in(values: list[str]) -> list[tuple[str, str]]:
    """Names and addresses of such headers; of broken ones what looks like one."""
    try:
        return getaddresses(values)
    except (RecursionError, ValueError, IndexError):
        # Thousands of colons or brackets, which the library reads one in the other.
        return [("", found) for one in values for found in PLAIN.findall(one)]


def _good_address(email: str) -> str:
    email = tidy_line(header_text(email)).lower()
    local, at, domain = email.rpartition("@")
    return email if at and local and domain and len(email) <= 320 else ""


def _ids(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_IDS.findall(value)))[-50:]


def _first(found: list[str]) -> str:
    return tidy_line(found[0]) if found else ""


def _moment(value: str, now: datetime) -> datetime | None:
    """When it was sent, if that can be true; clocks of senders are often wrong."""
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    try:
        at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year >= 1995 and at <= now + timedelta(hours=26) else None


def _unflowed(text: str, *, joined: bool) -> str:
    """RFC 3676: a line that ends with a blank goes on in the next one."""
    found: list[str] = []
    goes_on = False
    for line in text.replace("\r\n", "\n").split("\n"):
        depth = re.match(r">*", line)
        marks = depth.group() if depth else ""
        body = line[len(marks) :].removeprefix(" ")
        is_same = bool(found) and found[-1].startswith(marks) and body != "-- "
        if goes_on and is_same and _marks(found[-1]) == marks:
            found[-1] += body
        else:
            found.append(f"{marks} {body}" if marks else body)
        goes_on = body.endswith(" ") and body != "-- "
        if goes_on and joined:
            found[-1] = found[-1][:-1]
    return "\n".join(found)


def _marks(line: str) -> str:
    found = re.match(r">*", line)
    return found.group() if found else ""


def _body_hash(text: str, attachments: list[Attachment], raw: bytes) -> str:
    made = hashlib.sha256("".join(text.split()).encode("utf-8", "replace"))
    for one in attachments:
        made.update(hashlib.sha256(one.content).digest())
    if not text.strip() and not attachments:
        body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)
        made.update(body[1] if len(body) > 1 else raw)
    return made.hexdigest()
