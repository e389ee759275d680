"""Webhooks out: signed, tried until heard, and never telling more than may be told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from moksori.base.errors import NotAllowed, UserError
from moksori.base.outbound.tests.servers import Heard, Said, Server, serving
from moksori.base.people import writes as people
from moksori.base.people.models import Assignment
from moksori.base.people.roles import Role
from moksori.base.testing.makers import Team, make_member
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback, Hook, HookMessage, HookTry, ReviewItem
from moksori.collect.out import signing
from moksori.collect.tests.makers import make_feedback, make_source
from moksori.collect.writes import hooks as writes
from moksori.collect.writes import telling
from moksori.collect.writes.hooks import HookWishes
from moksori.collect.writes.review import decide

pytestmark = pytest.mark.django_db(transaction=True)


class Receiver:
    """A server that answers what it is told to."""

    def __init__(self) -> None:
        self.says = Said(204)
        self.server: Server

    def __call__(self, heard: Heard) -> Said:
        return self.says

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(heard.body) for heard in self.server.heard]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    found = Receiver()
    settings.MOKSORI_ALLOW_PRIVATE = ["127.0.0.1"]
    with serving(found) as server:
        found.server = server
        yield found


def made(team: Team, receiver: Receiver, **wishes: Any) -> tuple[Hook, str]:
    given = {"name": "CRM", "url": receiver.server.url("/in"), **wishes}
    return writes.add_hook(HookWishes(**given), unit=team.ours, by=team.ada)


def told(*rows: Feedback) -> None:
    outbox.put("feedback", {"ids": [row.pk for row in rows]})
    telling.spread()
    work()


def work() -> None:
    for hook_id in telling.due_hooks():
        telling.deliver(hook_id)


def due_now() -> None:
    HookMessage.objects.update(next_try_at=timezone.now())


def test_a_message_is_signed_as_standard_webhooks_say(
    team: Team, receiver: Receiver
) -> None:
    _hook, secret = made(team, receiver)
    told(make_feedback("늦어요", unit=team.ours, score=2))

    heard = receiver.server.heard[0]
    signed = (
        f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode()
    )
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, signed + heard.body, hashlib.sha256).digest()
    assert (
        heard.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    )
    assert receiver.bodies[0]["type"] == "feedback.stored"
    assert receiver.bodies[0]["data"]["feedback"][0]["score"] == 2
    assert "text" not in receiver.bodies[0]["data"]["feedback"][0]
    assert HookMessage.objects.get().state == "delivered"


def test_the_example_of_the_standard_is_signed_alike() -> None:
    """The values that the specification's libraries are tested with."""
    found = signing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("late", "change", "good"),
    [(0, b"", True), (299, b"", True), (301, b"", False), (-301, b"", False),
     (0, b"!", False)],
)  # fmt: skip
def test_forged_and_old_signatures_are_refused(
    late: int, change: bytes, good: bool
) -> None:
    secret, at = signing.new_secret(), datetime(2026, 3, 1, tzinfo=UTC)
    given = signing.headers([secret], message_id="m", at=int(at.timestamp()), body=b"x")

    now = at + timedelta(seconds=late)
    assert signing.is_signed(secret, given, b"x" + change, now=now) is good
    other = signing.new_secret()
    assert not signing.is_signed(other, given, b"x", now=at)
    both = signing.headers(
        [other, secret], message_id="m", at=int(at.timestamp()), body=b"x"
    )
    assert signing.is_signed(secret, both, b"x", now=at)


def test_texts_are_told_to_who_asked_for_them(team: Team, receiver: Receiver) -> None:
    made(team, receiver, has_texts=True)
    told(make_feedback("배송이 늦어요", unit=team.ours))

    assert receiver.bodies[0]["data"]["feedback"][0]["text"] == "배송이 늦어요"


def test_a_hook_tells_what_its_member_may_see_now(
    team: Team, receiver: Receiver
) -> None:
    made(team, receiver)
    outside = make_feedback("딴 데", unit=team.theirs)
    told(outside)
    assert receiver.server.heard == []

    inside = make_feedback("여기", unit=team.ours)
    outbox.put("feedback", {"ids": [inside.pk]})
    telling.spread()
    Assignment.objects.filter(member=team.ada).delete()
    work()

    assert receiver.server.heard == []
    assert HookMessage.objects.get().state == "nothing"


