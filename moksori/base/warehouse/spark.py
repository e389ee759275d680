"""The same questions on a Spark cluster, through Spark Connect."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from moksori.base.warehouse import manifest as manifests
from moksori.base.warehouse.cube import Cube
from moksori.base.warehouse.engine import Question, nothing, rollup_rows
from moksori.base.warehouse.manifest import KEPT_VERSIONS, Manifest

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession


class SparkConnect:
    """Answers on a cluster that sees the warehouse folder under the same path.

    `url` is like "sc://spark:15002". Needs the package's "spark" extra, no JVM here.
    """

    def __init__(self, root: Path, url: str) -> None:
        self.root = root
        self.url = url
        self._mark = hashlib.sha256(str(root).encode()).hexdigest()[:8]
        self._lock = threading.Lock()
        self._spark: SparkSession | None = None
        self._known: dict[str, int] = {}

    def table(self, question: Question) -> pa.Table:
        manifest = manifests.load(self.root)
        found = question.plan(rollup_rows(manifest))
        with self._lock:
            spark = self._session()
            name = self._view(spark, manifest, found.source)
        answer = spark.sql(found.sql("spark", source=name)).toArrow()
        return answer.select(list(question.outputs))

    def rows(self, cube: Cube) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.table(cube).to_pylist()
        return found

    def close(self) -> None:
        """Leave the cluster; the next question joins it again."""
        with self._lock:
            if self._spark is not None:
                self._spark.stop()
            self._spark, self._known = None, {}

    def _session(self) -> SparkSession:
        if self._spark is None:
            # An optional extra: without a cluster nobody should need it.
            from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415

            self._spark = SparkSession.builder.remote(self.url).getOrCreate()
        return self._spark

    def _view(self, spark: SparkSession, manifest: Manifest, source: str) -> str:
        """A view named by version, so a running question keeps its own files."""
        # Two warehouses may share a session, and versions start at one in each.
        name = f"{source}_{self._mark}_v{manifest.version}"
        if name not in self._known:
            files = [str(self.root / path) for path in manifest.parts(source)]
            frame = spark.read.parquet(*files) if files else spark.sql(_spark(source))
            frame.createOrReplaceTempView(name)
            self._known[name] = manifest.version
            self._forget_old(spark, manifest.version)
        return name

    def _forget_old(self, spark: SparkSession, version: int) -> None:
        old = [n for n, v in self._known.items() if v < version - KEPT_VERSIONS]
        for name in old:
            spark.catalog.dropTempView(name)
            del self._known[name]


def _spark(source: str) -> str:
    return nothing(source).replace("VARCHAR", "STRING")
