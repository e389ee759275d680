"""What was known of each customer on a day: feedback, replies, use, time stayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from moksori.act.models import Case, Health
from moksori.base.customers.models import Account, Customer, Every, Usage
from moksori.collect.models import Feedback
from moksori.understand.models import Mention
from moksori.understand.models.mentions import BAD
from moksori.understand.reads.window import unit_ids_of

Numbers = NDArray[np.float64]
Days = NDArray[np.int64]
RECENT, LONG = 90, 180  # days
MOST_MEASURES = 3
BASIC = ("tenure", "feedback", "complaints", "score", "reply", "waiting")
_NEVER = 10**7


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Things that happened: to whom (place in the book), on which day, how much."""

    who: Days
    day: Days
    value: Numbers

    @classmethod
    def of(cls, rows: Iterable[tuple[int, date, float]]) -> Events:
        kept = list(rows)
        return cls(
            np.array([row[0] for row in kept], dtype=np.int64),
            np.array([row[1].toordinal() for row in kept], dtype=np.int64),
            np.array([row[2] for row in kept], dtype=np.float64),
        )

    def between(self, after: int, until: int) -> NDArray[np.bool_]:
        return (self.day > after) & (self.day <= until)

    def counted(self, after: int, until: int, size: int) -> Numbers:
        here = self.between(after, until)
        return np.bincount(self.who[here], minlength=size).astype(np.float64)

    def mean(self, after: int, until: int, size: int) -> Numbers:
        """Per customer the mean value, NaN where there is none."""
        here = self.between(after, until) & np.isfinite(self.value)
        n = np.bincount(self.who[here], minlength=size)
        total = np.bincount(self.who[here], self.value[here], minlength=size)
        return np.where(n > 0, total / np.maximum(n, 1), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """All customers of one kind of an affiliate that have a first day.

    `since` and `left` are days as ordinals (`left` far away for who is here). `began`
    is the first day from which feedback or use is known.
    """

    kind: str
    rows: Sequence[Any]
    since: Days
    left: Days
    feedback: Events
    complaints: Events
    opened: Events
    replied: Days
    usage: tuple[tuple[str, Events], ...]

    @property
    def names(self) -> tuple[str, ...]:
        measures = [name for name, _events in self.usage]
        told = [(f"use:{name}", f"trend:{name}") for name in measures]
        return (*BASIC, *(one for pair in told for one in pair))

    @property
    def began(self) -> int | None:
        days = [
            int(events.day.min())
            for events in (self.feedback, *(one for _name, one in self.usage))
            if events.day.size
        ]
        return min(days) if days else None

    def here(self, day: int) -> NDArray[np.bool_]:
        """Who is a customer on this day."""
        return (self.since <= day) & (self.left > day)

    def features(self, day: int) -> Numbers:
        """What was known when this day ended, (customers, names); NaN: nothing."""
        size = len(self.rows)
        columns = [
            np.log1p(np.maximum(day - self.since, 0) / 30.4),
            np.log1p(self.feedback.counted(day - RECENT, day, size)),
            np.log1p(self.complaints.counted(day - RECENT, day, size)),
            self.feedback.mean(day - LONG, day, size),
            np.log1p(self._reply_days(day)),
            self._waiting(day),
        ]
        for _name, events in self.usage:
            columns += _use(events, day, size)
        return np.column_stack(columns)

    def _reply_days(self, day: int) -> Numbers:
        """Mean days until a reply; who waits still has waited until now."""
        taken = np.minimum(self.replied, day) - self.opened.day
        events = Events(self.opened.who, self.opened.day, taken.astype(np.float64))
        return events.mean(day - LONG, day, len(self.rows))

    def _waiting(self, day: int) -> Numbers:
        """Cases open and not answered on this day."""
        open_ = (self.opened.day <= day) & (self.replied > day)
        found = np.bincount(self.opened.who[open_], minlength=len(self.rows))
        return np.log1p(found.astype(np.float64))


def book_of(affiliate: int, kind: str) -> Book:
    """Everything known of the customers of this kind in the affiliate."""
    model: Any = Account if kind == Health.Kind.ACCOUNT else Customer
    inside = unit_ids_of(affiliate)
    rows = list(
        model.objects.filter(unit_id__in=inside, since__isnull=False).order_by("pk")
    )
    at = {row.pk: place for place, row in enumerate(rows)}
    feedback, complaints = _said(kind, at)
    opened, replied = _cases(kind, at)
    return Book(
        kind=kind,
        rows=rows,
        since=np.array([row.since.toordinal() for row in rows], dtype=np.int64),
        left=np.array(
            [row.left_on.toordinal() if row.left_on else _NEVER for row in rows],
            dtype=np.int64,
        ),
        feedback=feedback,
        complaints=complaints,
        opened=opened,
        replied=replied,
        usage=_usages(kind, at),
    )


def _said(kind: str, at: dict[int, int]) -> tuple[Events, Events]:
    known = {f"{kind}__isnull": False}
    rows = Feedback.objects.filter(**known).values_list(
        "pk", f"{kind}_id", "occurred_at", "score"
    )
    kept = [row for row in rows.iterator(chunk_size=5_000) if row[1] in at]
    bad = _bad_ones(kind)
    day = {row[0]: timezone.localdate(row[2]) for row in kept}
    feedback = Events.of(
        (at[whose], day[pk], np.nan if score is None else score)
        for pk, whose, _when, score in kept
    )
    complaints = Events.of(
        (at[whose], day[pk], 1.0) for pk, whose, _when, _score in kept if pk in bad
    )
    return feedback, complaints


def _bad_ones(kind: str) -> set[int]:
    hurt = Q(kind=Mention.Kind.COMPLAINT) | Q(sentiment__lte=BAD)
    rows = Mention.objects.filter(hurt, **{f"feedback__{kind}__isnull": False})
    return set(rows.values_list("feedback_id", flat=True))


def _cases(kind: str, at: dict[int, int]) -> tuple[Events, Days]:
    path = f"feedback__{kind}_id"
    rows = Case.objects.filter(**{f"feedback__{kind}__isnull": False}).values_list(
        path, "opened_at", "replied_at", "closed_at"
    )
    kept = [row for row in rows if row[0] in at]
    opened = Events.of(
        (at[whose], timezone.localdate(when), 1.0) for whose, when, _r, _c in kept
    )
    ends = [
        min((timezone.localdate(one).toordinal() for one in (r, c) if one),
            default=_NEVER)
        for _whose, _when, r, c in kept
    ]  # fmt: skip
    return opened, np.array(ends, dtype=np.int64)


def _usages(kind: str, at: dict[int, int]) -> tuple[tuple[str, Events], ...]:
    """The measures known of most customers; a period is known when it is over."""
    rows = Usage.objects.filter(**{f"{kind}__isnull": False}).values_list(
        f"{kind}_id", "measure", "every", "starts_on", "value"
    )
    kept = [row for row in rows.iterator(chunk_size=10_000) if row[0] in at]
    most = Counter((row[1], row[2]) for row in kept).most_common(MOST_MEASURES)
    found = []
    for (measure, every), _count in most:
        days = 31 if every == Every.MONTH else 7
        events = Events.of(
            (at[whose], start, value)
            for whose, name, each, start, value in kept
            if (name, each) == (measure, every)
        )
        over = Events(events.who, events.day + days - 1, events.value)
        found.append((measure, over))
    return tuple(found)


def _use(events: Events, day: int, size: int) -> list[Numbers]:
    """How much lately, and how that compares with the quarter before."""
    lately = np.log1p(np.maximum(events.mean(day - 62, day, size), 0))
    before = np.log1p(np.maximum(events.mean(day - 154, day - 62, size), 0))
    return [lately, lately - before]
