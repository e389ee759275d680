"""The warehouse of this installation, as the settings describe it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings

from moksori.base.warehouse import manifest as manifests
from moksori.base.warehouse.cube import Cube
from moksori.base.warehouse.engine import DuckDB, Engine, Question
from moksori.base.warehouse.publisher import Change, Published, Publisher
from moksori.base.warehouse.spark import SparkConnect


@dataclass(frozen=True, slots=True)
class Warehouse:
    """One folder of facts: questions go to `engine`, changes to `publisher`."""

    root: Path
    engine: Engine
    publisher: Publisher

    @property
    def version(self) -> int:
        """Grows by one with every publication; 0 before the first."""
        return manifests.load(self.root).version

    def table(self, question: Question) -> pa.Table:
        """The answer as Arrow, with the question's outputs in their order."""
        return self.engine.table(question)

    def rows(self, cube: Cube) -> list[dict[str, Any]]:
        """The answer as dictionaries."""
        return self.engine.rows(cube)

    def publish(self, changes: Mapping[str, Change]) -> Published:
        """Replace the facts of the feedback concerned; again changes nothing."""
        return self.publisher.publish(changes)

    def rebuild(self, facts: Mapping[str, Iterable[pa.Table]]) -> Published:
        """Make the warehouse anew from all facts, in batches of whole feedbacks."""
        return self.publisher.rebuild(facts)


def opened() -> Warehouse:
    """The warehouse at `MOKSORI_WAREHOUSE_DIR`, on Spark where a URL is set."""
    return _opened(
        Path(settings.MOKSORI_WAREHOUSE_DIR),
        settings.MOKSORI_SPARK_URL,
        settings.MOKSORI_WAREHOUSE_THREADS,
        settings.MOKSORI_WAREHOUSE_MEMORY,
    )


@lru_cache(maxsize=4)
def _opened(root: Path, spark_url: str, threads: int, memory: str) -> Warehouse:
    engine: Engine = (
        SparkConnect(root, spark_url)
        if spark_url
        else DuckDB(root, threads=threads, memory_limit=memory)
    )
    return Warehouse(root, engine, Publisher(root, threads, memory))
