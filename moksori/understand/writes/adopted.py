"""What people do with something new: make it a theme, set it aside, bring it back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moksori.base.audit.writes import record
from moksori.base.errors import Conflict
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.understand.models import Correction, Emerging
from moksori.understand.writes.corrections import (
    Kind,
    Step,
    note,
    one_at_a_time,
    place_again,
    undo_correction,
)
from moksori.understand.writes.defined import made
from moksori.understand.writes.lately import mentions_of
from moksori.understand.writes.themes import checked_names, not_taken

State = Emerging.State


@transaction.atomic
def adopt_emerging(
    emerging: Emerging, *, name_ko: str, name_en: str = "", by: Member
) -> Correction:
    """Make a theme of it, known by the mentions that stand for it."""
    row = _open(emerging, by=by)
    names = checked_names(name_ko, name_en)
    not_taken(row.unit_id, [names[0]])
    alive = mentions_of(row.unit_id).filter(pk__in=row.typical)
    definition = {"mentions": list(alive.order_by("pk").values_list("pk", flat=True))}
    theme = made(row.unit_id, names, definition, parent=None)
    theme.words = list(row.words)
    theme.save(update_fields=["words"])
    step = Step(
        Kind.ADOPT,
        (f"whole:{theme.pk}",),
        {"made": True, "emerging": row.pk},
        mentions=row.mentions,
    )
    done = note(theme, step, by=by)
    place_again(mentions_of(row.unit_id).filter(pk__in=row.near))
    row.state, row.theme = State.ADOPTED, theme
    row.save(update_fields=["state", "theme"])
    record("adopt_emerging", row, by=by, theme=theme.pk)
    return done


@transaction.atomic
def dismiss_emerging(emerging: Emerging, *, by: Member) -> Emerging:
    """Set it aside: it is counted on, but no longer shown among what is new."""
    row = _open(emerging, by=by)
    row.state = State.DISMISSED
    row.save(update_fields=["state"])
    record("dismiss_emerging", row, by=by)
    return row


@transaction.atomic
def restore_emerging(emerging: Emerging, *, by: Member) -> Emerging:
    """Take back what was done with it; of a theme made of it nothing is left."""
    by.must(Ability.EDIT_THEMES, emerging)
    one_at_a_time(emerging.unit_id)
    emerging.refresh_from_db()
    if emerging.state not in (State.DISMISSED, State.ADOPTED):
        raise Conflict(_("This is among what is new already."))
    made_it = Correction.objects.filter(
        theme=emerging.theme_id, kind=Kind.ADOPT, undone_at=None
    ).first()
    if emerging.state == State.ADOPTED and made_it is not None:
        undo_correction(made_it, by=by)
    emerging.refresh_from_db()
    emerging.state, emerging.theme = State.NEW, None
    emerging.seen_at = timezone.now()
    emerging.save(update_fields=["state", "theme", "seen_at"])
    record("restore_emerging", emerging, by=by)
    return emerging


def _open(emerging: Emerging, *, by: Member) -> Emerging:
    by.must(Ability.EDIT_THEMES, emerging)
    one_at_a_time(emerging.unit_id)
    emerging.refresh_from_db()
    if emerging.state in (State.DISMISSED, State.ADOPTED):
        raise Conflict(_("Somebody else was faster. Look at the list again."))
    return emerging
