"""Changes to themes and pain points, by people and by the system."""

from moksori.understand.writes.assign import assign_feedback, assign_pending
from moksori.understand.writes.catch_up import catch_up
from moksori.understand.writes.enrich import enrich_feedback, enrich_pending
from moksori.understand.writes.facts import publish_facts, rebuild_facts, refresh_facts
from moksori.understand.writes.learn import (
    due_affiliates,
    learn_themes,
    learned_affiliates,
)
from moksori.understand.writes.pain_names import name_pain_points
from moksori.understand.writes.pains import detect_pain_points, triage_pain_point
from moksori.understand.writes.themes import rename_theme
from moksori.understand.writes.views import remove_view, save_view

__all__ = [
    "assign_feedback",
    "assign_pending",
    "catch_up",
    "detect_pain_points",
    "due_affiliates",
    "enrich_feedback",
    "enrich_pending",
    "learn_themes",
    "learned_affiliates",
    "name_pain_points",
    "publish_facts",
    "rebuild_facts",
    "refresh_facts",
    "remove_view",
    "rename_theme",
    "save_view",
    "triage_pain_point",
]
