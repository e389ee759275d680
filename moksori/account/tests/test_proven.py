"""The section of an edition with what was proven."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from moksori.account import writes
from moksori.account.models import Effect
from moksori.account.reads import proven
from moksori.account.tests.worlds import make_started, make_world
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.share.sections import Asked


def asked(member: Member) -> Asked:
    remit: Any = None  # results are shared with everybody in the affiliate
    return Asked(member, remit, since=date(2024, 1, 1), until=date(2024, 1, 28))


def test_what_was_proven_is_told_once_with_its_interval(team: Team) -> None:
    action = make_started(make_world(team.ours, fall=0.5), team.pia)
    writes.measure(action, by=team.pia)

    part = proven.compose(asked(team.vic))

    assert part is not None
    assert [block.tone for block in part.blocks] == ["good"]
    assert proven.compose(asked(team.eve)) is None

    Effect.objects.update(computed_at=timezone.now() - timedelta(days=20))
    assert proven.compose(asked(team.vic)) is None


def test_what_is_not_proven_is_not_told_as_news(team: Team) -> None:
    action = make_started(make_world(team.ours), team.pia)
    writes.measure(action, by=team.pia)

    assert proven.compose(asked(team.vic)) is None
