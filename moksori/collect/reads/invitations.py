"""Questions about the invitations of a survey: sent, answered, skipped and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.utils import timezone

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.asking.words import why
from moksori.collect.models import (
    Approach,
    Invitation,
    Response,
    Route,
    Skip,
    Survey,
    Way,
)
from moksori.collect.senders import senders
from moksori.collect.writes.handing import line_of
from moksori.collect.writes.invitations import approach_of

State = Invitation.State
PER_PAGE = 50
_OUT = (State.SENT, State.UNSURE)
_UNDERWAY = (State.WAITING, State.CLAIMED, State.SENDING)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of a survey's invitations, reminders apart. `skipped`: people never asked."""

    waiting: int
    sent: int
    answered: int
    begun: int
    came_back: int
    failed: int
    skipped: int
    reminders: int

    @property
    def answered_percent(self) -> float | None:
        """Of those that went out."""
        return 100 * self.answered / self.sent if self.sent else None


@dataclass(frozen=True, slots=True)
class Why:
    """One reason for not asking, and how many people it kept from being asked."""

    reason: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class WayLine:
    way: str
    label: str
    is_ready: bool
    kind: str


@dataclass(frozen=True, slots=True)
class SkipLine:
    id: int
    at: datetime
    contact_id: int | None
    contact: str
    survey: str
    survey_id: int
    why: str
    reason: str
    way: str
    is_final: bool
    earliest: datetime | None


def invitation_rows(
    survey: Survey, *, page: int = 1, state: str = ""
) -> Page[Invitation]:
    rows = Invitation.objects.filter(survey=survey).select_related(
        "contact", "response"
    )
    if state in State.values:
        rows = rows.filter(state=state)
    return Paginator(rows.order_by("-id"), PER_PAGE).get_page(page)


def invitation_row(invitation_id: int, *, by: Member) -> Invitation:
    by.must(Ability.IMPORT)
    rows = Invitation.objects.visible_to(by, Ability.IMPORT)
    found: Invitation = one(rows.select_related("survey"), pk=invitation_id)
    return found


def counts(survey: Survey) -> Counts:
    firsts = Q(reminder=0)
    done = Q(response__state__in=(Response.State.COMPLETE, Response.State.OUT))
    found = Invitation.objects.filter(survey=survey).aggregate(
        waiting=Count("id", firsts & Q(state__in=_UNDERWAY)),
        sent=Count("id", firsts & Q(state__in=_OUT)),
        answered=Count("id", firsts & Q(state__in=_OUT) & done),
        begun=Count("id", firsts & Q(state__in=_OUT, response__isnull=False) & ~done),
        came_back=Count("id", firsts & Q(state=State.BOUNCED)),
        failed=Count("id", firsts & Q(state=State.FAILED)),
        reminders=Count("id", Q(reminder__gt=0, state__in=_OUT)),
    )
    skipped = Skip.objects.filter(survey=survey, is_final=True, reminder=0)
    return Counts(**found, skipped=skipped.count())


def whys(
    survey: Survey | None = None, *, by: Member, days: int | None = None
) -> list[Why]:
    """Why people were not asked, the most frequent first."""
    rows = Skip.objects.visible_to(by).filter(is_final=True)
    if survey is not None:
        rows = rows.filter(survey=survey)
    if days is not None:
        rows = rows.filter(at__gte=timezone.now() - timedelta(days=days))
    found = rows.order_by().values_list("reason").annotate(n=Count("id"))
    return [Why(r, why(r), n) for r, n in sorted(found, key=lambda x: (-x[1], x[0]))]


def skip_lines(
    *, by: Member, survey: Survey | None = None, reason: str = "", page: int = 1
) -> Page[SkipLine]:
    """Everybody who was not asked, or not yet; and why."""
    by.must(Ability.IMPORT)
    rows = Skip.objects.visible_to(by, Ability.IMPORT).select_related(
        "survey", "contact"
    )
    if survey is not None:
        rows = rows.filter(survey=survey)
    if reason:
        rows = rows.filter(reason=reason)
    found = Paginator(rows.defer("survey__draft").order_by("-id"), PER_PAGE)
    shown: Any = found.get_page(page)
    shown.object_list = [_skip_line(row) for row in shown.object_list]
    told: Page[SkipLine] = shown
    return told


def _skip_line(row: Skip) -> SkipLine:
    return SkipLine(
        row.pk,
        row.at,
        row.contact_id,
        str(row.contact or ""),
        row.survey.name,
        row.survey_id,
        why(row.reason),
        row.reason,
        row.get_way_display(),
        row.is_final,
        row.earliest,
    )


def ways() -> list[WayLine]:
    """By what customers can be asked here."""
    routes = {route.way: route for route in Route.objects.all()}
    kinds = senders()
    found = []
    for way in Way:
        kind = routes[way].kind if way in routes else "email" if way == "email" else ""
        title = str(kinds[kind].title) if kind in kinds else ""
        found.append(WayLine(way, str(way.label), line_of(way) is not None, title))
    return found


def approach(survey: Survey) -> Approach:
    return approach_of(survey)
