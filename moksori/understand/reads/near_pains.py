"""Pain points that a text may be about."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.base.people.models import Member
from moksori.understand.models import PainPoint
from moksori.understand.reads.near import near_themes

SHORTEST = 6  # letters


@dataclass(frozen=True, slots=True)
class NearPain:
    """A theme near in meaning, what hurts there, and its pain point if it is one."""

    theme: int
    name: str
    complaint: str
    state: str
    pain_point: int | None


def near_pains(text: str, *, by: Member) -> list[NearPain]:
    """Up to three known ones, those that hurt first, then the nearest."""
    if len(text.strip()) < SHORTEST:
        return []
    themes = near_themes(text, by=by)
    rows = PainPoint.objects.visible_to(by).filter(
        theme_id__in=[one.id for one in themes], segment={}
    )
    pains = {row.theme_id: row for row in rows}
    found = [
        NearPain(
            theme=one.id,
            name=one.name,
            complaint=pains[one.id].complaint if one.id in pains else "",
            state=pains[one.id].state if one.id in pains else "",
            pain_point=pains[one.id].pk if one.id in pains else None,
        )
        for one in themes
    ]
    return sorted(found, key=lambda one: one.pain_point is None)
