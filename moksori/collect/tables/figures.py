"""Tables of customers, their use and demand: what the columns mean, row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import isfinite
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from moksori.base.customers.models import Every
from moksori.collect.tables.dates import Order, day_order, moment
from moksori.collect.tables.messages import Message, Unreadable
from moksori.collect.tables.table import Cell, Row, Table, as_float, clean

MOST_ROWS = 500_000
MONEY = ("annual_revenue", "annual_margin", "cost_to_serve")
_LASTING = ("segment", "region", "since", "left_on", *MONEY, "margin_share", "currency")
ROLES: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account", *_LASTING),
    "customers": ("customer", "account", "name", *_LASTING),
    "usage": ("account", "customer", "date", "value", "measure", "every"),
    "demand": ("date", "value", "region", "product", "measure", "every"),
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account",),
    "customers": ("customer",),
    "usage": ("date", "value"),
    "demand": ("date", "value"),
}
# Names in files, letters and digits alone, the usual one first.
NAMES: Mapping[str, tuple[str, ...]] = {
    "account": ("account", "accountname", "company", "client", "고객사", "거래처",
                "회사", "회사명", "계정"),
    "customer": ("customer", "customerid", "customernumber", "memberid", "userid",
                 "고객번호", "고객id", "고객", "회원번호", "회원id"),
    "name": ("name", "customername", "이름", "고객명", "성명"),
    "segment": ("segment", "tier", "grade", "세그먼트", "등급", "고객군", "구분"),
    "region": ("region", "state", "area", "지역", "시도", "권역"),
    "product": ("product", "service", "상품", "제품", "서비스"),
    "since": ("since", "start", "startdate", "joined", "joinedon", "contractstart",
              "가입일", "시작일", "계약일", "거래시작일"),
    "left_on": ("lefton", "left", "churned", "churndate", "end", "enddate", "해지일",
                "탈퇴일", "이탈일", "종료일"),
    "annual_revenue": ("annualrevenue", "revenue", "sales", "arr", "연매출", "매출",
                       "연간매출"),
    "annual_margin": ("annualmargin", "margin", "profit", "연이익", "이익", "마진"),
    "margin_share": ("marginshare", "marginrate", "marginpercent", "이익률", "마진율"),
    "cost_to_serve": ("costtoserve", "servicecost", "응대비용", "서비스비용"),
    "currency": ("currency", "통화"),
    "date": ("date", "month", "week", "period", "startson", "날짜", "일자", "월", "주",
             "기간", "기준월", "기준일"),
    "value": ("value", "count", "amount", "quantity", "demand", "usage", "visits",
              "값", "수량", "건수", "사용량", "이용량", "수요", "판매량"),
    "measure": ("measure", "metric", "series", "지표", "항목", "측정값"),
    "every": ("every", "frequency", "주기"),
}  # fmt: skip
_SIGNS = re.compile(r"[\s,₩$€£￦]|원$|krw|usd|eur", re.IGNORECASE)
_KOREAN = {"만": 1e4, "억": 1e8, "천": 1e3, "백만": 1e6}
_WEEKLY = {"week", "weekly", "w", "주", "주간", "매주"}
_MONTHLY = {"month", "monthly", "m", "월", "월간", "매월", "매달"}
_MONTH = re.compile(r"^(\d{4})[-./년]?\s*(\d{1,2})월?$")

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, and why; `number` counts as the file does."""

    number: int
    column: str
    message: Message


