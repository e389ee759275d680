"""Invented customers of the invented company: who they are, use, pay, and leave.

Nobody here exists, and every name says so. They are linked to some of the public
feedback so that the pages have something to show; what the pages find was put in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from moksori.act.writes.health import read_health
from moksori.base.customers.models import Account, Customer, Lasting
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Feedback
from moksori.collect.tables.figures import read_given
from moksori.collect.tables.table import Cell
from moksori.collect.writes.figures import take_figures
from moksori.server.demo.people import Company
from moksori.understand.jobs import forecast_all

SEED = 20261122
COMPANIES, PERSONS = 260, 700
MONTHS = 30
STATES = ("CA", "TX", "FL", "NY", "IL", "GA")
SEGMENTS = ("Large", "Middle", "Small")
_FIRST = ("Garam", "Narae", "Dasom", "Maru", "Byeol", "Saebyeok", "Ara", "Jandi",
          "Chorok", "Haetsal", "Pureun", "Onnuri", "Barun")  # fmt: skip
_LAST = ("Foods", "Logistics", "Motors", "Clinic", "Studio", "Textile", "Farm", "Tools",
         "Travel", "Books", "Energy", "Marine", "Labs", "Homes", "Foundry", "Bakery",
         "Media", "Optics", "Print", "Toys")  # fmt: skip
Rows = list[dict[str, Cell]]
Numbers = NDArray[np.float64]


def bring_customers(company: Company, *, today: date) -> str:
    """Customers, their use and demand, through the same door as everybody's."""
    rng = np.random.default_rng(SEED)
    by = company.people["haneul"]
    finance, cinema = company.units["finance"], company.units["cinema"]
    firms = _lives(rng, COMPANIES, today=today, rate=0.016)
    people = _lives(rng, PERSONS, today=today, rate=0.022)
    _take("accounts", _accounts(rng, firms), finance, by)
    _take("usage", _usage(rng, firms, "account", "calls", today), finance, by)
    _take("customers", _persons(rng, people), cinema, by)
    _take("usage", _usage(rng, people, "customer", "visits", today), cinema, by)
    _take("demand", _demand(rng, today), finance, by)
    linked = _linked(rng, finance, "account") + _linked(rng, cinema, "customer")
    read_health()
    # Half a minute of work: the worker does it while people look around.
    forecast_all.enqueue()
    return f"{COMPANIES + PERSONS} customers (invented) · {linked:,}"


class _Life:
    """One invented customer: name, first day, day of leaving, and when use fell."""

    def __init__(self, number: int, since: date, left: date | None) -> None:
        self.number = number
        self.since = since
        self.left = left
        self.segment = SEGMENTS[number % 3]

    @property
    def firm(self) -> str:
        first, last = divmod(self.number, len(_LAST))
        return f"{_FIRST[first % len(_FIRST)]} {_LAST[last]} (invented)"

    @property
    def person(self) -> str:
        return f"M-{self.number:04} (invented)"


def _lives(
    rng: np.random.Generator, count: int, *, today: date, rate: float
) -> list[_Life]:
    """Some leave each month; small ones twice as often as large ones."""
    found = []
    for number in range(count):
        since = today - timedelta(days=int(rng.integers(40, 30 * MONTHS + 400)))
        pace = rate * (0.65, 1.0, 1.35)[number % 3]
        first = max(since, today - timedelta(days=30 * MONTHS))
        stays = int(rng.exponential(30 / pace))
        left = first + timedelta(days=30 + stays)
        found.append(_Life(number, since, left if left <= today else None))
    return found


def _accounts(rng: np.random.Generator, firms: Sequence[_Life]) -> Rows:
    rows: Rows = []
    for life in firms:
        revenue = float(np.round(np.exp(rng.normal(11 - life.number % 3, 0.5)), -2))
        rows.append(
            {
                "account": life.firm,
                "segment": life.segment,
                "region": STATES[int(rng.integers(len(STATES)))],
                "since": life.since.isoformat(),
                "left_on": life.left.isoformat() if life.left else "",
                "annual_revenue": revenue,
                "margin_share": round(float(rng.uniform(0.15, 0.45)), 2),
                "cost_to_serve": round(revenue * float(rng.uniform(0.02, 0.12))),
                "currency": "USD",
            }
        )
    return rows


