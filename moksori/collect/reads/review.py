"""Questions about what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from moksori.base.errors import NotFound
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.collect.models import ReviewItem, Sheet
from moksori.collect.review.kind import Decision, ReviewKind, kind_of, kinds

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ReviewCount:
    """How many items of a kind wait."""

    kind: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One item in a list."""

    id: int
    kind: str
    kind_title: str
    title: str
    state: str
    decision: str
    unit: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One item with its evidence, what can be decided, and its neighbours."""

    line: ReviewLine
    evidence: Mapping[str, Any]
    template: str
    form: str  # the template of an own form, or ""
    decisions: tuple[Decision, ...]
    decided: Decision | None
    decided_by: str
    decided_at: datetime | None
    position: int
    of: int
    previous: int | None
    next: int | None

    @property
    def is_open(self) -> bool:
        return bool(self.line.state == ReviewItem.State.OPEN)


def visible_items(*, by: Member) -> QuerySet[ReviewItem]:
    """Items of kinds that this member may decide, where they may."""
    rule = Q(pk__in=[])
    for kind in kinds():
        scope = by.scope(kind.ability).q(region="region_id")
        rule |= Q(kind=kind.code) & scope
    return ReviewItem.objects.filter(rule)


def may_review(*, by: Member) -> bool:
    return any(by.may(kind.ability) for kind in kinds())


def must_review(*, by: Member) -> None:
    """Raise NotAllowed for who may decide nothing anywhere."""
    if not may_review(by=by):
        for kind in kinds():
            by.must(kind.ability)


def review_counts(*, by: Member) -> list[ReviewCount]:
    """Kinds with something waiting, the most first."""
    rows = visible_items(by=by).filter(state=ReviewItem.State.OPEN)
    found = rows.order_by().values_list("kind").annotate(n=Count("id"))
    counted = [
        ReviewCount(code, str(kind.title), n)
        for code, n in found
        if (kind := kind_of(code))
    ]
    return sorted(counted, key=lambda one: (-one.count, one.title))


def first_waiting(*, by: Member, kind: str = "", batch: int = 0) -> ReviewItem | None:
    """What has waited longest; with `batch`, on the sheets of these scans."""
    return _waiting(by=by, kind=kind, batch=batch).order_by("id").first()


def after(
    item_id: int, *, by: Member, kind: str = "", batch: int = 0
) -> ReviewItem | None:
    """What comes next: later than this one, else from the start."""
    rows = _waiting(by=by, kind=kind, batch=batch).order_by("id")
    return rows.filter(pk__gt=item_id).first() or rows.exclude(pk=item_id).first()


def review_row(item_id: int, *, by: Member) -> ReviewItem:
    """The item; NotFound outside of what this member may decide."""
    return one(visible_items(by=by).select_related("unit", "decided_by"), pk=item_id)


def review_page(
    item_id: int, *, by: Member, kind: str = "", batch: int = 0
) -> ReviewPage:
    """One item, opened. `kind` and `batch` narrow the neighbours down."""
    item = review_row(item_id, by=by)
    found = _kind(item)
    waiting = _waiting(by=by, kind=kind, batch=batch)
    before = waiting.filter(pk__lt=item.pk)
    shown = {**item.evidence}
    if found.evidence_of is not None:
        shown |= found.evidence_of(item, by)
    return ReviewPage(
        line=_line(item),
        evidence=shown,
        template=found.evidence_template,
        form=found.form_template,
        decisions=found.decisions,
        decided=found.decision(item.decision),
        decided_by=item.decided_by.name if item.decided_by else "",
        decided_at=item.decided_at,
        position=before.count() + 1,
        of=waiting.count(),
        previous=before.order_by("-id").values_list("id", flat=True).first(),
        next=waiting.filter(pk__gt=item.pk)
        .order_by("id")
        .values_list("id", flat=True)
        .first(),
    )


def review_lines(
    *, by: Member, kind: str = "", state: str = "", page: str | int | None = 1
) -> Page[ReviewLine]:
    """A page of items, the longest waiting first; decided ones newest first."""
    rows = visible_items(by=by).select_related("unit")
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(state=state or ReviewItem.State.OPEN)
    is_open = (state or ReviewItem.State.OPEN) == ReviewItem.State.OPEN
    rows = rows.order_by("id" if is_open else "-decided_at")
    found: Page[Any] = Paginator(rows, PER_PAGE).get_page(page)
    found.object_list = [_line(item) for item in found.object_list]
    return found


def last_decided(*, by: Member) -> ReviewItem | None:
    """What this member decided last, if it can be taken back."""
    rows = visible_items(by=by).filter(decided_by=by)
    item = rows.exclude(state=ReviewItem.State.OPEN).order_by("-decided_at").first()
    if item is None:
        return None
    kind = kind_of(item.kind)
    decision = kind.decision(item.decision) if kind else None
    return item if decision and decision.can_be_undone else None


def _waiting(*, by: Member, kind: str, batch: int) -> QuerySet[ReviewItem]:
    rows = visible_items(by=by).filter(state=ReviewItem.State.OPEN)
    if batch:
        sheets = Sheet.objects.filter(scans__file__batch=batch)
        keys = sheets.annotate(said=Cast("pk", CharField())).values("said")
        rows = rows.filter(about_kind="sheet", about_id__in=keys)
    return rows.filter(kind=kind) if kind else rows


def _kind(item: ReviewItem) -> ReviewKind:
    kind = kind_of(item.kind)
    if kind is None:
        raise NotFound
    return kind


def _line(item: ReviewItem) -> ReviewLine:
    kind = _kind(item)
    title = str(kind.title)
    if item.evidence and kind.title_of is not None:
        title = kind.title_of(item)
    elif not item.evidence:
        title = _("{kind}: decided, and its evidence forgotten").format(kind=title)
    return ReviewLine(
        id=item.pk,
        kind=item.kind,
        kind_title=str(kind.title),
        title=title,
        state=item.state,
        decision=item.decision,
        unit=item.unit.name,
        created_at=item.created_at,
    )
