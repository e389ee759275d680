"""Twelve questions that every engine must answer alike: tests and bench share them."""

from __future__ import annotations

import datetime as dt

from moksori.base.warehouse.conditions import (
    All,
    Any,
    Between,
    Equals,
    In,
    IsNull,
    Not,
)
from moksori.base.warehouse.cube import Cube

SCOPE = Any(
    (In("unit", (1, 2, 3)), All((In("unit", (4, 5)), In("region", (7, 8, None)))))
)


def twelve(last_monday: dt.date) -> dict[str, Cube]:
    """The questions, over the year, half year and quarter before this Monday."""
    sunday = last_monday + dt.timedelta(days=6)

    def last(weeks: int) -> Between:
        return Between("day", last_monday - dt.timedelta(weeks=weeks - 1), sunday)

    return {
        "01 count by week": Cube("mentions", ("week",)),
        "02 week × theme, 1 y": Cube(
            "mentions", ("week", "theme"), ("n_mentions", "n_feedback"), (last(52),)
        ),
        "03 NPS by week": Cube(
            "scores", ("week",), ("n_scored", "nps"), (Equals("metric", "nps"),)
        ),
        "04 NPS product × unit": Cube(
            "scores",
            ("product", "unit"),
            ("n_scored", "nps", "mean_score", "sd_score"),
            (Equals("metric", "nps"),),
        ),
        "05 theme by week, in scope, 6 m": Cube(
            "mentions", ("week", "theme"), ("n_feedback",), (last(26), SCOPE)
        ),
        "06 theme × sentiment, 1 product, 90 d": Cube(
            "mentions",
            ("theme",),
            ("n_feedback", "n_negative_feedback", "mean_sentiment"),
            (Equals("product", 7), last(13)),
        ),
        "07 rising themes, 4 weeks": Cube(
            "mentions",
            ("theme",),
            ("n_feedback", "n_negative_feedback"),
            (last(4), Not(IsNull("theme"))),
            order=("-n_feedback",),
            limit=50,
        ),
        "08 channel + mean": Cube(
            "mentions", ("channel",), ("n_mentions", "mean_sentiment", "sd_sentiment")
        ),
        "09 distinct accounts by theme, 1 y": Cube(
            "mentions", ("theme",), ("n_accounts",), (last(52),)
        ),
        "10 top 50 accounts, negative": Cube(
            "mentions",
            ("account",),
            ("n_mentions",),
            (Equals("is_negative", True), last(26)),  # noqa: FBT003
            order=("-n_mentions",),
            limit=50,
        ),
        "11 score with each theme": Cube(
            "mentions", ("theme",), ("n_scored", "mean_score", "sd_score")
        ),
        "12 month × kind, one theme": Cube(
            "mentions",
            ("month", "kind"),
            ("n_mentions", "n_feedback"),
            (Equals("theme", 3),),
        ),
    }
