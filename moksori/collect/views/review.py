"""The pages of what waits for a person: one item a screen, decided by single keys."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.collect.models import ReviewItem
from moksori.collect.reads import review as reads
from moksori.collect.review import kind_of
from moksori.collect.writes.review import decide, take_back


@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """What has waited longest, or that nothing waits."""
    member = member_of(request)
    reads.must_review(by=member)
    kind = _kind(request)
    item = reads.first_waiting(by=member, kind=kind)
    if item is not None:
        return redirect(_address(item, kind))
    return render(request, "collect/review.html", _context(request, member, kind))


@require_GET
def review_item(request: HttpRequest, review_item_id: int) -> HttpResponse:
    member = member_of(request)
    kind = _kind(request)
    page = reads.review_page(review_item_id, by=member, kind=kind)
    context = _context(request, member, kind) | {"page": page, **page.evidence}
    return render(request, "collect/review.html", context)


@require_GET
def review_decided(request: HttpRequest) -> HttpResponse:
    """What was decided, the newest first."""
    member = member_of(request)
    reads.must_review(by=member)
    states = (ReviewItem.State.DECIDED, ReviewItem.State.DISMISSED)
    asked = request.GET.get("state", "")
    state = asked if asked in states else ReviewItem.State.DECIDED
    page = reads.review_lines(by=member, state=state, page=request.GET.get("page"))
    context = {"page": page, "state": state, "counts": reads.review_counts(by=member)}
    return render(request, "collect/review_decided.html", context)


@require_POST
def review_decide(request: HttpRequest, review_item_id: int) -> HttpResponse:
    member = member_of(request)
    item = reads.review_row(review_item_id, by=member)
    item = decide(item, request.POST.get("decision", ""), by=member)
    return onward(request, item)


def again(request: HttpRequest, item_id: int, *, problem: str) -> HttpResponse:
    """The same item, and what was wrong with its answer."""
    member, kind = member_of(request), _kind(request)
    page = reads.review_page(item_id, by=member, kind=kind)
    context = _context(request, member, kind) | {"page": page, **page.evidence}
    context["problem"] = problem
    return render(request, "collect/review.html", context, status=422)


def onward(request: HttpRequest, item: ReviewItem) -> HttpResponse:
    """To what waits next; what was decided is said, with the way back."""
    member, kind = member_of(request), _kind(request)
    item.refresh_from_db()
    found = kind_of(item.kind)
    decision = found.decision(item.decision) if found else None
    undo = ""
    if decision is not None and decision.can_be_undone:
        undo = reverse("collect:review_undo", args=[item.pk])
    said = _("Decided: {decision}.").format(
        decision=decision.label if decision else item.decision
    )
    notes.done(request, said, undo=undo)
    following = reads.after(item.pk, by=member, kind=kind)
    if following is not None:
        return redirect(_address(following, kind))
    return redirect("collect:review")


@require_POST
def review_undo(request: HttpRequest, review_item_id: int) -> HttpResponse:
    member = member_of(request)
    item = take_back(reads.review_row(review_item_id, by=member), by=member)
    notes.done(request, _("Taken back. It waits again."))
    return redirect(_address(item, _kind(request)))


def _kind(request: HttpRequest) -> str:
    """The kind asked for; every kind for a name that is none."""
    kind = request.GET.get("kind", "")
    return kind if kind_of(kind) else ""


def _address(item: ReviewItem, kind: str) -> str:
    address = reverse("collect:review_item", args=[item.pk])
    return f"{address}?{urlencode({'kind': kind})}" if kind else address


def _context(request: HttpRequest, member: Member, kind: str) -> dict[str, object]:
    counts = reads.review_counts(by=member)
    return {
        "counts": counts,
        "waiting": sum(one.count for one in counts),
        "kind": kind,
        "last": reads.last_decided(by=member),
        "query": f"?{urlencode({'kind': kind})}" if kind else "",
    }
