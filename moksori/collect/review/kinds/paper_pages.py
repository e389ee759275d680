"""A page of a sheet that came twice and says something else the second time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Member
from moksori.collect.models import ReviewItem, Scan
from moksori.collect.review.kind import Decision, ReviewKind
from moksori.collect.review.kinds.paper import batch_of
from moksori.collect.writes import scan_twice as twice
from moksori.collect.writes.scan_deciding import hold


def _title(item: ReviewItem) -> str:
    return gettext("Page {page} came twice, with different answers").format(
        page=item.evidence.get("leaf", "")
    )


def _evidence(item: ReviewItem, by: Member) -> Mapping[str, Any]:
    rows = Scan.objects.visible_to(by).select_related("file", "sheet__form__survey")
    second = rows.filter(pk=item.evidence.get("scan", 0)).first()
    return {
        "second": second,
        "first": second.of if second else None,
        "sheet": second.sheet if second else None,
        "batch": batch_of(second, by),
    }


def _first(item: ReviewItem, _by: Member) -> None:
    twice.keep_first(item)


def _not_first(item: ReviewItem, _by: Member) -> None:
    twice.undo_first(item)


def _second(item: ReviewItem, _by: Member) -> Mapping[str, Any]:
    return twice.keep_second(item)


def _not_second(item: ReviewItem, _by: Member) -> None:
    twice.undo_second(item)


def _both(item: ReviewItem, _by: Member) -> Mapping[str, Any]:
    return twice.keep_both(item)


def _not_both(item: ReviewItem, _by: Member) -> None:
    twice.undo_both(item)


kind = ReviewKind(
    code="paper_page",
    title=_("Pages that came twice"),
    evidence_template="collect/review/_paper_page.html",
    decisions=(
        Decision("first", _("The first one counts"), "f", do=_first, undo=_not_first),
        Decision(
            "second", _("The second one counts"), "s", do=_second, undo=_not_second
        ),
        Decision("both", _("Two people: both count"), "b", do=_both, undo=_not_both),
    ),
    title_of=_title,
    evidence_of=_evidence,
    hold=hold,
)
