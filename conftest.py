"""Fixtures for every test; the embedded database and the warehouse live in a
temporary folder unless MOKSORI_DATA_DIR or MOKSORI_DATABASE_URL say otherwise."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("MOKSORI_DATA_DIR", tempfile.mkdtemp(prefix="moksori-test-"))


@pytest.fixture
def team(db: None) -> Any:
    from moksori.base.testing.makers import make_team

    return make_team()


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Each test has its own warehouse and uploads."""
    settings.MOKSORI_WAREHOUSE_DIR = tmp_path / "warehouse"
    settings.MOKSORI_UPLOAD_DIR = tmp_path / "uploads"
    yield
