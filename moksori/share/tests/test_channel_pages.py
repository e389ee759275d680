"""Pages of channels and secret links, and what they answer to whom."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from moksori.base.errors import NotAllowed, NotFound, UserError
from moksori.base.testing.makers import Team
from moksori.share import writes
from moksori.share.models import Carrier, Outlet, Subscription, Way
from moksori.share.tests.test_channels import at_slack  # noqa: F401 - a fixture
from moksori.share.tests.world import World
from moksori.share.writes.outlets import open_outlet

WISHES = {
    "weekday": 2,
    "hour": 9,
    "depth": "short",
    "language": "en",
    "channel": "page",
    "quiet_from": 20,
    "quiet_until": 8,
    "may_nudge": "on",
}


def opened(team: Team, kind: str = "intranet", **given: str) -> tuple[Outlet, str]:
    given = {"language": "ko", **given}
    return open_outlet(kind, "우리 인트라넷", given, unit=team.team, by=team.lea)


def test_each_person_chooses_when_how_much_and_when_it_is_quiet(
    team: Team, client: Any
) -> None:
    client.force_login(team.vic)
    assert client.get("/share/channels/").status_code == 200

    assert client.post("/share/channels/", WISHES).status_code == 302

    kept = Subscription.objects.get(member=team.vic)
    assert (kept.weekday, kept.hour, kept.depth, kept.channel) == (
        2,
        9,
        "short",
        "page",
    )
    assert (kept.quiet_from, kept.quiet_until, kept.may_nudge) == (20, 8, True)


def test_an_hour_inside_of_quiet_hours_is_refused_in_words(
    team: Team, client: Any
) -> None:
    client.force_login(team.vic)

    page = client.post("/share/channels/", {**WISHES, "hour": 22})

    assert page.status_code == 422
    assert "방해" in page.text or "quiet" in page.text


def test_a_webhook_is_chosen_on_a_page_and_left_again(
    team: Team,
    client: Any,
    at_slack: Any,  # noqa: F811
) -> None:
    client.force_login(team.vic)
    url = at_slack.server.url("/services/x")
    assert client.get("/share/channels/slack/").status_code == 200

    bad = client.post("/share/channels/slack/", {"url": "https://evil.example/"})
    assert bad.status_code == 422
    assert client.post("/share/channels/slack/", {"url": url}).status_code == 302
    page = client.get("/share/channels/slack/").text
    assert url not in page  # a secret is never shown again

    assert client.post("/share/channels/slack/leave").status_code == 302
    assert not Way.objects.exists()


def test_a_preview_shows_the_next_edition_and_keeps_nothing(
    team: Team, world: World, client: Any
) -> None:
    client.force_login(team.vic)
    for kind in ("email", "slack", "teams"):
        page = client.get(f"/share/channels/{kind}/preview")
        assert page.status_code == 200
    assert "포장 파손" in client.get("/share/channels/teams/preview").text
    assert "포장 파손" in client.get("/share/preview/letter").text
    assert not team.vic.editions.exists()


def test_an_administrator_sets_a_messenger_up_and_others_find_nothing(
    team: Team,
    client: Any,
    at_slack: Any,  # noqa: F811
) -> None:
    given = {
        "name": "슬랙",
        "unit": team.ours.pk,
        "token": "xoxb-good",
        "api": at_slack.server.url("/api"),
    }
    client.force_login(team.lea)
    assert client.post("/share/carriers/new/slack/", given).status_code == 403
    client.force_login(team.max)
    assert client.post("/share/carriers/new/slack/", given).status_code == 302

    row = Carrier.objects.get()
    page = client.get(f"/share/carriers/{row.pk}/").text
    assert "xoxb-good" not in page
    assert client.post(f"/share/carriers/{row.pk}/off").status_code == 302
    client.force_login(team.eve)
    assert client.get(f"/share/carriers/{row.pk}/").status_code == 404


def test_the_intranet_page_needs_no_script_and_says_who_may_frame_it(
    team: Team, world: World, client: Any
) -> None:
    _row, token = opened(team, origins="https://intranet.example.com")

    page = client.get(f"/share/o/{token}.html")

    assert page.status_code == 200
    assert "<script" not in page.text
    policy = page["Content-Security-Policy"]
    assert "frame-ancestors https://intranet.example.com" in policy
    assert "script-src 'none'" in policy
    assert "X-Frame-Options" not in page
    assert "포장 파손" in page.text
    assert 'lang="ko"' in page.text


def test_without_sites_nobody_may_frame_it(
    team: Team, world: World, client: Any
) -> None:
    _row, token = opened(team)
    page = client.get(f"/share/o/{token}.html")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_feeds_hold_figures_with_n_interval_period_and_method(
    team: Team, world: World, client: Any
) -> None:
    _row, token = opened(team)

    rss = client.get(f"/share/o/{token}.rss")
    found = client.get(f"/share/o/{token}.json").json()

    root = ElementTree.fromstring(rss.content)  # noqa: S314 - our own
    assert root.find("channel/item") is not None
    keys = [one["key"] for one in found["_moksori"]["figures"]]
    assert keys == ["satisfaction", "loyalty", "engagement"]
    for one in found["_moksori"]["figures"]:
        if one["value"] is None:
            assert one["why_not"]
        else:
            assert one["low"] <= one["value"] <= one["high"]
            assert one["n"] >= 5
            assert one["method"]
            assert one["since"] < one["until"]
    assert any("포장 파손" in item["title"] for item in found["items"])


def test_the_card_is_oembed_and_keeps_to_the_size_asked_for(
    team: Team, world: World, client: Any
) -> None:
    _row, token = opened(team)

    found = client.get(f"/share/o/{token}.oembed?maxwidth=300&maxheight=9999").json()

    assert (found["version"], found["type"], found["width"]) == ("1.0", "rich", 300)
    assert found["height"] == 640
    assert f"/share/o/{token}.html" in found["html"]
    assert "<script" not in found["html"]


def test_a_revoked_or_renewed_link_is_found_by_nobody(
    team: Team, world: World, client: Any
) -> None:
    row, token = opened(team)
    fresh = writes.renew_outlet(row, by=team.lea)
    assert client.get(f"/share/o/{token}.json").status_code == 404
    assert client.get(f"/share/o/{fresh}.json").status_code == 200

    writes.revoke_outlet(row, by=team.max)

    assert client.get(f"/share/o/{fresh}.json").status_code == 404
    assert client.get("/share/o/nonsense.json").status_code == 404


def test_a_link_falls_silent_when_its_member_leaves(
    team: Team, world: World, client: Any
) -> None:
    _row, token = opened(team)
    team.lea.is_active = False
    team.lea.save()
    assert client.get(f"/share/o/{token}.json").status_code == 404


@pytest.mark.parametrize(
    "origin",
    [
        "intranet.example.com",
        "https://x.example/path",
        "https://x.example; script-src *",
        "javascript:alert(1)",
        "https://*",
        "https://x.example:99999",
    ],
)
def test_only_a_site_may_be_named(team: Team, origin: str) -> None:
    with pytest.raises(UserError):
        opened(team, origins=origin)


def test_only_who_may_share_there_opens_links(team: Team) -> None:
    for member in (team.vic, team.eve):
        with pytest.raises((NotAllowed, NotFound)):
            open_outlet("intranet", "x", {}, unit=team.team, by=member)


def test_the_link_is_shown_once(team: Team, client: Any) -> None:
    client.force_login(team.lea)
    given = {"name": "나", "unit": team.team.pk, "language": "ko", "origins": ""}

    page = client.post("/share/links/new/intranet/", given)

    row = Outlet.objects.get()
    assert page.status_code == 200
    assert f"/share/o/{row.start}" in page.text
    assert page["Cache-Control"] == "no-store"
    assert "/share/o/" not in client.get(f"/share/links/{row.pk}/").text
    assert client.get("/share/links/").status_code == 200
    assert json.dumps(row.settings)
