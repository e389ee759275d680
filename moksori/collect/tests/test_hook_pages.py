"""The pages of webhooks, exports and saved searches."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.collect.models import Export, Hook, Inlet, SavedSearch
from moksori.collect.sources.webhook.tests.test_shape import REVIEW
from moksori.collect.tests.makers import make_feedback
from moksori.collect.writes.hooks import HookWishes, add_hook
from moksori.collect.writes.inlets import add_inlet, keep_example


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def hook_form(team: Team, **fields: Any) -> dict[str, Any]:
    return {
        "name": "CRM",
        "unit": team.ours.pk,
        "url": "https://example.com/in",
        "topics": ["feedback.stored"],
        **fields,
    }


def test_a_hook_is_made_and_its_secret_shown_once(team: Team) -> None:
    client = signed_in(team.ada)

    made = client.post(reverse("collect:hook_new"), hook_form(team))

    hook = Hook.objects.get()
    assert "whsec_" in made.content.decode()
    assert "하루 더" not in made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    page = client.get(reverse("collect:hook", args=[hook.pk]))
    assert "whsec_" not in page.content.decode()
    assert client.get(reverse("collect:hooks")).status_code == 200
    renewed = client.post(reverse("collect:hook_deed", args=[hook.pk, "renew"]))
    assert "하루 더" in renewed.content.decode()


def test_what_is_wrong_with_an_address_stands_at_its_field(team: Team) -> None:
    answer = signed_in(team.ada).post(
        reverse("collect:hook_new"), hook_form(team, url="http://example.com/")
    )

    assert answer.status_code == 422
    assert "url" in answer.context["form"].errors


@pytest.mark.parametrize("name", ["test", "off", "on", "again", "renew", "remove"])
def test_every_button_of_a_hook_works(team: Team, name: str) -> None:
    hook, _secret = add_hook(
        HookWishes("CRM", "https://example.com/"), unit=team.ours, by=team.ada
    )

    answer = signed_in(team.ada).post(
        reverse("collect:hook_deed", args=[hook.pk, name]), follow=True
    )

    assert answer.status_code == 200
    assert Hook.objects.exists() is (name != "remove")


def test_a_message_is_read_and_told_again(team: Team) -> None:
    hook, _secret = add_hook(
        HookWishes("CRM", "https://example.com/"), unit=team.ours, by=team.ada
    )
    client = signed_in(team.ada)
    client.post(reverse("collect:hook_deed", args=[hook.pk, "test"]))
    address = reverse("collect:hook_message", args=[hook.messages.get().pk])

    assert "시험 알림" in client.get(address).content.decode()
    assert client.post(address, follow=True).status_code == 200


def test_an_address_is_made_and_mapped_by_an_example(team: Team) -> None:
    client = signed_in(team.ada)
    made = client.post(
        reverse("collect:inlet_new"),
        {"name": "Shop", "unit": team.ours.pk, "channel": "review"},
    )
    inlet = Inlet.objects.get()
    assert "/in/" in made.content.decode()

    text = json.dumps(REVIEW, ensure_ascii=False)
    client.post(reverse("collect:inlet_example", args=[inlet.pk]), {"example": text})
    page = client.get(reverse("collect:inlet", args=[inlet.pk]))
    form = page.context["mapping_form"]
    given = {name: form[name].value() or "" for name in form.fields}
    saved = client.post(reverse("collect:inlet_mapping", args=[inlet.pk]), given)

    assert saved.status_code == 302
    inlet.refresh_from_db()
    assert inlet.mapping["texts"] == ["review.comment.text"]


def test_an_example_that_is_no_json_is_told(team: Team) -> None:
    inlet, _token = add_inlet("Shop", unit=team.ours, by=team.ada)

    answer = signed_in(team.ada).post(
        reverse("collect:inlet_example", args=[inlet.pk]), {"example": "{oops"}
    )

    assert answer.status_code == 422
    assert "JSON" in answer.content.decode()


def test_every_button_of_an_address_works(team: Team) -> None:
    inlet, _token = add_inlet("Shop", unit=team.ours, by=team.ada)
    keep_example(inlet, json.dumps(REVIEW), by=team.ada)
    client = signed_in(team.ada)

    for name in ("close", "open", "renew", "remove"):
        answer = client.post(
            reverse("collect:inlet_deed", args=[inlet.pk, name]), follow=True
        )
        assert answer.status_code == 200
    assert not Inlet.objects.exists()


def test_a_signature_needs_its_secret(team: Team) -> None:
    inlet, _token = add_inlet("Shop", unit=team.ours, by=team.ada)
    address = reverse("collect:inlet_signature", args=[inlet.pk])
    client = signed_in(team.ada)

    assert client.post(address, {"signature": "standard"}).status_code == 422
    given = {"signature": "standard", "secret": "whsec_AAAA"}
    assert client.post(address, given).status_code == 302


def test_the_list_is_taken_out_with_a_reason(team: Team) -> None:
    make_feedback("느려요", unit=team.ours, score=1)
    make_feedback("좋아요", unit=team.ours, score=9)
    client = signed_in(team.vic)
    address = f"{reverse('collect:export_new')}?score=low"

    assert client.get(address).status_code == 200
    assert client.post(address, {"form": "csv", "reason": ""}).status_code == 422
    answer = client.post(address, {"form": "csv", "reason": "고객 회의"})

    content = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "느려요" in content
    assert "좋아요" not in content
    assert "attachment" in answer.headers["Content-Disposition"]
    page = client.get(reverse("collect:exports")).content.decode()
    assert Export.objects.get().reason in page


def test_others_files_are_seen_by_who_checks_the_log_alone(team: Team) -> None:
    make_feedback("느려요", unit=team.ours)
    form = {"form": "csv", "reason": "고객 회의 자료"}
    taken = signed_in(team.vic).post(reverse("collect:export_new"), form)
    assert b"".join(taken.streaming_content)  # type: ignore[attr-defined]

    shown = {
        member.name: "고객 회의 자료"
        in signed_in(member).get(reverse("collect:exports")).content.decode()
        for member in (team.max, team.ada, team.eve)
    }
    assert shown == {"Max": True, "Ada": False, "Eve": False}


def test_a_search_is_saved_and_followed(team: Team) -> None:
    client = signed_in(team.vic)
    client.post(f"{reverse('collect:search_new')}?score=low", {"name": "느린 배송"})
    search = SavedSearch.objects.get()

    page = client.post(reverse("collect:search_deed", args=[search.pk, "feed"]))

    assert ".atom" in page.content.decode()
    assert "score=low" in page.content.decode()
    for name in ("close", "remove"):
        client.post(reverse("collect:search_deed", args=[search.pk, name]))
    assert not SavedSearch.objects.exists()


def test_a_program_has_itself_told(team: Team) -> None:
    client = signed_in(team.ada)
    body = {"name": "CRM", "url": "https://example.com/", "unit": team.ours.pk}

    made = client.post("/api/v1/collect/hooks", body, content_type="application/json")

    path = f"/api/v1/collect/hooks/{made.json()['id']}"
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert "secret" not in client.get(path).json()
    assert client.post(f"{path}/do/test").status_code == 200
    assert client.get(f"{path}/messages").json()["messages"][0]["topic"] == "test"
    assert client.post(f"{path}/do/off").json()["stopped"] == "member"
    assert client.delete(path).status_code == 204


def test_a_program_makes_an_address_and_maps_it(team: Team) -> None:
    client = signed_in(team.ada)
    kind = "application/json"
    body = {"name": "Shop", "unit": team.ours.pk, "channel": "review"}
    made = client.post("/api/v1/collect/inlets", body, content_type=kind).json()

    mapped = client.put(
        f"/api/v1/collect/inlets/{made['id']}/mapping",
        {"example": REVIEW},
        content_type=kind,
    )
    path = made["address"].split("/in/")[1]
    posted = Client().post(f"/in/{path}", REVIEW, content_type=kind)

    assert mapped.json()["mapping"]["texts"] == ["review.comment.text"]
    assert posted.json()["added"] == 1


def test_a_program_takes_out_a_file_and_follows_a_search(team: Team) -> None:
    make_feedback("느려요", unit=team.ours, score=1)
    client = signed_in(team.ada)
    kind = "application/json"
    body = {"reason": "밤마다 보내는 표", "filters": {"score": "low"}}

    answer = client.post("/api/v1/collect/exports", body, content_type=kind)
    refused = client.post("/api/v1/collect/exports", {"reason": ""}, content_type=kind)
    search = client.post(
        "/api/v1/collect/searches",
        {"name": "느린", "filters": {"score": "low"}},
        content_type=kind,
    ).json()
    feed = client.post(f"/api/v1/collect/searches/{search['id']}/feed").json()

    assert "느려요" in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert refused.status_code == 400
    assert client.get("/api/v1/collect/exports").json()[0]["rows"] == 1
    path = feed["json_feed"].split("/feeds/")[1]
    assert len(Client().get(f"/feeds/{path}").json()["items"]) == 1
