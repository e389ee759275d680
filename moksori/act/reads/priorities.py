"""What to do first: pain points by value per effort, with how sure the order is."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from moksori.act.models import Action, Appraisal
from moksori.analysis.estimate import Estimate
from moksori.analysis.pains import MINIMUM
from moksori.analysis.priority import Option, Priority, Range, priorities
from moksori.analysis.proportions import mean_from, wilson
from moksori.base.customers.models import Account
from moksori.base.people.models import Member
from moksori.understand.models import PainPoint
from moksori.understand.reads.facts import Facts
from moksori.understand.reads.pain_page import within_of
from moksori.understand.reads.pains import rank, tally_of
from moksori.understand.reads.places import Place, place
from moksori.understand.reads.window import Filters

# The analysis speaks English and knows no Django; its sentences are gathered here.
SAID_BY_ANALYSIS = (
    gettext_noop("Simulation of the ranges"),
    gettext_noop("The ranges hold the truth, and have nothing to do with each other."),
)
MOST = 40
# Assumed where nobody has said: alike for all, so that only reach and severity order.
EFFORT = Range(5.0, 60.0)
IMPACT = Range(0.1, 0.5)


@dataclass(frozen=True, slots=True)
class Stake:
    """Money of the accounts that complain, per year, in the commonest currency.

    None: no account carries it. `accounts` complain, `known` of them carry money in
    this currency. It is what they are worth, not what will be lost.
    """

    accounts: int
    known: int
    currency: str
    revenue: Decimal | None
    margin: Decimal | None
    cost_to_serve: Decimal | None


@dataclass(frozen=True, slots=True)
class PriorityLine:
    """A pain point with its place in the order.

    `place` is its rank with the interval (90 % of draws), `value` complaints weighed by
    severity and taken away per person-day. `effort` in person-days, `impact` the share
    of complaints gone; `is_assumed`: nobody has said either. `action` is the open one.
    """

    row: PainPoint
    reach: Estimate
    severity: Estimate
    effort: Range
    impact: Range
    has_effort: bool
    has_impact: bool
    place: Estimate
    value: Estimate
    first: float
    action: Action | None
    stake: Stake | None

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def is_assumed(self) -> bool:
        return not (self.has_effort and self.has_impact)

    @property
    def rank(self) -> int:
        return int(self.place.value)


@dataclass(frozen=True, slots=True)
class PriorityList:
    """The order, on what facts it stands, and how many have been appraised."""

    place: Place
    lines: list[PriorityLine]
    appraised: int

    @property
    def has_money(self) -> bool:
        return any(line.stake for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known of one pain point before they are compared."""

    row: PainPoint
    reach: Estimate
    severity: Estimate
    theme: int
    effort: Range
    impact: Range
    has_effort: bool
    has_impact: bool
    action: Action | None = field(default=None)

    @property
    def option(self) -> Option:
        total = self.reach.n
        return Option(
            reach=_ordered(self.reach, scale=total),
            impact=_ordered(self.severity),
            effort=self.effort,
            confidence=self.impact,
        )


def priority_list(
    *, by: Member, filters: Filters | None = None, period: str = ""
) -> PriorityList | None:
    """Pain points of an affiliate by value per effort; None for who reads nothing.

    Value per effort is complaints × severity × share of them gone ÷ person-days. The
    ranges of each are drawn from together; equal ones share their ranks.
    """
    found = place(by=by, filters=filters or Filters(), period=period)
    if found is None:
        return None
    if found.newest is None or found.facts is None:
        return PriorityList(found, [], 0)
    cases = _cases(found, found.facts, by=by)
    ordered = priorities([case.option for case in cases])
    stakes = _stakes(found.facts, [case.theme for case in cases], by=by)
    lines = [_line(one, cases[one.index], stakes) for one in ordered]
    appraised = sum(not line.is_assumed for line in lines)
    return PriorityList(found, lines, appraised)


def _cases(found: Place, facts: Facts, *, by: Member) -> list[_Case]:
    assert found.newest is not None  # noqa: S101 - told to mypy
    pains = rank(facts, found.newest).pains[:MOST]
    rows = PainPoint.objects.filter(unit_id=facts.affiliate).select_related(
        "theme", "owner"
    )
    whole = {row.theme_id: row for row in rows if not row.segment}
    of_groups = [row for row in rows if row.segment]
    appraised = {
        one.pain_point_id: one
        for one in Appraisal.objects.filter(pain_point__unit_id=facts.affiliate)
    }
    actions = _open_actions(facts.affiliate, by=by)
    cases = [
        _case(whole[pain.theme], pain.reach, pain.severity, appraised, actions)
        for pain in pains
        if pain.theme in whole
    ]
    for row in of_groups:
        told = _of_group(row, facts)
        if told is not None:
            cases.append(_case(row, *told, appraised, actions))
    return cases