def test_what_was_erased_before_it_was_told_is_not_told(
    team: Team, receiver: Receiver
) -> None:
    made(team, receiver, has_texts=True)
    row = make_feedback("지워 주세요", unit=team.ours)
    outbox.put("feedback", {"ids": [row.pk]})
    telling.spread()
    row.delete()
    work()

    assert receiver.server.heard == []


def test_conditions_narrow_down_what_is_told(team: Team, receiver: Receiver) -> None:
    made(team, receiver, filters={"score": "low"})
    low = make_feedback("나빠요", unit=team.ours, score=1)
    told(low, make_feedback("좋아요", unit=team.ours, score=9))

    assert [one["id"] for one in receiver.bodies[0]["data"]["feedback"]] == [low.pk]


def test_what_is_gone_is_told_to_who_sees_the_whole_unit(
    team: Team, receiver: Receiver
) -> None:
    made(team, receiver)
    kim = make_member("Kim", team.ours)
    people.give_role(kim, Role.ANALYST, unit=team.ours, regions=[team.seoul], by=None)
    narrow, _secret = writes.add_hook(
        HookWishes("Seoul", receiver.server.url()), unit=team.ours, by=kim
    )
    outbox.put("feedback", {"removed": [7], "unit": team.ours.pk})
    outbox.put("feedback", {"removed": [8], "unit": team.theirs.pk})
    outbox.put("feedback", {"removed": [9]})
    telling.spread()
    work()

    assert [one["data"]["ids"] for one in receiver.bodies] == [[7]]
    assert not HookMessage.objects.filter(hook=narrow).exists()


def test_nobody_answering_is_tried_again_later_under_the_same_id(
    team: Team, receiver: Receiver
) -> None:
    made(team, receiver)
    receiver.says = Said(500, b"<script>no</script>")
    told(make_feedback("늦어요", unit=team.ours))

    message = HookMessage.objects.get()
    assert (message.state, message.tries) == ("waiting", 1)
    assert message.next_try_at > timezone.now()
    assert HookTry.objects.get().answer == "<script>no</script>"
    work()
    assert len(receiver.server.heard) == 1
    receiver.says = Said(200)
    due_now()
    work()

    ids = {heard.headers["webhook-id"] for heard in receiver.server.heard}
    assert len(receiver.server.heard) == 2
    assert len(ids) == 1
    assert HookMessage.objects.get().state == "delivered"


def test_a_receiver_that_asks_for_time_gets_it(team: Team, receiver: Receiver) -> None:
    made(team, receiver)
    receiver.says = Said(429, headers={"Retry-After": "3600"})
    told(make_feedback("늦어요", unit=team.ours))

    wait = HookMessage.objects.get().next_try_at - timezone.now()
    assert timedelta(minutes=59) < wait <= timedelta(hours=1)


def test_after_the_last_try_a_message_is_given_up_and_can_be_told_again(
    team: Team, receiver: Receiver
) -> None:
    hook, _secret = made(team, receiver)
    receiver.says = Said(503)
    told(make_feedback("늦어요", unit=team.ours))
    HookMessage.objects.update(tries=len(telling.WAITS))
    due_now()
    work()
    assert HookMessage.objects.get().state == "gave_up"

    receiver.says = Said(200)
    assert writes.tell_all_again(hook, by=team.ada) == 1
    work()
    assert HookMessage.objects.get().state == "delivered"


def test_a_redirect_is_not_followed(team: Team, receiver: Receiver) -> None:
    made(team, receiver)
    receiver.says = Said(302, headers={"Location": receiver.server.url("/else")})
    told(make_feedback("늦어요", unit=team.ours))

    assert [heard.path for heard in receiver.server.heard] == ["/in"]
    assert HookMessage.objects.get().state == "waiting"


