"""Themes and groups to choose from, those nearest in meaning first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from moksori.base.people.models import Member
from moksori.understand.models import Theme
from moksori.understand.reads.places import place
from moksori.understand.reads.window import Filters

NEAREST = 5

Option = tuple[str, str]
Options = list[tuple[str, list[Option]]]


def theme_choices(
    affiliate: int, *, by: Member, beside: Theme | None = None
) -> Options:
    """Themes in use under their groups; `beside` one, its nearest come first."""
    rows = [row for row in _in_use(affiliate, by) if not row.is_group]
    if beside is not None:
        rows = [row for row in rows if row.pk != beside.pk]
    out: Options = []
    if beside is not None and len(rows) > NEAREST:
        out.append((_("Nearest in meaning"), _options(_nearest(rows, beside))))
    return out + _grouped(rows)


def group_choices(affiliate: int, *, by: Member) -> list[Option]:
    """The groups of an affiliate, by name."""
    groups = [row for row in _in_use(affiliate, by) if row.is_group]
    return sorted(_options(groups), key=lambda option: option[1])


@dataclass(frozen=True, slots=True)
class ThemeLabel:
    """A theme by its name and the words that mark it."""

    id: int
    name: str
    words: tuple[str, ...]


def lines(themes: Sequence[int], *, by: Member) -> list[ThemeLabel]:
    """These themes as far as they are seen, in the order given."""
    found = Theme.objects.visible_to(by).defer("center", "anchors").in_bulk(themes)
    return [
        ThemeLabel(pk, found[pk].name, tuple(found[pk].words[:5]))
        for pk in themes
        if pk in found
    ]


@dataclass(frozen=True, slots=True)
class Alike:
    """A theme to choose; `label` is its name, with its number where two share one."""

    id: int
    label: str
    mentions: int


def alike(theme: Theme, *, by: Member) -> list[Alike]:
    """The other themes in use, the nearest in meaning first, with their mentions."""
    rows = [row for row in _in_use(theme.unit_id, by) if not row.is_group]
    rows = [row for row in rows if row.pk != theme.pk]
    names = Counter(row.name for row in rows)
    found = place(by=by, filters=Filters(unit=theme.unit_id), period="all")
    heard = found.facts.by_theme() if found is not None and found.facts else {}
    near = _nearest(rows, theme, most=len(rows))
    # Those of another encoder cannot be compared.
    rest = sorted(set(rows) - set(near), key=lambda row: row.name)
    return [
        Alike(
            row.pk,
            row.name if names[row.name] == 1 else f"{row.name} #{row.pk}",
            heard[row.pk]["n_mentions"] if row.pk in heard else 0,
        )
        for row in [*near, *rest]
    ]


def names_in_use(affiliate: int, *, by: Member) -> set[str]:
    """The Korean names of its themes."""
    return {row.name_ko for row in _in_use(affiliate, by) if not row.is_group}


def _in_use(affiliate: int, by: Member) -> list[Theme]:
    rows = Theme.objects.visible_to(by).filter(
        unit_id=affiliate, state=Theme.State.ACTIVE
    )
    return list(rows.select_related("parent").defer("anchors", "parent__center"))


def _nearest(rows: list[Theme], beside: Theme, *, most: int = NEAREST) -> list[Theme]:
    middle = np.frombuffer(bytes(beside.center), np.float32)
    same = [row for row in rows if len(bytes(row.center)) == middle.nbytes]
    centers = [np.frombuffer(bytes(row.center), np.float32) for row in same]
    if not centers:
        return []
    order = np.argsort(-(np.stack(centers) @ middle), kind="stable")
    return [same[at] for at in order[:most]]


def _grouped(rows: list[Theme]) -> Options:
    under: dict[str, list[Theme]] = {}
    for row in sorted(rows, key=lambda row: row.name):
        under.setdefault(row.parent.name if row.parent else "", []).append(row)
    alone = under.pop("", [])
    out = [(name, _options(under[name])) for name in sorted(under)]
    if alone:
        out.append((_("In no group"), _options(alone)))
    return out


def _options(rows: Iterable[Theme]) -> list[Option]:
    return [(str(row.pk), row.name) for row in rows]
