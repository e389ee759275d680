"""KakaoWork and NAVER WORKS, as servers that check the payload see them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.core.cache import cache

from moksori.base.errors import UserError
from moksori.base.testing.makers import Team
from moksori.share import writes
from moksori.share.channels.naverworks import tokens
from moksori.share.models import Carrier, Delivery, Way
from moksori.share.tests.messengers import (
    Messenger,
    kakaowork,
    messenger,
    naverworks,
)
from moksori.share.tests.test_channels import awake, edition_of, sent  # noqa: F401

State = Delivery.State
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
).decode()


@pytest.fixture
def at_kakao(settings: Any) -> Iterator[Messenger]:
    with messenger(kakaowork, settings) as found:
        yield found
        assert found.problems == []


@pytest.fixture
def at_naver(settings: Any) -> Iterator[Messenger]:
    cache.clear()
    with messenger(naverworks, settings) as found:
        yield found
        assert found.problems == []


def with_kakao(team: Team, at: Messenger, key: str = "good") -> Carrier:
    given = {"key": key, "api": at.server.url("")}
    row = writes.add_carrier("kakaowork", "봇", given, unit=team.ours, by=team.max)
    writes.choose_way(team.vic, "kakaowork", {}, carrier_id=row.pk, by=team.vic)
    return row


def naver_fields(at: Messenger, secret: str = "good") -> dict[str, str]:  # noqa: S107
    return {
        "bot": "2000001",
        "client": "cl",
        "client_secret": secret,
        "account": "a.serviceaccount@example.com",
        "private_key": PEM,
        "api": at.server.url(""),
        "auth": at.server.url(""),
    }


def with_naver(team: Team, at: Messenger, secret: str = "good") -> Carrier:  # noqa: S107
    given = naver_fields(at, secret)
    row = writes.add_carrier("naverworks", "봇", given, unit=team.ours, by=team.max)
    writes.choose_way(team.vic, "naverworks", {}, carrier_id=row.pk, by=team.vic)
    return row


def test_kakaowork_gets_a_bubble_of_letters(team: Team, at_kakao: Messenger) -> None:
    with_kakao(team, at_kakao)

    delivery = sent(edition_of(team.vic, lines=40))

    assert (delivery.state, delivery.remote_id) == (State.SENT, "77")
    (body,) = at_kakao.bodies
    assert body["email"] == "vic@example.com"
    assert body["blocks"][-1]["type"] == "button"


def test_kakaowork_without_this_member_stops_the_way(
    team: Team, at_kakao: Messenger
) -> None:
    row = with_kakao(team, at_kakao)
    given = {"email": "left@example.com"}
    writes.choose_way(team.vic, "kakaowork", given, carrier_id=row.pk, by=team.vic)

    assert sent(edition_of(team.vic)).state == State.FAILED

    assert Way.objects.get().stopped
    row.refresh_from_db()
    assert row.is_on  # others get theirs


def test_kakaowork_with_an_old_key_waits_for_a_new_one(
    team: Team, at_kakao: Messenger
) -> None:
    row = with_kakao(team, at_kakao, "old")
    delivery = sent(edition_of(team.vic))
    row.refresh_from_db()
    assert (delivery.state, row.stopped) == (State.WAITING, "secret")

    given = {"key": "good", "api": at_kakao.server.url("")}
    writes.change_carrier(row, "봇", given, by=team.max)

    assert writes.send_delivery(delivery.pk) == State.SENT


def test_naver_works_gets_a_flexible_message_with_one_token_for_many(
    team: Team, at_naver: Messenger
) -> None:
    with_naver(team, at_naver)

    assert sent(edition_of(team.vic, lines=90)).state == State.SENT
    assert sent(edition_of(team.vic)).state == State.SENT

    asked = [h for h in at_naver.server.heard if h.path.endswith("/token")]
    assert len(asked) == 1
    assert "vic%40example.com" in at_naver.server.heard[1].path


def test_naver_works_with_a_wrong_secret_stops_the_carrier(
    team: Team, at_naver: Messenger
) -> None:
    row = with_naver(team, at_naver, "old")
    assert sent(edition_of(team.vic)).state == State.WAITING
    row.refresh_from_db()
    assert row.stopped == "secret"


def test_the_statement_of_a_service_account_is_signed_rs256() -> None:
    made = tokens.statement("cl", "acc", PEM, now=1_700_000_000)

    head, said, signature = made.split(".")
    pad = "=" * 2
    decoded = json.loads(urlsafe_b64decode(said + pad))
    assert decoded == {
        "iss": "cl",
        "sub": "acc",
        "iat": 1_700_000_000,
        "exp": 1_700_003_600,
    }
    KEY.public_key().verify(
        urlsafe_b64decode(signature + pad),
        f"{head}.{said}".encode(),
        padding.PKCS1v15(),
        hashes.SHA256(),
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("bot", "abc"), ("private_key", "nonsense"), ("api", "https://evil.example")],
)
def test_what_cannot_work_is_said_at_its_field(
    team: Team, at_naver: Messenger, field: str, value: str
) -> None:
    given = {**naver_fields(at_naver), field: value}
    with pytest.raises(UserError) as error:
        writes.add_carrier("naverworks", "봇", given, unit=team.ours, by=team.max)
    assert error.value.field == field
