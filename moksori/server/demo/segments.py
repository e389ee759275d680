"""Groups that the invented company watches, and what it thinks its plans take."""

from __future__ import annotations

from typing import Any

from moksori.act.writes.appraisals import Expected, appraise_pain_point
from moksori.base.people.models import Member
from moksori.server.demo.people import Company
from moksori.understand import jobs
from moksori.understand.models import PainPoint, SegmentSearch
from moksori.understand.reads.segment_words import Labels
from moksori.understand.writes import (
    adopt_segment,
    find_segments,
    learned_affiliates,
)
from moksori.understand.writes.segments import may_adopt

# Person-days and shares of complaints gone, by rank of the pain point: invented.
GUESSES = (
    Expected(10, 25, 0.2, 0.5),
    Expected(40, 90, 0.3, 0.6),
    Expected(2, 5, 0.05, 0.2),
)


def watch(company: Company, *, key: str) -> str:
    """Adopt the surest group of one unit; the others are looked for by a job."""
    unit = company.units[key]
    name = ""
    if find_segments(unit.pk):
        found = SegmentSearch.objects.get(unit=unit).findings
        for finding in [one for one in found if one["theme"]][:1]:
            name = _name_of(finding)
            by = _who_may(company, unit.pk)
            adopt_segment(unit, finding["key"], name=name, owner=by, by=by)
    for affiliate in learned_affiliates():
        jobs.find_segments.enqueue(affiliate)
    return name


def appraise(company: Company, pains: dict[str, list[PainPoint]]) -> None:
    """What the first pain points of each unit take and give."""
    for found in pains.values():
        for pain, guess in zip(found, GUESSES, strict=False):
            by = _who_may(company, pain.unit_id)
            appraise_pain_point(pain, guess, by=by)


def _who_may(company: Company, affiliate: int) -> Member:
    return next(one for one in company.people.values() if may_adopt(one, affiliate))


def _name_of(finding: dict[str, Any]) -> str:
    return Labels([finding["rule"]]).who(finding["rule"])[:120]
