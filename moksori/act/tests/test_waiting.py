"""Whoever waits for an answer to a complaint is asked nothing."""

from __future__ import annotations

from datetime import date

from moksori.act.models import Case
from moksori.act.reads.waiting import customers_waiting
from moksori.base.customers.models import Customer
from moksori.base.testing.makers import Team
from moksori.collect.asking.complaints import with_open_complaint
from moksori.collect.tests.makers import make_feedback


def test_a_customer_waits_until_the_case_is_answered(team: Team) -> None:
    kim, lee = (
        Customer.objects.create(unit=team.ours, external_id=name)
        for name in ("kim", "lee")
    )
    feedback = make_feedback("늦어요", unit=team.ours, customer=kim)
    case = Case.objects.create(
        feedback=feedback, unit=team.ours, owner=team.vic, due=date(2030, 1, 1)
    )

    assert customers_waiting([kim.pk, lee.pk]) == {kim.pk}
    assert with_open_complaint([kim.pk, lee.pk]) == {kim.pk}
    Case.objects.filter(pk=case.pk).update(status=Case.Status.ANSWERED)
    assert with_open_complaint([kim.pk, lee.pk]) == set()
    assert with_open_complaint([]) == set()
