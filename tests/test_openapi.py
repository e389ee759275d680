"""The JSON API as others see it: a change shows up as a difference in review."""

from __future__ import annotations

import json
from pathlib import Path

from django.utils import translation

SNAPSHOT = Path(__file__).with_name("openapi.json")


def schema() -> str:
    from moksori.server.api import api

    with translation.override("en"):
        found = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    return json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_the_api_is_what_is_written_down():
    expected = SNAPSHOT.read_text(encoding="utf-8")
    assert schema() == expected, "meant? then: python -m tests.test_openapi"


def test_no_two_shapes_share_a_name():
    """Of two with one name the API's description would show only the last."""
    from ninja import Schema

    found: dict[str, set[str]] = {}
    schema()
    waiting = list(Schema.__subclasses__())
    while waiting:
        shape = waiting.pop()
        waiting += shape.__subclasses__()
        if shape.__module__.startswith("moksori."):
            found.setdefault(shape.__name__, set()).add(shape.__module__)
    assert {name: where for name, where in found.items() if len(where) > 1} == {}


def test_every_operation_says_what_it_does():
    for path, operations in json.loads(schema())["paths"].items():
        for method, operation in operations.items():
            assert operation.get("summary"), f"{method} {path}"
            assert operation.get("tags"), f"{method} {path}"


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    django.setup()
    SNAPSHOT.write_text(schema(), encoding="utf-8")
