"""Everything that waits, done at once: for a demo, a command, or a test."""

from __future__ import annotations

from moksori.understand.writes.assign import assign_pending
from moksori.understand.writes.enrich import enrich_pending
from moksori.understand.writes.facts import refresh_facts
from moksori.understand.writes.learn import is_due, learn_themes


def catch_up() -> None:
    """Enrich what is new, learn themes where they are due, publish, find pain points.

    Nothing is left to do afterwards; called again, it changes nothing.
    """
    affiliates: set[int] = set()
    while found := enrich_pending():
        affiliates |= found
    for affiliate in sorted(affiliates - {0}):
        if is_due(affiliate):
            learn_themes(affiliate)
    while assign_pending():
        pass
    while refresh_facts():
        pass
