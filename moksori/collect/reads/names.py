"""Who asks, as customers know them: of the survey, of its unit, of a unit above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.collect.models import PublicName, Survey

KOREAN, ENGLISH = "ko", "en"


@dataclass(frozen=True, slots=True)
class Level:
    """One place that may give a name; `unit` is None for the survey itself."""

    unit: Unit | None
    ko: str
    en: str
    may_change: bool = False
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """What customers read. Not `is_chosen`: only the unit's own name is there."""

    ko: str
    en: str
    is_chosen: bool

    def said(self, language: str) -> str:
        """In Korean to Koreans, in English to all others; else as there is one."""
        first, second = (self.ko, self.en) if language == KOREAN else (self.en, self.ko)
        return first or second


def asker(survey: Survey) -> Asker:
    """The nearest name: of the survey, its unit, the units above; else the unit's."""
    own = _of_survey(survey)
    if any(own.values()):
        return Asker(own[KOREAN], own[ENGLISH], is_chosen=True)
    units = _units(survey)
    for unit in units:
        name = _of_unit(unit)
        if name is not None and (name.ko or name.en):
            return Asker(name.ko, name.en, is_chosen=True)
    return Asker(units[0].name_ko, units[0].name_en, is_chosen=False)


def company(survey: Survey, language: str) -> str:
    """Who asks, in the language of the customer."""
    return asker(survey).said(language)


def levels(survey: Survey, *, by: Member) -> list[Level]:
    """Where a name may stand, the nearest first, and which one customers read."""
    own = _of_survey(survey)
    may = by.may(Ability.IMPORT, survey)
    found = [Level(None, own[KOREAN], own[ENGLISH], may, any(own.values()))]
    for unit in _units(survey):
        name = _of_unit(unit)
        ko, en = (name.ko, name.en) if name else ("", "")
        is_first = bool(ko or en) and not any(one.is_used for one in found)
        may = by.may(Ability.IMPORT, InUnit(unit.pk))
        found.append(Level(unit, ko, en, may, is_first))
    return found


def _of_survey(survey: Survey) -> Mapping[str, str]:
    told = survey.settings.get("company", {})
    return {code: str(told.get(code, "")) for code in (KOREAN, ENGLISH)}


def _units(survey: Survey) -> list[Unit]:
    """The survey's unit and those above it, the nearest first."""
    ids = survey.unit.ancestor_ids()[::-1]
    rows = Unit.objects.filter(pk__in=ids).select_related("public_name")
    known = {row.pk: row for row in rows}
    return [known[id] for id in ids if id in known]


def _of_unit(unit: Unit) -> PublicName | None:
    found: PublicName | None = getattr(unit, "public_name", None)
    return found
