"""Questions about one's own phones."""

from __future__ import annotations

from collections.abc import Sequence

from moksori.base.people.models import Member
from moksori.collect.models import Device


def my_devices(*, by: Member) -> Sequence[Device]:
    """Registered ones first, then those that were ended lately."""
    rows = list(Device.objects.filter(member=by)[:50])
    return sorted(rows, key=lambda one: (one.ended_at is not None, -one.pk))
