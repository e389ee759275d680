"""Webhooks in: whatever is answered with 2xx is stored once, or waits for a person."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from moksori.base.errors import NotAllowed, UserError
from moksori.base.jobs.worker import drain
from moksori.base.testing.makers import Team
from moksori.collect.models import Delivery, Feedback, Inlet, Rate, ReviewItem
from moksori.collect.out import signing
from moksori.collect.sources.webhook import shape
from moksori.collect.sources.webhook.tests.test_shape import REVIEW
from moksori.collect.writes import inlets as writes
from moksori.collect.writes.deliveries import AT_ONCE, read_more
from moksori.collect.writes.review import decide, take_back

BODY = json.dumps(REVIEW, ensure_ascii=False).encode()


def made(team: Team) -> tuple[Inlet, str]:
    return writes.add_inlet("Store", unit=team.ours, channel="review", by=team.ada)


def mapped(team: Team) -> tuple[Inlet, str]:
    inlet, token = made(team)
    writes.keep_example(inlet, BODY.decode(), by=team.ada)
    mapping = shape.suggested(inlet.example, inlet.list_at)
    writes.set_mapping(inlet, mapping, list_at=inlet.list_at, by=team.ada)
    return inlet, token


def post(token: str, body: bytes = BODY, **headers: str) -> Any:
    return Client().post(
        f"/in/{token}/", body, content_type="application/json", headers=headers
    )


def test_what_is_posted_becomes_feedback_once(team: Team) -> None:
    _inlet, token = mapped(team)

    first, again = post(token), post(token)

    assert (first.status_code, first.json()["added"]) == (200, 1)
    assert (again.status_code, again.json()["unchanged"]) == (200, 1)
    row = Feedback.objects.get()
    assert row.text.startswith("배송이 너무 늦어요")
    assert (row.external_id, row.channel, row.product.name) == (  # type: ignore[union-attr]
        "rv-81", "review", "필름 A",
    )  # fmt: skip
    assert Inlet.objects.get().deliveries == 2


def test_an_edited_review_is_a_revision(team: Team) -> None:
    _inlet, token = mapped(team)
    post(token)
    edited = BODY.replace("너무".encode(), "정말".encode())

    assert post(token, edited).json()["revised"] == 1
    assert Feedback.objects.get().revision == 2


def test_what_comes_before_anybody_said_what_it_means_waits(team: Team) -> None:
    inlet, token = made(team)

    answer = post(token)

    assert (answer.status_code, answer.json()["kept"]) == (202, 1)
    assert post(token).json()["kept"] == 1
    assert Delivery.objects.count() == 1
    assert ReviewItem.objects.get().kind == "inlet"
    writes.learn_from_delivery(inlet, by=team.ada)
    mapping = shape.suggested(inlet.example, inlet.list_at)
    taken = writes.set_mapping(inlet, mapping, list_at=inlet.list_at, by=team.ada)
    assert taken.added == 1
    assert not Delivery.objects.exists()
    assert not ReviewItem.objects.filter(state="open").exists()


def test_of_a_list_the_good_are_stored_and_the_bad_wait(team: Team) -> None:
    _inlet, token = mapped(team)
    bad = json.loads(BODY)
    bad["review"] |= {"created_at": "bald", "id": "rv-82"}

    answer = post(token, json.dumps([REVIEW, bad]).encode())

    assert (answer.json()["added"], answer.json()["kept"]) == (1, 1)
    assert Delivery.objects.get().body[0]["review"]["id"] == "rv-82"
    assert "bald" in Delivery.objects.get().why


def test_what_waits_is_read_again_or_left_out(team: Team) -> None:
    inlet, token = mapped(team)
    broken = BODY.replace(b"2026-03-01T10:00:00+09:00", b"bald")
    post(token, broken)
    item = ReviewItem.objects.get(state="open")

    decide(item, "again", by=team.ada)

    assert Delivery.objects.count() == 1
    following = ReviewItem.objects.get(state="open")
    assert following.pk != item.pk
    decide(following, "drop", by=team.ada)
    assert not inlet.kept.filter(dropped_at=None).exists()
    take_back(ReviewItem.objects.get(pk=following.pk), by=team.ada)
    assert inlet.kept.filter(dropped_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_thousand_that_waited_are_read_part_by_part(team: Team) -> None:
    inlet, token = made(team)
    count = 2 * AT_ONCE + 30
    for number in range(count):
        edited = json.loads(BODY)
        edited["review"]["id"] = f"rv-{number}"
        if number in (5, AT_ONCE + 5):
            edited["review"]["created_at"] = "bald"
        post(token, json.dumps(edited).encode())
    writes.keep_example(inlet, BODY.decode(), by=team.ada)
    mapping = shape.suggested(inlet.example, inlet.list_at)

    taken = writes.set_mapping(inlet, mapping, list_at=inlet.list_at, by=team.ada)

    assert (taken.added, taken.kept, taken.later) == (AT_ONCE - 1, 1, AT_ONCE + 30)
    newest = inlet.kept.latest("id").pk
    first = inlet.kept.earliest("id").pk
    part = read_more(inlet.pk, first - 1, newest)  # a worker that is killed after it
    assert part
    assert drain()
    assert Feedback.objects.count() == count - 2
    assert inlet.kept.count() == 2
    assert ReviewItem.objects.filter(state="open").count() == 1


def test_whoever_guesses_addresses_is_counted_once(team: Team) -> None:
    inlet, token = mapped(team)
    Rate.objects.all().delete()

    answers = {post(f"guess-{number}").status_code for number in range(5)}
    post(token)
    writes.open_or_close(inlet, is_open=False, by=team.ada)
    post(token)

    assert answers == {404}
    rows = Rate.objects.values_list("key", "count")
    assert {key[:7]: count for key, count in rows if "none" in key} == {"in-none": 6}
    assert len(rows) == 2


def test_personal_numbers_are_kept_nowhere(team: Team) -> None:
    inlet, token = made(team)
    secret = "900101-1234568"
    body = json.dumps({"t": f"제 번호는 {secret}, 010-1234-5678이에요"}).encode()
    post(token, body)
    writes.learn_from_delivery(inlet, by=team.ada)

    stored = json.dumps(
        [Delivery.objects.get().body, Inlet.objects.get().example], ensure_ascii=False
    )
    assert secret not in stored
    assert "010-1234-5678" not in json.dumps(Inlet.objects.get().example)


def test_an_unknown_and_a_closed_address_are_the_same(team: Team) -> None:
    inlet, token = mapped(team)
    writes.open_or_close(inlet, is_open=False, by=team.ada)

    for tried in (token, "x" * 32):
        answer = post(tried)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"
    assert Client().get(f"/in/{token}/").status_code == 405


def test_a_renewed_address_ends_the_old_one(team: Team) -> None:
    inlet, old = mapped(team)
    new = writes.renew_address(inlet, by=team.ada)

    assert post(old).status_code == 404
    assert post(new).status_code == 200
    assert new not in str(Inlet.objects.values().get())


def by_standard(secret: str, body: bytes) -> dict[str, str]:
    at = int(timezone.now().timestamp())
    return signing.headers([secret], message_id="m1", at=at, body=body)


def by_hmac(secret: str, body: bytes) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


@pytest.mark.parametrize(
    ("kind", "sign"), [("standard", by_standard), ("hmac", by_hmac)]
)
def test_a_forged_signature_is_refused(
    team: Team, kind: str, sign: Callable[[str, bytes], dict[str, str]]
) -> None:
    inlet, token = mapped(team)
    secret = signing.new_secret()
    writes.set_signature(
        inlet, kind, secret=secret, header="X-Hub-Signature-256", by=team.ada
    )

    assert post(token).status_code == 403
    assert post(token, **sign("whsec_AAAA", BODY)).status_code == 403
    assert post(token, BODY + b" ", **sign(secret, BODY)).status_code == 403
    assert not Feedback.objects.exists()
    assert post(token, **sign(secret, BODY)).status_code == 200
    assert secret not in str(Inlet.objects.values().get())


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"<xml/>", 400), (b"[" * 50_000, 400),
     (b"{}" + b" " * 1_000_001, 413), (b'{"a": 1e999}', 400),
     ("\u202e{}".encode(), 400), (b"[]", 202), (b"{}", 202)],
)  # fmt: skip
def test_nonsense_is_told_and_never_breaks(
    team: Team, body: bytes, status: int
) -> None:
    _inlet, token = mapped(team)

    assert post(token, body).status_code == status


def test_a_form_may_be_posted_as_a_form(team: Team) -> None:
    inlet, token = made(team)
    writes.keep_example(inlet, '{"comment": "배송이 너무 늦어요 정말"}', by=team.ada)
    writes.set_mapping(inlet, shape.suggested(inlet.example, ""), by=team.ada)

    answer = Client().post(f"/in/{token}/", {"comment": "포장이 찢어져서 왔어요"})

    assert answer.json()["added"] == 1


def test_only_who_imports_here_makes_addresses(team: Team) -> None:
    for member in (team.vic, team.sol, team.eve):
        with pytest.raises(NotAllowed):
            writes.add_inlet("X", unit=team.ours, by=member)


def test_an_example_that_is_no_json_is_told_at_its_field(team: Team) -> None:
    inlet, _token = made(team)

    with pytest.raises(UserError) as found:
        writes.keep_example(inlet, "{oops", by=team.ada)

    assert found.value.field == "example"


@pytest.mark.django_db(transaction=True)
def test_ten_deliveries_at_once_are_one_feedback(team: Team) -> None:
    _inlet, token = mapped(team)

    def deliver(_n: int) -> int:
        try:
            return int(post(token).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(deliver, range(10)))

    assert set(answers) == {200}
    assert Feedback.objects.count() == 1
    assert Feedback.objects.get().revision == 1
