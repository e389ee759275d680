"""What a correction changed, in words: from what to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from moksori.understand.models import Correction

LONGEST = 160
Kind = Correction.Kind
Names = Mapping[int, str]

FIELDS = {
    "name_ko": gettext_lazy("Name in Korean"),
    "name_en": gettext_lazy("Name in English"),
    "group": pgettext_lazy("theme", "Group"),
    "words": gettext_lazy("Words"),
    "examples": gettext_lazy("Examples"),
    "description_ko": gettext_lazy("Description in Korean"),
    "description_en": gettext_lazy("Description in English"),
}


def told(row: Correction, names: Names) -> str:
    """In one line; empty where its kind says everything. `names` are of themes."""
    found = _TOLD.get(Kind(row.kind))
    return found(row, names) if found else ""


def named(row: Correction) -> list[int]:
    """The themes and groups that `told` speaks of."""
    said, before = row.said, row.before
    alone = [said.get("group"), said.get("theme"), before.get("parent")]
    # Of a merge, `before` holds a definition of each theme under this name.
    alone.append(before.get("theme"))
    many = [row.theme_id, *said.get("themes", ()), *said.get("parts", ())]
    return [pk for pk in (*many, *alone) if isinstance(pk, int)]


def way(before: str, after: str) -> str:
    """From one to the other, in short."""
    return f"{_short(before) or '–'} → {_short(after) or '–'}"


def _renamed(row: Correction, _names: Names) -> str:
    pairs = [
        (row.before.get(key, ""), row.said.get(key, ""))
        for key in ("name_ko", "name_en")
    ]
    return " · ".join(way(was, now) for was, now in pairs if was != now)


def _merged(row: Correction, names: Names) -> str:
    gone = _all_of(row.said.get("themes", ()), names)
    return way(gone, names.get(row.theme_id, ""))


def _split(row: Correction, names: Names) -> str:
    first = row.said.get("name_ko") or names.get(row.theme_id, "")
    rest = _all_of(row.said.get("parts", ()), names)
    return way(row.before.get("name_ko", ""), f"{first} · {rest}")


def _moved(row: Correction, names: Names) -> str:
    nowhere = _("In no group")
    was, now = row.before.get("parent"), row.said.get("group")
    return way(names.get(was, nowhere), names.get(now, nowhere))


def _pinned(row: Correction, names: Names) -> str:
    was, now = row.before.get("theme"), row.said.get("theme")
    target = names.get(now, "") if now else _("None of these themes")
    if was == now:
        return _("confirmed: %(name)s") % {"name": target}
    return way(names.get(was, _("no theme")), target)


def _defined(row: Correction, _names: Names) -> str:
    is_new = row.said.get("made", True)
    lines = []
    for field, was, now in row.said.get("changes", ()):
        label = FIELDS.get(field, field)
        lines.append(f"{label}: {_short(now) if is_new else way(was, now)}")
    return "; ".join(lines)


def _all_of(themes: Sequence[int], names: Names) -> str:
    return " · ".join(names[pk] for pk in themes if pk in names)


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


_TOLD: dict[Correction.Kind, Callable[[Correction, Names], str]] = {
    Kind.RENAME: _renamed,
    Kind.MERGE: _merged,
    Kind.SPLIT: _split,
    Kind.MOVE: _moved,
    Kind.PIN: _pinned,
    Kind.DEFINE: _defined,
}
