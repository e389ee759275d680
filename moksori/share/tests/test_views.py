"""The pages of the step share, through the door."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.share import writes
from moksori.share.models import Edition, Mail, Remit, Subscription
from moksori.share.tests.test_reach import staff
from moksori.share.tests.world import World


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def edition(team: Team, world: World) -> Edition:
    return writes.compose_edition(team.vic, by=None)


def test_showing_an_edition_to_its_reader_counts_as_opened(
    team: Team, edition: Edition
) -> None:
    answer = signed_in(team.vic).get("/share/")

    assert answer.status_code == 200
    assert "포장 파손" in answer.content.decode()
    assert set(edition.reached.values_list("kind", flat=True)) == {"opened"}


def test_an_edition_speaks_its_own_language_on_a_page_in_another(
    team: Team, edition: Edition
) -> None:
    team.vic.language = "en"
    team.vic.save()
    client = signed_in(team.vic)

    page = client.get("/share/").content.decode()
    mark = f"/share/editions/{edition.pk}/mark"
    fragment = client.post(mark, {"kind": "read"}, headers={"HX-Request": "true"})

    assert '<html lang="en"' in page
    assert '<article class="edition" lang="ko">' in page
    assert '<div class="answers" id="answers" lang="ko">' in page
    assert "도움이 됐어요" in page
    assert "This helped" not in page
    assert "도움이 됐어요" in fragment.content.decode()


def test_each_share_of_reach_says_of_whom_it_is(team: Team) -> None:
    page = signed_in(team.lea).get("/share/reach").content.decode()

    assert "구성원 4명 중 4명이 소식을 받지 못했습니다" in page
    assert "구성원 4명 중 0명" not in page  # too few to count: in no sum
    staff(team.ours, 2)
    page = signed_in(team.lea).get("/share/reach").content.decode()
    assert "구성원 6명 중 0명" in page
    assert "5명 이상 받으면 보입니다" in page
    assert "세지 않" in page


def test_a_head_request_is_no_opening(team: Team, edition: Edition) -> None:
    signed_in(team.vic).head(f"/share/editions/{edition.pk}/")

    assert not edition.reached.exists()


def test_without_an_edition_the_page_offers_the_next_step(
    team: Team, world: World
) -> None:
    page = signed_in(team.vic).get("/share/").content.decode()

    assert "/share/remit" in page


def test_whoever_may_read_nothing_is_told_what_to_ask_for(team: Team) -> None:
    page = signed_in(team.max).get("/share/").content.decode()

    assert "역할을 관리자에게 요청" in page
    assert "/share/compose" not in page


def test_somebody_elses_edition_is_not_found(team: Team, edition: Edition) -> None:
    for member in (team.lea, team.eve, team.max, team.sol):
        client = signed_in(member)
        assert client.get(f"/share/editions/{edition.pk}/").status_code == 404
        mark = client.post(f"/share/editions/{edition.pk}/mark", {"kind": "useful"})
        assert mark.status_code == 404
    assert not edition.reached.exists()


def test_answers_work_with_and_without_javascript(team: Team, edition: Edition) -> None:
    client, path = signed_in(team.vic), f"/share/editions/{edition.pk}/mark"

    plain = client.post(path, {"kind": "useful"})
    fragment = client.post(path, {"kind": "done"}, headers={"HX-Request": "true"})
    client.post(path, {"kind": "useful", "undo": "1"})

    assert plain.status_code == 302
    assert 'aria-pressed="true"' in fragment.content.decode()
    kinds = set(edition.reached.values_list("kind", flat=True))
    assert kinds == {"opened", "read", "done"}
    assert client.post(path, {"kind": "nonsense"}).status_code == 404


def test_the_letter_is_shown_in_a_document_that_can_do_nothing(
    team: Team, edition: Edition, settings: Any
) -> None:
    settings.MOKSORI_DEMO = True
    mail = writes.post(edition)
    client = signed_in(team.vic)

    page = client.get(f"/share/outbox/{mail.pk}/")
    letter = client.get(f"/share/outbox/{mail.pk}/letter")

    assert "frame-src 'self'" in page["Content-Security-Policy"]
    policy = letter["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert letter["X-Frame-Options"] == "SAMEORIGIN"
    assert letter.content.decode() == mail.html


def test_in_the_demo_the_outbox_is_everybodys_mailbox_but_the_outsiders(
    team: Team, edition: Edition, settings: Any
) -> None:
    settings.MOKSORI_DEMO = True
    mail = writes.post(edition)
    letter = f"/share/outbox/{mail.pk}/letter"

    for member in (team.vic, team.lea, team.sol):
        assert signed_in(member).get(letter).status_code == 200
    assert signed_in(team.eve).get(letter).status_code == 404
    assert signed_in(team.eve).get(f"/share/outbox/{mail.pk}/").status_code == 404


def test_an_administrator_sees_how_far_a_letter_got_but_not_its_words(
    team: Team, edition: Edition
) -> None:
    mail = writes.post(edition)
    client = signed_in(team.max)

    page = client.get(f"/share/outbox/{mail.pk}/")

    assert page.status_code == 200
    assert "vic@example.com" in page.content.decode()
    assert "상자가" not in page.content.decode()
    assert client.get(f"/share/outbox/{mail.pk}/letter").status_code == 404
    assert signed_in(team.lea).get(f"/share/outbox/{mail.pk}/").status_code == 404
    assert Mail.objects.count() == 1


def test_a_remit_is_written_in_a_form(team: Team) -> None:
    client = signed_in(team.vic)

    empty = client.post("/share/remit", {"for_whom": " "})
    foreign = client.post(
        "/share/remit", {"for_whom": "고객", "products": [team.other_product.pk]}
    )
    huge = client.post("/share/remit", {"for_whom": "고객", "products": [10**30]})
    fine = client.post(
        "/share/remit", {"for_whom": "고객", "products": [team.product.pk]}
    )

    wrong = [page.status_code for page in (empty, foreign, huge)]
    assert (wrong, fine.status_code) == ([422] * 3, 302)
    assert Remit.objects.get().for_whom == "고객"
    assert client.get("/share/remit").status_code == 200


def test_the_schedule_is_chosen_in_a_form(team: Team) -> None:
    client = signed_in(team.vic)
    wishes = {"weekday": 4, "hour": 17, "channel": "page", "language": "en"}

    wrong = client.post("/share/remit/schedule", wishes | {"hour": 99})
    fine = client.post("/share/remit/schedule", wishes)

    assert (wrong.status_code, fine.status_code) == (422, 302)
    assert Subscription.objects.get().weekday == 4


def test_reach_is_for_those_who_share(team: Team) -> None:
    assert signed_in(team.lea).get("/share/reach?days=84").status_code == 200
    assert signed_in(team.vic).get("/share/reach").status_code == 403
    start = f"/share/reach/{team.ours.pk}/start"
    assert signed_in(team.vic).post(start).status_code == 403
    assert signed_in(team.eve).post(start).status_code == 404
    assert signed_in(team.lea).post(start).status_code == 302


@pytest.mark.parametrize(
    "path", ["/share/reach?days=²", "/share/reach?days=9999999999", "/share/reach"]
)
def test_a_period_that_makes_no_sense_is_the_usual_one(team: Team, path: str) -> None:
    assert signed_in(team.lea).get(path).status_code == 200


def test_odd_page_numbers_do_no_harm(team: Team) -> None:
    client = signed_in(team.vic)
    for before in ("²", "-1", "9" * 40, "x"):
        assert client.get(f"/share/editions/?before={before}").status_code == 200
        assert client.get(f"/share/outbox/?before={before}").status_code == 200


def test_the_api_tells_the_same(team: Team, edition: Edition) -> None:
    client = signed_in(team.vic)

    latest = client.get("/api/v1/share/editions/latest").json()
    marked = client.post(
        f"/api/v1/share/editions/{edition.pk}/mark",
        json.dumps({"kind": "useful"}),
        content_type="application/json",
    ).json()
    taken = client.delete(f"/api/v1/share/editions/{edition.pk}/mark/useful").json()

    assert latest["parts"][0]["blocks"][0]["title"] == "포장 파손"
    assert latest["marks"] == []
    assert marked["marks"] == ["opened", "read", "useful"]
    assert taken["marks"] == ["opened", "read"]
    assert client.get("/api/v1/share/editions").json()[0]["id"] == edition.pk
    assert client.post("/api/v1/share/editions").status_code == 201


def test_the_api_keeps_outsiders_out(team: Team, edition: Edition) -> None:
    path = f"/api/v1/share/editions/{edition.pk}"

    assert signed_in(team.lea).get(path).status_code == 404
    assert Client().get(path).status_code == 401
    assert signed_in(team.vic).get("/api/v1/share/reach").status_code == 403
    assert (
        signed_in(team.vic).get(f"/api/v1/share/editions/{10**30}").status_code == 404
    )


def test_the_api_writes_a_remit_and_a_schedule(team: Team) -> None:
    client = signed_in(team.vic)

    def put(path: str, facts: dict[str, Any]) -> Any:
        return client.put(
            f"/api/v1/share/{path}", json.dumps(facts), content_type="application/json"
        )

    saved = put("remit", {"for_whom": "고객", "units": [team.team.pk]})
    refused = put("remit", {"for_whom": "고객", "units": [team.theirs.pk]})
    schedule = put("schedule", {"weekday": 9})

    assert saved.json()["units"] == [{"id": team.team.pk, "name": "영화팀"}]
    assert refused.status_code == 400
    assert refused.json()["error"]["field"] == "units"
    assert schedule.status_code == 400
    assert client.get("/api/v1/share/remit").json()["is_own"]


def test_reach_over_the_api_carries_n_and_interval(team: Team) -> None:
    page = signed_in(team.sol).get("/api/v1/share/reach").json()

    assert page["left_out"] + page["total"]["members"] == Member.objects.count()
    assert page["blind"]
