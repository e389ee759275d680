"""The five steps and what lies in each: data, so that a step can add to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from moksori.base.people.roles import Ability


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation; shown to members who hold the ability somewhere.

    `also` names further addresses (details, forms) at which it counts as current;
    addresses below its own do so by themselves, and those below what it `holds`: the
    pages that are reached by the tabs of this one.
    """

    label: str | Promise
    url_name: str
    ability: Ability | None = None
    also: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps; `key` is the namespace of its addresses."""

    key: str
    label: str | Promise
    number: int | None = None
    entries: list[Entry] = field(default_factory=list)


STEPS: list[Step] = [
    Step(
        "collect",
        _p("step", "Collect"),
        1,
        [
            Entry(
                _("Feedback"),
                "collect:feedback_list",
                Ability.READ,
                holds=("collect:exports", "collect:searches"),
            ),
            Entry(_("Surveys"), "collect:surveys"),
            Entry(_("Visits"), "collect:visits", Ability.READ, ("collect:note_new",)),
            Entry(
                _("Contacts"),
                "collect:contacts",
                Ability.IMPORT,
                holds=("collect:asking",),
            ),
            Entry(
                _("Ways in"),
                "collect:imports",
                Ability.IMPORT,
                ("collect:hook_message", "collect:inlet", "collect:inlet_new"),
                holds=(
                    "collect:connections",
                    "collect:mailboxes",
                    "collect:scans",
                    "collect:hooks",
                    "collect:figures",
                    "collect:sources",
                ),
            ),
            Entry(_p("page", "To decide"), "collect:review", Ability.IMPORT),
        ],
    ),
    Step(
        "understand",
        _p("step", "Understand"),
        2,
        [
            Entry(_("Pain points"), "understand:pain_points", Ability.READ, ("home",)),
            Entry(
                _("Themes"),
                "understand:themes",
                Ability.READ,
                (
                    "understand:teach",
                    "understand:corrections",
                    "understand:learned",
                    "understand:taxonomy",
                    "understand:mention_why",
                ),
            ),
            Entry(_("Dangerous and urgent"), "understand:safety", Ability.READ),
            Entry(_("New subjects"), "understand:emerging", Ability.READ),
            Entry(_("Trends and alarms"), "understand:trends", Ability.READ),
            Entry(_("Micro-segments"), "understand:segments", Ability.READ),
            Entry(
                _("In numbers"),
                "understand:scores",
                Ability.READ,
                (
                    "understand:drivers",
                    "understand:crosstabs",
                    "understand:questions",
                    "understand:forecasts",
                ),
            ),
            Entry(_p("page", "Search"), "understand:search", Ability.READ),
        ],
    ),
    Step(
        "share",
        _p("step", "Share"),
        3,
        [
            Entry(_("My edition"), "share:my_edition"),
            Entry(_("My remit"), "share:remit"),
            Entry(_("How editions come"), "share:channels"),
            Entry(_("Reach"), "share:reach", Ability.SHARE),
            Entry(_("Outbox"), "share:outbox", Ability.SHARE),
        ],
    ),
    Step(
        "act",
        _p("step", "Act"),
        4,
        [
            Entry(_("My work"), "act:my_work"),
            Entry(
                _("Cases"),
                "act:cases",
                Ability.READ,
                ("act:macro_new", "act:macro"),
                holds=("act:templates", "act:rules", "act:hours", "act:absences"),
            ),
            Entry(_("Actions"), "act:actions", Ability.READ),
            Entry(_("Promises"), "act:promises", Ability.READ),
            Entry(_("Priorities"), "act:priorities", Ability.READ),
            Entry(_("Customer health"), "act:health", Ability.READ),
        ],
    ),
    Step(
        "account",
        _p("step", "Account"),
        5,
        [
            Entry(_("Effects"), "account:effects", Ability.READ),
            Entry(_("Recurrence"), "account:recurrences", Ability.READ),
        ],
    ),
    Step(
        "manage",
        _p("step", "Manage"),
        None,
        [
            Entry(_("Members"), "people:members", Ability.ADMINISTER),
            Entry(_("Messengers"), "share:carriers", Ability.ADMINISTER),
            Entry(_("Jobs"), "jobs:list", Ability.ADMINISTER),
            Entry(_("Log of changes"), "audit:log", Ability.AUDIT),
            Entry(_("Styleguide"), "web:styleguide", Ability.ADMINISTER),
        ],
    ),
]


# Reached from the member's own menu, and so in no step.
OWN_PAGES = {"people:me"}


def add(key: str, *entries: Entry) -> None:
    """Add pages to a step, from the `ready()` of the app that owns them."""
    step = next(step for step in STEPS if step.key == key)
    known = {entry.url_name for entry in step.entries}
    step.entries.extend(entry for entry in entries if entry.url_name not in known)


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A step as one member sees it; `url` is empty when nothing in it is theirs."""

    key: str
    label: str
    number: int | None
    url: str
    is_here: bool
    links: tuple[Link, ...]


def address(url_name: str) -> str | None:
    """The address of a page, or None while there is no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def navigation(request: HttpRequest) -> tuple[Group, ...]:
    """The steps for the member who asks, with the current page marked."""
    may = getattr(request.user, "may", None)
    if may is None:
        return ()
    visible = [(step, _visible(step.entries, may)) for step in STEPS]
    every = [pair for _step, pairs in visible for pair in pairs]
    here = _current(request, every)
    groups = [_group(request, step, pairs, here) for step, pairs in visible]
    return tuple(group for group in groups if group.number or group.links)


Pair = tuple[Entry, str]


def _visible(entries: Iterable[Entry], may: Callable[..., bool]) -> list[Pair]:
    found = []
    for entry in entries:
        url = address(entry.url_name)
        if url and (entry.ability is None or may(entry.ability)):
            found.append((entry, url))
    return found


def _current(request: HttpRequest, pairs: list[Pair]) -> Entry | None:
    """The entry by name, else the one whose address is the longest way here."""
    match = request.resolver_match
    name = match.view_name if match else ""
    if name in OWN_PAGES:
        return None
    for entry, _url in pairs:
        if name and name in (entry.url_name, *entry.also):
            return entry
    held = [(e, url) for e, _ in pairs for one in e.holds if (url := address(one))]
    above = [pair for pair in (*pairs, *held) if request.path.startswith(pair[1])]
    return max(above, key=lambda pair: len(pair[1]))[0] if above else None


def _group(
    request: HttpRequest, step: Step, pairs: list[Pair], here: Entry | None
) -> Group:
    match = request.resolver_match
    in_step = bool(match and step.key in match.namespaces)
    links = tuple(Link(str(e.label), url, e is here) for e, url in pairs)
    return Group(
        key=step.key,
        label=str(step.label),
        number=step.number,
        url=links[0].url if links else "",
        is_here=any(link.is_here for link in links) or (in_step and here is None),
        links=links,
    )