def _persons(rng: np.random.Generator, people: Sequence[_Life]) -> Rows:
    return [
        {
            "customer": life.person,
            "segment": ("Gold", "Silver", "Basic")[life.number % 3],
            "since": life.since.isoformat(),
            "left_on": life.left.isoformat() if life.left else "",
            "annual_revenue": int(rng.integers(3, 30)) * 10_000,
            "currency": "KRW",
        }
        for life in people
    ]


def _usage(
    rng: np.random.Generator,
    lives: Sequence[_Life],
    role: str,
    measure: str,
    today: date,
) -> Rows:
    """Use by month; of most who leave it falls in the quarter before."""
    months = [_month(today, back) for back in range(MONTHS, 0, -1)]
    rows: Rows = []
    for life in lives:
        usual = float(np.exp(rng.normal(2.2, 0.4)))
        fades = rng.uniform() < 0.75
        name = life.firm if role == "account" else life.person
        for start in months:
            if start < life.since or (life.left and start >= life.left):
                continue
            level = usual
            if life.left and fades and (life.left - start).days < 130:
                level *= 0.45
            rows.append(
                {
                    role: name,
                    "measure": measure,
                    "date": start.isoformat(),
                    "value": int(rng.poisson(level)),
                    "every": "month",
                }
            )
    return rows


def _demand(rng: np.random.Generator, today: date) -> Rows:
    """Calls to the contact centre, with a season and a slow rise."""
    rows: Rows = []
    for place, region in enumerate(STATES[:3]):
        for line, product in enumerate(("Mortgage", "Credit card")):
            for back in range(48, 0, -1):
                start = _month(today, back)
                season = 1 + 0.18 * np.sin(2 * np.pi * (start.month + 2 * line) / 12)
                level = (400 - 90 * place) * season * (1 + 0.004 * (48 - back))
                rows.append(
                    {
                        "measure": "전화 상담 (가상) · Calls (invented)",
                        "region": region,
                        "product": product,
                        "date": start.isoformat(),
                        "value": int(rng.normal(level, 0.05 * level)),
                        "every": "month",
                    }
                )
    return rows


def _month(today: date, back: int) -> date:
    """The first day of the month so many months ago."""
    years, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return date(years, month + 1, 1)


def _take(kind: str, rows: Rows, unit: Unit, by: Member) -> None:
    take_figures(read_given(rows, kind), unit=unit, by=by)


def _linked(rng: np.random.Generator, unit: Unit, kind: str) -> int:
    """Some of the feedback said to be theirs; more of it before they left."""
    model = Account if kind == "account" else Customer
    lives = list(model._default_manager.filter(unit=unit).order_by("pk"))
    by_month: dict[tuple[int, int], list[Feedback]] = defaultdict(list)
    rows = Feedback.objects.filter(unit__path__startswith=unit.path)
    for row in rows.order_by("pk").only("pk", "occurred_at"):
        by_month[row.occurred_at.year, row.occurred_at.month].append(row)
    chosen: list[Feedback] = []
    for (year, month), said in sorted(by_month.items()):
        day = date(year, month, 15)
        here = [one for one in lives if _is_here(one, day)]
        if not here:
            continue
        weight = np.array([6.0 if _leaves_soon(one, day) else 1.0 for one in here])
        count = min(len(said) // 4, len(here) // 4)
        who = rng.choice(len(here), size=count, p=weight / weight.sum())
        for row, at in zip(said[::4][:count], who, strict=False):
            setattr(row, f"{kind}_id", here[int(at)].pk)
            chosen.append(row)
    Feedback.objects.bulk_update(chosen, [f"{kind}"], batch_size=400)
    return len(chosen)


def _is_here(one: Lasting, day: date) -> bool:
    since, left = one.since or day, one.left_on
    return since <= day and (left is None or left > day)


def _leaves_soon(one: Lasting, day: date) -> bool:
    return one.left_on is not None and (one.left_on - day).days < 100
