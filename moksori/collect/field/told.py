"""What a phone tells: one record, read from its text and checked for form.

A record is a text in JSON that never changes once its writer pressed "done"; its name
is the `client_id` that the phone drew, its proof the SHA-256 of the text. What it may
hold is described in docs/field.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from moksori.base.errors import TooLarge, UserError
from moksori.base.storable import LARGEST_ID, storable, storable_json
from moksori.collect.models.feedback import Channel
from moksori.collect.models.visits import LONGEST_MEETING, Handover, Visit

LARGEST = 500_000  # bytes of one record, its photos apart
LONGEST_TEXT = 5_000
MOST = {"verbatims": 50, "promises": 30, "handovers": 30, "files": 40, "met": 40}
MOST_IDS = 200
WAYS = Visit.Way.values
EARLIEST, LATEST = 2000, 2100  # years that a day may have
AHEAD = timedelta(days=7)  # a phone's clock may be wrong by days, which is said
_ID = re.compile(r"[0-9a-f-]{8,36}\Z")
_SHA = re.compile(r"[0-9a-f]{64}\Z")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody said, in their own words."""

    id: str
    text: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Promised:
    id: str
    text: str
    due: date
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class ToHand:
    id: str
    kind: str
    text: str
    to: int | None = None


N = TypeVar("N", Said, Promised, ToHand)  # what has a name of its own


