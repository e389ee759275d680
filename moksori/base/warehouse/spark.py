"""The same questions on a Spark cluster, through Spark Connect."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from moksori.base.warehouse import manifest as manifests
from moksori.base.warehouse.cube import Cube, plan
from moksori.base.warehouse.engine import nothing, rollup_rows
from moksori.base.warehouse.manifest import Manifest

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


class SparkConnect:
    """Answers on a cluster that sees the warehouse folder under the same path.

    `url` is like "sc://spark:15002". Needs the package's "spark" extra, no JVM here.
    """

    def __init__(self, root: Path, url: str) -> None:
        self.root = root
        self.url = url
        self._lock = threading.Lock()
        self._spark: SparkSession | None = None
        self._known: set[str] = set()

    def table(self, cube: Cube) -> pa.Table:
        manifest = manifests.load(self.root)
        found = plan(cube, rollup_rows(manifest))
        with self._lock:
            spark = self._session()
            name = self._view(spark, manifest, found.source)
        answer = spark.sql(found.sql("spark", source=name)).toArrow()
        return answer.select([*cube.dimensions, *cube.measures])

    def rows(self, cube: Cube) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.table(cube).to_pylist()
        return found

    def _session(self) -> SparkSession:
        if self._spark is None:
            # An optional extra: without a cluster nobody should need it.
            from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415

            self._spark = SparkSession.builder.remote(self.url).getOrCreate()
        return self._spark

    def _view(self, spark: SparkSession, manifest: Manifest, source: str) -> str:
        """A view named by version, so a running question keeps its own files."""
        name = f"{source}_v{manifest.version}"
        if name not in self._known:
            files = [str(self.root / path) for path in manifest.parts(source)]
            frame = spark.read.parquet(*files) if files else spark.sql(_spark(source))
            frame.createOrReplaceTempView(name)
            self._known.add(name)
        return name


def _spark(source: str) -> str:
    return nothing(source).replace("VARCHAR", "STRING")
