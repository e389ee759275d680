"""Connections: each post once, edits and deletions followed, trouble said in words."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.base.errors import Conflict, NotAllowed, UserError
from moksori.base.outbound.tests.servers import Said
from moksori.collect.models import Feedback, Poll, Stream
from moksori.collect.models.streams import LONGEST, SHORTEST
from moksori.collect.sources.tests.sites import site
from moksori.collect.writes import streams as writes
from moksori.collect.writes.visits import (
    ask_for_visit,
    ask_for_visits,
    forget_visits,
    visit,
    visit_now,
)


@pytest.fixture
def there(settings):
    settings.MOKSORI_ALLOW_PRIVATE = ["127.0.0.1"]
    with site() as found:
        yield found


def identity(guid):
    return f'<guid isPermaLink="false">{guid}</guid>' if guid else ""


def feed(*items, more=""):
    entries = "".join(
        f"<item>{identity(guid)}"
        f"<title>{title}</title><link>https://x.example/{link}</link></item>"
        for guid, title, link in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
        f"<title>t</title>{more}{entries}</channel></rss>"
    )


def connected(there, team, body="", path="/feed"):
    there.put(path, body or feed(("a", "배송이 늦어요", "1"), ("b", "친절해요", "2")))
    given = {"address": there.url(path)}
    return writes.connect("rss", unit=team.ours, given=given, by=team.ada)


def again(stream):
    stream.refresh_from_db()
    return visit_now(stream)


def test_a_feed_is_read_and_nothing_new_costs_one_conditional_request(there, team):
    stream = connected(there, team)
    first, second = visit_now(stream), again(stream)

    assert (first.added, first.unmodified) == (2, 0)
    assert (second.added, second.requests, second.unmodified) == (0, 1, 1)
    assert Stream.objects.get().cursor == {}


def test_a_feed_is_called_by_its_title_unless_somebody_named_it(there, team):
    named = feed(("a", "배송이 늦어요", "1")).replace(">t<", "> 늘봄 게시판\n<", 1)
    stream = connected(there, team, named)
    there.put("/other", named)
    given = {"address": there.url("/other")}
    chosen = writes.connect("rss", unit=team.ours, given=given, name="우리 것", by=None)
    there.put("/third", named)
    given = {"address": there.url("/third")}
    second = writes.connect("rss", unit=team.ours, given=given, by=None)
    assert stream.source.name == "127.0.0.1"

    for one in (stream, chosen, second):
        visit_now(one)

    names = Stream.objects.order_by("pk").values_list("source__name", flat=True)
    assert list(names) == ["늘봄 게시판", "우리 것", "늘봄 게시판 (2)"]


def test_an_edit_is_a_revision_and_another_order_is_nothing(there, team):
    stream = connected(there, team)
    visit_now(stream)
    there.put("/feed", feed(("b", "친절해요", "2"), ("a", "배송이 아주 늦어요", "1")))

    poll = again(stream)

    assert (poll.added, poll.revised, poll.unchanged) == (0, 1, 1)
    assert Feedback.objects.get(external_id="a").revision == 2


def test_items_without_an_id_are_known_by_their_link_or_their_words(there, team):
    items = [("", "하나", "1?utm_source=x"), ("", "둘", "2")]
    stream = connected(there, team, feed(*items))
    visit_now(stream)
    there.put("/feed", feed(("", "둘", "2?utm_medium=y"), ("", "하나", "1")))

    assert again(stream).added == 0
    assert Feedback.objects.count() == 2


def test_a_tombstone_takes_the_post_away(there, team):
    stream = connected(there, team)
    visit_now(stream)
    grave = '<at:deleted-entry xmlns:at="x" ref="a" when="2026-01-01T00:00:00Z"/>'
    there.put("/feed", feed(("b", "친절해요", "2"), more=grave))

    assert again(stream).removed == 1
    assert not Feedback.objects.filter(external_id="a").exists()


def test_a_feed_that_moved_for_good_is_read_at_its_new_address(there, team):
    stream = connected(there, team)
    there.put("/new", feed(("a", "배송이 늦어요", "1")))
    there.pages["/feed"] = Said(301, headers={"Location": "/new"})

    visit_now(stream)

    assert Stream.objects.get().given == {"address": there.url("/new")}


def test_a_feed_that_is_gone_for_good_stops(there, team):
    stream = connected(there, team)
    there.pages["/feed"] = Said(410)

    poll = visit_now(stream)

    stream.refresh_from_db()
    assert stream.state == Stream.State.STOPPED
    assert "127.0.0.1" in poll.message
    assert visit_now(stream) is None


def test_a_server_that_asks_for_time_gets_it(there, team):
    stream = connected(there, team)
    there.pages["/feed"] = Said(429, headers={"Retry-After": "7200"})

    visit_now(stream)

    stream.refresh_from_db()
    assert stream.next_at > timezone.now() + timedelta(seconds=7100)
    assert stream.failures == 1


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_every_refusal_is_told_and_tried_again_later(there, team, status):
    stream = connected(there, team)
    there.pages["/feed"] = Said(status)

    first, second = visit_now(stream), again(stream)

    stream.refresh_from_db()
    assert first.message
    assert second.message == first.message == stream.message
    assert stream.failures == 2
    assert stream.state == Stream.State.ON
    assert stream.next_at > timezone.now() + timedelta(seconds=SHORTEST)


def test_an_entity_bomb_a_packed_bomb_and_a_page_are_told(there, team):
    stream = connected(there, team)
    bomb = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x">]><rss>&a;</rss>'
    for body, headers in (
        (bomb, {}),
        (gzip.compress(b"0" * 20_000_000), {"Content-Encoding": "gzip"}),
        ("<html><body>a page</body></html>", {}),
    ):
        there.put("/feed", body, **headers)
        assert again(stream).problem


def test_korean_in_whatever_encoding_the_header_claims(there, team):
    text = feed(("a", "똠얌 펲시 쀍 맛있어요", "1")).replace("UTF-8", "euc-kr")
    stream = connected(there, team)
    there.put("/feed", text.encode("cp949"), **{"Content-Type": "text/xml"})
    visit_now(stream)
    assert Feedback.objects.get(external_id="a").text == "똠얌 펲시 쀍 맛있어요"


def test_a_forum_follows_edits_and_deletions(there, team):
    now = timezone.now().isoformat()

    def post(number, words, **more):
        return {"id": number, "created_at": now, "cooked": words, **more}

    there.put_json("/posts.json", {"latest_posts": [post(n, "글") for n in (3, 2, 1)]})
    for number in (1, 2, 3):
        there.put_json(f"/posts/{number}.json", post(number, "글"))
    given = {"address": there.url()}
    stream = writes.connect("discourse", unit=team.ours, given=given, by=team.ada)
    assert visit_now(stream).added == 3

    there.put_json("/posts/1.json", post(1, "고친 글"))
    del there.pages["/posts/2.json"]
    poll = again(stream)

    assert (poll.added, poll.revised, poll.removed) == (0, 1, 1)
    assert set(Feedback.objects.values_list("external_id", "text")) == {
        ("1", "고친 글"),
        ("3", "글"),
    }


def test_where_everything_seems_gone_nothing_is_removed(there, team):
    now = timezone.now().isoformat()
    posts = [{"id": n, "created_at": now, "cooked": "글"} for n in range(1, 7)]
    there.put_json("/posts.json", {"latest_posts": posts})
    for post in posts:
        there.put_json(f"/posts/{post['id']}.json", post)
    given = {"address": there.url()}
    stream = writes.connect("discourse", unit=team.ours, given=given, by=team.ada)
    visit_now(stream)
    for post in posts:
        del there.pages[f"/posts/{post['id']}.json"]

    poll = again(stream)

    assert poll.problem
    assert poll.removed == 0
    assert Feedback.objects.count() == 6


def test_a_hashtag_is_followed_forwards_without_a_gap(there, team):
    now = datetime.now(UTC)

    def post(number):
        at = (now - timedelta(hours=200 - number)).isoformat()
        uri = f"https://s.example/{number}"
        return {
            "id": str(number),
            "uri": uri,
            "created_at": at,
            "content": f"글 {number}",
        }

    base = "/api/v1/timelines/tag/x?limit=40"
    there.put_json(base, [post(100)])
    there.put_json(f"{base}&max_id=100", [])
    there.put_json(f"{base}&min_id=100", [post(n) for n in range(140, 100, -1)])
    there.put_json(f"{base}&min_id=140", [post(n) for n in range(150, 140, -1)])
    there.put_json(f"{base}&min_id=150", [])
    for number in range(100, 151):
        there.put_json(f"/api/v1/statuses/{number}", post(number))
    given = {"address": there.url(), "tag": "x"}
    stream = writes.connect("mastodon", unit=team.ours, given=given, by=team.ada)

    poll = visit_now(stream)

    assert poll.added == 51
    stream.refresh_from_db()
    assert stream.cursor["high"] == "150"


def test_robots_txt_is_obeyed(there, team):
    stream = connected(there, team)
    there.put("/robots.txt", "User-agent: *\nDisallow: /feed\n")

    poll = visit_now(stream)

    assert "robots.txt" in poll.message
    assert there.asked() == []


def test_a_server_that_hangs_holds_no_worker_for_long(there, team, monkeypatch):
    stream = connected(there, team)
    monkeypatch.setattr("moksori.collect.sources.reach.EACH", 0.5)

    class Slow:
        def __getattr__(self, name):
            time.sleep(3)
            raise AttributeError(name)

    there.pages["/feed"] = Slow()
    began = time.monotonic()
    poll = visit_now(stream)
    assert time.monotonic() - began < 2.5
    assert poll.problem


def test_the_network_inside_is_out_of_reach(team, settings):
    settings.MOKSORI_ALLOW_PRIVATE = []
    with pytest.raises(UserError):
        writes.connect(
            "rss", unit=team.ours, given={"address": "file:///etc/passwd"}, by=team.ada
        )
    given = {"address": "http://127.0.0.1:8080/feed"}
    stream = writes.connect("rss", unit=team.ours, given=given, by=team.ada)
    assert "MOKSORI_ALLOW_PRIVATE" in visit_now(stream).message


def test_the_pace_follows_what_comes(there, team):
    stream = connected(there, team)
    visit_now(stream)
    stream.refresh_from_db()
    quick = stream.every
    for _ in range(12):
        again(stream)
    stream.refresh_from_db()
    assert quick < 15 * 60 < stream.every <= LONGEST


def test_two_clicks_make_one_connection_and_one_visit(there, team):
    stream = connected(there, team)
    with pytest.raises(Conflict):
        connected(there, team)
    stale = Stream.objects.get()
    assert ask_for_visit(stream)
    assert not ask_for_visit(stale)


def test_a_visit_that_died_is_taken_up_by_its_own_turn_only(there, team):
    stream = connected(there, team)
    ask_for_visit(stream)
    stream.refresh_from_db()
    turn = stream.next_at.isoformat()
    assert visit(stream.pk, "2020-01-01T00:00:00+00:00") is None
    assert visit(stream.pk, turn).added == 2
    assert visit(stream.pk, turn) is None


def test_due_connections_are_asked_for_once(there, team):
    connected(there, team)
    assert ask_for_visits() == 1
    assert ask_for_visits() == 0


def test_a_paused_connection_rests_and_goes_on_where_it_was(there, team):
    stream = connected(there, team)
    visit_now(stream)
    writes.pause_stream(stream, by=team.ada)
    assert visit_now(stream) is None
    writes.resume_stream(stream, by=team.ada)
    assert again(stream).unmodified == 1


def test_reading_again_adds_only_what_was_missed(there, team):
    stream = connected(there, team)
    visit_now(stream)
    Feedback.objects.filter(external_id="a").delete()
    since = timezone.now() - timedelta(days=90)
    writes.read_again(stream, since=since, by=team.ada)
    poll = again(stream)
    assert (poll.added, poll.unchanged) == (1, 1)
    later = timezone.now() + timedelta(days=1)
    with pytest.raises(UserError):
        writes.read_again(stream, since=later, by=team.ada)


def test_a_key_rests_sealed_and_is_sent(there, team):
    there.put_json("/posts.json", {"latest_posts": []})
    given = {"address": there.url(), "key": "s3cret-key"}
    stream = writes.connect("discourse", unit=team.ours, given=given, by=team.ada)
    visit_now(stream)

    heard = [one for one in there.server.heard if one.path == "/posts.json"]
    assert heard[0].headers["api-key"] == "s3cret-key"
    assert "s3cret" not in str(Stream.objects.values().get())


def test_ending_a_connection_keeps_its_feedback(there, team):
    stream = connected(there, team)
    visit_now(stream)
    writes.disconnect(stream, by=team.ada)
    assert Feedback.objects.count() == 2
    assert not Poll.objects.exists()


def test_old_visits_are_forgotten(there, team):
    stream = connected(there, team)
    visit_now(stream)
    Poll.objects.update(at=timezone.now() - timedelta(days=31))
    assert forget_visits() == 1


def test_who_may_only_read_connects_nothing(there, team):
    with pytest.raises(NotAllowed):
        writes.connect(
            "rss",
            unit=team.ours,
            given={"address": "https://x.example/feed"},
            by=team.vic,
        )


def test_the_pages_connect_show_and_end(there, team):
    there.put("/feed", feed(("a", "배송이 늦어요", "1")))
    client = Client()
    client.force_login(team.ada)
    new = reverse("collect:connection_new", args=["rss"])
    assert client.get(reverse("collect:connections")).status_code == 200
    refused = client.post(new, {"address": "gopher://x", "unit": team.ours.pk})
    assert refused.status_code == 422
    answer = client.post(new, {"address": there.url("/feed"), "unit": team.ours.pk})
    stream = Stream.objects.get()
    page = reverse("collect:connection", args=[stream.pk])
    assert answer["Location"] == page
    again(stream)
    assert "127.0.0.1" in client.get(page).content.decode()
    assert client.get(reverse("collect:connections")).status_code == 200
    for name, given in (
        ("connection_visit", {}),
        ("connection_pause", {}),
        ("connection_resume", {}),
        ("connection_again", {"since": "2026-01-01"}),
        ("connection_secret", {}),
    ):
        url = reverse(f"collect:{name}", args=[stream.pk])
        assert client.post(url, given)["Location"] == page
    late = reverse("collect:connection_again", args=[stream.pk])
    assert client.post(late, {"since": "9999-12-31"}).status_code == 422
    assert client.post(late, {"since": "0001-01-01"}).status_code == 422
    client.post(reverse("collect:connection_end", args=[stream.pk]))
    assert not Stream.objects.exists()
    assert client.get(page).status_code == 404


def test_programs_connect_and_read_how_it_does(there, team):
    there.put("/feed", feed(("a", "배송이 늦어요", "1")))
    client = Client()
    client.force_login(team.ada)
    base = "/api/v1/collect/connections"
    body = {
        "kind": "rss",
        "unit": team.ours.pk,
        "given": {"address": there.url("/feed")},
    }
    made = client.post(base, body, content_type="application/json")
    assert made.status_code == 201
    number = made.json()["id"]
    again(Stream.objects.get())
    assert client.get(base).json()[0]["feedback"] == 1
    assert client.get(f"{base}/{number}").json()["state"] == "on"
    assert client.get(f"{base}/{number}/visits").json()[0]["added"] == 1
    twice = client.post(base, body, content_type="application/json")
    assert twice.status_code == 409
    body["kind"] = "nothing"
    unknown = client.post(base, body, content_type="application/json")
    assert unknown.status_code == 404
    assert client.post(f"{base}/{number}/pause").json()["state"] == "paused"
    assert client.post(f"{base}/{number}/resume").json()["state"] == "on"
    since = {"since": "2026-01-01T00:00:00Z"}
    url = f"{base}/{number}/again"
    assert client.post(url, since, content_type="application/json").status_code == 200
    assert client.delete(f"{base}/{number}").status_code == 204
