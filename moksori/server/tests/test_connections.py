"""Connections from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from moksori.base.errors import UserError
from moksori.collect.models import Stream
from moksori.collect.sources.tests.sites import site
from moksori.server.cli.connections import connections as command

FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><item>'
    "<guid>a</guid><title>배송이 늦어요</title></item></channel></rss>"
)


@pytest.fixture
def there(settings):
    settings.MOKSORI_ALLOW_PRIVATE = ["127.0.0.1"]
    with site() as found:
        yield found


def test_a_person_at_a_terminal_connects_lists_and_reads(there, team):
    there.put("/feed", FEED)
    runner = CliRunner()
    address = f"address={there.url('/feed')}"
    add = ["add", "rss", "--unit", str(team.ours.pk), "--set", address]

    made = runner.invoke(command, add, catch_exceptions=False)
    number = str(Stream.objects.get().pk)
    read = runner.invoke(command, ["read", number], catch_exceptions=False)
    listed = runner.invoke(command, ["list"], catch_exceptions=False)

    assert "1" in made.output.split(",")[0]
    assert "0" in read.output.split(",")[0]
    assert "127.0.0.1" in listed.output
    for wrong in (
        ["read", "999999"],
        ["add", "nothing", "--unit", str(team.ours.pk)],
        ["add", "rss", "--unit", str(team.ours.pk), "--set", "x=y"],
        ["add", "rss", "--unit", str(team.ours.pk), "--set", "address=ftp://x"],
    ):
        with pytest.raises(UserError):
            runner.invoke(command, wrong, catch_exceptions=False)
