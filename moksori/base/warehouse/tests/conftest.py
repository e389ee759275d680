"""A small warehouse made of invented facts."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from moksori.base.testing.facts import facts
from moksori.base.warehouse.engine import DuckDB
from moksori.base.warehouse.publisher import Publisher

FEEDBACKS = 3_000
DAYS = 200


@pytest.fixture(scope="session")
def small() -> dict[str, pa.Table]:
    return facts(FEEDBACKS, seed=1, days=DAYS)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, small: dict[str, pa.Table]) -> Path:
    """A filled warehouse that tests only read."""
    root = tmp_path_factory.mktemp("warehouse")
    Publisher(root).rebuild({name: [table] for name, table in small.items()})
    return root


@pytest.fixture
def engine(kept: Path) -> DuckDB:
    return DuckDB(kept)
