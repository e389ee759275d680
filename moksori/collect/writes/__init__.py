"""What changes in this step: sources, imports, and feedback itself."""

from moksori.collect.writes.feedback import add_feedback, add_many
from moksori.collect.writes.imports import (
    dry_run,
    read_differently,
    run_import,
    start_import,
)
from moksori.collect.writes.sources import (
    add_source,
    change_source,
    known_or_new,
    source_for,
)
from moksori.collect.writes.staging import (
    drop_upload,
    forget_strays,
    forget_troubles,
    forget_uploads,
    stage_file,
)
from moksori.collect.writes.stopping import (
    resume_import,
    stop_import,
    stop_lost_imports,
)
from moksori.collect.writes.undo import run_undo, undo_import

__all__ = [
    "add_feedback",
    "add_many",
    "add_source",
    "change_source",
    "drop_upload",
    "dry_run",
    "forget_strays",
    "forget_troubles",
    "forget_uploads",
    "known_or_new",
    "read_differently",
    "resume_import",
    "run_import",
    "run_undo",
    "source_for",
    "stage_file",
    "start_import",
    "stop_import",
    "stop_lost_imports",
    "undo_import",
]
