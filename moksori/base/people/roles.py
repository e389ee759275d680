"""Roles, and what each may do."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import pgettext_lazy as _p


class Ability(StrEnum):
    """Something a member may do within their units and regions."""

    READ = "read"  # feedback, themes, pain points, numbers
    IMPORT = "import"  # sources, files, undo
    EDIT_THEMES = "edit_themes"  # rename, merge, learn again
    TRIAGE = "triage"  # the state and owner of a pain point
    ACT = "act"  # open and work on cases and actions
    ASSIGN = "assign"  # give cases and actions to others
    MEASURE = "measure"  # measure an effect
    SHARE = "share"  # editions of others, reach
    ADMINISTER = "administer"  # members, units, jobs
    AUDIT = "audit"  # the log of changes


class Role(models.TextChoices):
    ANALYST = "analyst", _p("role", "VoC analyst")
    FRONTLINE = "frontline", _p("role", "Front line")
    PRODUCT_OWNER = "product_owner", _p("role", "Product owner")
    LEADER = "leader", _p("role", "Team leader")
    EXECUTIVE = "executive", _p("role", "Executive")
    HR = "hr", _p("role", "HR")
    ADMIN = "admin", _p("role", "Administrator")


ABILITIES: dict[Role, frozenset[Ability]] = {
    Role.FRONTLINE: frozenset({Ability.READ, Ability.ACT}),
    Role.PRODUCT_OWNER: frozenset(
        {Ability.READ, Ability.TRIAGE, Ability.ACT, Ability.ASSIGN, Ability.MEASURE}
    ),
    Role.LEADER: frozenset(
        {
            Ability.READ,
            Ability.TRIAGE,
            Ability.ACT,
            Ability.ASSIGN,
            Ability.MEASURE,
            Ability.SHARE,
        }
    ),
    Role.ANALYST: frozenset(
        {
            Ability.READ,
            Ability.IMPORT,
            Ability.EDIT_THEMES,
            Ability.TRIAGE,
            Ability.ACT,
            Ability.ASSIGN,
            Ability.MEASURE,
            Ability.SHARE,
        }
    ),
    Role.EXECUTIVE: frozenset(
        {Ability.READ, Ability.ASSIGN, Ability.MEASURE, Ability.SHARE}
    ),
    Role.HR: frozenset({Ability.SHARE}),
    Role.ADMIN: frozenset({Ability.ADMINISTER, Ability.AUDIT, Ability.IMPORT}),
}
