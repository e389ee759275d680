"""What every connector that reads by itself has to keep to, on its recorded sample."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from moksori.base.errors import UserError
from moksori.collect.models import Feedback, Revision
from moksori.collect.sources.connector import connectors
from moksori.collect.sources.tests.sites import SOURCES, recorded, site
from moksori.collect.writes.streams import connect, read_again
from moksori.collect.writes.visits import visit_now

KINDS = [kind for kind, one in connectors().items() if one.live is not None]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def there(settings):
    settings.MOKSORI_ALLOW_PRIVATE = ["127.0.0.1"]
    with site() as found:
        yield found


@pytest.fixture
def connected(there, team):
    def connected(kind):
        given, added = recorded(kind, there)
        stream = connect(kind, unit=team.ours, given=given, by=team.ada)
        read_again(stream, since=LONG_AGO, by=team.ada)
        return stream, added

    return connected


def test_there_are_the_kinds_that_are_promised():
    assert {"rss", "discourse", "mastodon", "app_store"} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_same_adds_nothing(kind, connected):
    stream, added = connected(kind)

    first = visit_now(stream)
    stream.refresh_from_db()
    second = visit_now(stream)

    assert first.message == second.message == ""
    assert (first.added, first.revised) == (added, 0)
    assert (second.added, second.revised, second.removed) == (0, 0, 0)
    assert second.unmodified >= 1
    assert Feedback.objects.count() == added


@pytest.mark.parametrize("kind", KINDS)
def test_read_again_from_the_start_adds_nothing(kind, connected, team):
    stream, added = connected(kind)
    visit_now(stream)

    read_again(stream, since=LONG_AGO, by=team.ada)
    poll = visit_now(stream)

    assert (poll.added, poll.revised, poll.unchanged) == (0, 0, added)
    assert not Revision.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_every_feedback_says_something_at_its_time(kind, connected):
    stream, _added = connected(kind)
    visit_now(stream)

    for feedback in Feedback.objects.all():
        assert feedback.text
        assert "<" not in feedback.text
        assert feedback.occurred_at.year == 2026
        assert feedback.occurred_at < feedback.received_at
        assert feedback.raw
        assert feedback.channel == connectors()[kind].channel


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_missing_is_asked_for_by_its_field(kind):
    live = connectors()[kind].live
    needed = [ask.name for ask in live.asks if ask.is_needed]
    with pytest.raises(UserError) as caught:
        live.checked({})
    assert caught.value.field in needed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", ["", "{}", "[]", "null", "[1]", "<html>", '{"a":'])
def test_an_answer_of_another_kind_is_told_in_words(kind, body, connected, there):
    stream, _added = connected(kind)
    for path in there.pages:
        there.put(path, body)

    poll = visit_now(stream)

    assert poll.added == 0
    assert "Traceback" not in poll.message
    assert "log" not in poll.message.lower() or "기록" not in poll.message


@pytest.mark.parametrize(
    "path", sorted(SOURCES.glob("*/samples")), ids=lambda p: p.parent.name
)
def test_samples_say_that_they_are_invented_or_hold_no_name(path):
    text = " ".join(
        one.read_bytes().decode("utf-8", "ignore") for one in path.iterdir()
    )
    assert "gmail.com" not in text
    assert "naver.com" not in text
