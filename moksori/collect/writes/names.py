"""Under which name customers are asked: said for a unit, or for one survey."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import UserError
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.base.people.scope import InUnit
from moksori.collect.models import PublicName, Survey
from moksori.collect.tables.table import clean

LONGEST = 80


@transaction.atomic
def name_unit(unit: Unit, *, ko: str, en: str, by: Member) -> None:
    """The name of the unit and all below that have none; both empty: none any more."""
    by.must(Ability.IMPORT, InUnit(unit.pk))
    names = {"ko": _good(ko, "ko"), "en": _good(en, "en")}
    if any(names.values()):
        PublicName.objects.update_or_create(unit=unit, defaults=names)
    else:
        PublicName.objects.filter(unit=unit).delete()
    audit.record("name_asker", unit, by=by, **names)


@transaction.atomic
def name_survey(survey: Survey, *, ko: str, en: str, by: Member) -> None:
    """The name for this survey alone; both empty: as its unit is called."""
    by.must(Ability.IMPORT, survey)
    names = {"ko": _good(ko, "ko"), "en": _good(en, "en")}
    found = Survey.objects.select_for_update().defer("draft").get(pk=survey.pk)
    rest = {key: said for key, said in found.settings.items() if key != "company"}
    found.settings = {**rest, "company": names} if any(names.values()) else rest
    found.save(update_fields=["settings", "changed_at"])
    survey.settings = found.settings
    audit.record("name_asker", survey, by=by, **names)


def _good(name: str, field: str) -> str:
    """One line: it stands in the header of a letter."""
    name = " ".join(clean(name).split())
    if len(name) > LONGEST:
        text = _("A name of at most {most} characters fits.").format(most=LONGEST)
        raise UserError(text, field=field)
    return name
