"""The sweep over every address: routes from the resolver, a small world, one question.

python -m pytest tests/test_access.py        compares with access.txt
python -m tests.access_table                 writes access.txt anew
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

TABLE = Path(__file__).with_name("access.txt")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CANARY = "CANARY-7Q3"
TOKENS = {"token", "slug", "code"}  # "slug": the address of a survey, for anybody
# Names that are no thing of a unit: words of ours, and jobs, which belong to all.
WORDS = {"way", "form", "page", "leaf", "kind", "name", "connector", "job_id",
         "sha256"}  # fmt: skip
# Packages with a sign-in of their own, and files: not ours to sweep.
SKIPPED = ("admin/", "accounts/", "static/")
FORM = "application/x-www-form-urlencoded"
CONVERTER = re.compile(r"[<{](?:\w+[: ])?(\w+)[>}]")


@dataclass(frozen=True, slots=True)
class Route:
    """One address pattern with the names of its converters."""

    pattern: str
    names: tuple[str, ...]
    name: str

    @classmethod
    def of(cls, _kind: str, pattern: str, name: str) -> Self:
        return cls(pattern, tuple(CONVERTER.findall(pattern)), name)

    @property
    def by_token(self) -> bool:
        """Whether a signed link opens it, for people who read mail signed out."""
        return bool(TOKENS & set(self.names))

    @property
    def is_about_ours(self) -> bool:
        return bool(set(self.names) - WORDS) and not self.by_token


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str
    body: str
    changed: list[str]


@dataclass
class World:
    """One organisation with at least one of everything, all of it in `ours`."""

    team: Any
    ids: dict[str, object]
    hr: Any
    nobody: Any
    cookies: dict[int, str] = field(default_factory=dict)

    @property
    def members(self) -> list[Any]:
        team = self.team
        inside = [team.ada, team.vic, team.pia, team.lea, team.sol, team.max]
        return [*inside, self.hr, self.nobody, team.eve]

    @property
    def extremes(self) -> list[Any]:
        return [self.team.max, self.team.ada, self.nobody]


@cache
def routes() -> tuple[Route, ...]:
    """Every address of the installation, in order."""
    from django.urls import get_resolver

    found = {route.pattern: route for route in _walk(get_resolver(), "", "")}
    kept = [r for p, r in sorted(found.items()) if not p.startswith(SKIPPED)]
    return tuple(kept)


def _walk(resolver: Any, before: str, space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern).lstrip("^").rstrip("$")
        if hasattr(entry, "url_patterns"):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, pattern, inner)
        else:
            yield Route.of("", pattern, f"{space}{entry.name or ''}")


def build_world(team: Any) -> World:
    """At least one of every kind of thing, made with the makers of the steps."""
    from moksori.base.people.roles import Role
    from moksori.base.testing.makers import make_member
    from tests.things import make_things

    hr = make_member("Hana", team.ours, Role.HR)
    nobody = make_member("Noa", team.ours)
    return World(team, make_things(team, CANARY), hr, nobody)


def ask(world: World, route: Route, method: str, *, member: Any) -> Answer:
    """One request as one member; whatever it changed is rolled back."""
    from django.conf import settings
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(raise_request_exception=False)
    if member is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = _cookie(world, member)
    path = "/" + CONVERTER.sub(lambda m: str(world.ids[m[1]]), route.pattern)
    kind = "application/json" if "/api/" in path else FORM
    with transaction.atomic():
        connection.queries_log.clear()
        with CaptureQueriesContext(connection) as queries:
            response = client.generic(method, path, b"", kind)
        body = b"" if response.streaming else response.content
        transaction.set_rollback(True)
    return Answer(
        status=response.status_code,
        location=response.headers.get("Location", ""),
        body=body.decode("utf-8", "replace"),
        changed=_writes(query["sql"] for query in queries),
    )


def _cookie(world: World, member: Any) -> str:
    """One session a member for the whole sweep: signing in takes longer than asking."""
    from django.test import Client

    if member.pk not in world.cookies:
        client = Client()
        client.force_login(
            member, backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        world.cookies[member.pk] = client.session.session_key
    return world.cookies[member.pk]


def _writes(statements: Iterable[str]) -> list[str]:
    """Statements that change rows of ours; sessions are Django's own business."""
    return [
        sql
        for sql in statements
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql)
        and "django_session" not in sql
        and "last_login" not in sql
    ]


def everything(world: World) -> Iterator[tuple[Route, str, Any, Answer]]:
    """Every route × method × member, in the order of the table.

    What the most and the least powerful may not even ask, nobody is asked.
    """
    for route in routes():
        for method in METHODS:
            tried = {m: ask(world, route, method, member=m) for m in world.extremes}
            if {answer.status for answer in tried.values()} == {405}:
                continue
            for member in world.members:
                found = tried.get(member) or ask(world, route, method, member=member)
                yield route, method, member, found


def table(world: World) -> dict[tuple[str, str], list[int]]:
    """(route, method) → one status per member, in the order of `World.members`."""
    found: dict[tuple[str, str], list[int]] = {}
    for route, method, _member, answer in everything(world):
        found.setdefault((route.pattern, method), []).append(answer.status)
    return found


def lines(found: dict[tuple[str, str], list[int]]) -> list[str]:
    """The table as text; methods that nobody may use are left out."""
    names = "analyst frontline owner leader executive admin hr nobody outsider"
    rows = [f"{'':64} {names}"]
    for (pattern, method), statuses in found.items():
        if set(statuses) <= {405}:
            continue
        shown = " ".join(str(status) for status in statuses)
        rows.append(f"{method:6} {'/' + pattern:57} {shown}")
    return [row.rstrip() for row in rows]


def main() -> int:
    """Write the table anew, inside a test so that the database is a fresh one."""
    import pytest

    return pytest.main(["-q", str(Path(__file__).with_name("write_access_table.py"))])


if __name__ == "__main__":
    sys.exit(main())
