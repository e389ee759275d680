"""Pain points that nobody looks after: work to hand out."""

from __future__ import annotations

from dataclasses import dataclass

from moksori.base.people.models import Member
from moksori.understand.models import PainPoint
from moksori.understand.reads.pains import PainLine, pain_list
from moksori.understand.reads.places import Place, affiliates
from moksori.understand.reads.window import Filters
from moksori.understand.writes.pains import may_triage_in

LOOKED_AT = 10
MOST = 3


@dataclass(frozen=True, slots=True)
class Unowned:
    """What hurts most in one affiliate and has no owner, worst first."""

    place: Place
    lines: list[PainLine]


def to_hand_out(*, by: Member) -> list[Unowned]:
    """By affiliate; [] for those who may not say who cares for a pain point."""
    found = []
    for unit in affiliates(by=by):
        if not may_triage_in(by, unit.pk):
            continue
        ranked = pain_list(by=by, filters=Filters(unit=unit.pk), limit=LOOKED_AT)
        lines = [line for line in ranked.lines if _is_free(line)] if ranked else []
        if ranked and lines:
            found.append(Unowned(ranked.place, lines[:MOST]))
    return found


def _is_free(line: PainLine) -> bool:
    return line.owner is None and line.state != PainPoint.State.RESOLVED
