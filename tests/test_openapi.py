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
