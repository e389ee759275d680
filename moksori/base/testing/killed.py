"""Kills a publisher again and again while others read, and counts the damage.

Every publication gives all 500 feedbacks the score `round % 11` and one mention each
of theme `round`. A torn read would show two rounds at once; a lost one would show an
older round than one that was acknowledged before.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from moksori.base.testing.facts import facts
from moksori.base.warehouse.cube import Cube
from moksori.base.warehouse.engine import DuckDB
from moksori.base.warehouse.publisher import Change, Publisher

FEEDBACKS = 500
BY_ROLLUP = Cube("mentions", ("theme",), ("n_mentions", "n_feedback"))
BY_ROWS = Cube("mentions", ("theme",), ("n_accounts", "n_mentions"))
SCORES = Cube("scores", (), ("n_scored", "mean_score", "sd_score"))


@dataclass(frozen=True, slots=True)
class Damage:
    kills: int
    published: int
    reads: int
    torn: int
    errors: int
    lost: int


def batch(number: int) -> dict[str, Change]:
    """The facts of one round."""
    tables = facts(FEEDBACKS, seed=number, days=20)
    first = tables["mentions"].group_by("feedback", use_threads=False).aggregate([])
    mentions = tables["mentions"].slice(0, 0)
    scores = tables["scores"]
    rows = len(scores)
    score = pa.array([float(number % 11)] * rows, pa.float32())
    scores = scores.set_column(
        scores.schema.get_field_index("score_0_10"), "score_0_10", score
    )
    columns: dict[str, Any] = {
        name: scores[name] if name in scores.schema.names else pa.nulls(rows, kind)
        for name, kind in zip(mentions.schema.names, mentions.schema.types, strict=True)
    }
    columns["mention"] = first["feedback"]
    columns["theme"] = pa.array([number] * rows, pa.int32())
    columns["kind"] = pa.array(["complaint"] * rows)
    columns["is_negative"] = pa.array([True] * rows)
    made = pa.table(columns).select(mentions.schema.names).cast(mentions.schema)
    return {"mentions": Change(made), "scores": Change(scores)}


def killed_publisher(root: Path, *, kills: int, readers: int, seed: int) -> Damage:
    """Run publisher and readers, kill the publisher `kills` times, and look."""
    draw = random.Random(seed)  # noqa: S311
    started = time.monotonic()
    Publisher(root).publish(batch(1))
    pace = time.monotonic() - started
    acknowledged, lost = root.with_name(f"{root.name}.acknowledged"), 0
    acknowledged.write_text("1\n")
    with _readers(root, readers) as outcomes:
        for kill in range(kills):
            _kill_one(root, acknowledged, kill, draw.uniform(0, 2) * pace)
            seen = DuckDB(root).rows(BY_ROLLUP)[0]["theme"]
            lost += seen < _rounds(acknowledged)[-1]
    published = len(_rounds(acknowledged)) - 1
    counts = {name: sum(one[name] for one in outcomes) for name in outcomes[0]}
    return Damage(kills=kills, published=published, lost=lost, **counts)


def _rounds(acknowledged: Path) -> list[int]:
    lines = acknowledged.read_text().splitlines(keepends=True)
    return [int(line) for line in lines if line.endswith("\n")]


def _server() -> Any:
    # Forked from a process that has imported, but not started, everything.
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload([__name__])
    return found


def _kill_one(root: Path, acknowledged: Path, kill: int, seconds: float) -> None:
    first = (kill + 1) * 1_000
    child = _server().Process(target=_publish, args=(root, acknowledged, first))
    child.start()
    # Every second one is killed at the work after its first finished round.
    until = time.monotonic() + 120
    while kill % 2 and _rounds(acknowledged)[-1] < first and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(seconds)
    child.kill()
    child.join()


def _publish(root: Path, acknowledged: Path, first: int) -> None:
    """The publisher to be killed; notes each finished round."""
    publisher = Publisher(root)
    notes = os.open(acknowledged, os.O_WRONLY | os.O_APPEND)
    for number in itertools.count(first):
        publisher.publish(batch(number))
        os.write(notes, f"{number}\n".encode())


@contextmanager
def _readers(root: Path, count: int) -> Iterator[list[dict[str, int]]]:
    server = _server()
    stop, results = server.Event(), server.Queue()
    workers = [
        server.Process(target=_read, args=(root, stop, results)) for _ in range(count)
    ]
    for worker in workers:
        worker.start()
    outcomes: list[dict[str, int]] = []
    try:
        yield outcomes
    finally:
        stop.set()
        outcomes += [results.get(timeout=60) for _ in workers]
        for worker in workers:
            worker.join()


def _read(root: Path, stop: Any, results: Any) -> None:
    engine = DuckDB(root, threads=1)
    found = {"reads": 0, "torn": 0, "errors": 0}
    newest = 0
    while not stop.is_set():
        try:
            for cube in (BY_ROLLUP, BY_ROWS):
                (row,) = engine.rows(cube)
                found["torn"] += row["n_mentions"] != FEEDBACKS or row["theme"] < newest
                newest = row["theme"]
            (score,) = engine.rows(SCORES)
            found["torn"] += score["n_scored"] != FEEDBACKS or score["sd_score"] != 0
        except Exception:  # noqa: BLE001 - whatever goes wrong is what we count
            found["errors"] += 1
        found["reads"] += 1
    results.put(found)
