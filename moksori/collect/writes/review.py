"""Questions put up for a person, decided, and taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict, UserError
from moksori.base.people.models import Member, Unit
from moksori.base.storable import storable_json
from moksori.collect.models import ReviewItem
from moksori.collect.review import Decision, ReviewKind, kind_of

State = ReviewItem.State
KEPT = timedelta(days=30)  # evidence after the decision


def put_up(
    kind: str,
    unit: Unit | int,
    *,
    key: str,
    evidence: Mapping[str, Any],
    about: models.Model | None = None,
    region_id: int | None = None,
) -> ReviewItem:
    """Have a person decide; the same kind and key again is the same item.

    An open item takes the newer evidence, a decided one stays as it is. `evidence` is
    JSON; mask what no member should read. With `about`, its region counts unless given.
    """
    if region_id is None and about is not None:
        region_id = getattr(about, "region_id", None)
    place = {"unit_id": _id(unit), "kind": kind, "key": _short(key)}
    shown = {"evidence": storable_json(dict(evidence)), "region_id": region_id}
    item = ReviewItem.objects.filter(**place).first()
    if item is None:
        try:
            with transaction.atomic():
                return ReviewItem.objects.create(**place, **shown, **_about(about))
        except IntegrityError:  # somebody else put it up this moment
            item = ReviewItem.objects.get(**place)
    if item.is_open and item.evidence != shown["evidence"]:
        ReviewItem.objects.filter(pk=item.pk, state=State.OPEN).update(**shown)
        item.refresh_from_db()
    return item


def take_down(kind: str, unit: Unit | int, *, key: str) -> None:
    """The question no longer stands: an open item goes, a decided one stays."""
    ReviewItem.objects.filter(
        unit_id=_id(unit), kind=kind, key=_short(key), state=State.OPEN
    ).delete()


@transaction.atomic
def decide(item: ReviewItem, code: str, *, by: Member) -> ReviewItem:
    """Decide an open item; Conflict if somebody was faster."""
    kind = _kind(item)
    by.must(kind.ability, item)
    decision = kind.decision(code)
    if decision is None:
        raise UserError(_("This cannot be decided so."), field="decision")
    _hold(kind, item)
    moved = ReviewItem.objects.filter(pk=item.pk, state=State.OPEN).update(
        state=State.DISMISSED if decision.is_dismissal else State.DECIDED,
        decision=code,
        decided_by=by,
        decided_at=timezone.now(),
    )
    if not moved:
        raise Conflict(_("Somebody has decided this already."))
    item.refresh_from_db()
    outcome = decision.do(item, by) if decision.do else None
    item.outcome = storable_json(dict(outcome or {}))
    item.save(update_fields=["outcome"])
    audit.record("decide_review", item, by=by, kind=item.kind, decision=code)
    return item


@transaction.atomic
def take_back(item: ReviewItem, *, by: Member) -> ReviewItem:
    """The decision never was: the item waits again."""
    kind = _kind(item)
    by.must(kind.ability, item)
    decision = kind.decision(item.decision)
    if item.is_open or decision is None or not decision.can_be_undone:
        raise Conflict(_("This decision cannot be taken back."))
    _hold(kind, item)
    moved = ReviewItem.objects.filter(
        pk=item.pk, state=item.state, decision=item.decision
    ).update(state=State.OPEN, decision="", decided_by=None, decided_at=None)
    if not moved:
        raise Conflict(_("Somebody has decided this already."))
    _undone(decision, item, by)
    audit.record("undo_review", item, by=by, kind=item.kind, decision=decision.code)
    item.refresh_from_db()
    return item


def forget_evidence() -> int:
    """What was decided a month ago keeps the decision, not the words."""
    old = ReviewItem.objects.exclude(state=State.OPEN).filter(
        decided_at__lt=timezone.now() - KEPT
    )
    return old.exclude(evidence={}).update(evidence={}, outcome={})


def _undone(decision: Decision, item: ReviewItem, by: Member) -> None:
    if decision.undo is not None:
        decision.undo(item, by)
    ReviewItem.objects.filter(pk=item.pk).update(outcome={})


def _hold(kind: ReviewKind, item: ReviewItem) -> None:
    if kind.hold is not None:
        kind.hold(item)


def _kind(item: ReviewItem) -> ReviewKind:
    kind = kind_of(item.kind)
    if kind is None:
        raise UserError(_("This kind of question is no longer known."))
    return kind


def _id(unit: Unit | int) -> int:
    return unit if isinstance(unit, int) else unit.pk


def _short(key: str) -> str:
    """Whole where it fits; else its start and its hash, so that keys stay apart."""
    if len(key) <= 200:
        return key
    return f"{key[:130]}#{hashlib.sha256(key.encode()).hexdigest()}"


def _about(thing: models.Model | None) -> dict[str, str]:
    if thing is None:
        return {}
    return {"about_kind": thing._meta.model_name or "", "about_id": str(thing.pk)}