@dataclass(frozen=True, slots=True)
class Figures:
    """The rows of one table, each as values by role, and those refused."""

    kind: str
    columns: dict[str, str]
    unused: tuple[str, ...]
    every: Every
    given: list[tuple[int, Given]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def read_figures(
    table: Table, kind: str, *, mapping: Mapping[str, str] | None = None
) -> Figures:
    """All rows of the table. `mapping` names columns (role → column) over guesses.

    Raises Unreadable when a column that is needed is missing, or there are too many
    rows for one go.
    """
    columns = _columns(table.columns, kind, mapping or {})
    rows = list(_limited(table.rows()))
    at = {role: table.columns.index(name) for role, name in columns.items()}
    order = _order(rows, [at[r] for r in ("date", "since", "left_on") if r in at])
    every = _every(rows, at, order)
    unused = tuple(name for name in table.columns if name not in columns.values())
    found = Figures(kind, columns, unused, every)
    for row in rows:
        _take(found, row, at, order)
    return found


def read_given(rows: Sequence[Mapping[str, Cell]], kind: str) -> Figures:
    """The same for rows by role, as programs send them; unknown roles are left."""
    roles = [r for r in ROLES[kind] if any(r in row for row in rows)]
    columns = {role: role for role in roles}
    _must_have(columns, sorted({name for row in rows for name in row}), kind)
    numbered = [
        Row(number, [_plain(row.get(role)) for role in roles])
        for number, row in enumerate(rows, start=1)
    ]
    at = {role: place for place, role in enumerate(roles)}
    found = Figures(kind, columns, (), _every(numbered, at, Order.YMD))
    for row in numbered:
        _take(found, row, at, Order.YMD)
    return found


def _plain(cell: Cell) -> Cell:
    return clean(cell) if isinstance(cell, str) else cell


def _take(found: Figures, row: Row, at: Mapping[str, int], order: Order) -> None:
    if row.problem is not None:
        found.refused.append(Refused(row.number, "", row.problem))
        return
    given: Given = {}
    for role, place in at.items():
        cell = row.cells[place]
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        value = _value(role, cell, order)
        if isinstance(value, Message):
            found.refused.append(Refused(row.number, found.columns[role], value))
            return
        given[role] = value
    problem = _problem(found.kind, given)
    if problem is not None:
        role, message = problem
        column = found.columns.get(role, "")
        found.refused.append(Refused(row.number, column, message))
        return
    if "date" in given:
        every = given.setdefault("every", found.every)
        given["date"] = first_day(given["date"], every)
    found.given.append((row.number, given))


def first_day(day: date, every: str) -> date:
    """The first day of the month, or the Monday of the week."""
    if every == Every.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday())


def _columns(names: list[str], kind: str, mapping: Mapping[str, str]) -> dict[str, str]:
    """Role → column; what was said wins over what the names suggest."""
    if kind not in ROLES:
        raise Unreadable(
            _("There is no kind of table “{kind}”. There are: {known}."),
            kind=kind,
            known=", ".join(ROLES),
        )
    for role, name in mapping.items():
        if role not in ROLES[kind] or name not in names:
            raise Unreadable(
                _("“{role}={name}” names no column of this file. It has: {columns}."),
                role=role,
                name=name,
                columns=", ".join(names[:20]),
            )
    found = dict(mapping)
    plain = {re.sub(r"[^0-9a-z가-힣]", "", n.lower()): n for n in reversed(names)}
    for role in ROLES[kind]:
        fits = [plain[name] for name in NAMES[role] if name in plain]
        free = [name for name in fits if name not in found.values()]
        if role not in found and free:
            found[role] = free[0]
    _must_have(found, names, kind)
    return found


def _must_have(found: Mapping[str, str], names: list[str], kind: str) -> None:
    missing = [role for role in REQUIRED[kind] if role not in found]
    if kind == "usage" and not {"account", "customer"} & found.keys():
        missing.append("account")
    if missing:
        words = [f"{NAMES[role][0]} ({NAMES[role][-1]})" for role in missing]
        raise Unreadable(
            _("The table needs a column {missing}. It has: {columns}."),
            missing=", ".join(words),
            columns=", ".join(names[:20]),
        )


def _limited(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count >= MOST_ROWS:
            raise Unreadable(
                _("The table has more than {most} rows. Split it."),
                most=f"{MOST_ROWS:,}",
            )
        yield row


def _order(rows: list[Row], places: list[int]) -> Order:
    cells = (row.cells[at] for row in rows if row.problem is None for at in places)
    return day_order(cells)[0]


def _every(rows: list[Row], at: Mapping[str, int], order: Order) -> Every:
    """Months, unless days lie closer together than a month."""
    if "date" not in at:
        return Every.MONTH
    days = {
        day
        for row in rows[:20_000]
        if row.problem is None
        if isinstance(day := _day(row.cells[at["date"]], order), date)
    }
    ordered = sorted(days)
    gaps = sorted((b - a).days for a, b in pairwise(ordered))
    if gaps and gaps[len(gaps) // 2] < 20:
        return Every.WEEK
    return Every.MONTH


def _value(role: str, cell: Cell, order: Order) -> Any:
    if role in {"date", "since", "left_on"}:
        return _day(cell, order)
    if role in {*MONEY, "value"}:
        return _number(cell)
    if role == "margin_share":
        return _share(cell)
    text = " ".join(str(cell).split())
    if isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))
    if role in _CHOICES:
        return _CHOICES[role](text)
    return text[: 80 if role in {"segment", "region"} else 200]


