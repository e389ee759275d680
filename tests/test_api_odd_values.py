"""Values that break programs, wherever the API takes one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from moksori.base.people import keys
from tests.test_api_fuzz import METHODS
from tests.test_openapi import SNAPSHOT
from tests.things import make_things

WHOLE = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
# What stands in for a text, and for a number.
ODD = {
    "NUL": ("a\x00b", 10**400),
    "half a letter": ("\ud800", -(10**300)),
    "digits": ("9" * 400, 2**63),
}
DEEPEST = 6


@pytest.mark.parametrize("name", ODD)
def test_no_odd_value_breaks_the_server(team, name):
    make_things(team, "a thing")
    client = Client(raise_request_exception=False)
    token = keys.make_key("odd", by=team.ada)
    broken = []
    for path, methods in sorted(WHOLE["paths"].items()):
        for method in sorted(METHODS & set(methods)):
            answer = _asked(client, token, method, path, ODD[name])
            answer.getvalue()  # a file that nobody reads would stay open
            if answer.status_code >= 500:
                broken.append((method, path, answer.status_code))
    assert not broken


def _asked(client, token, method, path, odd):
    operation = WHOLE["paths"][path][method]
    query = "&".join(
        f"{one['name']}={_in_address(odd)}"
        for one in operation.get("parameters", ())
        if one["in"] == "query"
    )
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get("application/json", {}).get("schema")
    return client.generic(
        method.upper(),
        re.sub(r"\{\w+\}", "1", path),
        json.dumps(_filled(body, odd)) if body else b"",
        "application/json",
        QUERY_STRING=query,
        HTTP_AUTHORIZATION=f"Bearer {token}",
    )


def _in_address(odd) -> str:
    return odd[0].replace("\x00", "%00").replace("\ud800", "%ED%A0%80")


def _filled(schema: dict[str, Any], odd: tuple[str, int], deep: int = 0) -> Any:
    """What the schema allows, with the odd values wherever one may stand."""
    schema = _resolved(schema)
    text, number = odd
    leaves = {"integer": number, "number": number, "boolean": True, "string": text}
    kind = schema.get("type")
    if "enum" in schema:
        return schema["enum"][0]
    if kind in leaves:
        return leaves[kind]
    if kind == "array":
        return [_filled(schema.get("items", {}), odd, deep + 1)]
    properties = schema.get("properties", {}) if deep < DEEPEST else {}
    named = {name: _filled(one, odd, deep + 1) for name, one in properties.items()}
    return named or {text: {text: [text, number, None]}}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Behind references, and the first of several ways."""
    while True:
        ways = schema.get("anyOf") or schema.get("oneOf") or []
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            schema = WHOLE["components"]["schemas"][name]
        elif ways:
            schema = next((w for w in ways if w.get("type") != "null"), {})
        else:
            return schema
