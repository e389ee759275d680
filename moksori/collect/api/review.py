"""The JSON door of what waits for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from moksori.base.people.requests import member_of
from moksori.collect.reads import review as reads
from moksori.collect.writes.review import decide, take_back

router = Router(tags=["collect"])


class ReviewLineOut(Schema):
    id: int
    kind: str
    title: str
    state: str
    decision: str
    unit: str
    created_at: datetime


class ReviewListOut(Schema):
    total: int
    page: int
    pages: int
    items: list[ReviewLineOut]


class DecisionOut(Schema):
    code: str
    label: str


class ReviewOut(ReviewLineOut):
    """`evidence` is what was noted when the item was put up."""

    evidence: dict[str, Any]
    decisions: list[DecisionOut]
    decided_at: datetime | None


class DecisionIn(Schema):
    """`decision` is a code out of the item's `decisions`."""

    decision: str = Field(max_length=40)


class ReviewQuery(Schema):
    kind: str = Field("", max_length=40)
    state: Literal["open", "decided", "dismissed"] = "open"
    page: int = Field(1, ge=1, le=100_000)


@router.get("/review", response=ReviewListOut)
def review_list(request: HttpRequest, asked: Query[ReviewQuery]) -> Any:
    """What waits for a decision, or was decided."""
    member = member_of(request)
    reads.must_review(by=member)
    page = reads.review_lines(
        by=member, kind=asked.kind, state=asked.state, page=asked.page
    )
    return {
        "total": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "items": page.object_list,
    }


@router.get("/review/{int:review_item_id}", response=ReviewOut)
def review_item(request: HttpRequest, review_item_id: int) -> Any:
    return _shown(request, review_item_id)


@router.post("/review/{int:review_item_id}/decision", response=ReviewOut)
def decide_review(request: HttpRequest, review_item_id: int, body: DecisionIn) -> Any:
    """Decide an open item; 409 if somebody was faster."""
    member = member_of(request)
    item = reads.review_row(review_item_id, by=member)
    decide(item, body.decision, by=member)
    return _shown(request, review_item_id)


@router.delete("/review/{int:review_item_id}/decision", response=ReviewOut)
def undo_review(request: HttpRequest, review_item_id: int) -> Any:
    """Take the decision back: the item waits again."""
    member = member_of(request)
    take_back(reads.review_row(review_item_id, by=member), by=member)
    return _shown(request, review_item_id)


def _shown(request: HttpRequest, item_id: int) -> dict[str, Any]:
    member = member_of(request)
    page = reads.review_page(item_id, by=member)
    item = reads.review_row(item_id, by=member)
    return {
        **{name: getattr(page.line, name) for name in ReviewLineOut.model_fields},
        "evidence": item.evidence,
        "decisions": [
            {"code": one.code, "label": str(one.label)} for one in page.decisions
        ],
        "decided_at": page.decided_at,
    }
