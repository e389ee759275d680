"""Deliveries of other programs that could not be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moksori.base.people.models import Member
from moksori.collect.models import Inlet, ReviewItem
from moksori.collect.review.kind import Decision, ReviewKind

SHOWN = 3


def _inlet(item: ReviewItem) -> Inlet | None:
    rows = Inlet.objects.select_related("source__unit")
    return rows.filter(pk=item.evidence.get("inlet")).first()


def _title(item: ReviewItem) -> str:
    return gettext("“{name}” sends what cannot be read").format(
        name=item.evidence.get("name", "")
    )


def _evidence(item: ReviewItem, _by: Member) -> Mapping[str, Any]:
    inlet = _inlet(item)
    if inlet is None:
        return {"inlet": None}
    waiting = inlet.kept.filter(dropped_at=None)
    shown = [
        (kept, json.dumps(kept.body, ensure_ascii=False, indent=2)[:3_000])
        for kept in waiting.order_by("id")[:SHOWN]
    ]
    return {"inlet": inlet, "count": waiting.count(), "shown": shown}


def _try_again(item: ReviewItem, by: Member) -> Mapping[str, Any]:
    from moksori.collect.writes.deliveries import read_kept  # noqa: PLC0415 - it asks us

    inlet = _inlet(item)
    if inlet is None:
        return {}
    taken = read_kept(inlet, by=by)
    return {"stored": taken.added + taken.revised, "kept": taken.kept}


def _drop(item: ReviewItem, by: Member) -> Mapping[str, Any]:
    from moksori.collect.writes.deliveries import drop_kept  # noqa: PLC0415 - as above

    inlet = _inlet(item)
    return {"dropped": drop_kept(inlet, by=by) if inlet else []}


def _pick_up(item: ReviewItem, by: Member) -> None:
    from moksori.collect.writes.deliveries import (  # noqa: PLC0415 - as above
        pick_up_dropped,
    )

    inlet = _inlet(item)
    if inlet is not None:
        pick_up_dropped(inlet, item.outcome.get("dropped", []), by=by)


kind = ReviewKind(
    code="inlet",
    title=_("Deliveries that cannot be read"),
    evidence_template="collect/review/_inlet.html",
    decisions=(
        Decision("again", _("Read them again"), "r", do=_try_again),
        Decision(
            "drop", _("Leave them out"), "x", do=_drop, undo=_pick_up, is_dismissal=True
        ),
    ),
    title_of=_title,
    evidence_of=_evidence,
)
