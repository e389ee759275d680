"""What people teach about themes: noted with all that is needed to take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moksori.base.audit.writes import record
from moksori.base.errors import Conflict
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.understand.models import (
    Correction,
    Emerging,
    Mention,
    Pin,
    Theme,
    ThemeRun,
)
from moksori.understand.placing.sets import encoder_name, theme_vectors
from moksori.understand.placing.taught import anchor_rows
from moksori.understand.reads.window import unit_ids_of
from moksori.understand.writes.enrich import slices
from moksori.understand.writes.inherited import hand_back, hand_over

NOTE = 500
STANDING = 40
NAMED = (
    "name_ko", "name_en", "named_by", "is_general", "description_ko", "description_en",
)  # fmt: skip
"""What a theme is called, by whom, and the line below its name."""
Kind = Correction.Kind


@dataclass(frozen=True, slots=True)
class Step:
    """What is about to be noted; `touches` are the aspects it builds on.

    An aspect is a name ("name:7"), a place in the tree ("place:7"), what a theme is
    made of ("whole:7"), or where words belong ("words:-12").
    """

    kind: Correction.Kind
    touches: tuple[str, ...]
    said: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    mentions: int = 0


def note(theme: Theme, step: Step, *, by: Member) -> Correction:
    """Keep a step in the history of a theme, and have mentions placed soon."""
    soon()
    return Correction.objects.create(
        unit_id=theme.unit_id,
        theme=theme,
        kind=step.kind,
        said={**step.said, "touches": list(step.touches)},
        before=dict(step.before),
        mentions=step.mentions,
        by=by,
        at=timezone.now(),
    )


def one_at_a_time(affiliate: int) -> None:
    """Two people must not change the tree at once, nor while it is learned."""
    Unit.objects.select_for_update().get(pk=affiliate)


def in_use(*themes: Theme) -> None:
    """Bring themes up to date; Conflict where somebody put one away meanwhile."""
    for theme in themes:
        theme.refresh_from_db()
        if theme.state != Theme.State.ACTIVE:
            raise Conflict(
                _("“%(name)s” is no longer in use. Somebody else was faster.")
                % {"name": theme.name}
            )


def place_again(mentions: QuerySet[Mention]) -> None:
    """Leave notes so that the feedback of these mentions is placed anew."""
    ids = mentions.order_by("feedback_id").values_list("feedback_id", flat=True)
    _note_ids(ids.distinct())


def soon() -> None:
    """Have the notes worked off now and not by the schedule."""
    from moksori.understand.jobs import assign_pending  # noqa: PLC0415 – made of writes

    assign_pending.enqueue()


def place_everything(affiliate: int) -> None:
    """The same for all feedback of an affiliate, as after learning."""
    units = unit_ids_of(affiliate)
    rows = Feedback.objects.filter(unit_id__in=units).exclude(text="").order_by("pk")
    _note_ids(rows.values_list("pk", flat=True))


def _note_ids(ids: Iterable[int]) -> None:
    for part in slices(list(ids), NOTE):
        outbox.put("assign", {"ids": list(part)})


def of_themes(*themes: Theme) -> QuerySet[Mention]:
    return Mention.objects.filter(theme__in=[theme.pk for theme in themes])


def standing_for(theme: Theme) -> list[int]:
    """The mentions most typical of a theme: they stand for it with any encoder."""
    rows = of_themes(theme).exclude(confidence=None).order_by("-confidence", "pk")
    return list(rows.values_list("pk", flat=True)[:STANDING])


def define(theme: Theme, definition: Mapping[str, Any]) -> None:
    """Give a theme (not saved here) its definition and the anchors that follow."""
    encode = partial(theme_vectors, affiliate=theme.unit_id)
    rows = anchor_rows(definition, encode=encode)
    theme.definition = dict(definition)
    theme.anchors = rows.astype(np.float32).tobytes() if len(rows) else None
    if len(rows):
        theme.definition["encoder"] = encoder_name(theme.unit_id)


@transaction.atomic
def undo_correction(correction: Correction, *, by: Member) -> Correction:
    """Take a correction back; Conflict when it is undone or a later one builds on it.

    It stays in the history, with who undid it and when.
    """
    by.must(Ability.EDIT_THEMES, correction)
    one_at_a_time(correction.unit_id)
    correction.refresh_from_db()
    if correction.undone_at is not None:
        raise Conflict(_("This was undone already."))
    later = built_on(correction)
    if later is not None:
        raise Conflict(
            _("“%(kind)s: %(name)s” of %(day)s builds on this. Undo that first.")
            % {
                "kind": later.get_kind_display(),
                "name": later.theme.name,
                "day": f"{timezone.localtime(later.at):%Y-%m-%d %H:%M}",
            },
            correction=later.pk,
        )
    if correction.kind == Kind.DEFINE:
        # What it held is known only once its mentions had moved in.
        correction.mentions = of_themes(correction.theme).count()
    _UNDO[Kind(correction.kind)](correction)
    tidy_groups(correction.unit_id)
    correction.undone_by, correction.undone_at = by, timezone.now()
    correction.save(update_fields=["undone_by", "undone_at", "mentions"])
    soon()
    record("undo_correction", correction, by=by, theme=correction.theme_id)
    return correction


def built_on(correction: Correction) -> Correction | None:
    """The newest later correction, still in force, that touches the same."""
    own = set(correction.said.get("touches", ()))
    later = Correction.objects.filter(
        unit_id=correction.unit_id, pk__gt=correction.pk, undone_at=None
    )
    for one in later.select_related("theme").order_by("-pk"):
        if own & set(one.said.get("touches", ())):
            return one
    return None


def _unname(done: Correction) -> None:
    _call_as_before(done.theme, done.before)
    done.theme.save(update_fields=NAMED)


def _call_as_before(theme: Theme, before: Mapping[str, Any]) -> None:
    for key in NAMED:
        setattr(theme, key, before.get(key, getattr(theme, key)))


def _unmerge(done: Correction) -> None:
    into = done.theme
    for pk, definition in done.before["themes"].items():
        _back(Theme.objects.get(pk=int(pk)), definition)
    hand_back(done.before["pains"])
    place_again(of_themes(into))


def _unsplit(done: Correction) -> None:
    """The parts become the theme again, also where they were learned meanwhile."""
    whole = done.theme
    parts = list(Theme.objects.filter(pk__in=done.said["parts"]))
    define(whole, done.before["definition"])
    whole.save(update_fields=["definition", "anchors"])
    _unname(done)
    place_again(of_themes(whole, *parts))
    for part in parts:
        part.state, part.merged_into = Theme.State.MERGED, whole
        part.definition, part.anchors = {}, None
        part.save()
    hand_over(parts, whole)


def _unmove(done: Correction) -> None:
    theme = done.theme
    theme.parent_id = done.before["parent"]
    theme.save(update_fields=["parent"])


def _unpin(done: Correction) -> None:
    key, old = done.before["key"], done.before["pin"]
    others = done.before.get("others", [])
    Pin.objects.filter(unit_id=done.unit_id, key__in=others).delete()
    pins = Pin.objects.filter(unit_id=done.unit_id, key=key)
    if old is None:
        pins.delete()
    else:
        pins.update(theme_id=old["theme"], correction_id=old["correction"])
    place_again(with_words(done.unit_id, [key, *others]))


def _unarchive(done: Correction) -> None:
    _back(done.theme, done.before["definition"])
    place_everything(done.unit_id)


def _undefine(done: Correction) -> None:
    """As it was before; what was made with it goes, unless it was learned meanwhile."""
    theme, before = done.theme, done.before
    _call_as_before(theme, before)
    theme.parent_id = before.get("parent", theme.parent_id)
    if done.said.get("made", True):
        _unmake(theme)
    elif "definition" in before:
        define(theme, before["definition"])
        place_everything(theme.unit_id)
    theme.save()


def _unadopt(done: Correction) -> None:
    """What was adopted is among what is new again."""
    _undefine(done)
    adopted = Emerging.objects.filter(
        pk=done.said.get("emerging"), state=Emerging.State.ADOPTED
    )
    adopted.update(state=Emerging.State.NEW, theme=None, seen_at=timezone.now())


def _unmake(theme: Theme) -> None:
    place_again(of_themes(theme))
    define(theme, {})
    if theme.pk not in learned(theme.unit_id):
        theme.state, theme.definition = Theme.State.ARCHIVED, {"undone": True}


def _back(theme: Theme, definition: Mapping[str, Any]) -> None:
    """In use again; by its typical mentions, if it was not learned meanwhile."""
    standing = theme.definition.get("sample", ())
    theme.state, theme.merged_into = Theme.State.ACTIVE, None
    define(theme, definition)
    if theme.anchors is None and theme.pk not in learned(theme.unit_id) and standing:
        define(theme, {**definition, "mentions": list(standing)})
    theme.save()


def tidy_groups(affiliate: int) -> None:
    """A group in which something is in use is so too; one made by people goes empty."""
    themes = Theme.objects.filter(unit_id=affiliate)
    active = themes.filter(state=Theme.State.ACTIVE)
    inside = active.filter(is_group=False).exclude(parent=None)
    used = set(inside.values_list("parent_id", flat=True))
    away = themes.filter(is_group=True, state=Theme.State.ARCHIVED)
    away.filter(pk__in=used).update(state=Theme.State.ACTIVE)
    for group in active.filter(is_group=True).exclude(pk__in=used):
        # What was learned has a centre, and goes when it is not learned again.
        if not any(bytes(group.center)):
            group.state = Theme.State.ARCHIVED
            group.save(update_fields=["state"])


def learned(affiliate: int) -> set[int]:
    """The themes that the last learning tells apart."""
    run = ThemeRun.objects.filter(unit_id=affiliate).order_by("-number").first()
    return set(run.labels) if run else set()


def with_words(affiliate: int, keys: Sequence[int]) -> QuerySet[Mention]:
    """Mentions that say these words within an affiliate."""
    units = unit_ids_of(affiliate)
    return Mention.objects.filter(key__in=keys, feedback__unit_id__in=units)


_UNDO = {
    Kind.RENAME: _unname,
    Kind.MERGE: _unmerge,
    Kind.SPLIT: _unsplit,
    Kind.MOVE: _unmove,
    Kind.PIN: _unpin,
    Kind.ARCHIVE: _unarchive,
    Kind.DEFINE: _undefine,
    Kind.ADOPT: _unadopt,
}
