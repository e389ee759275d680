"""Work that nobody waits for lets those go first who wait for a page."""

from __future__ import annotations

import os

LATER = 10  # of 19; under pressure about a tenth of what a page gets


def step_aside() -> None:
    """This process, and those that it starts, after the pages. No more than once."""
    if hasattr(os, "setpriority"):
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, LATER))
