"""Changes that people make to themes; learning again keeps each of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moksori.base.audit.writes import record
from moksori.base.errors import Conflict, NotFound, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.base.storable import one_line
from moksori.understand.models import (
    Correction,
    Theme,
    affiliates_of,
)
from moksori.understand.writes.corrections import (
    NAMED,
    Kind,
    Step,
    in_use,
    note,
    of_themes,
    one_at_a_time,
    place_again,
    standing_for,
    tidy_groups,
)
from moksori.understand.writes.inherited import hand_over

LONGEST = 120


@transaction.atomic
def rename_theme(
    theme: Theme, *, name_ko: str, name_en: str = "", by: Member
) -> Correction:
    """Give a theme the name that people use; learning again keeps it."""
    by.must(Ability.EDIT_THEMES, theme)
    names = checked_names(name_ko, name_en)
    one_at_a_time(theme.unit_id)
    theme.refresh_from_db()
    before = names_of(theme)
    if names[0] != theme.name_ko:
        not_taken(theme.unit_id, names[:1], but=theme.pk, groups=theme.is_group)
    name(theme, names)
    theme.save(update_fields=NAMED)
    said = {"name_ko": names[0], "name_en": names[1]}
    done = note(theme, Step(Kind.RENAME, (f"name:{theme.pk}",), said, before), by=by)
    record("rename_theme", theme, by=by, correction=done.pk)
    return done


@transaction.atomic
def merge_themes(into: Theme, others: Sequence[Theme], *, by: Member) -> Correction:
    """Make one theme of several: `into` takes the mentions and pain points of others.

    What is learned as one of the others later belongs to `into` too.
    """
    others = list({theme.pk: theme for theme in others}.values())
    for theme in (into, *others):
        by.must(Ability.EDIT_THEMES, theme)
    mergeable(into, others)
    one_at_a_time(into.unit_id)
    in_use(into, *others)
    moving = of_themes(*others)
    count = moving.count()
    place_again(moving)
    before = {str(one.pk): dict(one.definition) for one in others}
    for one in others:
        one.definition = {**one.definition, "sample": standing_for(one)}
        one.state, one.merged_into = Theme.State.MERGED, into
        one.save(update_fields=["definition", "state", "merged_into"])
    tidy_groups(into.unit_id)
    pains = hand_over(others, into)
    step = Step(
        Kind.MERGE,
        tuple(f"whole:{one.pk}" for one in (into, *others)),
        {"themes": [one.pk for one in others]},
        {"themes": before, "pains": pains},
        count,
    )
    done = note(into, step, by=by)
    record("merge_themes", into, by=by, others=[one.pk for one in others])
    return done


def mergeable(into: Theme, others: Sequence[Theme]) -> None:
    """UserError for themes that are not several of the same unit."""
    if not others:
        raise UserError(_("Choose at least one other theme."), field="others")
    if into.pk in {one.pk for one in others}:
        raise UserError(_("A theme cannot be merged with itself."), field="others")
    if any(one.is_group for one in (into, *others)):
        raise UserError(
            _("Groups are not merged; move their themes instead."), field="others"
        )
    if any(one.unit_id != into.unit_id for one in others):
        raise UserError(_("These themes belong to different units."), field="others")


@transaction.atomic
def move_theme(
    theme: Theme,
    *,
    group: Theme | None = None,
    name_ko: str = "",
    name_en: str = "",
    by: Member,
) -> Correction:
    """Put a theme into another group, or into a new one by its name, or into none."""
    by.must(Ability.EDIT_THEMES, theme)
    if theme.is_group:
        raise UserError(_("A group cannot be put into a group."), field="group")
    one_at_a_time(theme.unit_id)
    in_use(theme)
    made = group is None and bool(name_ko.strip())
    if made:
        names = checked_names(name_ko, name_en)
        group = group_named(theme.unit_id, names, size=len(bytes(theme.center)))
    if group is not None:
        if not group.is_group or group.unit_id != theme.unit_id:
            raise UserError(_("Choose a group of the same unit."), field="group")
        in_use(group)
    before = theme.parent_id
    theme.parent = group
    theme.save(update_fields=["parent"])
    tidy_groups(theme.unit_id)
    said = {"group": group.pk if group else None, "made": made}
    step = Step(Kind.MOVE, (f"place:{theme.pk}",), said, {"parent": before})
    done = note(theme, step, by=by)
    record("move_theme", theme, by=by, group=said["group"])
    return done


def group_named(affiliate: int, names: tuple[str, str], *, size: int) -> Theme:
    """The group of this name, in use from now on; a new one where there is none."""
    groups = Theme.objects.filter(unit_id=affiliate, is_group=True, name_ko=names[0])
    known = groups.order_by("state", "pk").first()
    if known is not None:
        if known.state != Theme.State.ACTIVE:
            known.state = Theme.State.ACTIVE
            known.save(update_fields=["state"])
        return known
    return Theme.objects.create(
        unit_id=affiliate,
        name_ko=names[0],
        name_en=names[1],
        named_by=Theme.NamedBy.PERSON,
        is_group=True,
        center=bytes(size),
        born_at=timezone.now(),
    )


@transaction.atomic
def archive_theme(theme: Theme, *, by: Member) -> Correction:
    """Put a theme away: its mentions go where they fit next, or nowhere.

    Its pain points stay with it, as history. Learned again, it stays away.
    """
    by.must(Ability.EDIT_THEMES, theme)
    if theme.is_group:
        raise UserError(
            _("A group goes when nothing is in it. Move its themes first."),
            field="theme",
        )
    one_at_a_time(theme.unit_id)
    in_use(theme)
    moving = of_themes(theme)
    step = Step(
        Kind.ARCHIVE,
        (f"whole:{theme.pk}",),
        before={"definition": dict(theme.definition)},
        mentions=moving.count(),
    )
    place_again(moving)
    theme.definition = {
        **theme.definition, "closed": True, "sample": standing_for(theme),
    }  # fmt: skip
    theme.state = Theme.State.ARCHIVED
    theme.save(update_fields=["definition", "state"])
    tidy_groups(theme.unit_id)
    done = note(theme, step, by=by)
    record("archive_theme", theme, by=by, correction=done.pk)
    return done


def names_of(theme: Theme) -> dict[str, object]:
    """What `undo_correction` needs to give a theme its name back."""
    return {key: getattr(theme, key) for key in NAMED}


def name(theme: Theme, names: tuple[str, str]) -> None:
    """By a person; what a language model wrote beside its own name goes with it."""
    if theme.named_by == Theme.NamedBy.MODEL:
        theme.description_ko = theme.description_en = ""
    theme.name_ko, theme.name_en = names
    theme.named_by, theme.is_general = Theme.NamedBy.PERSON, False


def checked_names(name_ko: str, name_en: str) -> tuple[str, str]:
    """Both names in one line; UserError for one that is missing or too long."""
    names = (
        one_line(name_ko, field="name_ko"),
        one_line(name_en, field="name_en"),
    )
    if not names[0]:
        raise UserError(_("A theme needs a name."), field="name_ko")
    if max(map(len, names)) > LONGEST:
        raise UserError(_("Use at most 120 characters."), field="name_ko")
    return names


def not_taken(
    affiliate: int,
    names: Sequence[str],
    *,
    but: int | None = None,
    groups: bool = False,
) -> None:
    """Conflict where a theme in use (or a group) has one of these names."""
    if len(set(names)) < len(names):
        raise UserError(_("Give each part a name of its own."), field="name_ko")
    taken = Theme.objects.filter(
        unit_id=affiliate, state=Theme.State.ACTIVE, is_group=groups, name_ko__in=names
    )
    if found := taken.exclude(pk=but or 0).first():
        raise Conflict(
            _("There is a theme “%(name)s” already.") % {"name": found.name_ko},
            field="name_ko",
        )


def may_edit(affiliate: int, *, by: Member) -> None:
    """NotFound for an outsider, NotAllowed for the wrong role."""
    if affiliate not in affiliates_of(by.scope()):
        raise NotFound
    by.must(Ability.EDIT_THEMES, InUnit(affiliate))
