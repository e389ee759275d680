"""Weekly counts of complaints per theme, for measuring what an action changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.base.people.models import Member
from moksori.understand.models import PainPoint, Theme
from moksori.understand.reads.facts import facts_for, weeks_until
from moksori.understand.reads.places import newest_day


@dataclass(frozen=True)
class WeeklyPanel:
    """`counts` (themes × weeks): feedback with a negative mention of the theme.

    `weeks` are Mondays, oldest first; `totals` is all feedback of each week;
    `treated` is the row of the pain point's own theme. Only feedback that the member
    may read is counted.
    """

    weeks: list[date]
    themes: list[int]
    counts: NDArray[Any]
    totals: NDArray[Any]
    treated: int


def weekly_panel(
    pain_point: PainPoint, *, by: Member, weeks: int = 52, until: date | None = None
) -> WeeklyPanel:
    """The last `weeks` weeks up to `until` (or the newest feedback)."""
    last = until or newest_day(pain_point.unit, by=by) or date.min.replace(year=1970)
    starts = weeks_until(last, weeks)
    active = Theme.objects.filter(
        unit_id=pain_point.unit_id, state=Theme.State.ACTIVE, is_group=False
    ).values_list("pk", flat=True)
    themes = sorted({*active, pain_point.theme_id})
    facts = facts_for(by, pain_point.unit_id)
    weekly = facts.weekly(starts, "n_negative_feedback")
    zeros = np.zeros(len(starts))
    return WeeklyPanel(
        weeks=starts,
        themes=themes,
        counts=np.array([weekly.get(theme, zeros) for theme in themes]),
        totals=facts.weekly_totals(starts),
        treated=themes.index(pain_point.theme_id),
    )
