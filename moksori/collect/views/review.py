"""The pages of what waits for a person: one item a screen, decided by single keys."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from moksori.base.people.models import Member
from moksori.base.people.requests import member_of
from moksori.base.web import notes
from moksori.base.web.text import with_particles
from moksori.collect.models import ReviewItem
from moksori.collect.reads import review as reads
from moksori.collect.reads.scans import batches
from moksori.collect.review import kind_of
from moksori.collect.writes.review import decide, take_back


@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """What has waited longest, or that nothing waits."""
    member = member_of(request)
    reads.must_review(by=member)
    wanted = _wanted(request)
    item = reads.first_waiting(by=member, kind=wanted.kind, batch=wanted.batch)
    if item is not None:
        return redirect(_address(item, wanted))
    return render(request, "collect/review.html", _context(member, wanted))


@require_GET
def review_item(request: HttpRequest, review_item_id: int) -> HttpResponse:
    member = member_of(request)
    context = _opened(review_item_id, member, _wanted(request))
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
    context = _opened(item_id, member_of(request), _wanted(request))
    context["problem"] = problem
    return render(request, "collect/review.html", context, status=422)


def onward(request: HttpRequest, item: ReviewItem) -> HttpResponse:
    """To what waits next; what was decided is said, with the way back."""
    member, wanted = member_of(request), _wanted(request)
    item.refresh_from_db()
    found = kind_of(item.kind)
    decision = found.decision(item.decision) if found else None
    undo = ""
    if decision is not None and decision.can_be_undone:
        undo = reverse("collect:review_undo", args=[item.pk])
    said = _("Decided: {decision}.").format(
        decision=decision.label if decision else item.decision
    )
    notes.done(request, with_particles(said), undo=undo)
    following = reads.after(item.pk, by=member, kind=wanted.kind, batch=wanted.batch)
    if following is not None:
        return redirect(_address(following, wanted))
    if wanted.batch and batches(by=member).filter(pk=wanted.batch).exists():
        return redirect("collect:scan_batch", wanted.batch)
    return redirect("collect:review")


@require_POST
def review_undo(request: HttpRequest, review_item_id: int) -> HttpResponse:
    member = member_of(request)
    item = take_back(reads.review_row(review_item_id, by=member), by=member)
    notes.done(request, _("Taken back. It waits again."))
    return redirect(_address(item, _wanted(request)))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What somebody goes through: one kind ("" is all), the sheets of one batch."""

    kind: str
    batch: int

    @property
    def query(self) -> str:
        given = {"kind": self.kind, "batch": self.batch}
        said = urlencode({name: one for name, one in given.items() if one})
        return f"?{said}" if said else ""


def _wanted(request: HttpRequest) -> _Wanted:
    """What the address asks for; everything for a name that is none."""
    kind, batch = request.GET.get("kind", ""), request.GET.get("batch", "")
    is_number = batch.isascii() and batch.isdecimal() and len(batch) < 19
    return _Wanted(kind if kind_of(kind) else "", int(batch) if is_number else 0)


def _address(item: ReviewItem, wanted: _Wanted) -> str:
    return reverse("collect:review_item", args=[item.pk]) + wanted.query


def _opened(item_id: int, member: Member, wanted: _Wanted) -> dict[str, object]:
    page = reads.review_page(item_id, by=member, kind=wanted.kind, batch=wanted.batch)
    return _context(member, wanted) | {"page": page, **page.evidence}


def _context(member: Member, wanted: _Wanted) -> dict[str, object]:
    counts = reads.review_counts(by=member)
    return {
        "counts": counts,
        "waiting": sum(one.count for one in counts),
        "kind": wanted.kind,
        "batch_id": wanted.batch,
        "last": reads.last_decided(by=member),
        "query": wanted.query,
    }
