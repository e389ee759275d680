"""Where a member may look: affiliates, their newest day, and sensible periods."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moksori.analysis.pains import MINIMUM
from moksori.base.customers.models import Product, Region
from moksori.base.errors import NotFound
from moksori.base.people.models import Member, Unit
from moksori.collect.models import Channel, Feedback
from moksori.understand.models import Theme, affiliate_id, affiliates_of
from moksori.understand.reads.facts import Facts, facts_for
from moksori.understand.reads.verbatims import EVERYTHING
from moksori.understand.reads.window import Filters, Window, unit_ids_of

PERIODS = {
    "4": _("last 4 weeks"),
    "12": _("last 12 weeks"),
    "52": _("last 52 weeks"),
    "all": _("all the time"),
}
ENOUGH = 1_200
RANKED = 5
MOST_OPTIONS = 60


@dataclass(frozen=True, slots=True)
class Place:
    """What a page is about: one affiliate, whole weeks up to its newest feedback.

    `newest` is None when there is no feedback yet; `is_old` says that "the last"
    days are not the last days of today.
    """

    unit: Unit
    newest: date | None = None
    period: str = "all"
    total: int = 0
    facts: Facts | None = None

    @property
    def window(self) -> Window | None:
        return self.facts.window if self.facts else None

    @property
    def affiliate(self) -> int:
        return affiliate_id(self.unit.path)

    @property
    def is_old(self) -> bool:
        today = timezone.localdate()
        return self.newest is not None and (today - self.newest).days > 14

    @property
    def period_name(self) -> str:
        return str(PERIODS[self.period])


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter; `count` feedbacks have it in the window."""

    value: str
    label: str
    count: int = 0


def place(
    *, by: Member, filters: Filters = EVERYTHING, period: str = ""
) -> Place | None:
    """The unit asked for (or the member's own) with its window; None: reads nothing.

    Without a period asked for: the shortest that holds 1,200 feedbacks and lets five
    themes be ranked, or else everything.
    Raises NotFound for a unit outside of what the member may read.
    """
    unit = _home(by) if filters.unit is None else _seen_unit(by, filters.unit)
    if unit is None:
        return None
    newest = newest_day(unit, by=by)
    if newest is None:
        return Place(unit)
    for name in [period] if period in PERIODS else list(PERIODS):
        window = window_of(name, newest)
        facts = facts_for(by, affiliate_id(unit.path), window, filters)
        if facts.total() >= ENOUGH and _ranked(facts) >= RANKED:
            break
    return Place(unit, newest, name, facts.total(), facts)


def affiliates(*, by: Member) -> list[Unit]:
    """Affiliates with themes that the member may look into, in the tree's order."""
    themes = Theme.objects.filter(state=Theme.State.ACTIVE, is_group=False).values(
        "unit_id"
    )
    seen = affiliates_of(by.scope())
    return list(Unit.objects.filter(pk__in=seen).filter(pk__in=themes))


def home_affiliate(*, by: Member, unit: int | None = None) -> Unit:
    """The affiliate asked for, or the member's own; NotFound for who reads nothing."""
    found = _home(by) if unit is None else _seen_unit(by, unit)
    if found is None:
        raise NotFound
    return Unit.objects.get(pk=affiliate_id(found.path))


def units(found: Place, *, by: Member) -> list[Unit]:
    """What the unit filter offers: affiliates, and what lies right below this one."""
    below = Unit.objects.filter(
        parent_id=found.affiliate, pk__in=by.scope().units
    ).exclude(pk__in=affiliates_of(by.scope()))
    choices = {unit.pk: unit for unit in (*affiliates(by=by), found.unit, *below)}
    return sorted(choices.values(), key=lambda unit: unit.path)


def newest_day(unit: Unit, *, by: Member) -> date | None:
    """The day of the newest feedback below this unit that the member may read."""
    inside = unit_ids_of(unit.pk) & by.scope().units
    return newest_of(Feedback.objects.visible_to(by), inside)


def newest_of(rows: QuerySet[Feedback], inside: Collection[int]) -> date | None:
    """The day of the newest of these rows, sought in each unit by its index."""
    last = rows.filter(unit_id=OuterRef("pk")).order_by("-occurred_at")
    days = (
        Unit.objects.filter(pk__in=inside)
        .annotate(newest=Subquery(last.values("occurred_at")[:1]))
        .values_list("newest", flat=True)
    )
    found = [day for day in days if day is not None]
    return timezone.localdate(max(found)) if found else None


def options(facts: Facts, dimension: str) -> list[Option]:
    """The values of a filter that occur, most frequent first."""
    counts = facts.totals_by(dimension)
    most = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    most = most[:MOST_OPTIONS]
    names = labels(dimension, [value for value, _ in most])
    return [
        Option(str(value), names.get(value, str(value)), count) for value, count in most
    ]


def labels(dimension: str, values: list[Any]) -> dict[Any, str]:
    """Names for people of the values of an attribute."""
    if dimension == "product":
        return dict(Product.objects.filter(pk__in=values).values_list("pk", "name"))
    if dimension == "region":
        return dict(Region.objects.filter(pk__in=values).values_list("pk", "name"))
    known = dict(Channel.choices) if dimension == "channel" else LANGUAGES
    return {value: str(known.get(str(value), value)) for value in values}


LANGUAGES = {"ko": _("Korean"), "en": _("English")}


def _seen_unit(by: Member, asked: int) -> Unit:
    unit = Unit.objects.filter(pk=asked).first()
    if unit is None or unit.pk not in affiliates_of(by.scope()) | by.scope().units:
        raise NotFound
    return unit


def _home(by: Member) -> Unit | None:
    """The member's own affiliate, if it has themes; else the first that has."""
    with_themes = affiliates(by=by)
    own = affiliate_id(by.unit.path) if by.unit else None
    for unit in with_themes:
        if unit.pk == own:
            return unit
    if with_themes:
        return with_themes[0]
    seen = Unit.objects.filter(pk__in=affiliates_of(by.scope()))
    return seen.order_by("path").last()


def _ranked(facts: Facts) -> int:
    """How many themes are complained about often enough to be ranked."""
    heard = facts.by_theme().values()
    return sum(1 for row in heard if row["n_negative_feedback"] >= MINIMUM)


def window_of(name: str, newest: date) -> Window:
    """The days of one of `PERIODS`."""
    if name == "all":
        return Window.everything(newest)
    return Window.weeks(int(name), newest)
