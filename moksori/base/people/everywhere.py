"""Abilities for the whole organisation: jobs and the log know no units."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from moksori.base.errors import NotAllowed
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability


def everywhere(member: Member, ability: Ability) -> bool:
    """Whether the member holds the ability for every unit there is."""
    units = member.scope(ability).units
    return bool(units) and not Unit.objects.exclude(pk__in=units).exists()


def must_everywhere(member: Member, ability: Ability) -> None:
    if not everywhere(member, ability):
        raise NotAllowed(
            _("This concerns the whole organisation, and your role only a part of it.")
        )
