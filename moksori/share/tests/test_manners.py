"""Left alone when wanted: nudges, bounces, one edition a day; and translations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from moksori.base.outbound.tests.servers import Heard, Said, Server, serving
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.share import writes
from moksori.share.models import (
    Edition,
    Mail,
    Nudge,
    Reach,
    Remit,
    Subscription,
)
from moksori.share.reads.manners import mail_bounces, may_nudge, not_before
from moksori.share.sections.blocks import Part, Quote
from moksori.share.sections.translating import translated
from moksori.share.tests.test_channels import edition_of
from moksori.share.tests.world import World
from moksori.share.writes.marks import record

LONG_AGO = timedelta(days=30)


@pytest.fixture
def vic(team: Team) -> Member:
    """Somebody who wrote a remit and has had editions for a month."""
    Remit.objects.create(member=team.vic, for_whom="새벽에 주문하는 분들")
    Subscription.objects.create(
        member=team.vic,
        started_at=timezone.now() - LONG_AGO,
        quiet_from=0,
        quiet_until=0,
    )
    return team.vic


def unread(member: Member, days: int = 4) -> Edition:
    edition = edition_of(member)
    at = timezone.now() - timedelta(days=days)
    slot = at.date() - timedelta(days=edition.pk)
    Edition.objects.filter(pk=edition.pk).update(composed_at=at, slot=slot)
    record(edition, Reach.Kind.DELIVERED)
    return edition


def earlier(days: int) -> None:
    for one in Nudge.objects.all():
        one.at -= timedelta(days=days)
        one.save()


def test_an_unread_edition_is_reminded_of_once_a_week_and_three_times(
    vic: Member,
) -> None:
    for _week in range(3):
        unread(vic)
        assert writes.nudge_members() == 1
        assert writes.nudge_members() == 0
        earlier(8)
    unread(vic)

    assert writes.nudge_members() == 0
    assert not may_nudge(vic)
    assert Mail.objects.filter(edition=None).count() == 3


def test_whoever_looks_is_reminded_again(vic: Member) -> None:
    for _week in range(3):
        edition = unread(vic)
        writes.nudge_members()
        earlier(8)
    writes.record_mark(edition, Reach.Kind.OPENED, by=vic)
    unread(vic)

    assert writes.nudge_members() == 1


@pytest.mark.parametrize("change", [{"paused": True}, {"may_nudge": False}])
def test_who_wants_no_reminder_gets_none(vic: Member, change: dict[str, Any]) -> None:
    unread(vic)
    Subscription.objects.update(**change)
    assert writes.nudge_members() == 0


def test_who_has_read_or_has_left_is_not_reminded(vic: Member) -> None:
    edition = unread(vic)
    record(edition, Reach.Kind.OPENED)
    assert writes.nudge_members() == 0
    unread(vic)
    vic.is_active = False
    vic.save()
    assert writes.nudge_members() == 0


def test_an_address_that_refuses_three_letters_gets_no_fourth(
    vic: Member, world: World
) -> None:
    for _week in range(3):
        mail = writes.post(unread(vic, days=30))
        Mail.objects.filter(pk=mail.pk).update(state=Mail.State.FAILED)
    assert mail_bounces(vic)
    subscription = Subscription.objects.get(member=vic)

    edition = writes.compose_for_slot(subscription.pk, timezone.localdate())

    assert edition is not None  # it stands on its page
    assert not Mail.objects.filter(edition=edition).exists()
    vic.email = "new@example.com"
    vic.save()
    assert not mail_bounces(vic)


def test_never_two_editions_on_one_day(vic: Member, world: World) -> None:
    subscription = Subscription.objects.get(member=vic)
    today = timezone.localdate()
    assert writes.compose_for_slot(subscription.pk, today) is not None
    Subscription.objects.update(last_slot=today - timedelta(days=3))

    again = writes.compose_for_slot(subscription.pk, today - timedelta(days=1))

    assert again is None


@pytest.mark.parametrize(
    ("start", "end", "hour", "expected"),
    [(21, 7, 23, 7), (21, 7, 3, 7), (21, 7, 7, 7), (9, 12, 10, 12), (8, 8, 3, 3)],
)
def test_quiet_hours_end_at_their_hour(
    start: int, end: int, hour: int, expected: int
) -> None:
    subscription = Subscription(quiet_from=start, quiet_until=end)
    moment = timezone.localtime().replace(hour=hour, minute=30)

    found = timezone.localtime(not_before(moment, subscription))

    assert found.hour == expected
    assert timedelta(0) <= found - moment < timedelta(days=1)


# --- translations ---------------------------------------------------------------

QUOTE = Quote("", "상자가 뜯어져서", " 왔어요 [전화번호]", "앱 후기", language="ko")
PARTS = (Part("words", "", (QUOTE,)),)


@pytest.fixture
def translator(settings: Any) -> Iterator[Server]:
    cache.clear()

    def answer(heard: Heard) -> Said:
        asked = json.loads(heard.body)
        if heard.path.endswith("/chat/completions"):
            content = {"message": {"content": "The box was torn [전화번호]"}}
            return Said(200, json.dumps({"choices": [content]}).encode())
        assert asked["source"] == "ko"
        return Said(200, json.dumps({"text": f"EN {asked['text']}"}).encode())

    with serving(answer) as server:
        settings.MOKSORI_TRANSLATE_URL = server.url("/v1")
        yield server


def first(parts: tuple[Part, ...]) -> Quote:
    quote = parts[0].blocks[0]
    assert isinstance(quote, Quote)
    return quote


def test_words_stay_in_the_original_with_a_translation_beside_them(
    translator: Server,
) -> None:
    found = first(translated(PARTS, "en"))
    again = first(translated(PARTS, "en"))

    assert found.marked == QUOTE.marked
    assert found.translation == "EN 상자가 뜯어져서 왔어요 [전화번호]"
    assert again == found
    assert len(translator.heard) == 1


def test_a_language_model_may_translate(translator: Server, settings: Any) -> None:
    settings.MOKSORI_TRANSLATE_MODEL = "m"
    assert "torn" in first(translated(PARTS, "en")).translation


def test_the_readers_own_language_is_not_translated(translator: Server) -> None:
    assert first(translated(PARTS, "ko")).translation == ""
    assert translator.heard == []


def test_without_an_answer_the_edition_goes_out_as_it_is(settings: Any) -> None:
    cache.clear()
    settings.MOKSORI_TRANSLATE_URL = "http://127.0.0.1:9/"
    assert first(translated(PARTS, "en")).translation == ""
    assert first(translated(PARTS, "en")).translation == ""
    cache.clear()
