"""Questions about visits: lists, one with all that hangs on it, plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.collect.field.guides import question_from
from moksori.collect.field.rules import DOUBTS, OLD_GUIDES, may_change
from moksori.collect.field.told import Person, Said, VisitTold
from moksori.collect.models import (
    Attachment,
    FieldConflict,
    Handover,
    Visit,
    VisitPlan,
)

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class VisitFilters:
    """`days` counts back from today; `who` and `account` are ids."""

    days: str = ""
    who: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class VisitLine:
    id: int
    whom: str
    started_at: datetime
    minutes: int
    way: str
    author: str
    companions: int
    said: int
    words: str
    unit: str


@dataclass(frozen=True, slots=True)
class HandoverLine:
    id: int
    kind_name: str
    text: str
    to: str
    visit_id: int
    whom: str
    met_on: date
    is_done: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    """`verbatims` and `met` as the visit holds them; `doubts` in words."""

    line: VisitLine
    row: Visit
    account: str
    account_id: int | None
    region: str
    companions: tuple[str, ...]
    products: tuple[str, ...]
    asked: tuple[Asked, ...]
    handovers: tuple[HandoverLine, ...]
    attachments: tuple[Attachment, ...]
    doubts: tuple[str, ...]
    conflicts: int
    changes: tuple[Any, ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class PlanLine:
    id: int
    on: date
    whom: str
    purpose: str
    member: str
    state: str
    state_name: str
    is_mine: bool
    is_past: bool


def visit_row(visit_id: int, *, by: Member) -> Visit:
    return one(_rows(by), pk=visit_id)


def visit_lines(
    *, by: Member, filters: VisitFilters | None = None, page: object = 1
) -> Page[Any]:
    """A page of VisitLine, the latest meeting first."""
    rows = _filtered(_rows(by), filters or VisitFilters())
    found: Page[Any] = Paginator(rows, PER_PAGE).get_page(page)  # type: ignore[arg-type]
    found.object_list = [_line(row) for row in found.object_list]
    return found


def visit_page(visit_id: int, *, by: Member) -> VisitPage:
    row = visit_row(visit_id, by=by)
    handed = row.handovers.select_related("to", "visit__account")
    return VisitPage(
        line=_line(row),
        row=row,
        account=row.account.name if row.account else "",
        account_id=row.account_id,
        region=row.region.name if row.region else "",
        companions=tuple(one.name for one in row.companions.all()),
        products=tuple(one.name for one in row.products.all()),
        asked=_asked(row),
        handovers=tuple(_handover(one, by) for one in handed),
        attachments=tuple(row.attachments.all()),
        doubts=tuple(_doubt(name) for name in row.doubts),
        conflicts=FieldConflict.objects.filter(record__visit=row).count(),
        changes=tuple(row.revisions.select_related("by").order_by("-number")),
        may_change=may_change(row, by),
    )


def attachment_row(attachment_id: int, *, by: Member) -> Attachment:
    return one(Attachment.objects.visible_to(by), pk=attachment_id)


def handovers_for(*, by: Member) -> list[HandoverLine]:
    """What was passed on to this member and is not done, oldest first."""
    rows: QuerySet[Handover] = Handover.objects.visible_to(by)
    rows = rows.filter(to=by, done_at=None).select_related("to", "visit__account")
    return [_handover(row, by) for row in rows[:100]]


def handover_row(handover_id: int, *, by: Member) -> Handover:
    rows = Handover.objects.visible_to(by).select_related("visit", "to")
    return one(rows, pk=handover_id)


def plan_lines(*, by: Member, whose: str = "") -> list[PlanLine]:
    """Plans from a month ago on; `whose` "mine" for one's own alone."""
    today = timezone.localdate()
    rows: QuerySet[VisitPlan] = VisitPlan.objects.visible_to(by)
    rows = rows.filter(on__gte=today - timedelta(days=30))
    if whose == "mine":
        rows = rows.filter(member=by)
    rows = rows.exclude(state=VisitPlan.State.DROPPED)
    return [_plan(row, by) for row in rows.select_related("account", "member")[:200]]


