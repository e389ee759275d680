"""Questions put up for a person, decided, and taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, models, transaction

from moksori.base.people.models import Unit
from moksori.base.storable import storable_json
from moksori.collect.models import ReviewItem


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
    unit_id = unit if isinstance(unit, int) else unit.pk
    if region_id is None and about is not None:
        region_id = getattr(about, "region_id", None)
    place = {"unit_id": unit_id, "kind": kind, "key": _short(key)}
    shown = {"evidence": storable_json(dict(evidence)), "region_id": region_id}
    item = ReviewItem.objects.filter(**place).first()
    if item is None:
        try:
            with transaction.atomic():
                return ReviewItem.objects.create(**place, **shown, **_about(about))
        except IntegrityError:  # somebody else put it up this moment
            item = ReviewItem.objects.get(**place)
    if item.is_open and item.evidence != shown["evidence"]:
        ReviewItem.objects.filter(pk=item.pk, state=ReviewItem.State.OPEN).update(
            **shown
        )
        item.refresh_from_db()
    return item


def take_down(kind: str, unit: Unit | int, *, key: str) -> None:
    """The question no longer stands: an open item goes, a decided one stays."""
    unit_id = unit if isinstance(unit, int) else unit.pk
    ReviewItem.objects.filter(
        unit_id=unit_id, kind=kind, key=_short(key), state=ReviewItem.State.OPEN
    ).delete()


def _short(key: str) -> str:
    """Whole where it fits; else its start and its hash, so that keys stay apart."""
    if len(key) <= 200:
        return key
    return f"{key[:130]}#{hashlib.sha256(key.encode()).hexdigest()}"


def _about(thing: models.Model | None) -> dict[str, str]:
    if thing is None:
        return {}
    return {"about_kind": thing._meta.model_name or "", "about_id": str(thing.pk)}
