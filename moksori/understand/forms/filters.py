"""What people may ask of the pages of this step, in their addresses."""

from __future__ import annotations

from collections.abc import Collection

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.models import Member
from moksori.base.web.filters import Bar, Filter, Words, filter_bar
from moksori.understand.reads.pains import NOBODY
from moksori.understand.reads.places import PERIODS, Place, options, units
from moksori.understand.reads.window import Filters

DIMENSIONS = {
    "product": _("Product"),
    "region": _("Region"),
    "channel": _p("feedback", "Channel"),
}


LONGEST_WORD = 40
LABELS = {**DIMENSIONS, "age_band": _("Age"), "tier": _p("customer", "Tier")}

OWNERS: list[tuple[str, Words]] = [
    ("", _p("filter", "all")),
    (NOBODY, _p("owner", "nobody yet")),
]


def asked_filters(query: QueryDict) -> Filters:
    """Filters as the address says them; what makes no sense is left out."""
    return Filters(
        unit=id_of(query, "unit"),
        product=id_of(query, "product"),
        region=id_of(query, "region"),
        channel=_word(query, "channel"),
        language=_word(query, "language"),
        age_band=_word(query, "age_band"),
        tier=_word(query, "tier"),
    )


def asked_owner(query: QueryDict) -> str:
    owner = query.get("owner", "")
    return owner if owner == NOBODY else ""


def asked_period(query: QueryDict) -> str:
    period = query.get("period", "")
    return period if period in PERIODS else ""


def chips(
    query: QueryDict,
    found: Place,
    *,
    by: Member,
    only: Collection[str] = ("period", "unit", *DIMENSIONS),
) -> Bar:
    """The filter bar of a page about one place."""
    every = {
        "period": _period_filter(query, found),
        "unit": _unit_filter(query, found, by),
        **{name: attribute_filter(query, found, name) for name in DIMENSIONS},
        "owner": Filter("owner", _("Owner"), OWNERS),
    }
    shown = [each for name, each in every.items() if name in only and each is not None]
    return filter_bar(query, shown)


def _period_filter(query: QueryDict, found: Place) -> Filter:
    default = "" if asked_period(query) else found.period
    return Filter("period", _("Period"), list(PERIODS.items()), default=default)


def _unit_filter(query: QueryDict, found: Place, by: Member) -> Filter | None:
    choices = [(str(unit.pk), unit.name) for unit in units(found, by=by)]
    if len(choices) < 2:
        return None
    default = "" if "unit" in query else str(found.unit.pk)
    return Filter("unit", _("Unit"), choices, default=default)


def attribute_filter(query: QueryDict, found: Place, name: str) -> Filter | None:
    """Values that occur; nothing to choose where there is but one."""
    choices = _choices(found, name)
    if len(choices) < 2 and not query.get(name):
        return None
    everything: list[tuple[str, Words]] = [("", _p("filter", "all")), *choices]
    return Filter(name, LABELS[name], everything)


def _choices(found: Place, name: str) -> list[tuple[str, str]]:
    if found.facts is None:
        return []
    return [(option.value, option.label) for option in options(found.facts, name)]


def _word(query: QueryDict, name: str) -> str | None:
    # PostgreSQL refuses the letter zero.
    return query.get(name, "").replace("\x00", "")[:LONGEST_WORD] or None


def id_of(query: QueryDict, name: str) -> int | None:
    """An id as the address says it."""
    given = query.get(name, "")
    return (
        int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None
    )
