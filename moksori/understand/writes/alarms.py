"""Alarms: raised once, grown week by week, ended by themselves, closed by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.analysis.alarms.online import Decision, Lord
from moksori.analysis.alarms.weekly import Outlook, new_watch, outlook
from moksori.base.audit.writes import record
from moksori.base.errors import NotAllowed, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.people.scope import Reach, Scope
from moksori.collect.models import Feedback
from moksori.understand.models import Alarm, AlarmWatch
from moksori.understand.reads.facts import Facts
from moksori.understand.reads.places import newest_of
from moksori.understand.reads.series import Key, SeriesSet, series_of, whole_weeks
from moksori.understand.reads.window import unit_ids_of
from moksori.understand.writes.pains import may_triage_in

FIRST_LOOK = 8  # weeks judged when an affiliate is looked at for the first time
MOST_WEEKS = 26
QUIET = 3
"""An alarm ends after so many weeks in a row that are as expected."""

USUAL = 0.05
AGAIN = timedelta(weeks=8)
"""A series that is beyond again within so long continues its alarm."""

KEPT = 60  # rows of an alarm's history


def judge_weeks(affiliate: int) -> int:
    """Judge the whole weeks since the last time, and say how many alarms are new.

    A week is judged once: run again, it changes nothing. False alarms are controlled
    over all series of the affiliate and over time by LORD++, whose state is kept.
    """
    found = _series(affiliate)
    if found is None:
        return 0
    with transaction.atomic():
        # Two workers must not judge the same week twice.
        AlarmWatch.objects.get_or_create(pk=affiliate)
        kept = AlarmWatch.objects.select_for_update().get(pk=affiliate)
        weeks = _unjudged(kept, found.weeks)
        if not weeks:
            return 0
        looked = outlook(found.counts, found.totals, last=len(weeks))
        judge = _Judge(affiliate, found, looked, _lord(kept, found))
        new = sum(judge.week(at) for at in range(len(weeks)))
        kept.judged_until, kept.state = weeks[-1], judge.lord.state()
        kept.series, kept.judged_at = len(found.keys), timezone.now()
        kept.save()
    return new


def _series(affiliate: int) -> SeriesSet | None:
    units = unit_ids_of(affiliate)
    newest = newest_of(Feedback.objects.all(), units)
    if newest is None or not whole_weeks(newest):
        return None
    facts = Facts(Scope((Reach(units=units),)), affiliate)
    found = series_of(facts, newest)
    return found if found.keys else None


def _unjudged(kept: AlarmWatch, weeks: tuple[date, ...]) -> list[date]:
    if kept.judged_until is None:
        return list(weeks[-FIRST_LOOK:])
    return [week for week in weeks if week > kept.judged_until][-MOST_WEEKS:]


def _lord(kept: AlarmWatch, found: SeriesSet) -> Lord:
    return Lord.resumed(kept.state) if kept.state else new_watch(len(found.keys))


@dataclass
class _Judge:
    """One pass over weeks that were not judged yet."""

    affiliate: int
    series: SeriesSet
    looked: Outlook
    lord: Lord

    def week(self, at: int) -> int:
        """Judge one week of all series; how many alarms are new."""
        running = self._running(at)
        for alarm in running:
            self._grow(alarm, at)
        known = {(one.theme_id, one.direction): one for one in running}
        new = 0
        for row, key in enumerate(self.series.keys):
            chance = float(self.looked.chance[row, at])
            way = int(self.looked.direction[row, at])
            same = known.get((key.theme, way))
            if same is not None and (not same.dimension or _key(same) == key):
                # Known already; nested questions would be paid for twice.
                continue
            if not np.isfinite(chance):
                continue
            decision = self.lord.test(chance)
            if not decision.is_discovery:
                continue
            if same is not None and not key.dimension:
                known[key.theme, way] = self._widen(same, row, at)
                continue
            known[key.theme, way], is_new = self._raise(row, at, decision)
            new += is_new
        return new

    def _running(self, at: int) -> list[Alarm]:
        """What goes on, what is everywhere last, so that it counts as the known one."""
        rows = Alarm.objects.select_for_update().filter(
            unit_id=self.affiliate, ended_on=None, first_week__lte=self._monday(at)
        )
        return sorted(rows, key=lambda one: (not one.dimension, one.pk))

    def _monday(self, at: int) -> date:
        return self.series.weeks[len(self.series.weeks) - self._width + at]

    @property
    def _width(self) -> int:
        return int(self.looked.seen.shape[1])

    def _entry(self, row: int, at: int) -> dict[str, Any]:
        total = self.series.totals[row, len(self.series.weeks) - self._width + at]
        numbers = (
            self.looked.expected[row, at],
            self.looked.low[row, at],
            self.looked.high[row, at],
        )
        expected, low, high = (
            round(float(one), 3) if np.isfinite(one) else None for one in numbers
        )
        return {
            "week": self._monday(at).isoformat(),
            "seen": int(self.looked.seen[row, at]),
            "total": int(total),
            "expected": expected,
            "low": low,
            "high": high,
            "chance": _short(self.looked.chance[row, at]),
        }

    def _grow(self, alarm: Alarm, at: int) -> None:
        row = next(
            (i for i, key in enumerate(self.series.keys) if key == _key(alarm)), None
        )
        if row is None:
            alarm.ended_on = self._monday(at)
            alarm.save(update_fields=["ended_on"])
            return
        alarm.history = [*alarm.history, self._entry(row, at)][-KEPT:]
        alarm.last_week = self._monday(at)
        if _is_quiet(alarm):
            alarm.ended_on = date.fromisoformat(alarm.history[-QUIET]["week"])
        alarm.save(update_fields=["history", "last_week", "ended_on"])

    def _widen(self, alarm: Alarm, row: int, at: int) -> Alarm:
        """What began at one place is everywhere now: the same alarm goes on."""
        alarm.dimension, alarm.value = "", None
        alarm.history = [*alarm.history[:-1], self._entry(row, at)]
        alarm.save(update_fields=["dimension", "value", "history"])
        return alarm

    def _raise(self, row: int, at: int, decision: Decision) -> tuple[Alarm, int]:
        key, way = self.series.keys[row], int(self.looked.direction[row, at])
        monday = self._monday(at)
        before = Alarm.objects.filter(
            unit_id=self.affiliate,
            theme_id=key.theme,
            dimension=key.dimension,
            value=key.value,
            direction=way,
            ended_on__gte=monday - AGAIN,
        ).first()
        entries = [self._entry(row, one) for one in self._since(row, at)]
        if before is not None:
            before.ended_on, before.last_week = None, monday
            before.history = _joined(before.history, entries)
            before.state = Alarm.State.OPEN
            before.save()
            return before, 0
        alarm = Alarm.objects.create(
            unit_id=self.affiliate,
            theme_id=key.theme,
            dimension=key.dimension,
            value=key.value,
            direction=way,
            first_week=date.fromisoformat(entries[0]["week"]),
            last_week=monday,
            chance=decision.p,
            level=decision.level,
            method=self.looked.method,
            assumed=self.looked.assumed,
            history=entries,
            found_at=timezone.now(),
        )
        return alarm, 1

    def _since(self, row: int, at: int) -> range:
        """The weeks in a row up to this one on the same side of what was expected."""
        way, first = int(self.looked.direction[row, at]), at
        excess = (self.looked.seen[row] - self.looked.expected[row]) * way
        while first > 0 and at - first < 7 and excess[first - 1] > 0:
            first -= 1
        return range(first, at + 1)


def _key(alarm: Alarm) -> Key:
    return Key(alarm.theme_id, alarm.dimension, alarm.value)


def _is_quiet(alarm: Alarm) -> bool:
    """Whether the last weeks were each within what was expected of them."""
    last = alarm.history[-QUIET:]
    if len(last) < QUIET or len(alarm.history) <= QUIET:
        return False
    return all(not _is_beyond(entry, alarm.direction) for entry in last)


def _is_beyond(entry: dict[str, Any], direction: int) -> bool:
    edge = entry["high"] if direction > 0 else entry["low"]
    return edge is not None and (entry["seen"] - edge) * direction > 0


def _joined(
    earlier: list[dict[str, Any]], later: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    weeks = {entry["week"]: entry for entry in (*earlier, *later)}
    return [weeks[week] for week in sorted(weeks)][-KEPT:]


def _short(chance: float) -> float | None:
    return float(f"{chance:.3g}") if np.isfinite(chance) else None


@transaction.atomic
def mark_alarm(alarm: Alarm, *, state: str, by: Member, reason: str = "") -> Alarm:
    """Say that an alarm was seen, or is closed, or is open again, and why.

    Closing needs a reason: the next person will ask. Whoever triages within the
    affiliate may.
    """
    if not may_triage_in(by, alarm.unit_id):
        raise NotAllowed(
            _("Your role does not include this. Ask an administrator for it."),
            ability=Ability.TRIAGE.value,
        )
    if state not in Alarm.State.values:
        raise UserError(_("There is no such state."), field="state")
    reason = " ".join(reason.replace("\x00", " ").split())[:500]
    if state == Alarm.State.CLOSED and not reason:
        raise UserError(_("Say in a few words why it is closed."), field="reason")
    row = Alarm.objects.select_for_update().get(pk=alarm.pk)
    before, row.state = row.state, state
    row.reason = reason if state == Alarm.State.CLOSED else ""
    row.changed_at, row.changed_by = timezone.now(), by
    row.save(update_fields=["state", "reason", "changed_at", "changed_by"])
    record("mark_alarm", row, by=by, before=before, state=state)
    return row
