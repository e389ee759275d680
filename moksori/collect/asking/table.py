"""Tables of people to ask: what the columns mean, row by row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext_noop as _

from moksori.collect.asking.addresses import plain_email, plain_phone
from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.tables.table import Row, Table, clean

MOST_ROWS = 200_000
MOST_NAME = 200
LANGUAGES = {"ko": "ko", "kr": "ko", "korean": "ko", "한국어": "ko", "국문": "ko",
             "en": "en", "english": "en", "영어": "en", "영문": "en"}  # fmt: skip
# Names in files, letters and digits alone, the usual one first.
NAMES: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "emailaddress", "mail", "이메일", "이메일주소", "메일",
              "전자우편"),
    "phone": ("phone", "mobile", "phonenumber", "mobilephone", "cell", "tel", "전화",
              "전화번호", "휴대폰", "휴대전화", "핸드폰", "연락처", "휴대폰번호"),
    "name": ("name", "fullname", "customername", "이름", "성명", "고객명"),
    "language": ("language", "lang", "언어"),
    "zone": ("timezone", "zone", "tz", "시간대"),
    "customer": ("customer", "customerid", "customernumber", "memberid", "고객번호",
                 "고객id", "회원번호", "회원id"),
    "account": ("account", "company", "client", "고객사", "회사", "회사명", "거래처"),
    "region": ("region", "state", "area", "지역", "시도", "권역"),
}  # fmt: skip
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Person:
    """One row: somebody with an e-mail address, a phone number, or both."""

    number: int
    email: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""
    zone: str = ""
    customer: str = ""
    account: str = ""
    region: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.email or self.phone


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, and why."""

    number: int
    column: str
    message: Message


def columns_of(header: Iterable[str]) -> dict[str, str]:
    """Role by column name, where one is recognised."""
    found: dict[str, str] = {}
    for name in header:
        plain = _SIGNS.sub("", unicodedata.normalize("NFKC", name)).lower()
        for role, names in NAMES.items():
            if plain in names and role not in found.values():
                found[name] = role
                break
    return found


def people_in(table: Table, refused: list[Refused]) -> Iterator[Person]:
    """Everybody in the table who can be reached; the others go into `refused`.

    Columns that mean nothing to us are kept as attributes to choose people by.
    """
    roles = columns_of(table.columns)
    if not {"email", "phone"} & set(roles.values()):
        raise Unreadable(
            _("No column holds e-mail addresses or phone numbers. Name one “email”.")
        )
    for row in table.rows():
        yield from _of_row(row, table.columns, roles, refused)


def people_given(
    rows: Iterable[Mapping[str, Any]], refused: list[Refused]
) -> Iterator[Person]:
    """The same for rows that a program sends, by role; others are attributes."""
    for number, row in enumerate(rows, 1):
        given = {k: clean(str(v)) for k, v in row.items() if v is not None}
        roles = {name: name for name in given if name in NAMES}
        person = _person(number, given, roles, refused)
        if person is not None:
            yield person


def _of_row(
    row: Row, columns: Iterable[str], roles: Mapping[str, str], refused: list[Refused]
) -> Iterator[Person]:
    if row.number > MOST_ROWS + 1:
        message = Message(_("At most {most} people at once."), {"most": MOST_ROWS})
        refused.append(Refused(row.number, "", message))
        return
    given = {
        name: clean(str(cell)).strip()
        for name, cell in zip(columns, row.cells, strict=False)
        if cell is not None
    }
    if any(given.values()):
        person = _person(row.number, given, roles, refused)
        if person is not None:
            yield person


def _person(
    number: int,
    given: Mapping[str, str],
    roles: Mapping[str, str],
    refused: list[Refused],
) -> Person | None:
    said = {role: given[name].strip() for name, role in roles.items() if name in given}
    email, phone = plain_email(said.get("email", "")), plain_phone(_whole(said))
    if problem := _problem(said, email, phone):
        column = next((n for n, role in roles.items() if role == problem[0]), "")
        refused.append(Refused(number, column, problem[1]))
        return None
    language = said.get("language", "").lower()
    zone = said.get("zone", "")
    return Person(
        number,
        email,
        phone,
        said.get("name", "")[:MOST_NAME],
        LANGUAGES.get(language) or LANGUAGES.get(language[:2], ""),
        zone if zone in _zones() else "",
        said.get("customer", "")[:MOST_NAME],
        said.get("account", "")[:MOST_NAME],
        said.get("region", "")[:80],
        {
            name[:60]: value[:200]
            for name, value in given.items()
            if name not in roles and value
        },
    )


@cache
def _zones() -> frozenset[str]:
    """Asked of the disk once, not for each row."""
    return frozenset(available_timezones())


def _whole(said: Mapping[str, str]) -> str:
    """Spreadsheets make 1012345678.0 of a phone number."""
    return re.sub(r"\.0$", "", said.get("phone", ""))


def _problem(
    said: Mapping[str, str], email: str, phone: str
) -> tuple[str, Message] | None:
    if said.get("email") and not email:
        text = _("“{value}” is not an e-mail address.")
        return "email", Message(text, {"value": said["email"][:60]})
    if said.get("phone") and not phone:
        text = _("“{value}” is not a phone number.")
        return "phone", Message(text, {"value": said["phone"][:60]})
    if not email and not phone:
        return "email", Message(_("Neither an e-mail address nor a phone number."), {})
    zone = said.get("zone", "")
    if zone and zone not in _zones():
        text = _("“{value}” is not a time zone, as “Asia/Seoul” is one.")
        return "zone", Message(text, {"value": zone[:60]})
    return None