def _open_actions(affiliate: int, *, by: Member) -> dict[int, Action]:
    """The newest action of each pain point that is planned or under way."""
    rows = Action.objects.visible_to(by).filter(
        pain_point__unit_id=affiliate,
        status__in=[Action.Status.PLANNED, Action.Status.ACTING],
    )
    return {row.pain_point_id: row for row in rows.order_by("pk")}


def _of_group(row: PainPoint, facts: Facts) -> tuple[Estimate, Estimate] | None:
    """Reach and severity of a pain point in a segment; None where too few complain."""
    where = within_of(row).also(unit=facts.filters.unit)
    inside = Facts(facts.scope, facts.affiliate, facts.window, where)
    heard = inside.complaints().get(row.theme_id)
    if not heard or heard["n_feedback"] < MINIMUM:
        return None
    tally = tally_of(row.theme_id, heard, [])
    severity = mean_from(tally.severity_mean, tally.severity_sd, tally.negatives)
    return wilson(tally.negatives, facts.total()), severity


def _case(
    row: PainPoint,
    reach: Estimate,
    severity: Estimate,
    appraised: dict[int, Appraisal],
    actions: dict[int, Action],
) -> _Case:
    told, action = appraised.get(row.pk), actions.get(row.pk)
    effort, impact = EFFORT, IMPACT
    if told is not None:
        effort = Range(told.effort_low, told.effort_high)
        impact = Range(told.impact_low, told.impact_high)
    elif action is not None:
        impact = expected_of(action, reach)
    return _Case(
        row=row,
        reach=reach,
        severity=severity,
        theme=row.theme_id,
        effort=effort,
        impact=impact,
        has_effort=told is not None,
        has_impact=told is not None or action is not None,
        action=action,
    )


def expected_of(action: Action, reach: Estimate) -> Range:
    """The share of complaints that an action should take away, down to half of it.

    Who plans hopes; half of what is hoped for is the lower end.
    """
    if reach.value <= 0:
        return IMPACT
    gone = min(max(-action.expected_change / 100 / reach.value, 0.0), 1.0)
    return Range(gone / 2, gone)


def _ordered(one: Estimate, *, scale: float = 1.0) -> Range:
    low, high = max(one.low, 0.0) * scale, max(one.high, 0.0) * scale
    return Range(low, high, min(max(one.value * scale, low), high))


def _line(one: Priority, case: _Case, stakes: dict[int, Stake]) -> PriorityLine:
    rank_of = Estimate(
        value=one.rank,
        low=one.rank_low,
        high=one.rank_high,
        n=one.value.n,
        method=one.value.method,
        level=one.value.level,
        assumed=one.value.assumed,
    )
    is_whole = not case.row.segment
    return PriorityLine(
        row=case.row,
        reach=case.reach,
        severity=case.severity,
        effort=case.effort,
        impact=case.impact,
        has_effort=case.has_effort,
        has_impact=case.has_impact,
        place=rank_of,
        value=one.value,
        first=one.first,
        action=case.action,
        stake=stakes.get(case.theme) if is_whole else None,
    )


def _stakes(facts: Facts, themes: list[int], *, by: Member) -> dict[int, Stake]:
    """Per theme, the money of accounts that complain and that the member may see."""
    complaining: dict[int, set[int]] = {}
    for (theme, account), n in facts.complaints_by("account").items():
        if account and n and theme in set(themes):
            complaining.setdefault(theme, set()).add(int(account))
    every = set().union(*complaining.values()) if complaining else set()
    accounts = {
        one.pk: one for one in Account.objects.visible_to(by).filter(pk__in=every)
    }
    found = {}
    for theme, ids in complaining.items():
        stake = _stake([accounts[one] for one in ids if one in accounts])
        if stake is not None:
            found[theme] = stake
    return found


def _stake(accounts: list[Account]) -> Stake | None:
    told = [one for one in accounts if one.currency and _carries(one)]
    if not told:
        return None
    currencies = [one.currency for one in told]
    currency = max(sorted(set(currencies)), key=currencies.count)
    same = [one for one in told if one.currency == currency]
    return Stake(
        accounts=len(accounts),
        known=len(same),
        currency=currency,
        revenue=_sum(same, "annual_revenue"),
        margin=_sum(same, "annual_margin"),
        cost_to_serve=_sum(same, "cost_to_serve"),
    )


def _carries(account: Account) -> bool:
    money: tuple[Any, ...] = (
        account.annual_revenue,
        account.annual_margin,
        account.cost_to_serve,
    )
    return any(value is not None for value in money)


def _sum(accounts: list[Account], name: str) -> Decimal | None:
    given = [getattr(one, name) for one in accounts]
    known = [value for value in given if value is not None]
    return sum(known, Decimal(0)) if known else None
