"""Every address × role × method, taken from the resolver: nobody can forget one.

What each role gets is written down in `access.txt`, so that a change of who may do
what is seen in review. After a change that is meant, `python -m tests.access_table`
writes the file anew.
"""

from __future__ import annotations

import pytest
from django.db import connection

from tests.access_table import (
    CANARY,
    METHODS,
    TABLE,
    Route,
    World,
    ask,
    build_world,
    everything,
    lines,
    routes,
)

PUBLIC = {
    "web:healthz",
    "web:language",
    "web:theme",
    "web:robots",
    "people:demo_sign_in",
    "answer:receipts",
    "field:app",
    "field:worker",
    "field:manifest",
    "field:words",
    "field:ping",
}
# Looking at one's edition is what makes it "opened"; the pages say so.
OPENED = {"share:edition", "share:my_edition"}


@pytest.fixture
def world(team, settings) -> World:
    return build_world(team)


def test_every_route_is_made_of_things_that_the_sweep_knows(world):
    unknown = {name for route in routes() for name in route.names} - set(world.ids)
    assert unknown == set(), "add a maker for these to tests/access_table.py"


def test_the_signed_out_get_nothing(world):
    for route in routes():
        for method in METHODS:
            answer = ask(world, route, method, member=None)
            if answer.status == 405 or route.name in PUBLIC or route.by_token:
                continue
            assert answer.status in {302, 401}, f"{method} {route.pattern}"
            if answer.status == 302:
                assert "/accounts/login/" in answer.location, route.pattern


def test_outside_is_not_found_whatever_the_method(world):
    for route in routes():
        if not route.is_about_ours:
            continue
        for method in METHODS:
            outside = ask(world, route, method, member=world.team.eve)
            if outside.status == 404:
                continue
            # 405: nobody may. 422: the API reads the body before it looks.
            inside = ask(world, route, method, member=world.team.ada)
            assert inside.status < 500, f"{method} {route.pattern}"
            assert outside.status in {405, 422}, f"{method} {route.pattern}"
            assert outside.status == inside.status, f"{method} {route.pattern}"


@pytest.mark.parametrize("who", ["eve", "hr", "nobody"])
def test_no_page_lets_out_what_lies_outside(world, who):
    member = {"eve": world.team.eve, "hr": world.hr, "nobody": world.nobody}[who]
    for route in routes():
        answer = ask(world, route, "GET", member=member)
        assert CANARY not in answer.body, f"{who}: {route.pattern}"
        assert answer.status < 500, f"{who}: {route.pattern}"


def test_somebody_who_has_left_gets_nothing(world):
    world.team.ada.is_active = False
    world.team.ada.save()
    for route in routes():
        if route.name in PUBLIC or route.by_token:
            continue
        answer = ask(world, route, "GET", member=world.team.ada)
        assert answer.status in {302, 401, 405}, route.pattern


@pytest.mark.skipif(
    connection.vendor == "postgresql", reason="who may do what is no matter of engines"
)
def test_nothing_breaks_and_everybody_gets_what_is_written_down(world):
    statuses: dict[tuple[str, str], list[int]] = {}
    for route, method, member, answer in everything(world):
        where = f"{method} {route.pattern} as {member}"
        assert answer.status < 500, where
        if method == "GET" and route.name not in OPENED:
            assert answer.changed == [], where
        statuses.setdefault((route.pattern, method), []).append(answer.status)
    expected = TABLE.read_text(encoding="utf-8").splitlines()
    assert lines(statuses) == expected, "meant? then: python -m tests.access_table"


def test_a_route_that_is_not_listed_is_noticed():
    made_up = Route.of("GET-only", "made/<int:thing_id>/up", "x:made_up")
    assert made_up.names == ("thing_id",)
