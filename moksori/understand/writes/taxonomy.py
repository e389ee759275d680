"""Bringing in a tree of themes: one step for each theme, and each can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from moksori.base.audit.writes import record
from moksori.base.people.models import Member
from moksori.understand.models import Correction, Theme
from moksori.understand.reads.taxonomy import Change, Entry, changes
from moksori.understand.writes.corrections import (
    Kind,
    Step,
    define,
    in_use,
    note,
    one_at_a_time,
    place_everything,
    tidy_groups,
)
from moksori.understand.writes.defined import made, must_be_known
from moksori.understand.writes.themes import (
    checked_names,
    group_named,
    may_edit,
    name,
    names_of,
)

NAMES = frozenset({"name_ko", "name_en"})
DEFINITION = frozenset({"words", "examples"})
DESCRIPTIONS = ("description_ko", "description_en")


@transaction.atomic
def import_taxonomy(
    affiliate: int, entries: Sequence[Entry], *, by: Member
) -> list[Correction]:
    """Do what `reads.taxonomy.changes` shows; themes that are not named stay."""
    may_edit(affiliate, by=by)
    one_at_a_time(affiliate)
    asked = changes(affiliate, entries, by=by)
    done = [_imported(affiliate, change, by=by) for change in asked]
    if any(change.is_new or change.fields & DEFINITION for change in asked):
        place_everything(affiliate)
    tidy_groups(affiliate)
    for one in done:
        record("import_theme", one.theme, by=by, correction=one.pk)
    return done


def _imported(affiliate: int, change: Change, *, by: Member) -> Correction:
    entry = change.entry
    if change.theme is None:
        told = {"words": list(entry.words), "examples": list(entry.examples)}
        given = {key: value for key, value in told.items() if value}
        names = checked_names(entry.name_ko, entry.name_en)
        theme = made(affiliate, names, given, parent=None)
        before: dict[str, Any] = {}
    else:
        theme = Theme.objects.get(pk=change.theme)
        in_use(theme)
        before = _before(theme, change)
        _apply(theme, change)
    _place(theme, change)
    _describe(theme, change)
    theme.save()
    changes = [
        (one.field, one.before, one.after)
        for one in change.differences
        if not (change.is_new and one.field in NAMES)
    ]
    said = {"made": change.is_new, "changes": changes}
    step = Step(Kind.DEFINE, _touches(theme, change), said, before)
    return note(theme, step, by=by)


def _before(theme: Theme, change: Change) -> dict[str, Any]:
    """Only what the file changes, so that undoing leaves the rest alone."""
    found: dict[str, Any] = {}
    if change.fields & NAMES:
        found |= names_of(theme)
    if "group" in change.fields:
        found["parent"] = theme.parent_id
    if change.fields & {*DEFINITION, *DESCRIPTIONS}:
        found["definition"] = dict(theme.definition)
        found |= {key: getattr(theme, key) for key in DESCRIPTIONS}
    return found


def _apply(theme: Theme, change: Change) -> None:
    entry = change.entry
    if change.fields & NAMES:
        english = entry.name_en if "name_en" in entry.given else theme.name_en
        name(theme, checked_names(entry.name_ko, english))
    if change.fields & DEFINITION:
        told = {k: v for k, v in theme.definition.items() if k != "encoder"}
        for key in change.fields & DEFINITION:
            told[key] = list(getattr(entry, key))
        define(theme, {key: value for key, value in told.items() if value})
        must_be_known(theme)


def _place(theme: Theme, change: Change) -> None:
    if "group" in change.fields:
        group = change.entry.group
        size = len(bytes(theme.center))
        theme.parent = (
            group_named(theme.unit_id, checked_names(group, ""), size=size)
            if group
            else None
        )


def _describe(theme: Theme, change: Change) -> None:
    for key in DESCRIPTIONS:
        if key in change.fields:
            setattr(theme, key, getattr(change.entry, key))
            theme.definition = {**theme.definition, "described": True}


def _touches(theme: Theme, change: Change) -> tuple[str, ...]:
    found = []
    if change.is_new or change.fields & {*DEFINITION, *DESCRIPTIONS}:
        found.append(f"whole:{theme.pk}")
    if change.fields & NAMES:
        found.append(f"name:{theme.pk}")
    if "group" in change.fields:
        found.append(f"place:{theme.pk}")
    return tuple(found)