def test_a_dead_receiver_is_left_alone_after_days_and_somebody_is_asked(
    team: Team, receiver: Receiver, settings: Any
) -> None:
    settings.MOKSORI_MAIL_IS_SENT = True
    hook, _secret = made(team, receiver)
    receiver.says = Said(500)
    Hook.objects.update(failing_since=timezone.now() - timedelta(days=6))
    told(make_feedback("늦어요", unit=team.ours))

    hook.refresh_from_db()
    assert hook.stopped == "failing"
    assert [one.to for one in mail.outbox] == [[team.ada.email]]
    item = ReviewItem.objects.get(kind="hook")
    decide(item, "on", by=team.ada)
    receiver.says = Said(200)
    work()
    assert HookMessage.objects.get().state == "delivered"


def test_a_receiver_that_is_gone_for_good_is_told_nothing_more(
    team: Team, receiver: Receiver
) -> None:
    hook, _secret = made(team, receiver)
    receiver.says = Said(410)
    told(make_feedback("늦어요", unit=team.ours))
    told(make_feedback("또 늦어요", unit=team.ours))

    hook.refresh_from_db()
    assert hook.stopped == "gone"
    assert len(receiver.server.heard) == 1


def test_both_secrets_sign_while_a_receiver_changes_over(
    team: Team, receiver: Receiver
) -> None:
    hook, old = made(team, receiver)
    new = writes.renew_secret(hook, by=team.ada)
    told(make_feedback("늦어요", unit=team.ours))

    heard = receiver.server.heard[0]
    for secret in (old, new):
        assert signing.is_signed(secret, heard.headers, heard.body, now=timezone.now())
    assert old not in hook.secret + hook.old_secret


def test_a_hook_that_one_worker_serves_no_other_does(
    team: Team, receiver: Receiver
) -> None:
    hook, _secret = made(team, receiver)
    Hook.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    told(make_feedback("늦어요", unit=team.ours))
    assert receiver.server.heard == []

    Hook.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    telling.deliver(hook.pk)
    assert len(receiver.server.heard) == 1


def test_the_same_notes_are_spread_once(team: Team, receiver: Receiver) -> None:
    made(team, receiver)
    rows = [make_feedback(f"늦어요 {n}", unit=team.ours) for n in range(3)]
    told(*rows)
    telling.spread()

    assert HookMessage.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "file:///etc/passwd", "https://a@127.0.0.1/", "ftp://x.kr",
     "https://127.0.0.1:22/", "", "x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_when_it_is_entered(
    team: Team, url: str
) -> None:
    with pytest.raises(UserError) as found:
        writes.add_hook(HookWishes("CRM", url), unit=team.ours, by=team.ada)

    assert found.value.field == "url"
    assert not Hook.objects.exists()


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://169.254.169.254/x"])
def test_a_private_address_is_refused_when_the_message_leaves(
    team: Team, url: str
) -> None:
    writes.add_hook(HookWishes("CRM", url), unit=team.ours, by=team.ada)
    told(make_feedback("늦어요", unit=team.ours))

    attempt = HookTry.objects.get()
    assert attempt.status is None
    assert "MOKSORI_ALLOW_PRIVATE" in attempt.why


def test_who_may_not_read_or_import_makes_no_hook(team: Team) -> None:
    for member in (team.vic, team.sol, team.max, team.eve):
        with pytest.raises(NotAllowed):
            writes.add_hook(
                HookWishes("CRM", "https://example.com/"), unit=team.ours, by=member
            )


def test_old_messages_are_forgotten(team: Team, receiver: Receiver) -> None:
    made(team, receiver)
    told(make_feedback("늦어요", unit=team.ours))
    HookMessage.objects.update(created_at=timezone.now() - timedelta(days=31))

    assert telling.forget_messages() > 0
    assert not HookMessage.objects.exists()
    assert make_source(team.ours)


def test_a_secret_of_any_letters_signs() -> None:
    now = timezone.now()
    at = int(now.timestamp())
    given = signing.headers(["우리끼리"], message_id="m1", at=at, body=b"{}")
    assert signing.is_signed("우리끼리", given, b"{}", now=now)
    assert not signing.is_signed("남의 것", given, b"{}", now=now)