@dataclass(frozen=True, slots=True)
class FileTold:
    sha256: str
    name: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class VisitTold:
    """A visit as the phone tells it; ids are those of the list the phone had."""

    started_at: datetime
    minutes: int
    way: str = Visit.Way.THERE
    account: int | None = None
    whom: str = ""
    place: str = ""
    purpose: str = ""
    summary: str = ""
    plan: int | None = None
    guide: int | None = None
    guide_version: int | None = None
    score: int | None = None
    products: tuple[int, ...] = ()
    companions: tuple[int, ...] = ()
    met: tuple[Person, ...] = ()
    verbatims: tuple[Said, ...] = ()
    promises: tuple[Promised, ...] = ()
    handovers: tuple[ToHand, ...] = ()
    # None: nothing is said about files (a page, the API); a phone always names them.
    files: tuple[FileTold, ...] | None = None
    answers: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class NoteTold:
    text: str
    channel: str = Channel.VISIT
    product: int | None = None
    theme: int | None = None
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One record: its names, and a visit or a note."""

    client_id: str
    content_hash: str
    content: str
    about: VisitTold | NoteTold
    supersedes: str = ""


def hash_of(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def told_from(content: str, *, client_id: str, content_hash: str) -> Told:
    """The record in a text; UserError says which part of it cannot be used."""
    if len(content) > LARGEST:
        raise TooLarge(_("This record is too long. Divide it into two visits."))
    if not _ID.match(client_id) or hash_of(content) != content_hash:
        raise UserError(
            _("This record was damaged on its way. The phone sends it again."),
            field="content_hash",
        )
    try:
        given = storable_json(json.loads(content))
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or given.get("client_id") != client_id:
        raise UserError(_("This is no record of the field app."), field="content")
    about: VisitTold | NoteTold
    about = note_from(given) if given.get("kind") == "note" else visit_from(given)
    supersedes = str(given.get("supersedes") or "")
    if supersedes and not _ID.match(supersedes):
        supersedes = ""
    return Told(client_id, content_hash, content, about, supersedes)


def note_from(given: dict[str, Any]) -> NoteTold:
    """The note in a decoded record; UserError says what cannot be used."""
    text = _text(given, "text")
    if not text:
        raise UserError(_("Write what the customer said."), field="text")
    channel = str(given.get("channel") or Channel.VISIT)
    return NoteTold(
        text=text,
        channel=channel if channel in Channel.values else Channel.OTHER.value,
        product=_number(given.get("product")),
        theme=_number(given.get("theme")),
        is_anonymous=given.get("anonymous") is True,
    )


def visit_from(given: dict[str, Any]) -> VisitTold:
    """The visit in a decoded record; UserError says what cannot be used."""
    account, whom = _number(given.get("account")), _line(given, "whom", 200)
    if account is None and not whom:
        raise UserError(_("Say which customer you met."), field="whom")
    way = str(given.get("way") or "")
    guide = given.get("guide")
    guide = guide if isinstance(guide, dict) else {}
    answers = given.get("answers")
    return VisitTold(
        started_at=_moment(given.get("started_at")),
        minutes=_minutes(given.get("minutes")),
        way=way if way in WAYS else Visit.Way.THERE.value,
        account=account,
        whom=whom,
        place=_line(given, "place", 200),
        purpose=_line(given, "purpose", 300),
        summary=_text(given, "summary"),
        plan=_number(given.get("plan")),
        guide=_number(guide.get("id")),
        guide_version=_number(guide.get("version")),
        score=_score(given.get("score")),
        products=_numbers(given, "products"),
        companions=_numbers(given, "companions"),
        met=_each(given, "met", _person),
        verbatims=_apart(_each(given, "verbatims", _said)),
        promises=_apart(_each(given, "promises", _promised)),
        handovers=_apart(_each(given, "handovers", _to_hand)),
        files=_files(given),
        answers=_answers(answers if isinstance(answers, dict) else {}),
    )


def _each(
    given: dict[str, Any], name: str, read: Callable[[dict[str, Any]], T | None]
) -> tuple[T, ...]:
    rows = given.get(name)
    rows = rows if isinstance(rows, list) else []
    if len(rows) > MOST[name]:
        raise UserError(
            _("These are more than {most} of one kind. Divide the visit.").format(
                most=MOST[name]
            ),
            field=name,
        )
    found = (read(row) for row in rows if isinstance(row, dict))
    return tuple(one for one in found if one is not None)


def _apart(rows: Iterable[N]) -> tuple[N, ...]:
    """Rows under names of their own: a name taken before in the list gets an ending.

    The same list gives the same names each time, so a record that is sent again or
    corrected meets what it made.
    """
    found: dict[str, N] = {}
    for row in rows:
        key, number = row.id, 2
        while key in found:
            key, number = f"{row.id[:36]}~{number}", number + 1
        found[key] = replace(row, id=key)
    return tuple(found.values())


def _files(given: dict[str, Any]) -> tuple[FileTold, ...] | None:
    """A file is named by what it holds: of two mentions the last counts."""
    if "files" not in given:
        return None
    found = {one.sha256: one for one in _each(given, "files", _file)}
    return tuple(found.values())


def _person(row: dict[str, Any]) -> Person | None:
    name = _line(row, "name", 120)
    return Person(name, _line(row, "role", 120)) if name else None


def _said(row: dict[str, Any]) -> Said | None:
    text = _text(row, "text")
    return Said(_key(row), text, _line(row, "who", 120)) if text else None


def _promised(row: dict[str, Any]) -> Promised | None:
    text = _text(row, "text")
    if not text:
        return None
    try:
        due = parse_date(str(row.get("due") or ""))
    except ValueError:
        due = None
    if due is None:
        raise UserError(
            _("Say by when “{text}” is promised.").format(text=text[:60]),
            field="promises",
        )
    must_be_meant(due, field="promises")
    return Promised(_key(row), text, due, _number(row.get("owner")))


def _to_hand(row: dict[str, Any]) -> ToHand | None:
    text, kind = _text(row, "text"), str(row.get("kind") or "")
    kind = kind if kind in Handover.Kind.values else Handover.Kind.REPORT.value
    return ToHand(_key(row), kind, text, _number(row.get("to"))) if text else None


def _file(row: dict[str, Any]) -> FileTold | None:
    sha = str(row.get("sha256") or "")
    if not _SHA.match(sha):
        raise UserError(_("A photo of this record has no name."), field="files")
    name = " ".join(_text(row, "name").split())[:120]  # nobody typed it
    return FileTold(sha, name or sha[:8], _line(row, "caption", 300))


def _answers(given: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    kept: list[tuple[str, Any]] = []
    for key, value in list(given.items())[:100]:
        if isinstance(value, bool | int | float):
            kept.append((str(key)[:40], value))
        elif isinstance(value, str) and storable(value):
            kept.append((str(key)[:40], storable(value)[:LONGEST_TEXT]))
    return tuple(kept)


def _key(row: dict[str, Any]) -> str:
    return str(row.get("id") or "").strip()[:40] or hash_of(json.dumps(row))[:32]


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    text = storable(value) if isinstance(value, str) else ""
    if len(text) > LONGEST_TEXT:
        raise UserError(
            _("A text has more than {most} letters. Shorten it.").format(
                most=LONGEST_TEXT
            ),
            field=name,
        )
    return text


def _line(given: dict[str, Any], name: str, longest: int) -> str:
    """With single blanks; UserError where it is too long: nothing is cut off."""
    text = " ".join(_text(given, name).split())
    if len(text) > longest:
        raise UserError(
            _("“{text}…” has {n} letters; {most} fit here. Shorten it.").format(
                text=text[:40], n=len(text), most=longest
            ),
            field=name,
        )
    return text


def _number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= LARGEST_ID else None


def _numbers(given: dict[str, Any], name: str) -> tuple[int, ...]:
    rows = given.get(name)
    rows = rows[:MOST_IDS] if isinstance(rows, list) else []
    found = [number for row in rows if (number := _number(row)) is not None]
    return tuple(dict.fromkeys(found))


def _score(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= 10 else None


def _minutes(value: Any) -> int:
    number = _number(value)
    if number is None or number > LONGEST_MEETING:
        raise UserError(
            _("Say how many minutes the meeting took: 1 to {most}.").format(
                most=LONGEST_MEETING
            ),
            field="minutes",
        )
    return number


def _moment(value: Any) -> datetime:
    try:
        found = parse_datetime(str(value or ""))
    except ValueError:
        found = None
    if found is None:
        raise UserError(_("Say when the meeting began."), field="started_at")
    # The year first: at the edges of the calendar no zone can be counted in.
    must_be_meant(found.date(), field="started_at")
    if timezone.is_naive(found):
        found = timezone.make_aware(found)
    must_have_begun(found)
    return found.astimezone(UTC)


def must_be_meant(day: date, *, field: str) -> None:
    """UserError for a day that is surely a slip of the finger."""
    if not EARLIEST <= day.year <= LATEST:
        raise UserError(
            _("The day {day} cannot be meant. Write one between {first} and {last}.")
            .format(day=day.isoformat(), first=EARLIEST, last=LATEST),
            field=field,
        )  # fmt: skip


def must_have_begun(moment: datetime) -> None:
    """UserError for a meeting that lies further ahead than a clock may be wrong."""
    must_be_meant(moment.date(), field="started_at")
    if moment > timezone.now() + AHEAD:
        raise UserError(
            _("The meeting is to have begun on {day}, which is still to come. Correct "
              "the day; a meeting ahead is a planned visit.")
            .format(day=timezone.localdate(moment).isoformat()),
            field="started_at",
        )  # fmt: skip
