"""From feedback to mentions: an Arrow batch in, an Arrow batch out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from moksori.analysis.clauses import clauses, stated
from moksori.analysis.encoder import StaticEncoder, load_encoder
from moksori.analysis.flags import flags_of
from moksori.analysis.kind import kind
from moksori.analysis.language import UNKNOWN, detect_language
from moksori.analysis.masking import mask
from moksori.analysis.sentiment import Sentiment, load_sentiment

INPUT = pa.schema([("feedback", pa.int64()), ("text", pa.string())])
OUTPUT = pa.schema(
    [
        ("feedback", pa.int64()),
        ("position", pa.int16()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("language", pa.string()),
        ("sentiment", pa.float32()),
        ("kind", pa.string()),
        ("flags", pa.int16()),
        ("vector", pa.binary()),
    ]
)
BATCH_ROWS = 2_000


@dataclass(slots=True)
class _Found:
    """The columns that are known before the models are asked."""

    feedback: list[int]
    position: list[int]
    start: list[int]
    end: list[int]
    text: list[str]
    language: list[str]


class Enricher:
    """Finds the mentions in a batch of feedback; the same on every engine.

    Each row of the result is one clause: where it stands in the masked text (NFC), its
    language, sentiment (−1 to 1), kind, flags (the bits of `flags.FLAGS`), and vector
    (float16 bytes of a unit vector).
    A text without words has no mentions. The result does not depend on batching.
    """

    def __init__(
        self, encoder: StaticEncoder | None = None, sentiment: Sentiment | None = None
    ) -> None:
        self.encoder = encoder or load_encoder()
        self.sentiment = sentiment or load_sentiment()

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        found = _mentions(batch)
        scores = self.sentiment.predict([stated(text) for text in found.text])
        vectors = self.encoder.encode(found.text).astype(np.float16)
        kinds = [
            kind(text, score)
            for text, score in zip(found.text, scores.tolist(), strict=True)
        ]
        columns = [
            found.feedback,
            found.position,
            found.start,
            found.end,
            found.text,
            found.language,
            scores,
            kinds,
            flags_of(found.text),
            [row.tobytes() for row in vectors],
        ]
        arrays = [
            pa.array(column, type=field.type)
            for column, field in zip(columns, OUTPUT, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=OUTPUT)


def _mentions(batch: pa.RecordBatch) -> _Found:
    found = _Found([], [], [], [], [], [])
    ids = batch.column("feedback").to_pylist()
    for feedback, raw in zip(ids, batch.column("text").to_pylist(), strict=True):
        if raw:
            _add(found, feedback, mask(raw).text)
    return found


def _add(found: _Found, feedback: int, text: str) -> None:
    whole = detect_language(text)
    for position, clause in enumerate(clauses(text)):
        said = text[clause.start : clause.end]
        own = detect_language(said)
        found.feedback.append(feedback)
        found.position.append(position)
        found.start.append(clause.start)
        found.end.append(clause.end)
        found.text.append(said)
        found.language.append(whole if own == UNKNOWN else own)


def enrich(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The mentions in a batch of feedback, with the shipped models."""
    return Enricher()(batch)


def enrich_table(
    table: pa.Table,
    threads: int = 2,
    batch_rows: int = BATCH_ROWS,
    on_progress: Callable[[int], None] | None = None,
) -> pa.Table:
    """The mentions in a table of feedback, in its order, in batches on `threads`.

    `on_progress` hears the number of rows done so far.
    """
    enricher = Enricher()
    chosen = table.select(INPUT.names).cast(INPUT)
    batches = chosen.to_batches(max_chunksize=batch_rows)
    results = list(_run(enricher, batches, threads, on_progress))
    return pa.Table.from_batches(results, schema=OUTPUT)


def _run(
    enricher: Enricher,
    batches: list[pa.RecordBatch],
    threads: int,
    on_progress: Callable[[int], None] | None,
) -> Iterator[pa.RecordBatch]:
    done = 0
    with ThreadPoolExecutor(max_workers=max(threads, 1)) as pool:
        for batch, result in zip(batches, pool.map(enricher, batches), strict=True):
            done += batch.num_rows
            if on_progress:
                on_progress(done)
            yield result
