"""Units as people name them on the command line."""

from __future__ import annotations

from django.utils.translation import gettext as _

from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Unit


def unit_named(name: str) -> Unit:
    """The unit of this name or number; NotFound says which there are."""
    rows = Unit.objects.filter(name_ko=name) | Unit.objects.filter(name_en=name)
    if name.isdecimal():
        rows = Unit.objects.filter(pk=int(name))
    found = list(rows[:2])
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{unit.name} ({unit.pk})" for unit in Unit.objects.all()[:20])
    if found:
        raise UserError(
            _("Several units are called {name}. Give the number: {known}.").format(
                name=name, known=known
            )
        )
    raise NotFound(
        _("There is no unit {name}. There are: {known}.").format(
            name=name, known=known or "–"
        )
    )
