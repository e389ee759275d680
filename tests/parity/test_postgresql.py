"""The queue and the outbox on a real PostgreSQL, when the tests run on SQLite."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from moksori.base.testing.postgres import binaries, postgresql

ROOT = Path(__file__).parents[2]
ENGINE = settings.DATABASES["default"]["ENGINE"]

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed"),
    pytest.mark.skipif("sqlite" not in ENGINE, reason="they run on it anyway"),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with postgresql() as found:
        yield found


@pytest.mark.parametrize(
    "path", ["moksori/base/warehouse/tests/test_outbox.py", "moksori/base/jobs"]
)
def test_queue_and_outbox_hold_on_postgresql(path: str, url: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", path],
        cwd=ROOT,
        env={**os.environ, "MOKSORI_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-3000:]
