"""Watch what was resolved; when it comes back, open it again and tell people."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from moksori.account.models import Effect, Watch
from moksori.account.reads.watches import (
    WEEK,
    Heard,
    answered_cases,
    base_of,
    heard,
    weeks_since,
)
from moksori.act.models import Action
from moksori.act.reads.whole import FEWEST
from moksori.act.writes.actions import reopen_action
from moksori.analysis.alarms.recurrence import Plan, dispersion_of, plan_watch, watch
from moksori.base.audit import writes as audit
from moksori.base.audit.models import Entry
from moksori.base.errors import UserError
from moksori.base.people.models import Member
from moksori.base.web import text
from moksori.share.models import Edition, Subscription
from moksori.share.writes.mails import write_to
from moksori.understand.models import PainPoint
from moksori.understand.writes.pains import must_triage, reopen_pain_point

BEYOND_WEEKS, BEYOND_RATE = 52, 0.01
DAYS = (14, 730)
RUNNING = (Watch.State.WATCHING, Watch.State.BEYOND)
log = logging.getLogger(__name__)


def watch_all() -> int:
    """Watch what was resolved, follow what is watched; says how much came back.

    One that fails does not stop the rest. Run again, it changes nothing.
    """
    resolved = PainPoint.objects.filter(state=PainPoint.State.RESOLVED)
    watched = Watch.objects.filter(state__in=RUNNING).values("pain_point_id")
    for pain in resolved.exclude(pk__in=watched).select_related("unit", "theme"):
        try:
            start_watch(pain, resolved_on=_resolved_on(pain))
        except Exception:
            log.exception("Pain point %s could not be watched", pain.pk)
    back = 0
    rows = Watch.objects.filter(state__in=RUNNING)
    for row in rows.select_related("pain_point__unit", "pain_point__theme"):
        try:
            back += follow_watch(row).state == Watch.State.RETURNED
        except Exception:
            log.exception("Watch %s could not be followed", row.pk)
    return back


@transaction.atomic
def start_watch(pain: PainPoint, *, resolved_on: date) -> Watch:
    """From the first whole week after it was resolved, against what is usual since."""
    monday = resolved_on + timedelta(days=(7 - resolved_on.weekday()) % 7)
    row = Watch(
        pain_point=pain,
        unit_id=pain.unit_id,
        resolved_on=resolved_on,
        started_on=monday,
    )
    row.plan = _plan(base_of(pain, resolved_on), weeks=max(row.days // 7, 1))
    row.save(force_insert=True)
    audit.record("start_watch", row, by=None, pain_point=pain.pk)
    return row


@transaction.atomic
def set_watch_days(row: Watch, days: int, *, by: Member) -> Watch:
    """How long it is watched closely; what was counted so far stays."""
    must_triage(by, row.pain_point)
    if not DAYS[0] <= days <= DAYS[1]:
        raise UserError(
            _("Watch it for %(least)s to %(most)s days.")
            % {"least": DAYS[0], "most": DAYS[1]},
            field="days",
        )
    row = Watch.objects.select_for_update().get(pk=row.pk)
    before, row.days = row.days, days
    if row.state == Watch.State.WATCHING:
        base = base_of(row.pain_point, row.resolved_on)
        row.plan = _plan(base, weeks=max(days // 7, 1))
    row.save(update_fields=["days", "plan"])
    audit.record("set_watch_days", row, by=by, before=before, days=days)
    return row


@transaction.atomic
def follow_watch(row: Watch) -> Watch:
    """Count the weeks since, and act on what they say."""
    row = Watch.objects.select_for_update().get(pk=row.pk)
    pain = row.pain_point
    if not row.is_running:
        return row
    if pain.state != PainPoint.State.RESOLVED:
        row.state = Watch.State.ENDED
        row.save(update_fields=["state"])
        return row
    if not row.plan:
        row.plan = _plan(base_of(pain, row.resolved_on), weeks=max(row.days // 7, 1))
    counted = heard(pain, weeks_since(pain, row.started_on))
    if row.plan and counted.weeks:
        _count(row, counted)
    if row.returned_at is None:
        _further(row, counted)
    row.save()
    return row


def _count(row: Watch, counted: Heard) -> None:
    plan = _plan_of(row)
    found = watch(counted.cases, counted.totals, plan)
    row.weeks = [
        [monday.isoformat(), int(x), int(n), round(total, 3)]
        for monday, x, n, total in zip(
            counted.weeks, counted.cases, counted.totals, found.sums, strict=True
        )
    ]
    first = found.since if found.since is not None else max(len(counted.weeks) - 4, 0)
    part = slice(first, None)
    row.recent = {
        "x": int(counted.cases[part].sum()),
        "n": int(counted.totals[part].sum()),
    }
    if found.signal is not None:
        row.since_on = counted.weeks[first]
        _come_back(row)


def _come_back(row: Watch) -> None:
    """Open the pain point and its actions again, and note who is to be told."""
    pain = row.pain_point
    acted = Action.objects.filter(pain_point=pain, started_at__isnull=False)
    done = list(acted.filter(status=Action.Status.DONE).order_by("pk"))
    began = min([one.start_on for one in acted], default=row.resolved_on)
    cases = answered_cases(pain, min(began, row.resolved_on))
    if not reopen_pain_point(pain):
        return
    row.actions = [reopen_action(one).pk for one in done]
    row.cases = [case.pk for case in cases]
    owners = {pain.owner_id, *(one.owner_id for one in acted)}
    owners |= {case.owner_id for case in cases}
    row.told = sorted(pk for pk in owners | _told_it_was_fixed(row) if pk is not None)
    row.state, row.returned_at = Watch.State.RETURNED, timezone.now()
    _tell(row)
    audit.record("find_return", row, by=None, pain_point=pain.pk, actions=row.actions)


def _tell(row: Watch) -> None:
    """A letter to each, in their language; their next edition tells it, too."""
    pain = row.pain_point
    path = reverse("understand:pain_point", args=[pain.pk])
    for member in Member.objects.filter(pk__in=row.told, is_active=True).order_by("pk"):
        asked = Subscription.objects.filter(member=member).first()
        with translation.override(asked.language if asked else "ko"):
            subject = _("Came back: %(name)s") % {"name": pain.name}
            words = _(
                "“%(name)s” was said to be resolved on %(day)s. The feedback since "
                "then says that it has come back, so it and its actions are open again."
            ) % {"name": pain.name, "day": text.day(row.resolved_on)}
            write_to(member, subject=subject, words=words, path=path)


def _told_it_was_fixed(row: Watch) -> set[int | None]:
    """Members whose editions told of the proven effect, or of it, since then."""
    pain = row.pain_point_id
    effects = Effect.objects.filter(
        action__pain_point_id=pain, verdict=Effect.Verdict.PROVEN
    )
    paths = [
        reverse("account:effect", args=[pk])
        for pk in effects.values_list("pk", flat=True)
    ]
    first = (
        effects.order_by("computed_at").values_list("computed_at", flat=True).first()
    )
    if first is None:
        return set()
    editions = Edition.objects.filter(composed_at__gte=first).annotate(
        said=Cast("content", TextField())
    )
    found: set[int | None] = set()
    for path in paths:
        found |= set(
            editions.filter(said__contains=f'"{path}"').values_list(
                "member_id", flat=True
            )
        )
    return found


def _further(row: Watch, counted: Heard) -> None:
    """After the window the watch goes on, at a lower rate of false alarms."""
    if not counted.weeks:
        return
    last = counted.weeks[-1]
    is_over = last + WEEK > row.resolved_on + timedelta(days=row.days)
    years = row.state == Watch.State.BEYOND and len(counted.weeks) >= BEYOND_WEEKS
    if not (years or (row.state == Watch.State.WATCHING and is_over)):
        return
    plan = _plan(counted, weeks=BEYOND_WEEKS, rate=BEYOND_RATE)
    row.state, row.started_on = Watch.State.BEYOND, last + WEEK
    row.plan, row.weeks = plan or row.plan, []


def _plan(base: Heard, *, weeks: int, rate: float = 0.05) -> dict[str, Any]:
    """{} where too little was heard to say what is usual."""
    x, n = float(base.cases.sum()), float(base.totals.sum())
    if n < FEWEST or not 0 <= x < n:
        return {}
    totals = [float(base.totals.mean())] * weeks
    spread = dispersion_of(base.cases, base.totals)
    if not round(totals[0]):
        return {}
    found = plan_watch(
        x / n, totals, rate=rate, usual_n=round(n), dispersion=min(spread, 10.0)
    )
    return {**asdict(found), "hits": x}


def _plan_of(row: Watch) -> Plan:
    return Plan(**{name: value for name, value in row.plan.items() if name != "hits"})


def _resolved_on(pain: PainPoint) -> date:
    """The day on which somebody said so, as the log of changes has it."""
    said = Entry.objects.filter(
        kind="painpoint",
        thing_id=str(pain.pk),
        verb="triage_pain_point",
        facts__state=PainPoint.State.RESOLVED.value,
    )
    at = said.order_by("-id").values_list("at", flat=True).first()
    return timezone.localdate(at) if at else timezone.localdate()
