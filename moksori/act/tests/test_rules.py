"""Rules: what they catch, and that each fires once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from moksori.act.casework.conditions import Conditions
from moksori.act.models import Case, CaseRule, Promise, RuleHit
from moksori.act.tests.makers import days_from_now, make_case, make_pain_point
from moksori.act.writes.firing import fire, fire_pending, live_rules
from moksori.act.writes.overdue import fire_for_promises
from moksori.act.writes.rules import (
    Draft,
    change_rule,
    delete_rule,
    look_back,
    look_back_next,
    switch_off,
    switch_on,
    write_rule,
)
from moksori.analysis.flags import FIRE
from moksori.base.audit.models import Entry
from moksori.base.customers.models import Account, Customer
from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.warehouse import outbox
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Mention

pytestmark = pytest.mark.django_db(transaction=True)  # outboxes read commits


def make_rule(team, *, is_on=True, unit=None, name="낮은 점수", **fields) -> CaseRule:
    asked = fields.pop("asked", Conditions(score_at_most=3))
    draft = Draft(name=name, conditions=asked, **fields)
    rule = write_rule(unit or team.ours, draft, by=team.lea)
    if is_on:
        switch_on(rule, by=team.lea)
        # Feedback made in the same moment is received after it.
        CaseRule.objects.filter(pk=rule.pk).update(
            on_since=timezone.now() - timedelta(minutes=5)
        )
    rule.refresh_from_db()
    return rule


def mention(feedback, *, theme=None, kind="complaint", flags=0, position=0):
    return Mention.objects.create(
        id=feedback.pk * 1000 + position, feedback=feedback, position=position,
        start=0, end=1, day=timezone.localdate(), sentiment=-0.5, kind=kind,
        theme=theme, flags=flags,
    )  # fmt: skip


def noted(*rows) -> None:
    """The rows are understood, and the outbox says so."""
    outbox.put("facts", {"ids": [row.pk for row in rows]})
    while fire_pending():
        pass


class TestWhatIsCaught:
    def test_a_low_score_opens_a_case_that_says_why(self, team):
        rule = make_rule(team)
        low = make_feedback("별로예요", unit=team.ours, score=2)
        noted(low, make_feedback("좋아요", unit=team.ours, score=9))

        case = Case.objects.get()
        assert case.feedback == low
        hit = case.hits.get()
        assert (hit.rule, hit.why) == (rule, {"score": 2.0, "at_most": 3})
        assert Entry.objects.filter(verb="open_case_by_rule").count() == 1

    def test_several_rules_open_one_case_that_names_them_all(self, team):
        make_rule(team)
        words = Conditions(words=("환불",))
        make_rule(team, name="환불", asked=words, answer_hours=2)
        noted(make_feedback("환불 해 주세요", unit=team.ours, score=1))

        case = Case.objects.get()
        names = {hit.rule.name for hit in case.hits.all()}
        assert names == {"낮은 점수", "환불"}
        assert case.answer_by is not None
        assert case.answer_by < case.close_by

    def test_the_score_of_one_kind_is_read_on_its_own_scale(self, team):
        nps = Conditions(score_kind="nps", score_at_most=6)
        make_rule(team, asked=nps)
        detractor = make_feedback("글쎄요", unit=team.ours, score=6)
        noted(detractor, make_feedback("음", unit=team.ours, score=7))
        assert Case.objects.get().feedback == detractor

    def test_a_satisfaction_on_another_scale_is_stretched(self, team):
        make_rule(team, asked=Conditions(score_kind="csat", score_at_most=2))
        row = make_feedback("그저 그래요", unit=team.ours)
        row.answers = [{"key": "s", "kind": "csat", "value": 25, "low": 0, "high": 100}]
        row.save()
        noted(row)
        assert Case.objects.count() == 1

    def test_theme_and_kind_must_be_met_by_the_same_mention(self, team):
        theme = make_pain_point(team.ours, "배송").theme
        make_rule(team, asked=Conditions(themes=(theme.pk,), kinds=("complaint",)))
        praised = make_feedback("배송 좋아요, 가격 나빠요", unit=team.ours)
        mention(praised, theme=theme, kind="praise")
        mention(praised, kind="complaint", position=1)
        noted(praised)
        assert not Case.objects.exists()

        hurt = make_feedback("배송이 늦어요", unit=team.ours)
        mention(hurt, theme=theme)
        noted(hurt)
        assert Case.objects.get().hits.get().why["themes"] == [theme.pk]

    def test_danger(self, team):
        make_rule(team, asked=Conditions(flags=("fire",)))
        row = make_feedback("불이 났어요", unit=team.ours)
        mention(row, flags=FIRE, kind="other")
        noted(row)
        assert Case.objects.get().hits.get().why == {"flags": ["fire"]}

    def test_tier_of_the_account(self, team):
        make_rule(team, asked=Conditions(tiers=("VIP",)))
        account = Account.objects.create(unit=team.ours, name="A사", segment="VIP")
        person = Customer.objects.create(
            unit=team.ours, external_id="c1", account=account
        )
        noted(make_feedback("전화 주세요", unit=team.ours, customer=person))
        assert Case.objects.count() == 1

    def test_units_beside_the_rule_are_left_alone(self, team):
        make_rule(team, unit=team.team)
        noted(make_feedback("별로", unit=team.ours, score=1))
        noted(make_feedback("별로", unit=team.theirs, score=1))
        assert not Case.objects.exists()
        noted(make_feedback("별로", unit=team.team, score=1))
        assert Case.objects.count() == 1

    def test_words_are_found_in_any_shape(self, team):
        make_rule(team, asked=Conditions(words=("Refund",)))
        noted(make_feedback("I want a REFUND now", unit=team.ours))
        assert Case.objects.get().hits.get().why == {"words": ["Refund"]}


class TestOnce:
    def test_a_note_read_again_changes_nothing(self, team):
        make_rule(team)
        row = make_feedback("별로", unit=team.ours, score=1)
        noted(row)
        noted(row)
        outbox.read_again("rules", "facts")
        while fire_pending():
            pass
        assert Case.objects.count() == RuleHit.objects.count() == 1

    def test_a_closed_case_is_not_opened_again(self, team):
        make_rule(team)
        row = make_feedback("별로", unit=team.ours, score=1)
        noted(row)
        Case.objects.update(status="closed")
        noted(row)
        assert Case.objects.count() == 1

    def test_a_rule_that_comes_later_joins_the_case(self, team):
        make_rule(team)
        row = make_feedback("별로", unit=team.ours, score=1)
        noted(row)
        make_rule(team, name="말", asked=Conditions(words=("별로",)))
        noted(row)
        assert Case.objects.get().hits.count() == 2

    def test_a_case_that_somebody_opened_takes_the_hit(self, team):
        case = make_case(team.ada, team.ours)
        make_rule(team, asked=Conditions(words=("줄",)))
        noted(case.feedback)
        assert RuleHit.objects.get().case == case
        assert Case.objects.count() == 1

    def test_the_database_refuses_a_second_hit(self, team):
        rule = make_rule(team)
        row = make_feedback("별로", unit=team.ours, score=1)
        noted(row)
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleHit.objects.create(rule=rule, feedback=row, case=Case.objects.get())

    @pytest.mark.skipif(
        connection.vendor == "postgresql", reason="a session may take its lock twice"
    )
    def test_nothing_happens_while_another_process_judges(self, team):
        make_rule(team)
        outbox.put("facts", {"ids": [1]})
        with outbox.reading("rules") as is_ours:
            assert is_ours
            assert not fire_pending()
        assert outbox.waiting("rules", "facts") == 1


class TestSwitches:
    def test_what_came_before_opens_nothing(self, team):
        old = make_feedback(
            "별로", unit=team.ours, score=1,
            received_at=timezone.now() - timedelta(hours=1),
        )  # fmt: skip
        make_rule(team)
        noted(old)
        assert not Case.objects.exists()

    def test_a_history_that_is_brought_in_opens_nothing(self, team):
        make_rule(team)
        noted(
            make_feedback(
                "별로",
                unit=team.ours,
                score=1,
                received_at=timezone.now(),
                occurred_at=timezone.now() - timedelta(days=200),
            )
        )
        assert not Case.objects.exists()

    def test_asked_to_a_rule_looks_back_and_still_fires_once(self, team):
        ago = timezone.now() - timedelta(days=3)
        rows = [
            make_feedback(f"별로 {n}", unit=team.ours, score=1, occurred_at=ago)
            for n in range(7)
        ]
        make_feedback("옛날", unit=team.ours, score=1,
                      occurred_at=ago - timedelta(days=60))  # fmt: skip
        rule = make_rule(team)
        look_back(rule, 30, by=team.lea)
        while look_back_next(at_once=3):
            pass
        noted(*rows)
        rule.refresh_from_db()
        assert Case.objects.count() == 7
        assert not rule.is_looking_back

    def test_paused_it_opens_nothing_then_or_later(self, team):
        rule = make_rule(team)
        switch_off(rule, by=team.lea)
        row = make_feedback("별로", unit=team.ours, score=1)
        noted(row)
        assert not Case.objects.exists()
        assert fire([row.pk], live_rules()) == 0

    def test_a_rule_without_a_condition_cannot_be_switched_on(self, team):
        rule = make_rule(team, asked=Conditions(), is_on=False)
        with pytest.raises(UserError):
            switch_on(rule, by=team.lea)

    def test_who_may_not_hand_out_work_writes_no_rules(self, team):
        with pytest.raises(NotAllowed):
            write_rule(team.ours, Draft(name="x"), by=team.vic)
        with pytest.raises(NotAllowed):
            write_rule(team.theirs, Draft(name="x"), by=team.lea)

    def test_a_name_is_taken_once(self, team):
        rule = make_rule(team)
        with pytest.raises(UserError):
            write_rule(team.ours, Draft(name="낮은 점수"), by=team.lea)
        change_rule(rule, Draft(name="아주 낮은 점수"), by=team.lea)

    def test_a_rule_that_opened_cases_stays(self, team):
        rule = make_rule(team)
        noted(make_feedback("별로", unit=team.ours, score=1))
        with pytest.raises(Conflict):
            delete_rule(rule, by=team.lea)
        delete_rule(make_rule(team, name="새것"), by=team.lea)


class TestPromises:
    def test_an_overdue_promise_opens_one_case_for_who_made_it(self, team):
        rule = make_rule(
            team, asked=Conditions(), trigger=CaseRule.Trigger.PROMISE, name="약속"
        )
        CaseRule.objects.update(on_since=timezone.now() - timedelta(days=5))
        Promise.objects.create(
            unit=team.ours, text="견적 보내기", owner=team.vic, due=days_from_now(-1)
        )
        Promise.objects.create(
            unit=team.ours, text="내일", owner=team.vic, due=days_from_now(1)
        )
        assert fire_for_promises() == 1
        assert fire_for_promises() == 0
        case = Case.objects.get()
        assert (case.owner, case.hits.get().rule) == (team.vic, rule)
        assert case.owner_why == {"promised": True}
