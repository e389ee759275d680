"""iCalendar (RFC 5545), as Outlook, Google, Apple and Naver read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from moksori.share.channels.calendar.entries import Entry

FOLD = 75  # bytes of a line


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """A whole calendar that programs fetch anew every few hours."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Moksori//Moksori//KO",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
    ]
    stamp = _utc(timezone.now())
    for entry in entries:
        lines += _event(entry, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def _event(entry: Entry, stamp: str) -> Iterator[str]:
    host = urlsplit(settings.MOKSORI_BASE_URL).hostname or "localhost"
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.key}@{host}"
    yield f"DTSTAMP:{stamp}"
    if entry.start is None:
        yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
        # A deadline does not make anybody busy.
        yield "TRANSP:TRANSPARENT"
    else:
        # Seoul keeps one offset all the year, so UTC repeats at the same local hour;
        # elsewhere an hour may shift with summer time.
        yield f"DTSTART:{_utc(entry.start)}"
        yield f"DTEND:{_utc(entry.start + timedelta(minutes=entry.minutes))}"
    if entry.is_weekly:
        yield "RRULE:FREQ=WEEKLY"
    yield f"SUMMARY:{escaped(entry.title)}"
    if entry.note:
        yield f"DESCRIPTION:{escaped(entry.note)}"
    if entry.path:
        yield f"URL:{settings.MOKSORI_BASE_URL}{entry.path}"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """Commas, semicolons, backslashes and line ends as RFC 5545 wants them."""
    plain = "".join(c for c in text.replace("\r\n", "\n") if c >= " " or c == "\n")
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(sign, written)
    return plain


def folded(line: str) -> str:
    """At most 75 bytes a line, never cut inside of a letter."""
    pieces, piece, size = [], "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > FOLD:
            pieces.append(piece)
            piece, size = "", 1  # the blank that continues a line counts
        piece += letter
        size += length
    return "\r\n ".join([*pieces, piece])


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
