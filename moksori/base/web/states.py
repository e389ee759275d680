"""Every state of every thing, in words, with the tone it is shown in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy as _p


@dataclass(frozen=True, slots=True)
class State:
    """`tone`: hurt, good, plain, quiet, or open (outlined: something is missing)."""

    label: str | Promise
    tone: str = "plain"


STATES: dict[str, State] = {
    # pain points
    "detected": State(_p("state", "New"), "open"),
    "triaged": State(_p("state", "Seen")),
    "planned": State(_p("state", "Planned")),
    "acting": State(_p("state", "Being improved")),
    "verifying": State(_p("state", "Being watched")),
    "resolved": State(_p("state", "Resolved"), "good"),
    "reopened": State(_p("state", "Came back"), "hurt"),
    "unowned": State(_p("state", "Nobody yet"), "open"),
    # verdicts on effects
    "proven": State(_p("state", "Proven"), "good"),
    "not_proven": State(_p("state", "Not proven")),
    "worse": State(_p("state", "Worse"), "hurt"),
    "too_early": State(_p("state", "Too early to say"), "quiet"),
    # cases and actions
    "open": State(_p("state", "Open"), "open"),
    "in_progress": State(_p("state", "In progress")),
    "replied": State(_p("state", "Replied")),
    "done": State(_p("state", "Done"), "good"),
    "closed": State(_p("state", "Closed"), "quiet"),
    "dropped": State(_p("state", "Dropped"), "quiet"),
    "overdue": State(_p("state", "Overdue"), "hurt"),
    # work in the background, and what is sent
    "waiting": State(_p("state", "Waiting"), "quiet"),
    "ready": State(_p("state", "Waiting"), "quiet"),
    "running": State(_p("state", "Running")),
    "successful": State(_p("state", "Done"), "good"),
    "failed": State(_p("state", "Failed"), "hurt"),
    "stopped": State(_p("batch", "Stopped halfway"), "hurt"),
    "undone": State(_p("state", "Undone"), "quiet"),
    "preview": State(_p("state", "To be checked"), "open"),
    "sent": State(_p("state", "Sent")),
    "read": State(_p("state", "Read"), "good"),
}


def state(key: str) -> State:
    """The state by its key; an unknown key is shown as it is."""
    return STATES.get(str(key).lower(), State(str(key)))
