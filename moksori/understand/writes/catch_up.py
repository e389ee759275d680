"""Everything that waits, done at once: for a demo, a command, or a test."""

from __future__ import annotations

from moksori.understand.writes.assign import assign_pending
from moksori.understand.writes.emerging import find_emerging, news_to_look_for
from moksori.understand.writes.enrich import enrich_pending
from moksori.understand.writes.facts import refresh_facts
from moksori.understand.writes.index import index_pending
from moksori.understand.writes.learn import due_affiliates, learn_themes
from moksori.understand.writes.pain_names import name_pain_points


def catch_up() -> None:
    """Enrich what is new, learn due themes, publish, look for news, name pain points.

    Nothing is left to do afterwards; called again, it changes nothing.
    """
    while enrich_pending():
        pass
    for affiliate in due_affiliates():
        learn_themes(affiliate)
    while assign_pending():
        pass
    while refresh_facts():
        pass
    while index_pending():
        pass
    for affiliate in news_to_look_for():
        find_emerging(affiliate)
    name_pain_points()
