"""Fixtures for every test; the embedded database and the warehouse live in a
temporary folder unless MOKSORI_DATA_DIR or MOKSORI_DATABASE_URL say otherwise."""

from __future__ import annotations

import os
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

# Stories of a browser are told by one process, and the sweep over every address is
# one test.
FIRST = ("tests/story/", "tests/test_access.py")

os.environ.setdefault("MOKSORI_DATA_DIR", tempfile.mkdtemp(prefix="moksori-test-"))


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """The longest first, so that no process ends alone; on the second database only
    what asks it."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    if os.environ.get("MOKSORI_DATABASE_URL", "").startswith("postgres"):
        asking = [item for item in items if _asks_database(item)]
        config.hook.pytest_deselected(
            items=[item for item in items if not _asks_database(item)]
        )
        items[:] = asking


def _asks_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & {"db", "transactional_db"}) or (
        item.get_closest_marker("django_db") is not None
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Without the triggers of the log, which would refuse the clean-up after tests;
    the tests of the log put them back."""
    from django.db import connection

    from moksori.base.testing import emptied

    emptied.use()
    triggers = import_module("moksori.base.audit.migrations.0002_log_is_append_only")
    with (
        django_db_blocker.unblock(),
        connection.schema_editor(atomic=False) as editor,
    ):
        triggers.remove(None, editor)


@pytest.fixture
def team(db: None) -> Any:
    from moksori.base.testing.makers import make_team

    return make_team()


@pytest.fixture(autouse=True)
def speaks_korean(settings: Any) -> None:
    """A test that changes the language must not change it for the next one."""
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    """Each test has its own warehouse and uploads."""
    settings.MOKSORI_WAREHOUSE_DIR = tmp_path / "warehouse"
    settings.MOKSORI_UPLOAD_DIR = tmp_path / "uploads"


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A million rounds for each of seven members would be most of the test run."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