def plan_row(plan_id: int, *, by: Member) -> VisitPlan:
    return one(VisitPlan.objects.visible_to(by), pk=plan_id)


def told_of(visit: Visit) -> VisitTold:
    """What a visit says now, as one would tell it anew; to change parts of it."""
    return VisitTold(
        started_at=visit.started_at,
        minutes=visit.minutes,
        way=visit.way,
        account=visit.account_id,
        whom=visit.whom,
        place=visit.place,
        purpose=visit.purpose,
        summary=visit.summary,
        score=visit.score,
        products=tuple(visit.products.values_list("pk", flat=True)),
        companions=tuple(visit.companions.values_list("pk", flat=True)),
        met=tuple(Person(one["name"], one.get("role", "")) for one in visit.met),
        verbatims=tuple(
            Said(one["id"], one["text"], one.get("who", "")) for one in visit.verbatims
        ),
        answers=tuple(visit.answers.items()),
    )


def _rows(by: Member) -> QuerySet[Visit]:
    rows: QuerySet[Visit] = Visit.objects.visible_to(by)
    return rows.select_related(
        "account", "region", "author", "unit", "guide_version"
    ).prefetch_related("companions")


def _filtered(rows: QuerySet[Visit], asked: VisitFilters) -> QuerySet[Visit]:
    if asked.days.isdecimal():
        since = timezone.now() - timedelta(days=int(asked.days[:4]))
        rows = rows.filter(started_at__gte=since)
    if asked.who.isdecimal():
        rows = rows.filter(author=int(asked.who[:18]))
    if asked.account.isdecimal():
        rows = rows.filter(account=int(asked.account[:18]))
    return rows


def _line(row: Visit) -> VisitLine:
    first = row.verbatims[0]["text"] if row.verbatims else ""
    return VisitLine(
        id=row.pk,
        whom=row.account.name if row.account else row.whom,
        started_at=row.started_at,
        minutes=row.minutes,
        way=row.get_way_display(),
        author=row.author.name if row.author else "",
        companions=len(row.companions.all()),
        said=len(row.verbatims),
        words=" ".join(first.split()),
        unit=row.unit.name,
    )


def _asked(row: Visit) -> tuple[Asked, ...]:
    """Answers beside their questions; those whose question is gone by their id."""
    rows = row.guide_version.questions if row.guide_version else []
    questions = {one["id"]: question_from(one).text for one in rows}
    ordered = sorted(row.answers.items(), key=lambda pair: _place(pair[0], questions))
    return tuple(Asked(questions.get(key, key), str(value)) for key, value in ordered)


def _place(key: str, questions: dict[str, str]) -> int:
    return list(questions).index(key) if key in questions else len(questions)


def _handover(row: Handover, by: Member) -> HandoverLine:
    visit = row.visit
    return HandoverLine(
        id=row.pk,
        kind_name=row.get_kind_display(),
        text=row.text,
        to=row.to.name if row.to else "",
        visit_id=row.visit_id,
        whom=visit.account.name if visit.account else visit.whom,
        met_on=timezone.localdate(visit.started_at),
        is_done=row.done_at is not None,
        is_mine=row.to_id == by.pk,
    )


def _plan(row: VisitPlan, by: Member) -> PlanLine:
    return PlanLine(
        id=row.pk,
        on=row.on,
        whom=row.account.name if row.account else row.whom,
        purpose=row.purpose,
        member=row.member.name,
        state=row.state,
        state_name=row.get_state_display(),
        is_mine=row.member_id == by.pk,
        is_past=row.on < timezone.localdate() and row.state == VisitPlan.State.PLANNED,
    )


def _doubt(name: str) -> str:
    return str(DOUBTS[name]).format(days=OLD_GUIDES.days) if name in DOUBTS else name
