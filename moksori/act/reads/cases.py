"""Questions about cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.core.paginator import Page
from django.db import models
from django.utils import timezone

from moksori.act.models import Case
from moksori.act.reads.owners import Person, owners_of
from moksori.act.reads.pages import page_of
from moksori.act.reads.rules import rules_of, why_owner
from moksori.act.reads.timeline import Moment, moments
from moksori.base.people.gate import one
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback

QUOTE = 140
UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """`status`: a Case.Status, "unfinished" or "all"; `owner`: an id, or "none".

    `unit`: an id; its own cases, without those below. `late`: answers only.
    """

    status: str = UNFINISHED
    owner: str = ""
    late: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the list of cases.

    `days_late` is 0 unless an answer is overdue, `days_left` None once there is one.
    """

    id: int
    quote: str
    status: str
    status_name: str
    owner_id: int | None
    owner_name: str
    due: date
    days_late: int
    days_left: int | None
    channel: str
    unit_name: str
    opened_at: datetime
    late_since: datetime | None = None  # its hour has come today

    kind: ClassVar[str] = "case"


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer said, as far as this member may see it."""

    feedback_id: int
    text: str
    occurred_at: datetime
    channel: str
    source: str
    score: float | None
    product: str
    region: str


@dataclass(frozen=True, slots=True)
class CustomerContext:
    """Who said it. Name and address only for those who may work on the case."""

    name: str
    email: str
    account: str
    others: list[Said]  # what else they said, newest first, within the gate
    more: int  # further feedback beyond `others`


@dataclass(frozen=True, slots=True)
class CasePage:
    line: CaseLine
    why: str
    reply: str
    replied_at: datetime | None
    replied_by: str
    reason: str
    said: Said | None  # None: the feedback has been withdrawn
    customer: CustomerContext | None
    moments: list[Moment]
    owners: list[Person]
    may_act: bool
    may_assign: bool
    rules: list[str]  # names of the rules that met it
    owner_why: str  # why the owner was chosen; "" where a person chose


def case_row(case_id: int, *, by: Member) -> Case:
    """The case itself, or NotFound."""
    return one(_rows(by), pk=case_id)


def case_lines(
    *, by: Member, filters: CaseFilters | None = None, page: object = 1
) -> Page[Any]:
    """A page of CaseLine by deadline, those without an answer first."""
    today = timezone.localdate()
    rows = _filtered(_rows(by), filters or CaseFilters(), today)
    answered = models.Case(
        models.When(status__in=[Case.Status.OPEN, Case.Status.WAITING], then=0),
        default=1,
    )
    return page_of(
        rows.order_by(answered, "due", "id"),
        lambda case: case_line(case, today),
        number=page,
    )


def units_with_cases(*, by: Member) -> list[tuple[int, str]]:
    """Units that have cases which the member sees, in the order of the tree."""
    having = Case.objects.visible_to(by).order_by().values("unit").distinct()
    return [(unit.pk, unit.name) for unit in Unit.objects.filter(pk__in=having)]


def cases_of_feedback(feedback_id: int, *, by: Member) -> list[CaseLine]:
    """Every case about this feedback, the open one first; NotFound outside the gate."""
    feedback = one(Feedback.objects.visible_to(by), pk=feedback_id)
    today = timezone.localdate()
    rows = _rows(by).filter(feedback=feedback).order_by("-opened_at")
    lines = [case_line(case, today) for case in rows]
    return sorted(lines, key=lambda line: line.status == Case.Status.CLOSED)


def case_page(case_id: int, *, by: Member) -> CasePage:
    """All about one case, or NotFound."""
    case = case_row(case_id, by=by)
    may_act = by.may(Ability.ACT, case)
    feedback = _visible_feedback(case, by=by)
    return CasePage(
        line=case_line(case, timezone.localdate()),
        why=case.why,
        reply=case.reply,
        replied_at=case.replied_at,
        replied_by=case.replied_by.name if case.replied_by else "",
        reason=case.reason,
        said=said(feedback) if feedback else None,
        customer=_customer(feedback, by=by, reveals=may_act) if feedback else None,
        moments=moments(case),
        owners=owners_of(case, by=by),
        may_act=may_act,
        may_assign=by.may(Ability.ASSIGN, case),
        rules=rules_of(case),
        owner_why=why_owner(case),
    )


def case_line(case: Case, today: date) -> CaseLine:
    feedback = case.feedback
    late = (today - case.due).days if case.needs_answer else 0
    return CaseLine(
        id=case.pk,
        quote=_shortened(feedback.text) if feedback else "",
        status=case.status,
        status_name=case.get_status_display(),
        owner_id=case.owner_id,
        owner_name=case.owner.name if case.owner else "",
        due=case.due,
        days_late=max(0, late),
        days_left=max(0, (case.due - today).days) if case.needs_answer else None,
        channel=feedback.get_channel_display() if feedback else "",
        unit_name=case.unit.name,
        opened_at=case.opened_at,
        late_since=_late_since(case) if not late > 0 else None,
    )


def _late_since(case: Case) -> datetime | None:
    at = case.answer_by
    return at if case.needs_answer and at is not None and at < timezone.now() else None


def said(feedback: Feedback) -> Said:
    return Said(
        feedback_id=feedback.pk,
        text=feedback.text,
        occurred_at=feedback.occurred_at,
        channel=feedback.get_channel_display(),
        source=feedback.source.name,
        score=feedback.score,
        product=feedback.product.name if feedback.product else "",
        region=feedback.region.name if feedback.region else "",
    )


def _rows(by: Member) -> models.QuerySet[Case]:
    rows: models.QuerySet[Case] = Case.objects.visible_to(by)
    return rows.select_related("feedback", "owner", "unit", "replied_by")


def _filtered(
    rows: models.QuerySet[Case], filters: CaseFilters, today: date
) -> models.QuerySet[Case]:
    if filters.status in Case.Status.values:
        rows = rows.filter(status=filters.status)
    elif filters.status != "all":
        rows = rows.exclude(status=Case.Status.CLOSED)
    if filters.owner == "none":
        rows = rows.filter(owner=None)
    elif filters.owner.isdecimal():
        rows = rows.filter(owner=int(filters.owner[:18]))
    if filters.unit.isdecimal():
        rows = rows.filter(unit=int(filters.unit[:18]))
    if filters.late:
        rows = rows.filter(is_late(timezone.now(), today))
    return rows


def is_late(now: datetime, today: date) -> models.Q:
    """No answer, and its hour has come; older cases know only the day."""
    waits = models.Q(status__in=[Case.Status.OPEN, Case.Status.WAITING])
    hour = models.Q(answer_by__lt=now)
    return waits & (hour | models.Q(answer_by=None, due__lt=today))


def _visible_feedback(case: Case, *, by: Member) -> Feedback | None:
    """A corrected row may have moved to a unit that this member may not see."""
    if case.feedback_id is None:
        return None
    rows: models.QuerySet[Feedback] = Feedback.objects.visible_to(by)
    rows = rows.select_related(
        "source", "product", "region", "customer__account", "account"
    )
    return rows.filter(pk=case.feedback_id).first()


def _customer(
    feedback: Feedback, *, by: Member, reveals: bool
) -> CustomerContext | None:
    customer = feedback.customer
    account = feedback.account or (customer.account if customer else None)
    if customer is None and account is None:
        return None
    rows: models.QuerySet[Feedback] = Feedback.objects.visible_to(by)
    others = (
        rows.filter(customer=customer).exclude(pk=feedback.pk)
        if customer
        else rows.none()
    )
    count = others.count()
    shown = others.select_related("source", "product", "region")
    return CustomerContext(
        name=customer.name if customer and reveals else "",
        email=customer.email if customer and reveals else "",
        account=account.name if account else "",
        others=[said(row) for row in shown.order_by("-occurred_at")[:3]],
        more=max(0, count - 3),
    )


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTE else text[: QUOTE - 1].rstrip() + "…"
