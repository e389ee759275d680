"""An answer that is withdrawn frees its place in a quota, once and exactly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from moksori.base.testing.makers import Team, make_team
from moksori.collect.models import Feedback, QuotaCount, Response
from moksori.collect.tests.surveys import SHORT, fill, make_survey
from moksori.collect.tests.test_answering_together import form, send
from moksori.collect.writes.surveys import publish
from moksori.collect.writes.withdrawing import withdraw

NINE: dict[str, Any] = {">=": [{"answer": "nps"}, 9]}


def counts() -> dict[str, tuple[int, int]]:
    return {one.quota: (one.count, one.over) for one in QuotaCount.objects.all()}


@pytest.mark.django_db
def test_a_withdrawn_answer_leaves_its_place_to_the_next(
    client: Client, team: Team
) -> None:
    draft = {**SHORT, "quotas": [{"id": "all", "limit": 2}]}
    address = f"/s/{make_survey(team.ours, draft).slug}/"
    for _one in range(2):
        fill(client, address, {"nps": "9"})
    assert client.get(address).status_code == 410
    first = Response.objects.order_by("pk")[0]

    withdraw(first)
    withdraw(first)  # twice is once

    assert counts() == {"all": (1, 0)}
    fill(client, address, {"nps": "3"})
    assert Response.objects.filter(state="complete").count() == 2
    assert client.get(address).status_code == 410


@pytest.mark.django_db
def test_only_the_places_that_it_took_become_free(client: Client, team: Team) -> None:
    draft = {**SHORT, "quotas": [
        {"id": "high", "limit": 1, "when": NINE},
        {"id": "many", "limit": 1, "full": "flag"},
    ]}  # fmt: skip
    survey = make_survey(team.ours, draft)
    address = f"/s/{survey.slug}/"
    for score in ("9", "2", "9"):  # counted; beyond "many"; turned away by "high"
        fill(client, address, {"nps": score})
    counted, beyond, full = Response.objects.order_by("pk")
    assert counts() == {"high": (1, 0), "many": (1, 1)}

    withdraw(full)
    assert counts() == {"high": (1, 0), "many": (1, 1)}
    withdraw(beyond)
    assert counts() == {"high": (1, 0), "many": (1, 0)}
    # It counts by the version that it answered, whatever was published since.
    survey.draft = {**draft, "quotas": draft["quotas"][1:]}
    survey.save()
    publish(survey, by=None)
    withdraw(counted)
    assert counts() == {"high": (0, 0), "many": (0, 0)}


@pytest.mark.django_db(transaction=True)
def test_places_are_exact_while_some_answer_and_others_withdraw() -> None:
    draft = {**SHORT, "quotas": [{"id": "all", "limit": 6}]}
    address = f"/s/{make_survey(make_team().ours, draft).slug}/"
    for number in range(6):
        send(address, form(address), number)
    # Loaded while there was a place: the page would say that there is none.
    held = list(Response.objects.filter(state="complete"))
    withdraw(held[0])
    forms = [form(address) for _one in range(12)]

    def do(number: int) -> None:
        try:
            if number % 3 == 0:
                withdraw(held[1 + number // 6])  # each by two at once
            else:
                send(address, forms[number % 12], 100 + number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(do, range(18)))
    complete = Response.objects.filter(state="complete").count()
    assert Response.objects.filter(state="withdrawn").count() == 4
    assert QuotaCount.objects.get().count == complete == Feedback.objects.count()
    assert 2 <= complete <= 6
