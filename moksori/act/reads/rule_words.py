"""What a rule asks for, in words, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as _p

from moksori.act.casework.conditions import Conditions
from moksori.base.customers.models import Account, Customer, Product, Region
from moksori.base.customers.reads import regions_within
from moksori.base.people.models import Member, Unit
from moksori.base.people.roles import Ability
from moksori.collect.models import Channel
from moksori.understand.models import Mention, Theme

FLAG_NAMES: Mapping[str, str | Promise] = {
    "self_harm": gettext_lazy("self-harm"),
    "people": gettext_lazy("danger to people"),
    "fire": gettext_lazy("fire or explosion"),
    "law": gettext_lazy("legal steps"),
    "urgent": _p("flag", "urgent"),
}
SCORE_NAMES: Mapping[str, str | Promise] = {
    "": _p("score", "any score, on 0–10"),
    "nps": _p("score", "recommendation (NPS), 0–10"),
    "csat": _p("score", "satisfaction, 1–5"),
    "ces": _p("score", "ease, 1–7"),
    "rating": _p("score", "stars, 1–5"),
}
MOST = 400  # of one thing to choose from
Names = dict[int, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What conditions of one unit's rules may name, within what the member reads."""

    themes: list[tuple[int, str]]
    products: list[tuple[int, str]]
    regions: list[tuple[int, str]]
    tiers: list[tuple[str, str]]
    segments: list[tuple[str, str]]


def choices(*, by: Member) -> Choices:
    scope = by.scope(Ability.ASSIGN)
    themes = Theme.objects.visible_to(by).filter(
        state=Theme.State.ACTIVE, is_group=False
    )
    products = Product.objects.filter(unit__in=scope.units).order_by("name")
    regions = regions_within(scope).order_by("name")
    return Choices(
        themes=sorted(
            ((row.pk, row.name) for row in themes[:MOST]), key=lambda pair: pair[1]
        ),
        products=list(products.values_list("pk", "name")[:MOST]),
        regions=list(regions.values_list("pk", "name")[:MOST]),
        tiers=_segments(Account.objects.visible_to(by)),
        segments=_segments(Customer.objects.visible_to(by)),
    )


def _segments(rows: QuerySet[Account] | QuerySet[Customer]) -> list[tuple[str, str]]:
    found = rows.exclude(segment="").order_by("segment")
    names = found.values_list("segment", flat=True).distinct()[:MOST]
    return [(name, name) for name in names]


def in_words(asked: Conditions) -> list[str]:
    """One sentence for each condition; all of them must hold."""
    told: list[str] = []
    if asked.score_at_most is not None:
        told.append(
            _("%(score)s: at most %(most)s")
            % {
                "score": SCORE_NAMES.get(asked.score_kind, asked.score_kind),
                "most": f"{asked.score_at_most:g}",
            }
        )
    kinds: dict[str, str | Promise] = dict(Mention.Kind.choices)
    channels: dict[str, str | Promise] = dict(Channel.choices)
    listed: tuple[tuple[str, Iterable[object], Callable[[object], object]], ...] = (
        (_("Theme"), asked.themes, _names(Theme, asked.themes)),
        (_("Kind"), asked.kinds, lambda key: kinds.get(str(key), key)),
        (_("Danger"), asked.flags, lambda key: FLAG_NAMES.get(str(key), key)),
        (_("Words"), asked.words, lambda word: f"“{word}”"),
        (_("Product"), asked.products, _names(Product, asked.products)),
        (_("Region"), asked.regions, _names(Region, asked.regions)),
        (_("Channel"), asked.channels, lambda key: channels.get(str(key), key)),
        (_("Clients of the tier"), asked.tiers, str),
        (_("Customers of the segment"), asked.segments, str),
    )
    for label, values, named in listed:
        said = [str(named(value)) for value in values]
        if said:
            told.append(f"{label}: " + _(" or ").join(said))
    return told


def _names(
    model: type[Theme] | type[Product] | type[Region], ids: Iterable[int]
) -> Callable[[object], object]:
    rows = model._default_manager.filter(pk__in=list(ids))
    known = {row.pk: row.name for row in rows}
    return lambda pk: known.get(pk, _("gone"))


def units_of_rules(member: Member) -> list[Unit]:
    return list(Unit.objects.filter(pk__in=member.scope(Ability.ASSIGN).units))
