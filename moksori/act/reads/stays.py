"""How long customers stay, segment by segment, and one customer's own story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.utils import timezone

from moksori.act.models import Health
from moksori.analysis.customers.survival import Survival, kaplan_meier, log_rank
from moksori.analysis.estimate import Estimate
from moksori.base.customers.models import Account, Customer, Usage
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Feedback
from moksori.understand.reads.window import unit_ids_of

MINIMUM = 5
MOST_SEGMENTS = 4
MONTH = 30.4375
SAID = 5


@dataclass(frozen=True, slots=True)
class Stay:
    """One segment's curve; `after_year` is the share that stays a year or longer."""

    segment: str
    n: int
    left: int
    curve: Survival
    after_year: Estimate | None


@dataclass(frozen=True, slots=True)
class Stays:
    """Curves by segment; `p` says whether they differ beyond chance (log-rank).

    `hidden` customers are in segments too small to be shown.
    """

    all: Stay
    segments: tuple[Stay, ...]
    p: float | None
    hidden: int


def stays(
    unit: Unit, kind: str, *, by: Member, today: date | None = None
) -> Stays | None:
    """Curves of the customers that the member reads; None with fewer than five."""
    model: Any = Account if kind == Health.Kind.ACCOUNT else Customer
    rows = model.objects.visible_to(by).filter(
        unit_id__in=unit_ids_of(unit.pk), since__isnull=False
    )
    day = today or timezone.localdate()
    spans = [
        (segment, *_span(since, left, day))
        for segment, since, left in rows.values_list("segment", "since", "left_on")
        if since < day
    ]
    if len(spans) < MINIMUM:
        return None
    names = np.array([one[0] for one in spans], dtype=object)
    months = np.array([one[1] for one in spans])
    left = np.array([one[2] for one in spans])
    sizes = {name: int((names == name).sum()) for name in set(names) if name}
    shown = sorted(
        (name for name, n in sizes.items() if n >= MINIMUM), key=lambda n: -sizes[n]
    )[:MOST_SEGMENTS]
    inside = np.isin(names, shown)
    p = None
    if len(shown) > 1 and left[inside].any():
        p = log_rank(months[inside], left[inside], names[inside].astype(str)).p
    return Stays(
        all=_stay("", months, left),
        segments=tuple(
            _stay(name, months[names == name], left[names == name])
            for name in sorted(shown)
        ),
        p=p,
        hidden=int((~inside).sum()) if shown else 0,
    )


def _stay(segment: str, months: Any, left: Any) -> Stay:
    curve = kaplan_meier(months, left)
    year = curve.at(12) if curve.followed >= 12 else None
    return Stay(segment, int(months.size), int(left.sum()), curve, year)


def _span(since: date, left: date | None, today: date) -> tuple[float, bool]:
    is_gone = left is not None and left <= today
    end = left if left is not None and is_gone else today
    return max((end - since).days, 1) / MONTH, is_gone


@dataclass(frozen=True, slots=True)
class Used:
    """One measure of use, period by period."""

    measure: str
    days: tuple[date, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SaidLine:
    id: int
    at: datetime
    text: str
    score: float | None


def used(kind: str, customer_id: int) -> list[Used]:
    """What one customer used, for who was shown this customer."""
    rows = Usage.objects.filter(**{f"{kind}_id": customer_id}).order_by(
        "measure", "starts_on"
    )
    found: dict[str, list[tuple[date, float]]] = {}
    for row in rows:
        found.setdefault(row.measure, []).append((row.starts_on, row.value))
    return [
        Used(name, tuple(day for day, _v in pairs), tuple(v for _day, v in pairs))
        for name, pairs in found.items()
    ]


def said(kind: str, customer_id: int, *, by: Member) -> Sequence[SaidLine]:
    """The newest feedback of one customer that the member reads."""
    rows = Feedback.objects.visible_to(by).filter(**{f"{kind}_id": customer_id})
    rows = rows.exclude(text="")
    return [
        SaidLine(row.pk, row.occurred_at, row.text[:240], row.score)
        for row in rows.order_by("-occurred_at")[:SAID]
    ]
