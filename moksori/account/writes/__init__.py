"""What account does: measure effects, watch what was resolved."""

from moksori.account.writes.effects import (
    follow_suggestion,
    measure,
    measure_all,
)
from moksori.account.writes.watches import (
    follow_watch,
    set_watch_days,
    start_watch,
    watch_all,
)

__all__ = [
    "follow_suggestion",
    "follow_watch",
    "measure",
    "measure_all",
    "set_watch_days",
    "start_watch",
    "watch_all",
]
