"""Who takes what on: one rule for cases and actions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from moksori.act.models import Action, Case
from moksori.base.errors import NotAllowed, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability


def must_hand(thing: Case | Action, owner: Member | None, *, by: Member) -> None:
    """Raise unless `by` may make `owner` the owner.

    With ACT one takes what is free and gives back what is one's own; to move what
    lies with others, or to give to others, one needs ASSIGN.
    """
    free_or_own = thing.owner_id in {None, by.pk}
    to_oneself_or_nobody = owner is None or owner.pk == by.pk
    if free_or_own and to_oneself_or_nobody and by.may(Ability.ACT, thing):
        return
    if not by.may(Ability.ASSIGN, thing):
        raise NotAllowed(
            _("You can take this on yourself. Ask a team leader to give it to others."),
            ability=Ability.ASSIGN.value,
        )
    if owner is not None and not owner.may(Ability.ACT, thing):
        raise UserError(
            # No name: it may be a member whom `by` does not know of.
            _("This member cannot work on this. Choose somebody who can."),
            field="owner",
        )
