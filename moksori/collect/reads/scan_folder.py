"""What people may know of the watched folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from moksori.base.people.models import Member
from moksori.base.people.roles import Ability


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """Its path, and whether it can be read at this moment."""

    path: str
    is_there: bool


def watched_folder(*, by: Member) -> WatchedFolder | None:
    """None where none is watched; its path is for those who administer."""
    if not settings.MOKSORI_SCAN_FOLDER:
        return None
    path = Path(settings.MOKSORI_SCAN_FOLDER)
    shown = str(path) if by.may(Ability.ADMINISTER) else ""
    return WatchedFolder(shown, path.is_dir())
