"""Keeping the file of clause vectors: follows the notes, survives being killed.

Files are written aside under new names; a manifest, renamed into place, makes them
count. Whatever no manifest names is litter, swept by the next writer.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.encoder import load_encoder
from moksori.base.warehouse import outbox
from moksori.collect.models import Feedback
from moksori.understand.models import MENTIONS_PER_FEEDBACK, SearchText
from moksori.understand.reads.clause_index import (
    EMPTY,
    FORMAT,
    MANIFEST,
    PARTS,
    ClauseIndex,
    Segment,
    clause_index,
    encoder_name,
    folder,
)
from moksori.understand.reads.tokens import tokens
from moksori.understand.writes.clause_rows import Rows, read_rows, texts_of
from moksori.understand.writes.enrich import slices

LOCK = "writer.lock"
NOTES = 200
READ = 5_000
SEGMENT = 131_072  # rows; written again at most this many for a late change
STEPS = 127
TOKEN_ROWS = 500


def index_pending(*, notes: int = NOTES) -> bool:
    """Take in what the next notes name; False when nothing is waiting.

    Where there is no index yet, or one of another encoder, it is made whole first.
    """
    with outbox.reading("clauses") as is_ours:
        return is_ours and _index_next(notes)


def _index_next(notes: int) -> bool:
    batch = outbox.take("clauses", "facts", notes)
    if not clause_index().is_current:
        rebuild_index()
    if not batch:
        return False
    ids = {pk for note in batch.payloads for pk in note.get("ids", ())}
    ids |= {pk for note in batch.payloads for pk in note.get("removed", ())}
    index_feedback(sorted(ids))
    outbox.advance(batch)
    return True


def index_feedback(ids: Sequence[int]) -> None:
    """Replace the clauses of these feedbacks; those that are gone are taken out."""
    with _alone() as found:
        for part in slices(ids, READ):
            found = _replaced(found, part)  # noqa: PLW2901 - one state after the other
        _publish(found)


def rebuild_index() -> None:
    """Make the file anew from the database; readers keep the old one until the end."""
    with _alone() as found:
        made: list[Segment] = []
        waiting: list[tuple[Rows, NDArray[np.float32]]] = []
        for rows in _everything():
            waiting.append((rows, _encoded(rows)))
            if sum(len(each) for each, _ in waiting) >= SEGMENT:
                made.append(_written(waiting))
                waiting = []
        if waiting:
            made.append(_written(waiting))
        _publish(replace(found, encoder=encoder_name(), segments=tuple(made)))


def rebuild_tokens() -> None:
    """Bring the words of the search index up to what `tokens` makes of them today."""
    last = 0
    while True:
        rows = list(
            SearchText.objects.filter(pk__gt=last)
            .order_by("pk")
            .select_related("feedback")
            .only("pk", "tokens", "feedback__text")[:TOKEN_ROWS]
        )
        if not rows:
            return
        last = rows[-1].pk
        changed = []
        for row in rows:
            now = tokens(row.feedback.text)
            if now != row.tokens:
                row.tokens = now
                changed.append(row)
        SearchText.objects.bulk_update(changed, ["tokens"], batch_size=100)


def _everything() -> Iterator[Rows]:
    last = 0
    while True:
        ids = list(
            Feedback.objects.filter(pk__gt=last)
            .order_by("pk")
            .values_list("pk", flat=True)[:READ]
        )
        if not ids:
            return
        yield read_rows(ids)
        last = ids[-1]


def _replaced(found: ClauseIndex, ids: Sequence[int]) -> ClauseIndex:
    """The index with what the database says of these feedbacks now."""
    rows = read_rows(ids)
    wanted = np.asarray(ids, np.int64)
    kept = np.zeros(len(rows), bool)
    vectors = np.zeros((len(rows), load_encoder().dims), np.float32)
    known = np.zeros(len(rows), bool)
    learned = (kept, known, vectors)
    segments = [_without(each, wanted, rows, learned) for each in found.segments]
    new = np.flatnonzero(~kept)
    if len(new):
        unknown = np.flatnonzero(~kept & ~known)
        vectors[unknown] = load_encoder().encode(texts_of(rows, unknown))
        segments.append(_written([(rows.only(new), vectors[new])]))
    return replace(found, segments=tuple(_merged(segments)))


def _without(
    segment: Segment,
    wanted: NDArray[np.int64],
    rows: Rows,
    learned: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float32]],
) -> Segment:
    """The segment less what changed; notes what stays, and vectors to use again."""
    kept, known, vectors = learned
    low, high = np.searchsorted(
        segment.mentions,
        [wanted[0] * MENTIONS_PER_FEEDBACK, (wanted[-1] + 1) * MENTIONS_PER_FEEDBACK],
    )
    near = slice(int(low), int(high))
    hit = segment.alive[near] & np.isin(segment.feedback[near], wanted)
    old = int(low) + np.flatnonzero(hit)
    if len(old) == 0:
        return segment
    at = np.searchsorted(rows.mentions, segment.mentions[old])
    at = np.minimum(at, max(len(rows) - 1, 0))
    same = np.zeros(len(old), bool)
    if len(rows):
        words = (rows.mentions[at] == segment.mentions[old]) & (
            rows.keys[at] == segment.keys[old]
        )
        known[at[words]] = True
        found = segment.vectors[old[words]].astype(np.float32)
        vectors[at[words]] = found * segment.scales[old[words]][:, None]
        same = words & (rows.facts[:, at] == segment.facts[:, old]).all(axis=0)
        kept[at[same]] = True
    if same.all():
        return segment
    alive = segment.alive.copy()
    alive[old[~same]] = False
    return replace(segment, alive=alive, gone="")


def _merged(segments: list[Segment]) -> list[Segment]:
    """Small neighbours as one, so that there are few; empty ones left out."""
    out: list[Segment] = []
    for segment in segments:
        if not segment.alive.any():
            continue
        out.append(segment)
        while len(out) > 1 and _worth_merging(out[-2], out[-1]):
            second, first = out.pop(), out.pop()
            out.append(_joined(first, second))
    return out


def _worth_merging(first: Segment, second: Segment) -> bool:
    a, b = int(first.alive.sum()), int(second.alive.sum())
    return a + b <= SEGMENT and a <= 2 * b


def _joined(first: Segment, second: Segment) -> Segment:
    both = (first, second)
    ids = np.concatenate([each.ids[:, each.alive] for each in both], axis=1)
    order = np.argsort(ids[0], kind="stable")
    return _stored(
        ids[:, order],
        np.concatenate([each.facts[:, each.alive] for each in both], axis=1)[:, order],
        np.concatenate([each.vectors[each.alive] for each in both])[order],
        np.concatenate([each.scales[each.alive] for each in both])[order],
    )


def _encoded(rows: Rows) -> NDArray[np.float32]:
    return load_encoder().encode(texts_of(rows, np.arange(len(rows))))


def _written(parts: list[tuple[Rows, NDArray[np.float32]]]) -> Segment:
    vectors = np.concatenate([each for _, each in parts])
    scales = np.maximum(np.abs(vectors).max(axis=1, initial=0) / STEPS, 1e-9)
    ids = [np.stack([rows.mentions, rows.keys]) for rows, _ in parts]
    return _stored(
        np.concatenate(ids, axis=1),
        np.concatenate([rows.facts for rows, _ in parts], axis=1),
        np.rint(vectors / scales[:, None]).astype(np.int8),
        scales.astype(np.float32),
    )


def _stored(
    ids: NDArray[np.int64],
    facts: NDArray[np.int32],
    vectors: NDArray[np.int8],
    scales: NDArray[np.float32],
) -> Segment:
    """A segment on disk that no manifest names yet."""
    name = _new_name()
    arrays = (ids, facts, vectors, scales)
    for part, array in zip(PARTS, arrays, strict=True):
        _save(folder() / f"{name}.{part}.npy", np.ascontiguousarray(array))
    return Segment(name, "", *arrays, alive=np.ones(len(scales), bool))


def _publish(found: ClauseIndex) -> None:
    """Let this state count, if it differs from the one that does."""
    before = clause_index()
    if before.is_current and found.segments == before.segments:
        return
    segments = tuple(_with_gone(each) for each in found.segments)
    now = ClauseIndex(before.version + 1, found.encoder or encoder_name(), segments)
    stored = {
        "format": FORMAT,
        "version": now.version,
        "encoder": now.encoder,
        "segments": [{"name": s.name, "gone": s.gone} for s in segments],
    }
    aside = folder() / "manifest.new"
    with aside.open("w", encoding="utf-8") as file:
        json.dump(stored, file)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(folder() / MANIFEST)
    _sweep(now.names)


def _with_gone(segment: Segment) -> Segment:
    """The numbers of dead rows as a file of its own, where they changed."""
    if segment.gone or segment.alive.all():
        return segment
    gone = f"{_new_name()}.gone.npy"
    _save(folder() / gone, np.flatnonzero(~segment.alive))
    return replace(segment, gone=gone)


@contextmanager
def _alone() -> Iterator[ClauseIndex]:
    """The index of this encoder as it is, with nobody else writing."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = clause_index()
        _sweep(found.names)
        yield found if found.is_current else replace(EMPTY, encoder=encoder_name())


def _sweep(kept: set[str]) -> None:
    for path in folder().glob("*.npy"):
        if path.name not in kept:
            path.unlink(missing_ok=True)


def _new_name() -> str:
    return os.urandom(8).hex()


def _save(path: Path, array: NDArray[np.generic]) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
