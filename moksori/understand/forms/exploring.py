"""What people may ask of the pages for exploring, in their addresses."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _

from moksori.understand.reads.compare import KINDS, PERIOD, SPANS, Asked
from moksori.understand.reads.crossed import MEASURES
from moksori.understand.reads.window import Window

_FIRST = date(1990, 1, 1)


def asked_id(query: QueryDict, name: str) -> int | None:
    """A number as an id; what makes no sense is left out."""
    given = query.get(name, "")
    is_id = given.isascii() and given.isdigit() and len(given) < 10
    return int(given) if is_id else None


def asked_measure(query: QueryDict) -> str:
    given = query.get("measure", "")
    return given if given in MEASURES else "complaints"


def asked_open(query: QueryDict) -> frozenset[int]:
    """The groups of the tree that are open: "3-17-20"."""
    parts = query.get("open", "")[:400].split("-")
    return frozenset(
        int(p) for p in parts if p.isascii() and p.isdigit() and len(p) < 10
    )


def asked_cell(query: QueryDict) -> tuple[int, str] | None:
    theme, value = asked_id(query, "theme"), query.get("value", "")
    return (theme, value) if theme is not None and value else None


def asked_comparison(query: QueryDict) -> Asked:
    """What to compare; dates that are none, or run backwards, are left out.

    `comparison_faults` says so.
    """
    kind, weeks = query.get("kind", ""), asked_id(query, "weeks")
    return Asked(
        kind=kind if kind in KINDS else PERIOD,
        one=query.get("one", ""),
        other=query.get("other", ""),
        weeks=weeks if weeks in SPANS else SPANS[0],
        year=query.get("against") == "year",
        now=_span(query, "since", "until"),
        then=_span(query, "since2", "until2"),
    )


def comparison_faults(query: QueryDict) -> dict[str, str]:
    """What of the question makes no sense, by field, and what is shown instead."""
    faults = {}
    for since, until in (("since", "until"), ("since2", "until2")):
        given = [query.get(name, "") for name in (since, until)]
        if not any(given) or _span(query, since, until):
            continue
        first, last = (_day(one) for one in given)
        backwards = first is not None and last is not None and first > last
        faults[until] = (
            _("The first day lies after the last one. Shown are the usual days.")
            if backwards
            else _("Give two days, from 1990 on. Shown are the usual days.")
        )
    if query.get("one") and query.get("one") == query.get("other"):
        faults["other"] = _(
            "This is the same as the first. Shown is the most frequent other one."
        )
    return faults


def _span(query: QueryDict, since: str, until: str) -> Window | None:
    first, last = _day(query.get(since, "")), _day(query.get(until, ""))
    if first is None or last is None or first > last or first < _FIRST:
        return None
    return Window(first, last)


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given[:10])
    except ValueError:
        return None
