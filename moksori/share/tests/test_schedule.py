"""Editions come on their day, once, also after a night without a worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from moksori.base.customers.models import Product
from moksori.base.errors import NotFound, UserError
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback
from moksori.share import jobs, reads, writes
from moksori.share.models import Edition, Mail, Subscription
from moksori.share.tests.conftest import Postbox
from moksori.share.tests.world import World
from moksori.share.writes.remits import Answers
from moksori.share.writes.subscriptions import Wishes

SEOUL = ZoneInfo("Asia/Seoul")
WEDNESDAY = datetime(2026, 11, 18, 10, tzinfo=SEOUL)


def subscribed(member: Member, *, behind: int = 7) -> Subscription:
    """A subscription that is due now."""
    writes.suggest_remit(member, by=member)
    found = Subscription.objects.get(member=member)
    found.last_slot = reads.due_slot(found) - timedelta(days=behind)
    found.save()
    return found


@pytest.mark.parametrize(
    ("weekday", "hour", "slot"),
    [
        (2, 8, "2026-11-18"),  # today, since two hours
        (2, 11, "2026-11-11"),  # today, but not yet
        (0, 8, "2026-11-16"),
        (3, 8, "2026-11-12"),
    ],
)
def test_the_slot_is_the_newest_day_that_has_come(
    weekday: int, hour: int, slot: str
) -> None:
    subscription = Subscription(weekday=weekday, hour=hour)

    assert reads.due_slot(subscription, now=WEDNESDAY).isoformat() == slot


def test_a_new_subscription_is_not_due_at_once(team: Team) -> None:
    writes.suggest_remit(team.vic, by=team.vic)

    assert reads.due_subscriptions() == []


def test_after_weeks_without_a_worker_only_the_newest_day_is_due(team: Team) -> None:
    found = subscribed(team.vic, behind=28)

    (due,) = reads.due_subscriptions()

    assert due == reads.Due(found.pk, reads.due_slot(found))


def test_a_job_that_runs_twice_makes_one_edition_and_one_letter(
    team: Team, world: World, postbox: Postbox
) -> None:
    found = subscribed(team.vic)
    slot = reads.due_slot(found)

    jobs.make_edition.func(found.pk, slot.isoformat())
    jobs.make_edition.func(found.pk, slot.isoformat())
    for mail in Mail.objects.all():
        jobs.send_mail.func(mail.pk)
        jobs.send_mail.func(mail.pk)

    assert Edition.objects.get().slot == slot
    assert len(postbox.letters) == 1
    assert reads.due_subscriptions() == []


def test_the_schedule_enqueues_whoever_is_due(
    team: Team, world: World, postbox: Postbox
) -> None:
    subscribed(team.vic)

    assert jobs.send_due_editions.func() == 1


def test_whoever_paused_gets_nothing(team: Team, world: World) -> None:
    found = subscribed(team.vic)
    slot = reads.due_slot(found)

    writes.pause(found, by=team.vic)

    assert reads.due_subscriptions() == []
    assert writes.compose_for_slot(found.pk, slot) is None
    assert not Edition.objects.exists()


def test_whoever_wants_the_page_only_gets_no_letter(team: Team, world: World) -> None:
    found = subscribed(team.vic)
    Subscription.objects.update(channel="page")

    edition = writes.compose_for_slot(found.pk, reads.due_slot(found))

    assert edition is not None
    assert not Mail.objects.exists()


def test_an_edition_on_the_page_counts_as_delivered_where_it_was_wanted(
    team: Team, world: World
) -> None:
    found = subscribed(team.vic)
    Subscription.objects.update(channel="page")

    edition = writes.compose_for_slot(found.pk, reads.due_slot(found))

    assert edition is not None
    assert [mark.kind for mark in edition.reached.all()] == ["delivered"]


def test_that_a_remit_fits_nothing_is_told_once(team: Team, world: World) -> None:
    found = subscribed(team.vic)
    empty = Product.objects.create(unit=team.ours, name="Film Z")
    answers = Answers("Z 관객", "", products=[empty.pk])
    writes.save_remit(team.vic, answers, by=team.vic)
    slot = reads.due_slot(found)

    first = writes.compose_for_slot(found.pk, slot)
    second = writes.compose_for_slot(found.pk, slot + timedelta(days=7))

    assert first is not None
    assert second is None


def test_without_new_feedback_no_edition_is_made_and_the_day_is_done(
    team: Team, world: World
) -> None:
    found = subscribed(team.vic)
    writes.compose_edition(team.vic, by=None)

    assert writes.compose_for_slot(found.pk, reads.due_slot(found)) is None
    assert reads.due_subscriptions() == []

    Subscription.objects.update(last_slot=None)
    Feedback.objects.update(received_at=timezone.now())
    assert writes.compose_for_slot(found.pk, reads.due_slot(found)) is not None


def test_whoever_left_the_company_gets_nothing(team: Team, world: World) -> None:
    found = subscribed(team.vic)
    Member.objects.filter(pk=team.vic.pk).update(is_active=False)

    assert reads.due_subscriptions() == []
    assert writes.compose_for_slot(found.pk, reads.due_slot(found)) is None


def test_a_member_chooses_day_hour_language_and_nobody_else_does(team: Team) -> None:
    wishes = Wishes(channel="page", weekday=4, hour=17, language="en", paused=False)

    saved = writes.save_subscription(team.vic, wishes, by=team.vic)

    assert (saved.weekday, saved.hour, saved.language) == (4, 17, "en")
    with pytest.raises(NotFound):
        writes.save_subscription(team.vic, wishes, by=team.lea)
    with pytest.raises(NotFound):
        writes.pause(saved, by=team.lea)


@pytest.mark.parametrize(
    "wrong", [{"weekday": 7}, {"hour": 24}, {"channel": "fax"}, {"language": "xx"}]
)
def test_a_wish_that_cannot_be_is_refused(team: Team, wrong: dict[str, Any]) -> None:
    fine = {"channel": "email", "weekday": 0, "hour": 8, "language": "ko"}

    with pytest.raises(UserError) as refused:
        writes.save_subscription(
            team.vic, Wishes(paused=False, **fine | wrong), by=team.vic
        )

    assert refused.value.field in wrong


def test_the_letter_comes_in_the_language_of_the_subscription(
    team: Team, world: World
) -> None:
    subscribed(team.vic)
    Subscription.objects.update(language="en")

    edition = writes.compose_edition(team.vic, by=None)

    assert edition.language == "en"
    assert "Torn box" in str(edition.content)
