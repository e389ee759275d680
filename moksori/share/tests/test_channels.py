"""Editions by Slack and Teams, as they arrive at servers that check them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.outbound.tests.servers import Said
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.share import writes
from moksori.share.channels import channels
from moksori.share.models import (
    Carrier,
    Delivery,
    Edition,
    Subscription,
    Way,
)
from moksori.share.sections.blocks import Content, Line, Part, Quote, Todo
from moksori.share.tests.messengers import Messenger, messenger, slack, teams
from moksori.share.writes.deliveries import queue

State = Delivery.State
NASTY = '<b>=HYPERLINK("http://x")</b> <!channel> *bold* [x](http://evil) & [phone]'


@pytest.fixture
def at_slack(settings: Any) -> Iterator[Messenger]:
    with messenger(slack, settings) as found:
        yield found
        assert found.problems == []


@pytest.fixture
def at_teams(settings: Any) -> Iterator[Messenger]:
    with messenger(teams, settings) as found:
        yield found
        assert found.problems == []


def edition_of(member: Member, *, said: str = NASTY, lines: int = 1) -> Edition:
    line = Line("포장 파손", "▲ 늘었어요", "8.4% (1,200건 중 7.1–9.9%)", "hurt", "/u/1")
    parts = (
        Part("changes", "", tuple([line] * lines)),
        Part("words", "고객의 말", (Quote("앞 ", said, " 뒤", "앱 후기", "hurt"),)),
        Part(
            "todo", "한 가지", (Todo("맡을 사람 정하기", "왜", "/u/1", "보기", True),)
        ),
    )
    content = Content(
        "이번 주 고객의 말", "포장 파손 ▲", "11월 · 2분", "왜냐하면", parts
    )
    return Edition.objects.create(
        member=member,
        since=timezone.localdate() - timedelta(days=7),
        until=timezone.localdate(),
        content=content.as_json(),
        token=f"t{Edition.objects.count()}",
    )


@pytest.fixture(autouse=True)
def awake(team: Team) -> None:
    """Whatever the hour, nobody sleeps in these tests."""
    Subscription.objects.create(member=team.vic, quiet_from=0, quiet_until=0)


def sent(edition: Edition) -> Delivery:
    (delivery,) = queue(edition)
    writes.send_delivery(delivery.pk)
    delivery.refresh_from_db()
    return delivery


def with_webhook(member: Member, at: Messenger, kind: str = "slack") -> Way:
    given = {"url": at.server.url("/services/T0/B0/secret")}
    return writes.choose_way(member, kind, given, by=member)


def with_bot(team: Team, at: Messenger, token: str = "xoxb-good") -> Carrier:  # noqa: S107
    given = {"token": token, "api": at.server.url("/api")}
    carrier = writes.add_carrier(
        "slack", "우리 슬랙", given, unit=team.ours, by=team.max
    )
    writes.choose_way(team.vic, "slack", {}, carrier_id=carrier.pk, by=team.vic)
    return carrier


@pytest.mark.django_db
def test_channels_are_found_by_their_folders() -> None:
    assert {"slack", "teams"} <= set(channels())
    assert "email" not in channels()


def test_slack_gets_blocks_in_which_nothing_is_markup(
    team: Team, at_slack: Messenger
) -> None:
    with_webhook(team.vic, at_slack)

    delivery = sent(edition_of(team.vic))

    assert delivery.state == State.SENT
    (body,) = at_slack.bodies
    texts = [
        e for b in body["blocks"] if b["type"] == "rich_text" for e in b["elements"]
    ]
    words = json.dumps(texts, ensure_ascii=False)
    assert "mrkdwn" not in json.dumps(body)
    assert "<!channel>" in words  # as letters in a text element, which calls nobody
    assert "포장 파손 ▲ 늘었어요" in words
    assert delivery.edition.reached.filter(kind="delivered").exists()


def test_a_bot_finds_its_reader_by_e_mail(team: Team, at_slack: Messenger) -> None:
    with_bot(team, at_slack)

    delivery = sent(edition_of(team.vic))

    assert delivery.state == State.SENT
    assert delivery.remote_id == "1700000000.000100"
    assert [heard.path for heard in at_slack.server.heard] == [
        "/api/users.lookupByEmail",
        "/api/chat.postMessage",
    ]


def test_teams_gets_a_card_that_fits(team: Team, at_teams: Messenger) -> None:
    with_webhook(team.vic, at_teams, "teams")

    delivery = sent(edition_of(team.vic, lines=400))

    assert delivery.state == State.SENT
    assert len(at_teams.server.heard[0].body) < 28_000


def test_a_second_try_finds_nothing_to_do(team: Team, at_slack: Messenger) -> None:
    with_webhook(team.vic, at_slack)
    edition = edition_of(team.vic)
    delivery = sent(edition)

    assert writes.send_delivery(delivery.pk) is None
    assert queue(edition) == [delivery]
    assert writes.send_delivery(delivery.pk) is None
    assert len(at_slack.server.heard) == 1


def test_a_messenger_that_is_down_for_a_day_gets_one_edition_once(
    team: Team, at_slack: Messenger
) -> None:
    with_webhook(team.vic, at_slack)
    at_slack.says = Said(503, b"down")
    for _day in range(3):
        (delivery,) = queue(edition_of(team.vic))
        for _try in range(3):
            Delivery.objects.update(next_try_at=timezone.now())
            for due in writes.due_deliveries():
                writes.send_delivery(due)

    at_slack.says = None
    heard = len(at_slack.server.heard)
    Delivery.objects.filter(state=State.WAITING).update(next_try_at=timezone.now())
    for due in writes.due_deliveries():
        writes.send_delivery(due)

    states = list(Delivery.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.DROPPED, State.DROPPED, State.SENT]
    assert len(at_slack.server.heard) == heard + 1
    delivery.refresh_from_db()
    assert delivery.tries.count() == 4


def test_retries_take_longer_and_longer_and_end(
    team: Team, at_slack: Messenger
) -> None:
    with_webhook(team.vic, at_slack)
    at_slack.says = Said(500, b"oh")
    (delivery,) = queue(edition_of(team.vic))
    waits = []
    for _try in range(9):
        Delivery.objects.update(next_try_at=timezone.now())
        writes.send_delivery(delivery.pk)
        delivery.refresh_from_db()
        waits.append(delivery.next_try_at - timezone.now())

    assert delivery.state == State.FAILED
    assert waits[0] < waits[1] < waits[2] < waits[3] < waits[4]
    assert sum(waits[:8], timedelta()) > timedelta(days=1)


def test_a_messenger_may_say_when_to_come_back(team: Team, at_slack: Messenger) -> None:
    with_webhook(team.vic, at_slack)
    at_slack.says = Said(429, b"rate_limited", {"Retry-After": "600"})

    delivery = sent(edition_of(team.vic))

    assert delivery.state == State.WAITING
    assert delivery.next_try_at > timezone.now() + timedelta(minutes=9)


def test_an_address_that_is_gone_stops_the_way_and_says_so(
    team: Team, at_slack: Messenger
) -> None:
    way = with_webhook(team.vic, at_slack)
    at_slack.says = Said(404, b"no_service")

    assert sent(edition_of(team.vic)).state == State.FAILED

    way.refresh_from_db()
    assert way.stopped
    assert "no_service" in way.problem
    assert queue(edition_of(team.vic)) == []
    with_webhook(team.vic, at_slack)
    assert len(queue(edition_of(team.vic))) == 1


def test_a_token_that_expired_stops_the_carrier_and_a_new_one_sends_what_waits(
    team: Team, at_slack: Messenger
) -> None:
    carrier = with_bot(team, at_slack)
    at_slack.says = Said(200, b'{"ok": false, "error": "token_expired"}')
    delivery = sent(edition_of(team.vic))
    carrier.refresh_from_db()
    assert (delivery.state, carrier.stopped) == (State.WAITING, "secret")
    assert writes.due_deliveries() == []

    at_slack.says = None
    given = {"token": "xoxb-good", "api": at_slack.server.url("/api")}
    writes.change_carrier(carrier, "우리 슬랙", given, by=team.max)

    assert writes.due_deliveries() == [delivery.pk]
    assert writes.send_delivery(delivery.pk) == State.SENT


def test_a_carrier_that_is_down_rests_and_others_are_not_tried(
    team: Team, at_slack: Messenger
) -> None:
    carrier = with_bot(team, at_slack)
    at_slack.says = Said(503, b"down")
    sent(edition_of(team.vic))
    Delivery.objects.update(next_try_at=timezone.now())

    assert writes.due_deliveries() == []
    carrier.refresh_from_db()
    assert carrier.rest_until is not None
    heard = len(at_slack.server.heard)
    (delivery,) = Delivery.objects.all()
    assert writes.send_delivery(delivery.pk) == State.WAITING
    assert len(at_slack.server.heard) == heard
    delivery.refresh_from_db()
    assert delivery.attempts == 1


def test_silence_in_the_middle_is_unsure_and_only_a_person_sends_again(
    team: Team, at_slack: Messenger
) -> None:
    with_webhook(team.vic, at_slack)
    at_slack.says = Said(200, b"o", {"content-length": "99"})
    delivery = sent(edition_of(team.vic))
    assert delivery.state == State.UNSURE
    assert writes.send_delivery(delivery.pk) is None

    with pytest.raises(NotAllowed):
        writes.deliver_again(delivery, by=team.lea)
    at_slack.says = None
    writes.deliver_again(delivery, by=team.vic)

    assert writes.send_delivery(delivery.pk) == State.SENT


def test_a_worker_that_died_leaves_it_unsure_not_twice(
    team: Team, at_slack: Messenger
) -> None:
    with_webhook(team.vic, at_slack)
    (delivery,) = queue(edition_of(team.vic))
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.update(state=State.SENDING, lease_until=past)

    assert writes.settle_stale_deliveries() == 1
    assert writes.send_delivery(delivery.pk) is None
    assert at_slack.server.heard == []


def test_who_has_left_or_paused_gets_nothing(team: Team, at_slack: Messenger) -> None:
    with_webhook(team.vic, at_slack)
    (first,) = queue(edition_of(team.vic))
    team.vic.is_active = False
    team.vic.save()
    assert writes.send_delivery(first.pk) == State.DROPPED

    team.vic.is_active = True
    team.vic.save()
    (second,) = queue(edition_of(team.vic))
    Subscription.objects.update(paused=True)
    assert writes.send_delivery(second.pk) == State.DROPPED
    assert at_slack.server.heard == []


def test_quiet_hours_are_kept_and_are_no_attempt(
    team: Team, at_slack: Messenger
) -> None:
    with_webhook(team.vic, at_slack)
    (delivery,) = queue(edition_of(team.vic))
    hour = timezone.localtime().hour
    Subscription.objects.update(quiet_from=hour, quiet_until=(hour + 2) % 24)

    assert writes.send_delivery(delivery.pk) == State.WAITING

    delivery.refresh_from_db()
    assert delivery.attempts == 0
    assert timezone.localtime(delivery.next_try_at).hour == (hour + 2) % 24
    assert at_slack.server.heard == []


def test_a_short_edition_holds_the_gravest_and_what_to_do(
    team: Team, at_slack: Messenger
) -> None:
    with_webhook(team.vic, at_slack)
    Subscription.objects.update(depth="short")

    sent(edition_of(team.vic, lines=3))

    words = json.dumps(at_slack.bodies[0], ensure_ascii=False)
    assert words.count("포장 파손 ▲ 늘었어요") == 1
    assert "맡을 사람 정하기" in words
    assert "앞 " not in words


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://hooks.slack.com/services/x", "slack"),
        ("https://hooks.slack.com.evil.example/x", "slack"),
        ("https://169.254.169.254/latest", "slack"),
        ("https://example.com/x", "teams"),
        ("nonsense", "teams"),
        ("https://user:pw@hooks.slack.com/x", "slack"),
    ],
)
def test_words_of_customers_go_to_messengers_and_nowhere_else(
    team: Team, url: str, kind: str
) -> None:
    with pytest.raises(UserError) as error:
        writes.choose_way(team.vic, kind, {"url": url}, by=team.vic)
    assert error.value.field == "url"


def test_secrets_are_sealed_and_stay_when_left_empty(
    team: Team, at_slack: Messenger
) -> None:
    way = with_webhook(team.vic, at_slack)
    carrier = with_bot(team, at_slack)
    assert "secret" not in way.given
    assert "xoxb" not in carrier.secrets + json.dumps(carrier.settings)

    given = {"api": at_slack.server.url("/api")}
    writes.change_carrier(carrier, "이름", given, by=team.max)

    assert sent(edition_of(team.vic)).state == State.SENT


def test_only_administrators_set_carriers_up_and_only_oneself_chooses(
    team: Team, at_slack: Messenger
) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        writes.add_carrier("slack", "x", {}, unit=team.ours, by=team.lea)
    with pytest.raises(NotFound):
        writes.choose_way(team.vic, "slack", {}, by=team.max)
    carrier = with_bot(team, at_slack)
    with pytest.raises(UserError):
        writes.choose_way(team.eve, "slack", {}, carrier_id=carrier.pk, by=team.eve)
