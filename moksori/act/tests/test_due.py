"""The section of an edition with what is due."""

from __future__ import annotations

from datetime import date
from typing import Any

from moksori.act.reads import due
from moksori.act.tests.makers import (
    days_from_now,
    make_action,
    make_case,
    make_pain_point,
)
from moksori.base.people.models import Member
from moksori.base.testing.makers import Team
from moksori.share.sections import Asked


def asked(member: Member) -> Asked:
    remit: Any = None  # what is due does not depend on it
    return Asked(member, remit, since=date(2024, 1, 1), until=date(2024, 1, 28))


def test_an_edition_says_what_is_late_and_what_is_due_within_a_week(team: Team) -> None:
    make_case(
        team.ada, team.ours, "환불해 주세요", owner=team.vic, due=days_from_now(-2)
    )
    make_action(
        make_pain_point(team.ours), team.ada, owner=team.vic, due=days_from_now(30)
    )

    part = due.compose(asked(team.vic))

    assert part is not None
    assert [block.tone for block in part.blocks] == ["hurt"]
    assert "환불해 주세요" in part.blocks[0].title


def test_an_edition_is_silent_about_what_lies_with_others(team: Team) -> None:
    make_case(team.ada, team.ours, owner=team.vic, due=days_from_now(-2))

    assert due.compose(asked(team.pia)) is None
