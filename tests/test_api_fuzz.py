"""The API bears whatever is sent: never a server error, never an undocumented shape."""

from __future__ import annotations

import json

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from moksori.base.people import keys
from tests.things import make_things

METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> list[tuple[str, str]]:
    from tests.test_openapi import SNAPSHOT

    paths = json.loads(SNAPSHOT.read_text(encoding="utf-8"))["paths"]
    return [
        (method, path)
        for path, methods in sorted(paths.items())
        for method in sorted(METHODS & set(methods))
    ]


@pytest.fixture
def schema():
    from tests.test_openapi import SNAPSHOT

    return schemathesis.openapi.from_dict(
        json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize(("method", "path"), operations())
def test_no_request_breaks_the_server(schema, team, method, path):
    make_things(team, "a thing")
    token = keys.make_key("fuzz", by=team.ada)
    client = Client(raise_request_exception=False)
    operation = schema[path][method.upper()]

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data):
        case = data.draw(operation.as_strategy())
        query = "&".join(f"{k}={v}" for k, v in (case.query or {}).items())
        answer = client.generic(
            method.upper(),
            case.formatted_path,
            json.dumps(case.body) if _has_body(case) else b"",
            "application/json",
            QUERY_STRING=query.encode("utf-8", "surrogatepass").decode("latin-1"),
            HTTP_AUTHORIZATION=f"Bearer {token}",
        )
        answer.getvalue()  # a file that nobody reads would stay open
        assert answer.status_code < 500, (case.formatted_path, query, case.body)
        if answer.status_code >= 400:
            assert answer["Content-Type"].startswith("application/json")

    ask()


def _has_body(case) -> bool:
    return isinstance(case.body, dict | list | str | int | float | bool)
