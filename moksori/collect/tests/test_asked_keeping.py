"""Whom nobody asked, and what came back, is not kept for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from moksori.base.jobs.models import Schedule
from moksori.base.jobs.schedules import sync_schedules
from moksori.base.testing.makers import Team
from moksori.collect.asking.rules import Reason, Rules
from moksori.collect.models import Address, Bounce, Skip
from moksori.collect.tests.world_of_asking import make_survey
from moksori.collect.writes.asked_keeping import forget_asked
from moksori.collect.writes.contact_rules import set_rules

pytestmark = pytest.mark.django_db


def skip(survey: Any, days: int, **more: Any) -> Skip:
    return Skip.objects.create(
        survey=survey, way="email", reason=Reason.RECENTLY_ASKED, was_queued=False,
        is_final=True, at=timezone.now() - timedelta(days=days), **more,
    )  # fmt: skip


def test_skips_end_after_400_days_unless_their_reason_still_holds(team: Team) -> None:
    survey = make_survey(team.ours)
    soon = timezone.now() + timedelta(days=9)
    old, fresh = skip(survey, 401), skip(survey, 399)
    held = skip(survey, 900, earliest=soon)
    over = skip(survey, 900, earliest=timezone.now() - timedelta(days=1))

    assert forget_asked() == 2
    assert set(Skip.objects.all()) == {fresh, held}
    assert forget_asked() == 0
    assert not Skip.objects.filter(pk__in=[old.pk, over.pk]).exists()


def test_they_stay_for_as_long_as_the_longest_clock_runs(team: Team) -> None:
    set_rules(Rules(gap_days=700), by=None)
    survey = make_survey(team.ours)
    kept, _gone = skip(survey, 650), skip(survey, 701)

    assert forget_asked() == 1
    assert Skip.objects.get() == kept


def test_a_bounce_ends_and_its_address_stays_marked(team: Team) -> None:
    address = Address.objects.create(digest="d", kind="email", is_dead=True)
    for number, days in enumerate((500, 3)):
        Bounce.objects.create(
            address=address, key=str(number), kind="hard",
            at=timezone.now() - timedelta(days=days),
        )  # fmt: skip

    assert forget_asked() == 1
    assert Bounce.objects.get().key == "1"
    assert Address.objects.get().is_dead


def test_it_is_done_every_night() -> None:
    sync_schedules()

    assert Schedule.objects.filter(name="collect.forget_asked").exists()
