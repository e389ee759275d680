"""Questions about promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.core.paginator import Page
from django.db import models
from django.utils import timezone

from moksori.act.models import Promise
from moksori.act.reads.owners import Person
from moksori.act.reads.pages import page_of
from moksori.act.reads.timeline import Moment, moments
from moksori.act.writes.promises import may_work
from moksori.base.people.gate import one
from moksori.base.people.models import Assignment, Member
from moksori.base.people.roles import ABILITIES, Ability
from moksori.base.people.scope import Reach

COUNTED = timedelta(days=90)
READING = [role for role, held in ABILITIES.items() if Ability.READ in held]
OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class PromiseFilters:
    """`state`: a Promise.State, "overdue", "all", or "" for what is open."""

    state: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One line of a list. `days_late` is 0 once it has ended; then `days_left` None."""

    id: int
    text: str
    whom: str
    state: str
    state_name: str
    owner_id: int | None
    owner_name: str
    due: date
    days_late: int
    days_left: int | None
    unit_name: str

    kind: ClassVar[str] = "promise"


@dataclass(frozen=True, slots=True)
class PromisePage:
    line: PromiseLine
    outcome: str
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    visit_id: int | None
    moments: list[Moment]
    owners: list[Person]
    may_work: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the promises due from `since` to yesterday: how many were kept, broken, and
    are still open. Every promise within the gate is counted, none is a sample."""

    since: date
    kept: int
    broken: int
    overdue: int

    @property
    def n(self) -> int:
        return self.kept + self.broken + self.overdue

    @property
    def percent(self) -> int | None:
        return round(100 * self.kept / self.n) if self.n else None


def promise_row(promise_id: int, *, by: Member) -> Promise:
    return one(_rows(by), pk=promise_id)


def promise_lines(
    *, by: Member, filters: PromiseFilters | None = None, page: object = 1
) -> Page[Any]:
    """A page of PromiseLine, the nearest day first; ended ones the latest first."""
    today = timezone.localdate()
    asked = filters or PromiseFilters()
    rows = _filtered(_rows(by), asked, today)
    is_past = asked.state in {Promise.State.KEPT, Promise.State.BROKEN, "freed"}
    ordered = rows.order_by("-ended_at", "-id") if is_past else rows.order_by("due")
    return page_of(ordered, lambda row: promise_line(row, today), number=page)


def promises_of_visit(visit_id: int, *, by: Member) -> list[PromiseLine]:
    today = timezone.localdate()
    return [promise_line(row, today) for row in _rows(by).filter(visit=visit_id)]


def promise_words(visit_id: int, by: Member) -> list[str]:
    """The promises of a visit, a line each, for the command line."""
    return [
        f"{one.due.isoformat()}  {one.state_name}  {one.owner_name}: {one.text}"
        for one in promises_of_visit(visit_id, by=by)
    ]


def my_promises(*, by: Member) -> list[PromiseLine]:
    """Open ones that this member looks after, due first."""
    today = timezone.localdate()
    rows = _rows(by).filter(owner=by, state=Promise.State.OPEN).order_by("due", "id")
    return [promise_line(row, today) for row in rows[:100]]


def promise_page(promise_id: int, *, by: Member) -> PromisePage:
    row = promise_row(promise_id, by=by)
    return PromisePage(
        line=promise_line(row, timezone.localdate()),
        outcome=row.outcome,
        made_by=row.made_by.name if row.made_by else "",
        made_at=row.made_at,
        ended_at=row.ended_at,
        visit_id=row.visit_id,
        moments=moments(row),
        owners=able(row.unit.ancestor_ids(), row.region_id),
        may_work=may_work(row, by),
    )


def able(units: list[int], region: int | None) -> list[Person]:
    """Members who may read what lies in this unit and region: any of them may have a
    promise, executives too."""
    held = Assignment.objects.filter(
        role__in=READING, unit__in=units, member__is_active=True
    ).prefetch_related("regions")
    found = {
        one.member_id
        for one in held
        if Reach(frozenset(units), frozenset(r.pk for r in one.regions.all())).covers(
            units[-1], region
        )
    }
    members = Member.objects.filter(pk__in=found).order_by("name", "pk")
    return [Person(member.pk, member.name, member.title) for member in members]


def kept_lately(*, by: Member) -> Kept:
    today = timezone.localdate()
    rows = _rows(by).filter(due__gte=today - COUNTED, due__lt=today)
    counts = dict(rows.order_by().values_list("state").annotate(n=models.Count("id")))
    return Kept(
        since=today - COUNTED,
        kept=counts.get(Promise.State.KEPT, 0),
        broken=counts.get(Promise.State.BROKEN, 0),
        overdue=counts.get(Promise.State.OPEN, 0),
    )


def promise_line(row: Promise, today: date) -> PromiseLine:
    late = 0 if row.is_over else max(0, (today - row.due).days)
    return PromiseLine(
        id=row.pk,
        text=row.text,
        whom=row.account.name if row.account else row.whom,
        state=row.state,
        state_name=row.get_state_display(),
        owner_id=row.owner_id,
        owner_name=row.owner.name if row.owner else "",
        due=row.due,
        days_late=late,
        days_left=None if row.is_over else max(0, (row.due - today).days),
        unit_name=row.unit.name,
    )


def _rows(by: Member) -> models.QuerySet[Promise]:
    rows: models.QuerySet[Promise] = Promise.objects.visible_to(by)
    return rows.select_related("unit", "owner", "account", "made_by")


def _filtered(
    rows: models.QuerySet[Promise], asked: PromiseFilters, today: date
) -> models.QuerySet[Promise]:
    if asked.state == OVERDUE:
        rows = rows.filter(state=Promise.State.OPEN, due__lt=today)
    elif asked.state in Promise.State.values:
        rows = rows.filter(state=asked.state)
    elif asked.state != "all":
        rows = rows.filter(state=Promise.State.OPEN)
    return rows.filter(owner=int(asked.owner[:18])) if asked.owner.isdecimal() else rows
