"""What people may know of the watched folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from moksori.base.people.models import Member
from moksori.base.people.roles import Ability


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """Its path, and whether it can be read and emptied at this moment."""

    path: str
    is_there: bool
    can_be_emptied: bool = True


def watched_folder(*, by: Member) -> WatchedFolder | None:
    """None where none is watched; its path is for those who administer."""
    if not settings.MOKSORI_SCAN_FOLDER:
        return None
    path = Path(settings.MOKSORI_SCAN_FOLDER)
    shown = str(path) if by.may(Ability.ADMINISTER) else ""
    can_be_emptied = os.access(path, os.W_OK | os.X_OK)
    return WatchedFolder(shown, path.is_dir(), can_be_emptied)
