"""What is dangerous is shown one by one, newest first, to who may read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moksori.base.testing.makers import Team
from moksori.collect.models import Feedback
from moksori.collect.tests.makers import make_feedback
from moksori.understand.models import Mention
from moksori.understand.reads.safety import alarms, recent_alarms
from moksori.understand.writes import enrich_feedback, flag_stored

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "understand:safety"


def say(team: Team, text: str, *, days_ago: int = 0, **fields: object) -> Feedback:
    unit = fields.pop("unit", team.ours)
    at = timezone.now() - timedelta(days=days_ago)
    feedback = make_feedback(text, unit=unit, occurred_at=at, **fields)  # type: ignore[arg-type]
    enrich_feedback([feedback.pk])
    return feedback


def seen(client: Client, member: object, address: str) -> str:
    client.force_login(member)  # type: ignore[arg-type]
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_enrichment_stores_what_is_dangerous(team: Team) -> None:
    say(team, "배송은 빨랐는데 충전기에서 불이 났어요")

    assert sorted(Mention.objects.values_list("flags", flat=True)) == [0, 2]


def test_alarms_come_newest_first_and_by_flag(team: Team) -> None:
    old = say(team, "포장을 뜯다가 손을 다쳤어요", days_ago=9)
    new = say(team, "변호사와 상담하겠습니다")
    say(team, "배송이 늦어요")

    assert [a.words.feedback for a in alarms(by=team.ada)] == [new.pk, old.pk]
    assert [a.flags for a in alarms(by=team.ada, flag="law")] == [("law",)]
    assert [a.words.feedback for a in alarms(by=team.ada, days=7)] == [new.pk]
    assert recent_alarms(by=team.ada).by_flag == (("law", 1),)


def test_many_calm_words_hide_no_alarm(team: Team) -> None:
    calm = [make_feedback("정말 좋아요", unit=team.ours) for _ in range(40)]
    enrich_feedback([feedback.pk for feedback in calm])
    say(team, "죽고 싶어요")

    assert [a.flags for a in alarms(by=team.ada)] == [("self_harm",)]
    assert recent_alarms(by=team.ada).total == 1


def test_what_lies_outside_is_not_seen(team: Team) -> None:
    say(team, "남의 집에 불이 났어요", unit=team.theirs)

    assert list(alarms(by=team.ada)) == []
    assert recent_alarms(by=team.ada).total == 0


def test_the_page_shows_the_words_and_a_way_to_act(client: Client, team: Team) -> None:
    feedback = say(team, "음식에서 유리 조각이 나왔어요")

    page = seen(client, team.ada, reverse(PAGE))

    assert "유리 조각" in page
    assert reverse("collect:feedback", args=[feedback.pk]) in page
    line = seen(client, team.ada, reverse("understand:safety_line"))
    assert reverse(PAGE) in line


def test_the_page_bears_any_question(client: Client, team: Team) -> None:
    say(team, "불이 났어요")

    for query in ("?flag=x&days=y&page=z", "?flag=fire&days=7&page=9", "?days=-1"):
        assert "불이 났어요" in seen(client, team.ada, reverse(PAGE) + query)
    assert "불이 났어요" not in seen(client, team.ada, reverse(PAGE) + "?flag=law")


def test_nothing_dangerous_is_said_plainly(client: Client, team: Team) -> None:
    say(team, "좋아요")

    assert "<article" not in seen(client, team.ada, reverse(PAGE))
    assert seen(client, team.ada, reverse("understand:safety_line")).strip() == ""


def test_the_api_lists_alarms(client: Client, team: Team) -> None:
    say(team, "The battery caught fire")
    client.force_login(team.ada)

    found = client.get("/api/v1/understand/safety?flag=fire").json()

    assert found["total"] == 1
    assert found["alarms"][0]["flags"] == ["fire"]
    assert client.get("/api/v1/understand/safety?flag=nonsense").status_code == 422


def test_what_was_stored_before_gets_its_flags(team: Team) -> None:
    say(team, "손을 다쳤어요")
    say(team, "좋아요")
    Mention.objects.update(flags=0, key=None)

    assert flag_stored(rows=1)
    assert flag_stored(rows=1)
    assert not flag_stored(rows=1)
    assert sorted(Mention.objects.values_list("flags", flat=True)) == [0, 1]
    assert not Mention.objects.filter(key=None).exists()
