"""What must not be decided silently waits for a person."""

from __future__ import annotations

from moksori.base.testing.makers import Team
from moksori.collect.models import ReviewItem
from moksori.collect.writes.review import put_up, take_down


def test_the_same_question_is_put_up_once(team: Team) -> None:
    first = put_up("mail", team.ours, key="7", evidence={"subject": "?"})
    again = put_up("mail", team.ours.pk, key="7", evidence={"subject": "!"})

    assert first.pk == again.pk
    assert ReviewItem.objects.get().evidence == {"subject": "!"}


def test_long_keys_stay_apart(team: Team) -> None:
    for end in "ab":
        put_up("mail", team.ours, key="x" * 300 + end, evidence={})

    assert ReviewItem.objects.count() == 2


def test_a_question_that_no_longer_stands_goes(team: Team) -> None:
    put_up("mail", team.ours, key="7", evidence={})
    take_down("mail", team.ours, key="7")

    assert not ReviewItem.objects.exists()
