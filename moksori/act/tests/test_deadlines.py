"""Working hours, whom cases are given to, and who hears of what is late, once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from moksori.act.casework.hours import USUAL, Hours
from moksori.act.models import Absence, Case, CaseNotice
from moksori.act.reads.hands import Hands, Wanted
from moksori.act.tests.makers import make_case
from moksori.act.writes.deadlines import tell_notices, watch_deadlines
from moksori.base.people.roles import Role
from moksori.base.testing.makers import make_member
from moksori.share.models import Mail, Remit


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026; the 2nd is a Monday."""
    here = timezone.get_current_timezone()
    return datetime(2026, 11, day, hour, minute, tzinfo=here)


class TestHours:
    def test_they_stop_at_night_and_over_the_weekend(self):
        assert USUAL.after(at(2, 10), 8) == at(2, 18)
        assert USUAL.after(at(2, 17), 2) == at(3, 10)
        assert USUAL.after(at(6, 17), 2) == at(9, 10)
        assert USUAL.after(at(7, 12), 1) == at(9, 10)

    def test_holidays_do_not_count(self):
        hours = Hours(USUAL.week, {date(2026, 11, 3): "창립일"})
        assert hours.after(at(2, 17), 2) == at(4, 10)
        assert hours.between(at(2, 17), at(4, 10)) == 2
        assert hours.between(at(4, 10), at(2, 17)) == 0

    def test_a_half_day(self):
        hours = Hours({5: (time(9), time(13))})
        assert hours.after(at(2, 10), 1) == at(7, 10)


@pytest.mark.django_db
class TestHands:
    def chosen(self, team, **more):
        wanted = Wanted(team.ours.path, **more)
        return Hands.of_today().choose(wanted, now=timezone.now())

    def test_who_meets_customers_comes_first(self, team):
        assert self.chosen(team).member == team.vic.pk

    def test_who_is_away_gets_nothing(self, team):
        today = timezone.localdate()
        Absence.objects.create(member=team.vic, starts_on=today, ends_on=today)
        fit = self.chosen(team)
        assert fit.member != team.vic.pk
        assert fit.away == 1

    def test_whom_it_concerns_comes_before_the_others(self, team):
        remit = Remit.objects.create(member=team.pia)
        remit.products.add(team.product)
        fit = self.chosen(team, product_id=team.product.pk)
        assert (fit.member, fit.fits) == (team.pia.pk, ("product",))

    def test_equals_take_turns(self, team):
        val = make_member("Val", team.ours, Role.FRONTLINE)
        hands = Hands.of_today()
        wanted, now = Wanted(team.ours.path), timezone.now()
        order = [
            hands.choose(wanted, now=now + timedelta(seconds=n)).member
            for n in range(4)
        ]
        assert order == [team.vic.pk, val.pk, team.vic.pk, val.pk]


@pytest.mark.django_db
class TestNotices:
    def late(self, team) -> Case:
        case = make_case(team.ada, team.team, owner=team.vic)
        case.answer_by = at(2, 10)
        case.save()
        return case

    def told(self) -> list[tuple[str, int, int]]:
        rows = CaseNotice.objects.order_by("level", "member_id")
        return list(rows.values_list("kind", "level", "member_id"))

    def test_the_owner_is_reminded_before_and_nobody_twice(self, team):
        self.late(team)
        assert watch_deadlines(now=at(2, 7)) == 1
        assert watch_deadlines(now=at(2, 9)) == 0
        assert self.told() == [("remind_answer", 0, team.vic.pk)]

    def test_it_climbs_one_step_after_each_pace(self, team):
        self.late(team)
        assert watch_deadlines(now=at(2, 11)) == 2  # the owner and the first leader
        assert watch_deadlines(now=at(2, 12)) == 0
        assert watch_deadlines(now=at(4, 11)) == 1
        assert self.told() == [
            ("late_answer", 0, team.vic.pk),
            ("late_answer", 1, team.lea.pk),
            ("late_answer", 2, team.sol.pk),
        ]

    def test_an_answered_case_is_late_for_nobody(self, team):
        case = self.late(team)
        case.status = Case.Status.ANSWERED
        case.save()
        assert watch_deadlines(now=at(4, 11)) == 0

    def test_everybody_gets_one_letter_for_all(self, team):
        self.late(team)
        self.late(team)
        watch_deadlines(now=at(2, 11))
        assert tell_notices() == 2
        assert tell_notices() == 0
        assert Mail.objects.count() == 2

    def test_what_was_answered_meanwhile_needs_no_letter(self, team):
        case = self.late(team)
        watch_deadlines(now=at(2, 11))
        Case.objects.filter(pk=case.pk).update(status=Case.Status.ANSWERED)
        assert tell_notices() == 0
        assert not Mail.objects.exists()
