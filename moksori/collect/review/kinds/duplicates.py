"""Two feedbacks that may be one voice: the same words through two channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from moksori.base.errors import Conflict
from moksori.base.people.models import Member
from moksori.collect.models import Copy, Feedback, ReviewItem
from moksori.collect.review.kind import Decision, ReviewKind


def _pair(item: ReviewItem, by: Member) -> list[Feedback]:
    """The two, as far as the member may see them, the earlier one first."""
    ids = item.evidence.get("feedback", [])
    rows = Feedback.objects.visible_to(by).filter(pk__in=ids)
    seen = rows.select_related("source", "customer", "product")
    return sorted(seen.defer("raw"), key=lambda row: ids.index(row.pk))


def _evidence(item: ReviewItem, by: Member) -> Mapping[str, Any]:
    return {"pair": _pair(item, by)}


def _link(item: ReviewItem, by: Member) -> Mapping[str, Any]:
    """Note the later one as a copy of the earlier one; nothing is deleted."""
    pair = _pair(item, by)
    if len(pair) < 2:
        raise Conflict(_("One of the two is gone, or not yours to see."))
    first, later = pair
    root = Copy.objects.filter(feedback=first).values_list("of_id", flat=True).first()
    if root == later.pk:  # noted the other way round already
        return {}
    before = Copy.objects.filter(feedback=later).values("of_id", "member_id").first()
    of = root or first.pk
    Copy.objects.update_or_create(feedback=later, defaults={"of_id": of, "member": by})
    moved = Copy.objects.filter(of=later)
    ids = list(moved.values_list("feedback_id", flat=True))
    moved.update(of_id=of)
    return {"copy": later.pk, "of": of, "before": before, "moved": ids}


def _unlink(item: ReviewItem, _by: Member) -> None:
    """Everything as it was before, but for what others decided since."""
    done = item.outcome
    rows = Copy.objects.filter(of_id=done.get("of"))
    rows.filter(feedback_id__in=done.get("moved", ())).update(of_id=done.get("copy"))
    mine = rows.filter(feedback_id=done.get("copy"))
    if done.get("before"):
        mine.update(**done["before"])
    else:
        mine.delete()


kind = ReviewKind(
    code="duplicate",
    title=_("Perhaps said twice"),
    evidence_template="collect/review/_duplicate.html",
    decisions=(
        Decision("same", _("The same voice"), "s", do=_link, undo=_unlink),
        Decision("different", _("Two customers"), "d", is_dismissal=True),
    ),
    evidence_of=_evidence,
)
