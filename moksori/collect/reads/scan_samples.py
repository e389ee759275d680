"""What the sample of a batch says about the reader's errors."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from moksori.analysis.proportions import wilson
from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Filled, SampledAnswer, ScanBatch


@dataclass(frozen=True, slots=True)
class SampleResult:
    """`wrong` of `judged` answers were read wrongly; per 10,000 with a 95 % interval
    by Wilson's method. `disputed` wait for a third look, `left` for the second."""

    drawn: int
    judged: int
    wrong: int
    disputed: int
    left: int
    per_10000: float | None = None
    low: float | None = None
    high: float | None = None


def _rows(batch: ScanBatch, by: Member) -> QuerySet[SampledAnswer]:
    """Of surveys that the member may see."""
    visible = Filled.objects.visible_to(by, Ability.IMPORT).values("sheet")
    return SampledAnswer.objects.filter(batch=batch, sheet__in=visible)


def sample_result(batch: ScanBatch, *, by: Member) -> SampleResult:
    rows = list(_rows(batch, by).values_list("typed", "is_wrong"))
    judged = sum(is_wrong is not None for _typed, is_wrong in rows)
    wrong = sum(bool(is_wrong) for _typed, is_wrong in rows)
    left = sum(typed is None for typed, _is_wrong in rows)
    found = SampleResult(len(rows), judged, wrong, len(rows) - judged - left, left)
    if not judged:
        return found
    share = wilson(wrong, judged)
    return SampleResult(
        *(found.drawn, judged, wrong, found.disputed, left),
        per_10000=share.value * 10_000,
        low=share.low * 10_000,
        high=share.high * 10_000,
    )


def next_sampled(batch: ScanBatch, *, by: Member) -> SampledAnswer | None:
    """One that nobody has typed yet."""
    rows = _rows(batch, by).filter(typed=None)
    return rows.select_related("sheet__form__survey", "sheet__form__version").first()


def sampled_row(batch: ScanBatch, sample_id: str, *, by: Member) -> SampledAnswer:
    rows = _rows(batch, by)
    return one(
        rows.select_related("batch", "sheet__form__survey", "sheet__form__version"),
        pk=sample_id,
    )
