"""Themes that people make: by words and examples, or as parts of another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moksori.base.audit.writes import record
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import one_line
from moksori.understand.models import Correction, Mention, Theme
from moksori.understand.placing.sets import theme_vectors
from moksori.understand.placing.taught import MOST_PARTS, Part, middle
from moksori.understand.writes.corrections import (
    Kind,
    Step,
    define,
    in_use,
    learned,
    note,
    of_themes,
    one_at_a_time,
    place_again,
    place_everything,
)
from moksori.understand.writes.themes import (
    checked_names,
    may_edit,
    name,
    names_of,
    not_taken,
)

MOST = 50
LONGEST_WORD, LONGEST_EXAMPLE, LONGEST_DESCRIPTION = 60, 500, 200
NOTHING: Mapping[str, Any] = {}
Told = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Definition:
    """What makes a theme: words that lead to it, and examples of what is said."""

    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    @classmethod
    def of(cls, words: Sequence[str], examples: Sequence[str]) -> Definition:
        """Tidied; UserError for what is too short, too long, or too much."""
        found = cls(_lines(words, field="words"), _lines(examples, field="examples"))
        if max(len(found.words), len(found.examples)) > MOST:
            raise UserError(_("Use at most 50 words and 50 examples."), field="words")
        for word in found.words:
            if not 2 <= len(word) <= LONGEST_WORD:
                raise UserError(
                    _("“%(word)s”: a word has 2 to 60 letters.") % {"word": word[:60]},
                    field="words",
                )
        if any(len(one) > LONGEST_EXAMPLE for one in found.examples):
            raise UserError(
                _("An example has at most 500 characters."), field="examples"
            )
        return found

    def changes(self, before: Mapping[str, Any] = NOTHING) -> list[Told]:
        """What it says otherwise than a definition before: field, before, after."""
        pairs = [
            (key, before.get(key, ()), getattr(self, key))
            for key in ("words", "examples")
        ]
        return [
            (key, "; ".join(was), "; ".join(now))
            for key, was, now in pairs
            if list(was) != list(now)
        ]

    def as_json(self) -> dict[str, Any]:
        given = {"words": list(self.words), "examples": list(self.examples)}
        return {key: value for key, value in given.items() if value}


def _lines(given: Sequence[str], *, field: str) -> tuple[str, ...]:
    tidy = (one_line(one, field=field) for one in given)
    return tuple(dict.fromkeys(one for one in tidy if one))


@transaction.atomic
def define_theme(  # noqa: PLR0913 - each is a part of what is defined
    affiliate: int,
    *,
    name_ko: str,
    name_en: str = "",
    words: Sequence[str] = (),
    examples: Sequence[str] = (),
    group: Theme | None = None,
    by: Member,
) -> Correction:
    """Make a theme of what holds one of the words or is near one of the examples."""
    may_edit(affiliate, by=by)
    names = checked_names(name_ko, name_en)
    asked = Definition.of(words, examples)
    if group is not None and (not group.is_group or group.unit_id != affiliate):
        raise UserError(_("Choose a group of the same unit."), field="group")
    one_at_a_time(affiliate)
    not_taken(affiliate, [names[0]])
    theme = made(affiliate, names, asked.as_json(), parent=group)
    place = (f"place:{theme.pk}",) if group is not None else ()
    said = {"made": True, "changes": asked.changes()}
    step = Step(Kind.DEFINE, (f"whole:{theme.pk}", *place), said)
    done = note(theme, step, by=by)
    place_everything(affiliate)
    record("define_theme", theme, by=by, correction=done.pk)
    return done


@transaction.atomic
def redefine_theme(
    theme: Theme,
    *,
    words: Sequence[str],
    examples: Sequence[str],
    description_ko: str | None = None,
    description_en: str | None = None,
    by: Member,
) -> Correction:
    """Change by what words and examples a theme is known, and what is said of it."""
    by.must(Ability.EDIT_THEMES, theme)
    asked = Definition.of(words, examples)
    one_at_a_time(theme.unit_id)
    in_use(theme)
    before: dict[str, Any] = {
        "definition": dict(theme.definition),
        "description_ko": theme.description_ko,
        "description_en": theme.description_en,
    }
    kept = {
        key: value
        for key, value in theme.definition.items()
        if key not in {"words", "examples", "encoder"}
    }
    told = {"description_ko": description_ko, "description_en": description_en}
    if any(given is not None for given in told.values()):
        kept["described"] = True
    define(theme, {**kept, **asked.as_json()})
    must_be_known(theme)
    changes = asked.changes(before["definition"])
    for key, given in told.items():
        if given is not None:
            line = one_line(given, field=key)[:LONGEST_DESCRIPTION]
            changes.append((key, before[key], line))
            setattr(theme, key, line)
    theme.save()
    said = {"made": False, "changes": changes}
    step = Step(Kind.DEFINE, (f"whole:{theme.pk}",), said, before)
    done = note(theme, step, by=by)
    place_everything(theme.unit_id)
    record("define_theme", theme, by=by, correction=done.pk)
    return done


def made(
    affiliate: int,
    names: tuple[str, str],
    definition: dict[str, Any],
    *,
    parent: Theme | None,
) -> Theme:
    """A new theme that is known by its definition alone."""
    theme = Theme(unit_id=affiliate, parent=parent, born_at=timezone.now())
    name(theme, names)
    define(theme, definition)
    must_be_known(theme)
    size = theme_vectors(["x"], affiliate).shape[1]
    rows = np.frombuffer(theme.anchors or b"", np.float32).reshape(-1, size)
    center = middle(rows)
    theme.center = center[0].tobytes() if center else bytes(4 * size)
    theme.words = list(definition.get("words", ()))
    theme.save()
    return theme


def must_be_known(theme: Theme) -> None:
    """UserError for a theme without words and anchors, unless it was learned."""
    if theme.anchors is not None or theme.definition.get("words"):
        return
    if theme.pk is None or theme.pk not in learned(theme.unit_id):
        raise UserError(
            _("Give at least one word, or an example that says what it is about."),
            field="examples",
        )


@transaction.atomic
def split_theme(theme: Theme, *, parts: Sequence[Part], by: Member) -> Correction:
    """Make several themes of one; the first part keeps its identity and pain points.

    Each mention of the theme goes to the part whose own mentions it is nearest to.
    """
    by.must(Ability.EDIT_THEMES, theme)
    names = _checked_parts(theme, parts)
    one_at_a_time(theme.unit_id)
    in_use(theme)
    not_taken(theme.unit_id, [ko for ko, _en in names], but=theme.pk)
    moving = of_themes(theme)
    count = moving.count()
    place_again(moving)
    before = {**names_of(theme), "definition": dict(theme.definition)}
    root = theme.definition.get("of", theme.pk)
    words = {k: v for k, v in theme.definition.items() if k == "words"}
    define(theme, {**words, "of": root, "mentions": _own(theme, parts[0])})
    if names[0] != (theme.name_ko, theme.name_en):
        name(theme, names[0])
    theme.save()
    new = [
        made(
            theme.unit_id,
            names[at],
            {"of": root, "mentions": _own(theme, part)},
            parent=theme.parent,
        ).pk
        for at, part in enumerate(parts)
        if at
    ]
    touches = [f"name:{theme.pk}", *(f"whole:{pk}" for pk in (theme.pk, *new))]
    said = {"parts": new, "name_ko": names[0][0]}
    step = Step(Kind.SPLIT, tuple(touches), said, before, count)
    done = note(theme, step, by=by)
    record("split_theme", theme, by=by, parts=new)
    return done


def _checked_parts(theme: Theme, parts: Sequence[Part]) -> list[tuple[str, str]]:
    if theme.is_group:
        raise UserError(_("A group is split by moving its themes."), field="parts")
    if not 2 <= len(parts) <= MOST_PARTS:
        raise UserError(_("Split a theme into 2 to 6 parts."), field="parts")
    return [checked_names(part.name_ko, part.name_en) for part in parts]


def _own(theme: Theme, part: Part) -> list[int]:
    """The mentions that stand for a part: of this theme, and no others."""
    rows = Mention.objects.filter(pk__in=part.anchors[:200], theme=theme)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    if not found:
        raise UserError(
            _("No mention of this theme stands for “%(name)s”. Look at it again.")
            % {"name": part.name_ko},
            field="parts",
        )
    return found
