"""What people may ask of the search, in its address."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.analysis.flags import FLAGS
from moksori.base.people.models import Member
from moksori.base.web.filters import Bar, Filter, Words, filter_bar
from moksori.collect.models import Source
from moksori.understand.forms.filters import (
    LABELS,
    asked_filters,
    attribute_filter,
    id_of,
)
from moksori.understand.models import Mention, Theme
from moksori.understand.reads.narrow import ANY_FLAG, SCORES, SENTIMENTS, Narrow
from moksori.understand.reads.places import PERIODS, Place, units
from moksori.understand.reads.search import MEANING, WORDS
from moksori.understand.reads.window import Window

SENTIMENT_NAMES = {
    "negative": _p("sentiment", "negative"),
    "neutral": _p("sentiment", "neutral"),
    "positive": _p("sentiment", "positive"),
}
SCORE_NAMES = {
    "low": _p("score", "low"),
    "middle": _p("score", "middle"),
    "high": _p("score", "high"),
    "none": _p("score", "without a score"),
}
FLAG_NAMES = {
    "any": _p("flag", "any"),
    "people": _p("flag", "danger to people"),
    "fire": _p("flag", "fire or smoke"),
    "law": _p("flag", "law and authorities"),
    "self_harm": _p("flag", "self-harm"),
    "urgent": _p("flag", "urgent"),
}
LANGUAGE_NAMES = {"ko": _("Korean"), "en": _("English")}
MORE = ("unit", "region", "source", "language", "score", "flags", "age_band", "tier")
MOST_CHOICES = 100
ALL: tuple[str, Words] = ("", _p("filter", "all"))


def asked_narrow(query: QueryDict, newest: date | None) -> Narrow:
    """Conditions as the address says them; what makes no sense is left out."""
    return Narrow(
        filters=asked_filters(query),
        window=asked_window(query, newest),
        source=id_of(query, "source"),
        theme=id_of(query, "theme"),
        kind=_one_of(query, "kind", Mention.Kind.values),
        sentiment=_one_of(query, "sentiment", SENTIMENTS),
        score=_one_of(query, "score", [*SCORES, "none"]),
        flags=asked_flags(query.get("flags", "")),
    )


def asked_window(query: QueryDict, newest: date | None) -> Window | None:
    """`since` and `until` (days), or `period` in weeks up to the newest day."""
    since, until = _day(query, "since"), _day(query, "until")
    if since or until:
        return Window(since or date.min, until or newest or date.max)
    period = query.get("period", "")
    if newest is None or not period.isdigit() or period not in PERIODS:
        return None
    return Window.weeks(int(period), newest)


def asked_how(query: QueryDict) -> str:
    return _one_of(query, "how", (WORDS, MEANING))


def asked_flags(name: str) -> int:
    return ANY_FLAG if name == "any" else FLAGS.get(name, 0)


def search_chips(query: QueryDict, found: Place, *, by: Member) -> Bar:
    """The filter bar; the rarer ones show once one of them is used or asked for."""
    every = _filters(query, found, by)
    is_more = shows_more(query)
    shown = [each for each in every if is_more or each.name not in MORE]
    return filter_bar(query, shown)


def shows_more(query: QueryDict) -> bool:
    return "more" in query or any(query.get(name) for name in MORE)


def _filters(query: QueryDict, found: Place, by: Member) -> list[Filter]:
    periods = [(key, name) for key, name in PERIODS.items() if key != "all"]
    named = [attribute_filter(query, found, name) for name in LABELS]
    by_name = {each.name: each for each in named if each is not None}
    fixed = [
        _choice("period", _("Period"), {"": PERIODS["all"], **dict(periods)}),
        by_name.get("product"),
        by_name.get("channel"),
        _listed("theme", _("Theme"), _themes(found, by)),
        _choice("kind", _p("mention", "Kind"), dict([ALL, *Mention.Kind.choices])),
        _choice("sentiment", _("Sentiment"), {"": ALL[1], **SENTIMENT_NAMES}),
        _units(found, by),
        by_name.get("region"),
        _listed("source", _("Source"), _sources(by)),
        _choice("language", _("Language"), {"": ALL[1], **LANGUAGE_NAMES}),
        _choice("score", _("Score"), {"": ALL[1], **SCORE_NAMES}),
        _choice("flags", _p("flag", "Danger"), {"": ALL[1], **FLAG_NAMES}),
        by_name.get("age_band"),
        by_name.get("tier"),
    ]
    return [each for each in fixed if each is not None]


def _choice(name: str, label: Words, names: dict[str, Words]) -> Filter:
    return Filter(name, label, list(names.items()))


def _listed(name: str, label: Words, rows: list[tuple[str, str]]) -> Filter | None:
    return Filter(name, label, [ALL, *rows]) if rows else None


def _units(found: Place, by: Member) -> Filter | None:
    rows = [(str(unit.pk), unit.name) for unit in units(found, by=by)]
    return _listed("unit", _("Unit"), rows) if len(rows) > 1 else None


def _themes(found: Place, by: Member) -> list[tuple[str, str]]:
    rows = Theme.objects.visible_to(by).filter(
        unit_id=found.affiliate, state=Theme.State.ACTIVE
    )
    named = rows.only("name_ko", "name_en", "is_group")
    return sorted(((str(row.pk), row.name) for row in named), key=lambda one: one[1])


def _sources(by: Member) -> list[tuple[str, str]]:
    rows = Source.objects.visible_to(by).values_list("pk", "name")[:MOST_CHOICES]
    return [(str(pk), name) for pk, name in rows]


def _one_of(query: QueryDict, name: str, known: object) -> str:
    given = query.get(name, "")
    return given if given in known else ""  # type: ignore[operator]


def _day(query: QueryDict, name: str) -> date | None:
    try:
        return date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None
