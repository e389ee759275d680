"""Pages of rules, hours and absences, as leaders use them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.act.casework.conditions import Conditions
from moksori.act.models import Absence, Case, CaseRule, OfficeHours
from moksori.act.reads.office import Office, away_on, office_lines
from moksori.act.reads.rule_words import in_words
from moksori.act.tests.makers import make_pain_point
from moksori.act.writes.office import note_absence, set_hours
from moksori.base.audit.models import Entry
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.tests.makers import make_feedback


@pytest.fixture(autouse=True)
def in_english(team: Team) -> None:
    Member.objects.update(language="en")


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def a_form(team: Team, **changes: Any) -> dict[str, Any]:
    form = {
        "unit": team.ours.pk, "name": "낮은 점수", "trigger": "feedback",
        "score_kind": "", "score_at_most": "3", "words": "", "give_to": "remit",
        "answer_hours": "8", "close_hours": "40", "remind_hours": "2",
        "escalate_hours": "8", "max_age_days": "14",
    }  # fmt: skip
    return form | changes


class TestRules:
    def test_looked_at_first_then_written_switched_on_and_off(self, team: Team) -> None:
        make_feedback("별로", unit=team.ours, score=1)
        make_feedback("좋아요", unit=team.ours, score=9)
        client, new = signed_in(team.lea), reverse("act:rule_new")
        page = client.post(new, a_form(team) | {"preview": "1"})
        assert "would have opened 1 case (of 2 feedbacks)" in page.content.decode()
        assert not CaseRule.objects.exists()

        page = client.post(new, a_form(team), follow=True)
        rule = CaseRule.objects.get()
        assert "It is off until you switch it on" in page.content.decode()
        assert rule.conditions == {"score_at_most": 3.0}
        part = client.get(
            reverse("act:rule_preview", args=[rule.pk]), headers={"HX-Request": "true"}
        ).content.decode()
        assert "would have opened 1 case" in part
        assert "<html" not in part

        client.post(reverse("act:rule_on", args=[rule.pk]))
        assert "On" in client.get(reverse("act:rules")).content.decode()
        back = reverse("act:rule_look_back", args=[rule.pk])
        assert client.post(back, {"days": "0"}).status_code == 422
        assert client.post(back, {"days": "30"}).status_code == 302
        rule.refresh_from_db()
        assert rule.is_looking_back
        client.post(reverse("act:rule_off", args=[rule.pk]))
        rule.refresh_from_db()
        assert not rule.is_on
        assert not Case.objects.exists()

    def test_what_was_written_is_shown_again_when_it_is_changed(
        self, team: Team
    ) -> None:
        theme = make_pain_point(team.ours, "배송").theme
        client = signed_in(team.lea)
        form = a_form(
            team, kinds=["complaint"], themes=[theme.pk], words="환불\n 환불 \n고소",
            give_to="member", owner=team.vic.pk,
        )  # fmt: skip
        client.post(reverse("act:rule_new"), form)
        rule = CaseRule.objects.get()
        assert rule.conditions["words"] == ["환불", "고소"]
        assert rule.owner == team.vic
        edit = reverse("act:rule_edit", args=[rule.pk])
        shown = client.get(edit).content.decode()
        assert "환불\n고소" in shown
        client.post(edit, form | {"name": "더 나은 이름", "score_at_most": ""})
        rule.refresh_from_db()
        assert rule.name == "더 나은 이름"
        assert "score_at_most" not in rule.conditions
        told = client.get(reverse("act:rule", args=[rule.pk])).content.decode()
        assert "배송 (en)" in told
        assert "“환불” or “고소”" in told

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": ""}, "name"),
            ({"answer_hours": "50"}, "close_hours"),
            ({"give_to": "member"}, "owner"),
            ({"score_at_most": "11"}, "score_at_most"),
            ({"unit": "999"}, "unit"),
            ({"words": "\n".join(f"w{n}" for n in range(60))}, "words"),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(
        self, team: Team, changes: dict[str, str], field: str
    ) -> None:
        page = signed_in(team.lea).post(
            reverse("act:rule_new"), a_form(team, **changes)
        )
        assert page.status_code == 422
        assert f"id_{field}_error" in page.content.decode()
        assert not CaseRule.objects.exists()

    def test_the_front_line_and_the_outside_write_none(self, team: Team) -> None:
        rule = CaseRule.objects.create(unit=team.ours, name="x")
        for member, status in ((team.vic, 403), (team.max, 403)):
            client = signed_in(member)
            assert client.get(reverse("act:rules")).status_code == status
            assert client.post(reverse("act:rule_new"), {}).status_code == status
        for member in (team.vic, team.eve):
            for name in ("rule_on", "rule_off", "rule_look_back", "rule_delete"):
                address = reverse(f"act:{name}", args=[rule.pk])
                assert signed_in(member).post(address).status_code == 404

    def test_names_that_are_gone_are_said_to_be_gone(self, db: None) -> None:
        assert in_words(Conditions(themes=(999,)))[0].endswith("없어짐")


class TestHours:
    def test_hours_hold_below_until_they_are_dropped(self, team: Team) -> None:
        client = signed_in(team.lea)
        address = reverse("act:hours_of", args=[team.ours.pk])
        form = {
            "from_0": "10:00", "until_0": "16:00", "from_5": "09:00",
            "until_5": "00:00", "holidays": "2026-12-25 성탄절\n\n2026-12-31",
        }  # fmt: skip
        assert client.post(address, form).status_code == 302
        hours = Office.of_all().hours(team.team)
        assert hours.week[0] == (time(10), time(16))
        assert set(hours.week) == {0, 5}
        assert hours.week[5][1].hour == 23  # midnight is the end of the day
        assert not hours.works_on(date(2026, 12, 25))
        shown = client.get(reverse("act:hours")).content.decode()
        assert "Monday 10:00–16:00" in shown
        assert "Saturday 09:00–24:00" in shown
        assert "성탄절" in client.get(address).content.decode()
        # As it is shown it can be sent again.
        assert client.post(address, form).status_code == 302
        client.post(reverse("act:hours_drop", args=[team.ours.pk]))
        assert not OfficeHours.objects.exists()
        assert Entry.objects.filter(verb="drop_office_hours").count() == 1

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"holidays": ""}, "from_0"),
            ({"from_0": "10:00", "holidays": ""}, "until_0"),
            ({"from_0": "18:00", "until_0": "09:00", "holidays": ""}, "until_0"),
            ({"from_0": "9", "until_0": "18:00", "holidays": ""}, "from_0"),
            ({"from_0": "09:00", "until_0": "18:00", "holidays": "x"}, "holidays"),
            (
                {"from_0": "09:00", "until_0": "18:00", "holidays": "2026-02-31 x"},
                "holidays",
            ),
        ],
    )
    def test_what_is_wrong_is_said(
        self, team: Team, form: dict[str, str], field: str
    ) -> None:
        address = reverse("act:hours_of", args=[team.ours.pk])
        page = signed_in(team.lea).post(address, form)
        assert page.status_code == 422
        assert f"id_{field}_error" in page.content.decode()
        assert not OfficeHours.objects.exists()

    def test_only_leaders_of_the_unit(self, team: Team) -> None:
        nine = {0: (time(9), time(18))}
        for member in (team.vic, team.eve, team.max):
            with pytest.raises(NotAllowed):
                set_hours(team.ours, nine, {}, by=member)
            address = reverse("act:hours_of", args=[team.ours.pk])
            assert signed_in(member).post(address, {}).status_code in {403, 404}
        assert {line.unit_id for line in office_lines(by=team.lea)} == {
            team.ours.pk, team.team.pk,
        }  # fmt: skip

    def test_deadlines_count_the_hours_that_were_set(self, team: Team) -> None:
        set_hours(team.ours, {0: (time(9), time(18))}, {}, by=team.lea)
        monday = datetime(2026, 11, 23, 8, tzinfo=UTC)  # 17:00 in Seoul
        due = Office.of_all().hours(team.ours).after(monday, 2)
        assert due == datetime(2026, 11, 30, 1, tzinfo=UTC)


class TestAbsences:
    def test_one_writes_down_ones_own_and_leaders_their_teams(self, team: Team) -> None:
        today = timezone.localdate().isoformat()
        own = signed_in(team.vic)
        address = reverse("act:absences")
        assert (
            own.post(address, {"starts_on": today, "ends_on": today}).status_code == 302
        )
        assert away_on() == {team.vic.pk}
        leader = signed_in(team.lea)
        assert "Vic" in leader.get(address).content.decode()
        form = {"member": team.ada.pk, "starts_on": today, "ends_on": today}
        leader.post(address, form)
        assert away_on() == {team.vic.pk, team.ada.pk}
        # Nobody else's is shown to who leads nobody.
        assert "Ada" not in own.get(address).content.decode()

    def test_of_others_only_leaders_may(self, team: Team) -> None:
        today = timezone.localdate()
        with pytest.raises(NotAllowed):
            note_absence(team.ada, today, today, by=team.vic)
        with pytest.raises(NotAllowed):
            note_absence(team.vic, today, today, by=team.eve)
        row = note_absence(team.ada, today, today, by=team.lea)
        for member in (team.vic, team.eve):
            drop = reverse("act:absence_drop", args=[row.pk])
            assert signed_in(member).post(drop).status_code == 404
        drop = reverse("act:absence_drop", args=[row.pk])
        assert signed_in(team.ada).post(drop).status_code == 302
        assert not Absence.objects.exists()

    def test_days_that_make_no_sense(self, team: Team) -> None:
        today = timezone.localdate()
        with pytest.raises(UserError):
            note_absence(team.vic, today, today - timedelta(days=1), by=team.vic)
        with pytest.raises(UserError):
            note_absence(team.vic, today, today + timedelta(days=800), by=team.vic)
        note_absence(team.vic, today, today, by=team.vic)
        with pytest.raises(Conflict):
            note_absence(team.vic, today, today + timedelta(days=3), by=team.vic)


def test_the_api_sets_hours_and_absences(team: Team) -> None:
    client, kind, place = signed_in(team.lea), "application/json", "/api/v1/act"
    hours = f"{place}/office-hours/{team.ours.pk}"
    week = {"week": {"0": {"opens": "10:00", "closes": "00:00"}}}
    told = client.put(hours, week, kind)
    assert told.json()["week"] == {"0": ["10:00", "24:00"]}
    assert (
        client.put(hours, {"week": {"9": week["week"]["0"]}}, kind).status_code == 400
    )
    assert signed_in(team.vic).put(hours, week, kind).status_code == 404
    assert signed_in(team.eve).delete(hours).status_code == 404
    assert client.delete(hours).status_code == 204
    day = timezone.localdate().isoformat()
    given = {"starts_on": day, "ends_on": day}
    made = signed_in(team.vic).post(f"{place}/absences", given, kind)
    assert made.json()["member_id"] == team.vic.pk
    ada = given | {"member": team.ada.pk}
    assert signed_in(team.vic).post(f"{place}/absences", ada, kind).status_code == 404
    assert client.post(f"{place}/absences", ada, kind).status_code == 201
    assert len(client.get(f"{place}/absences").json()) == 2
    row = f"{place}/absences/{made.json()['id']}"
    assert signed_in(team.eve).delete(row).status_code == 404
    assert client.delete(row).status_code == 204
