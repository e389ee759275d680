"""Deadlines watched: owners reminded, leaders told step by step, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from moksori.act.casework.hours import Hours
from moksori.act.models import Case, CaseNotice
from moksori.act.reads.leaders import Leaders
from moksori.act.reads.office import Office
from moksori.base.audit import writes as audit
from moksori.base.people.models import Member
from moksori.share.writes.mails import write_to

Kind = CaseNotice.Kind
AHEAD = timedelta(days=14)  # reminders are short; holidays may lie in between
REMIND_HOURS, ESCALATE_HOURS = 2, 8  # working hours, for cases without a rule
AT_ONCE = 500
NAMED = 5  # cases that a letter names


@dataclass(frozen=True, slots=True)
class Pace:
    """How early to remind and after how long to go one step up; working hours."""

    remind: float = REMIND_HOURS
    escalate: float = ESCALATE_HOURS


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline of a case, and by which kinds of notice it is told."""

    at: datetime
    remind: str
    late: str


@dataclass(frozen=True, slots=True)
class Watch:
    """What is needed to judge deadlines, read once for many cases."""

    office: Office
    leaders: Leaders
    now: datetime


def watch_deadlines(*, now: datetime | None = None) -> int:
    """Note who must hear of which deadline; how many notices are new."""
    now = now or timezone.now()
    watch = Watch(Office.of_all(), Leaders.of_all(), now)
    count = 0
    rows = _watched(now).select_related("unit").order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    for at in range(0, len(ids), AT_ONCE):
        count += _note(rows.filter(pk__in=ids[at : at + AT_ONCE]), watch)
    return count


def _watched(now: datetime) -> QuerySet[Case]:
    soon = now + AHEAD
    answer = Q(answer_by__lte=soon, status__in=[Case.Status.OPEN, Case.Status.WAITING])
    close = Q(close_by__lte=soon) & ~Q(status=Case.Status.CLOSED)
    return Case.objects.filter(answer | close)


@transaction.atomic
def _note(rows: QuerySet[Case], watch: Watch) -> int:
    cases = list(rows)
    told = _told(cases)
    paces = _paces(cases)
    fresh = []
    for case in cases:
        for notice in _notices(case, paces.get(case.pk, Pace()), watch):
            key = (case.pk, notice.kind, notice.deadline, notice.member_id)
            if key not in told:
                told.add(key)
                fresh.append(notice)
    CaseNotice.objects.bulk_create(fresh, ignore_conflicts=True)
    for one in fresh:
        if one.level:
            audit.record(
                "escalate_case", one.case, by=None, level=one.level, kind=one.kind,
                to=one.member_id,
            )  # fmt: skip
    return len(fresh)


def _told(cases: list[Case]) -> set[tuple[int, str, datetime, int]]:
    rows = CaseNotice.objects.filter(case__in=cases)
    return set(rows.values_list("case_id", "kind", "deadline", "member_id"))


def _paces(cases: list[Case]) -> dict[int, Pace]:
    """Of several rules the most attentive."""
    rows = Case.objects.filter(pk__in=[one.pk for one in cases], hits__isnull=False)
    found = rows.order_by().values_list("pk").annotate(
        remind=Min("hits__rule__remind_hours"),
        escalate=Min("hits__rule__escalate_hours"),
    )  # fmt: skip
    return {pk: Pace(remind, escalate) for pk, remind, escalate in found}


def _notices(case: Case, pace: Pace, watch: Watch) -> Iterator[CaseNotice]:
    hours = watch.office.hours_at(case.unit.path)
    above = watch.leaders.above(case.unit.path, case.region_id)
    for deadline in _deadlines(case):
        if deadline.at > watch.now:
            if hours.between(watch.now, deadline.at) <= pace.remind:
                yield from _to(case, deadline, deadline.remind, 0, _first(case, above))
            continue
        yield from _to(case, deadline, deadline.late, 0, _first(case, above))
        late = hours.between(deadline.at, watch.now)
        for level, members in enumerate(above[: _steps(late, pace)], start=1):
            yield from _to(case, deadline, deadline.late, level, members)


def _steps(late: float, pace: Pace) -> int:
    """How many steps up have heard: the first at once, then one after each pace."""
    return 1 + int(late // pace.escalate)


def _first(case: Case, above: list[tuple[int, ...]]) -> tuple[int, ...]:
    if case.owner_id is not None:
        return (case.owner_id,)
    return above[0] if above else ()


def _deadlines(case: Case) -> Iterator[Deadline]:
    if case.needs_answer and case.answer_by is not None:
        yield Deadline(case.answer_by, Kind.REMIND_ANSWER, Kind.LATE_ANSWER)
    if not case.is_closed and case.close_by is not None:
        yield Deadline(case.close_by, Kind.REMIND_CLOSE, Kind.LATE_CLOSE)


def _to(
    case: Case, deadline: Deadline, kind: str, level: int, members: Iterable[int]
) -> Iterator[CaseNotice]:
    for member in members:
        yield CaseNotice(
            case=case, kind=kind, deadline=deadline.at, level=level, member_id=member
        )


def tell_notices() -> int:
    """One letter to each member for all that they have not been told; how many."""
    waiting = CaseNotice.objects.filter(told_at=None).order_by()
    members = list(waiting.values_list("member", flat=True).distinct())
    return sum(_tell(member) for member in members)


@transaction.atomic
def _tell(member_id: int) -> bool:
    rows = CaseNotice.objects.select_for_update().filter(told_at=None, member=member_id)
    found = list(rows.select_related("case__unit", "member"))
    if not found:
        return False
    CaseNotice.objects.filter(pk__in=[one.pk for one in found]).update(
        told_at=timezone.now()
    )
    # What was answered or closed since needs nobody's attention any more.
    live = [one for one in found if _still_matters(one)]
    member = found[0].member
    if live and member.is_active:
        _write(member, live)
    return bool(live)


def _still_matters(notice: CaseNotice) -> bool:
    case = notice.case
    if notice.kind in {Kind.REMIND_ANSWER, Kind.LATE_ANSWER}:
        return case.needs_answer and case.answer_by == notice.deadline
    return not case.is_closed and case.close_by == notice.deadline


def _write(member: Member, notices: list[CaseNotice]) -> None:
    by_kind: dict[str, list[CaseNotice]] = defaultdict(list)
    for one in notices:
        by_kind[one.kind].append(one)
    cases = list({one.case_id for one in notices})
    path = reverse("act:cases")
    if len(cases) == 1:
        path = reverse("act:case", args=cases)
    with translation.override(member.language):
        subject = ngettext(
            "%(n)s customer waits for an answer", "%(n)s customers wait for an answer",
            len(cases),
        ) % {"n": len(cases)}  # fmt: skip
        lines = [_line(kind, of_kind) for kind, of_kind in sorted(by_kind.items())]
        write_to(member, subject=subject, words=" ".join(lines), path=path)


def _line(kind: str, notices: list[CaseNotice]) -> str:
    label = Kind(kind).label
    names = ", ".join(f"#{one.case_id}" for one in notices[:NAMED])
    more = len(notices) - NAMED
    if more > 0:
        names += " " + ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return f"{label}: {names}."


def hours_left(case: Case, hours: Hours, now: datetime) -> float:
    """Working hours until an answer is due; negative when it is late."""
    if case.answer_by is None:
        return 0.0
    if case.answer_by >= now:
        return hours.between(now, case.answer_by)
    return -hours.between(case.answer_by, now)
