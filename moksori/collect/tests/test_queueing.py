"""Several threads write in one commit, and each gets what is its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections

from moksori.collect.models import Rate, Response
from moksori.collect.writes.queueing import Line, turn

pytestmark = pytest.mark.django_db(transaction=True)


class Lines(Line[str, str]):
    """Writes keys, and knows which came together."""

    def __init__(self) -> None:
        super().__init__(self.keep)
        self.groups: list[set[str]] = []

    def keep(self, keys: Sequence[str]) -> list[str]:
        self.groups.append(set(keys))
        Rate.objects.bulk_create(Rate(key=key, window=1, count=1) for key in keys)
        if "raises" in keys:
            raise KeyError("raises")
        if "nowhere" in keys:  # a row that points nowhere is found by the commit only
            Response.objects.create(
                survey_id=404, version_id=404, token_hash="t", receipt_hash="r", seed=1,
                started_at="2026-01-01T00:00Z", changed_at="2026-01-01T00:00Z",
            )  # fmt: skip
        return [f"{key} is kept" for key in keys]

    def bring(self, keys: list[str]) -> list[object]:
        """What comes of items that all wait while somebody else writes."""
        start = threading.Barrier(len(keys))

        def bring(key: str) -> object:
            start.wait()
            try:
                return self.put(key)
            except Exception as error:  # noqa: BLE001
                return type(error)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(keys)) as pool:
            with turn():
                found = [pool.submit(bring, key) for key in keys]
                while connection.vendor == "sqlite" and len(self._waiting) < len(keys):
                    threading.Event().wait(0.01)
            return [one.result() for one in found]


def stored() -> set[str]:
    return set(Rate.objects.values_list("key", flat=True))


def test_each_gets_its_own_and_all_is_stored():
    keys = [f"k{n}" for n in range(8)]
    assert Lines().bring(keys) == [f"{key} is kept" for key in keys]
    assert stored() == set(keys)


def test_what_waited_is_one_commit():
    if connection.vendor != "sqlite":
        pytest.skip("nobody waits for a turn there, so it is chance who comes together")
    lines = Lines()
    keys = [f"k{n}" for n in range(8)]
    lines.bring(keys)
    assert lines.groups == [set(keys)]


def test_what_fails_fails_alone():
    found = Lines().bring(["a", "raises", "b"])
    assert found == ["a is kept", KeyError, "b is kept"]
    assert stored() == {"a", "b"}


def test_so_does_what_only_the_commit_finds():
    lines = Lines()
    found = lines.bring(["a", "nowhere", "b"])
    assert found == ["a is kept", IntegrityError, "b is kept"]
    assert stored() == {"a", "b"}
    assert lines.put("c") == "c is kept"  # and the next is written as ever
