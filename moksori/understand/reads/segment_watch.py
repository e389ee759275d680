"""Whether a watched group still differs from the rest, week by week and of late."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.pains import MINIMUM
from moksori.analysis.proportions import mean, newcombe, wilson
from moksori.analysis.segments.cells import Everything, welch
from moksori.analysis.segments.numbers import difference_of_means, ratio
from moksori.understand.models import Segment
from moksori.understand.reads.segment_findings import Stored, packed
from moksori.understand.reads.segment_rows import SegmentRows, monday

WEEKS = 26
LATELY = 12
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


def watched(segment: Segment, rows: SegmentRows) -> tuple[list[list[Any]], Stored]:
    """The weeks of a segment, and how it stands lately.

    A week is [Monday, sum inside, n inside, sum outside, n outside], where the sum is
    of complaints or of scores. Lately is the last twelve weeks, or everything there is
    where too few of the group spoke in them.
    """
    inside = rows.inside(segment.rule)
    values = _values(segment, rows)
    known = np.isfinite(values)
    inside, values, weeks = inside[known], values[known], rows.weeks[known]
    if not len(values):
        return [], {}
    found = np.unique(weeks)
    last = found[-1] - np.timedelta64(7 * (LATELY - 1), "D")
    recent = weeks >= last
    if (inside & recent).sum() < MINIMUM:
        recent = np.ones(len(values), bool)
    latest = _lately(segment, inside[recent], values[recent])
    if latest:
        latest["since"] = str(monday(weeks[recent].min()))
    return _weekly(inside, values, weeks, found[-WEEKS:]), latest


def _values(segment: Segment, rows: SegmentRows) -> Floats:
    if segment.measure == Segment.Measure.SCORE:
        return rows.scores
    if segment.theme_id is None:
        return np.full(len(rows), np.nan)
    return rows.complains(segment.theme_id).astype(np.float64)


def _weekly(
    inside: Mask, values: Floats, weeks: NDArray[np.datetime64], shown: Any
) -> list[list[Any]]:
    at = np.searchsorted(shown, weeks)
    kept = weeks >= shown[0]
    found = []
    for side in (inside, ~inside):
        chosen = kept & side
        found += [
            np.bincount(at[chosen], values[chosen], len(shown)),
            np.bincount(at[chosen], minlength=len(shown)),
        ]
    return [
        [str(monday(week)), *(round(float(part[i]), 3) for part in found)]
        for i, week in enumerate(shown)
    ]


def _lately(segment: Segment, inside: Mask, values: Floats) -> Stored:
    n, rest = int(inside.sum()), int((~inside).sum())
    if min(n, rest) < MINIMUM:
        return {"n": n}
    here, there = values[inside], values[~inside]
    if segment.measure == Segment.Measure.SCORE:
        whole = Everything(len(values), values.sum(), (values**2).sum())
        size, total, squares = (
            np.array([float(x)]) for x in (n, here.sum(), (here**2).sum())
        )
        value, error, freedom = (
            float(x[0]) for x in welch(size, total, squares, whole)
        )
        gap = difference_of_means(value, error, freedom, n)
        return {
            "n": n,
            "share": packed(mean(here)),
            "elsewhere": packed(mean(there)),
            "difference": packed(gap),
            "times": None,
            "is_different": gap.high < 0,
        }
    hits, other = float(here.sum()), float(there.sum())
    difference = newcombe(hits, n, other, rest)
    return {
        "n": n,
        "share": packed(wilson(hits, n)),
        "elsewhere": packed(wilson(other, rest)),
        "difference": packed(difference),
        "times": packed(ratio(hits, n, other, rest)),
        "is_different": difference.low > 0,
    }
