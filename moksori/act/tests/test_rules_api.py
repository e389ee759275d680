"""The JSON door of the rules."""

from __future__ import annotations

import pytest

from moksori.act.models import Case, CaseRule
from moksori.act.tests.test_rules import make_rule, noted
from moksori.collect.tests.makers import make_feedback

pytestmark = pytest.mark.django_db(transaction=True)  # outboxes read commits
PLACE = "/api/v1/act/case-rules"


def send(client, method: str, path: str = "", data=None):
    call = getattr(client, method)
    return call(f"{PLACE}{path}", data=data, content_type="application/json")


def test_written_looked_at_and_switched_on(team, client):
    client.force_login(team.lea)
    make_feedback("별로", unit=team.ours, score=1)
    made = send(
        client, "post",
        data={"unit": team.ours.pk, "name": "낮은 점수",
              "conditions": {"score_at_most": 3}},
    )  # fmt: skip
    assert made.status_code == 201
    rule = made.json()["id"]
    assert made.json()["on_since"] is None
    assert client.get(f"{PLACE}/{rule}/preview").json() == {
        "n": 1, "of": 1, "days": 30, "is_whole": True,
    }  # fmt: skip
    assert not Case.objects.exists()
    assert send(client, "post", f"/{rule}/on").json()["on_since"]
    back = send(client, "post", f"/{rule}/look-back", {"days": 7})
    assert back.json()["is_looking_back"]


def test_outside_is_not_found_and_the_front_line_writes_none(team, client):
    rule = make_rule(team)
    client.force_login(team.eve)
    assert send(client, "get", f"/{rule.pk}/preview").status_code == 404
    assert send(client, "post", f"/{rule.pk}/off").status_code == 404
    client.force_login(team.vic)
    answer = send(client, "post", data={"unit": team.ours.pk, "name": "x"})
    assert answer.status_code == 403
    assert CaseRule.objects.count() == 1


def test_a_case_says_which_rule_and_why_its_owner(team, client):
    make_rule(team)
    noted(make_feedback("별로", unit=team.ours, score=1))
    client.force_login(team.vic)
    page = client.get(f"/act/cases/{Case.objects.get().pk}/").content.decode()
    assert "낮은 점수" in page
    assert Case.objects.get().owner == team.vic
