"""Many customers at once: a quota is exact, and one answer is one feedback."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from moksori.base.testing.makers import make_team
from moksori.collect.models import Feedback, QuotaCount, Response
from moksori.collect.tests.surveys import SHORT, hidden_of, make_survey

pytestmark = pytest.mark.django_db(transaction=True)


def send(address: str, data: dict[str, str], number: int) -> int:
    try:
        place = f"10.0.0.{number}"
        return Client().post(address, data, REMOTE_ADDR=place).status_code
    finally:
        connections.close_all()


def together(address: str, forms: list[dict[str, str]]) -> list[int]:
    with ThreadPoolExecutor(8) as pool:
        return list(
            pool.map(lambda one: send(address, one[1], one[0]), enumerate(forms))
        )


def form(address: str) -> dict[str, str]:
    html = Client().get(address).content.decode()
    return {**hidden_of(html), "nps": "9", "why": "여럿이 함께"}


def test_a_quota_is_exact_when_many_finish_at_once():
    draft = {**SHORT, "quotas": [{"id": "all", "limit": 10}]}
    address = f"/s/{make_survey(make_team().ours, draft).slug}/"
    statuses = together(address, [form(address) for _one in range(24)])
    # Who comes when it is full already is told so; who was on the way, at the end.
    assert set(statuses) <= {303, 410}
    assert Response.objects.filter(state="complete").count() == 10
    assert QuotaCount.objects.get().count == Feedback.objects.count() == 10


def test_one_page_sent_eight_times_at_once_is_one_answer():
    address = f"/s/{make_survey(make_team().ours).slug}/"
    assert together(address, [form(address)] * 8) == [303] * 8
    assert Response.objects.count() == Feedback.objects.count() == 1