def _day(cell: Cell, order: Order) -> date | Message:
    if isinstance(cell, str) and (match := _MONTH.match(cell.strip())):
        year, month = int(match[1]), int(match[2])
        if 1 <= month <= 12 and 1900 <= year <= 2100:
            return date(year, month, 1)
    if isinstance(cell, date):
        return date(cell.year, cell.month, cell.day)
    found = moment(cell, order=order)
    if found is None:
        return Message(
            _("“{value}” is not a date that can be read. Write it like 2026-03-01."),
            {"value": str(cell)[:40]},
        )
    return timezone.localdate(found)


def _number(cell: Cell) -> float | Message:
    found: float | None = None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = as_float(cell)
    elif isinstance(cell, str):
        found = _written(_SIGNS.sub("", cell))
    if found is None or not isfinite(found) or abs(found) >= 1e13:
        return Message(
            _("“{value}” is not an amount. Write it like 1200000."),
            {"value": str(cell)[:40]},
        )
    return found


def _written(text: str) -> float | None:
    """1200000, (1200000) for less than nothing, 120만, 1.5억."""
    sign = -1.0 if text.startswith("(") and text.endswith(")") else 1.0
    text = text.strip("()")
    for unit in sorted(_KOREAN, key=len, reverse=True):
        if text.endswith(unit):
            text, sign = text.removesuffix(unit), sign * _KOREAN[unit]
            break
    try:
        return sign * float(text)
    except ValueError:
        return None


def _share(cell: Cell) -> float | Message:
    is_percent = isinstance(cell, str) and cell.strip().endswith("%")
    found = _number(cell.strip().rstrip("%") if isinstance(cell, str) else cell)
    if isinstance(found, Message):
        return found
    found = found / 100 if is_percent or abs(found) > 1 else found
    if not -1 <= found <= 1:
        return Message(
            _("“{value}” is not a share. Write it like 35%."), {"value": str(cell)[:40]}
        )
    return found


def _period(text: str) -> Every | Message:
    if text.lower() in _WEEKLY:
        return Every.WEEK
    if text.lower() in _MONTHLY:
        return Every.MONTH
    return Message(_("“{value}” is not week or month."), {"value": text[:40]})


def _currency(text: str) -> str | Message:
    known = {"원": "KRW", "₩": "KRW", "￦": "KRW", "$": "USD", "€": "EUR"}
    code = known.get(text, text.upper())
    if re.fullmatch(r"[A-Z]{3}", code):
        return code
    return Message(
        _("“{value}” is not a currency. Write three letters such as KRW."),
        {"value": text[:40]},
    )


_CHOICES: Mapping[str, Callable[[str], str | Message]] = {
    "every": _period,
    "currency": _currency,
}


def _problem(kind: str, given: Given) -> tuple[str, Message] | None:
    for role in REQUIRED[kind]:
        if role not in given:
            return role, Message(_("This row has nothing in a column that is needed."))
    if kind == "usage" and not {"account", "customer"} & given.keys():
        return "account", Message(_("The row does not say whose use it is."))
    return _doubtful(given)


def _doubtful(given: Given) -> tuple[str, Message] | None:
    since, left = given.get("since"), given.get("left_on")
    if since and left and left < since:
        return "left_on", Message(
            _("The customer left on {left}, before the start on {since}."),
            {"left": left.isoformat(), "since": since.isoformat()},
        )
    if given.get("cost_to_serve", 0) < 0:
        return "cost_to_serve", Message(_("A cost cannot be less than nothing."))
    if "margin_share" in given and "annual_revenue" not in given:
        return "margin_share", Message(
            _("A share of margin needs the revenue in the same row.")
        )
    return None
