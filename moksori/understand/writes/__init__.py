"""Changes to themes and pain points, by people and by the system."""

from moksori.understand.writes.adopted import (
    adopt_emerging,
    dismiss_emerging,
    restore_emerging,
)
from moksori.understand.writes.assign import assign_feedback, assign_pending
from moksori.understand.writes.catch_up import catch_up
from moksori.understand.writes.corrections import undo_correction
from moksori.understand.writes.defined import (
    define_theme,
    redefine_theme,
    split_theme,
)
from moksori.understand.writes.embed import (
    embed_pending,
    forget_unsaid,
    left_behind,
)
from moksori.understand.writes.emerging import find_emerging, news_to_look_for
from moksori.understand.writes.enrich import enrich_feedback, enrich_pending
from moksori.understand.writes.facts import publish_facts, rebuild_facts, refresh_facts
from moksori.understand.writes.flags import flag_stored
from moksori.understand.writes.index import (
    index_feedback,
    index_pending,
    rebuild_index,
    rebuild_tokens,
)
from moksori.understand.writes.learn import (
    due_affiliates,
    learn_themes,
    learned_affiliates,
)
from moksori.understand.writes.model_names import ask_for_names, name_by_model
from moksori.understand.writes.pain_names import name_pain_points
from moksori.understand.writes.pains import detect_pain_points, triage_pain_point
from moksori.understand.writes.pins import pin_mention
from moksori.understand.writes.segments import (
    adopt_segment,
    change_segment,
    find_segments,
    make_pain_point,
    restore_segment,
    retire_segment,
    write_segment,
)
from moksori.understand.writes.themes import (
    archive_theme,
    merge_themes,
    move_theme,
    rename_theme,
)
from moksori.understand.writes.views import remove_view, save_view

__all__ = [
    "adopt_emerging",
    "adopt_segment",
    "archive_theme",
    "ask_for_names",
    "assign_feedback",
    "assign_pending",
    "catch_up",
    "change_segment",
    "define_theme",
    "detect_pain_points",
    "dismiss_emerging",
    "due_affiliates",
    "embed_pending",
    "enrich_feedback",
    "enrich_pending",
    "find_emerging",
    "find_segments",
    "flag_stored",
    "forget_unsaid",
    "index_feedback",
    "index_pending",
    "learn_themes",
    "learned_affiliates",
    "left_behind",
    "make_pain_point",
    "merge_themes",
    "move_theme",
    "name_by_model",
    "name_pain_points",
    "news_to_look_for",
    "pin_mention",
    "publish_facts",
    "rebuild_facts",
    "rebuild_index",
    "rebuild_tokens",
    "redefine_theme",
    "refresh_facts",
    "remove_view",
    "rename_theme",
    "restore_emerging",
    "restore_segment",
    "retire_segment",
    "save_view",
    "split_theme",
    "triage_pain_point",
    "undo_correction",
    "write_segment",
]
