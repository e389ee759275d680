"""An import: a staged file, row by row, each row once whatever happens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import Conflict
from moksori.base.jobs.courtesy import Manners
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect import reader
from moksori.collect.models import Batch, Feedback, Source, Trouble
from moksori.collect.reader import Chunk, FileOptions, Preview, RowTrouble
from moksori.collect.tables import Message, Unreadable
from moksori.collect.tables.mapping import Mapping, fitting, mapping_from
from moksori.collect.troubles import TroubledRow, by_row
from moksori.collect.writes import staging
from moksori.collect.writes.removing import remove_gone
from moksori.collect.writes.review import put_up
from moksori.collect.writes.store import Store
from moksori.collect.writes.turns import keep_apart
from moksori.collect.writes.undo import take_back

MOST_TROUBLES = 20_000  # kept one by one; beyond, something is wrong with all rows
SHOWN = 20
State = Batch.State


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an import would do. Of a long file only the first rows are tried."""

    rows_total: int
    rows_read: int
    added: int
    revised: int
    unchanged: int
    repeated: int
    refused: int
    flagged: int
    troubles: tuple[TroubledRow, ...]

    @property
    def is_complete(self) -> bool:
        return self.rows_read >= self.rows_total


def read_differently(
    batch: Batch,
    *,
    options: FileOptions,
    mapping: Mapping | None = None,
    by: Member | None,
) -> Preview:
    """Look at a waiting file with another encoding, sheet or mapping, and keep that.

    Without a mapping the one in force stays as long as the file has its columns.
    """
    if by is not None:
        by.must(Ability.IMPORT, batch)
    found = reader.preview(staging.staged(batch), name=batch.file_name, options=options)
    mapping = mapping or fitting(
        mapping_from(batch.mapping), found.mapping, found.columns
    )
    mapping.check(found.columns)
    with transaction.atomic():
        _waiting(batch)
        batch.mapping = mapping.to_json()
        batch.options = staging.options_of(found)
        batch.save(update_fields=["mapping", "options"])
        audit.record("map_columns", batch, by=by)
    return replace(found, mapping=mapping)


def dry_run(batch: Batch, *, most: int = 20_000, by: Member | None) -> DryRun:
    """Count what importing the first `most` rows would do; changes nothing."""
    if by is not None:
        by.must(Ability.IMPORT, batch)
    counts: Counter[str] = Counter()
    seen: dict[int, str] = {}
    troubles: list[RowTrouble] = []
    total = 0
    for item in _chunks(batch):
        if isinstance(item, int):
            total = item
            continue
        _count(batch.source_id, item, counts, seen)
        if len(troubles) < SHOWN:
            troubles += item.troubles
        counts["rows_read"] = item.rows_read
        if item.rows_read >= most:
            break
    return DryRun(
        rows_total=total,
        troubles=tuple(islice(by_row(troubles), SHOWN)),
        **{
            name: counts[name]
            for name in (
                "rows_read",
                "added",
                "revised",
                "unchanged",
                "repeated",
                "refused",
                "flagged",
            )
        },
    )


def _count(
    source_id: int, chunk: Chunk, counts: Counter[str], seen: dict[int, str]
) -> None:
    known = dict(
        Feedback.objects.filter(
            source_id=source_id,
            external_id__in=[record.external_id for record in chunk.records],
        ).values_list("external_id", "fingerprint")
    )
    for record in chunk.records:
        # The hash of an id keeps a million of them small.
        key = hash(record.external_id)
        before = seen.get(key)
        seen[key] = record.fingerprint
        if before is not None:
            is_same = before == record.fingerprint
            counts["repeated" if is_same else "revised"] += 1
        elif record.external_id not in known:
            counts["added"] += 1
        elif known[record.external_id] == record.fingerprint:
            counts["unchanged"] += 1
        else:
            counts["revised"] += 1
    counts["refused"] += _rows(chunk, refused=True)
    counts["flagged"] += _rows(chunk, refused=False)


def start_import(batch: Batch, *, by: Member | None) -> Batch:
    """Have the file imported in the background, and remember its mapping."""
    from moksori.collect.jobs import import_batch  # noqa: PLC0415 - jobs call us

    with transaction.atomic():
        begin(batch, by=by)
        import_batch.enqueue(batch.pk)
    return batch


@transaction.atomic
def begin(batch: Batch, *, by: Member | None) -> None:
    """From now on the file is to be imported; by whom is the caller's choice."""
    if by is not None:
        by.must(Ability.IMPORT, batch)
    keep_apart(batch.source_id, State.UNDOING)
    _waiting(batch)
    mapping = mapping_from(batch.mapping)
    if not mapping.texts and not mapping.scores:
        mapping.check(mapping.columns)
    batch.state = State.READY
    batch.problem = {}
    batch.save(update_fields=["state", "problem"])
    Source.objects.filter(pk=batch.source_id).update(mapping=batch.mapping)
    audit.record("start_import", batch, by=by, source=batch.source_id)


def _waiting(batch: Batch) -> None:
    """Lock the batch and see that nobody started it; refused files may try again."""
    row = Batch.objects.select_for_update().get(pk=batch.pk)
    if row.state not in {State.UPLOADED, State.FAILED} or not row.stored_as:
        raise Conflict(_("This file is imported already, or is being imported."))


def run_import(
    batch_id: int, *, progress: Callable[[Batch], None] | None = None
) -> Batch:
    """Import what is left of a staged file; may be killed and called again.

    Rows and counts change in one transaction of at most 500 rows, so after a crash the
    next call goes on where the last one stopped. A file that cannot be read leaves
    nothing behind and the batch says why.
    """
    batch = Batch.objects.select_related("source__unit").get(pk=batch_id)
    if batch.state not in {State.READY, State.RUNNING} and not batch.can_go_on:
        return batch
    _take_up(batch)
    store = Store(batch.source, batch)
    manners = Manners()
    try:
        for item in _chunks(batch):
            if isinstance(item, int):
                Batch.objects.filter(pk=batch_id).update(rows_total=item)
            else:
                _keep(batch, item, store)
            batch.refresh_from_db()
            if progress is not None:
                progress(batch)
            manners.give_way()
    except Unreadable as error:
        _refuse(batch, error)
    else:
        _finish(batch)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def _take_up(batch: Batch) -> None:
    """From the queue, or stopped and its job tried again by an administrator."""
    keep_apart(batch.source_id, State.UNDOING)
    Batch.objects.filter(pk=batch.pk, state__in=[State.READY, State.STOPPED]).update(
        state=State.RUNNING, started_at=timezone.now(), problem={}
    )


def _chunks(batch: Batch) -> Iterator[int | Chunk]:
    return reader.chunks(
        staging.staged(batch),
        name=batch.file_name,
        options=staging.options_kept(batch),
        mapping=mapping_from(batch.mapping),
        skip=batch.rows_read,
    )


@transaction.atomic
def _keep(batch: Batch, chunk: Chunk, store: Store) -> None:
    remove_gone(batch.source, chunk.gone, by=batch.member)
    stored = store.put(chunk.records)
    moved = Batch.objects.filter(
        pk=batch.pk, state=State.RUNNING, rows_read=batch.rows_read
    ).update(
        rows_read=chunk.rows_read,
        added=F("added") + stored.added,
        revised=F("revised") + stored.revised,
        unchanged=F("unchanged") + stored.unchanged,
        repeated=F("repeated") + stored.repeated,
        refused=F("refused") + _rows(chunk, refused=True),
        flagged=F("flagged") + _rows(chunk, refused=False),
    )
    if not moved:
        # Another worker took this import over while we were thought dead.
        raise Conflict(_("This file is imported already, or is being imported."))
    _note(batch, chunk)


def _rows(chunk: Chunk, *, refused: bool) -> int:
    """How many rows are in trouble; one may have several."""
    return len({t.row for t in chunk.troubles if t.is_refused == refused})


def _note(batch: Batch, chunk: Chunk) -> None:
    if not chunk.troubles or batch.refused + batch.flagged >= MOST_TROUBLES:
        return
    Trouble.objects.bulk_create(
        Trouble(
            batch=batch,
            row=trouble.row,
            is_refused=trouble.is_refused,
            column=trouble.column[:120],
            template=trouble.message.template,
            facts=trouble.message.facts,
            record=trouble.record,
        )
        for trouble in chunk.troubles
    )


def _finish(batch: Batch) -> None:
    file = batch.stored_as
    with transaction.atomic():
        done = Batch.objects.filter(pk=batch.pk, state=State.RUNNING).update(
            state=State.DONE, finished_at=timezone.now(), stored_as=""
        )
        if not done:
            return
        audit.record(
            "finish_import",
            batch,
            by=batch.member,
            added=batch.added,
            revised=batch.revised,
            refused=batch.refused,
        )
        _put_up_refused(batch)
    staging.forget(file)


def _put_up_refused(batch: Batch) -> None:
    batch.refresh_from_db()
    if batch.refused:
        put_up(
            "rows",
            batch.unit_id,
            key=f"batch-{batch.pk}",
            evidence={
                "batch": batch.pk,
                "file": batch.file_name,
                "refused": batch.refused,
            },
            about=batch,
        )


def _refuse(batch: Batch, error: Unreadable) -> None:
    """The file broke: what was taken of it goes back, and the batch says why."""
    running = Batch.objects.filter(pk=batch.pk, state=State.RUNNING)
    if not running.filter(rows_read=batch.rows_read).exists():
        # Another worker took this import over: the file is gone because it is done.
        return
    take_back(batch)
    message = Message(error.template, error.facts)
    with transaction.atomic():
        Trouble.objects.filter(batch=batch).delete()
        running.update(
            state=State.FAILED,
            finished_at=timezone.now(),
            problem={"template": message.template, "facts": message.facts},
            rows_read=0,
            removed=0,
            added=0,
            revised=0,
            unchanged=0,
            repeated=0,
            refused=0,
            flagged=0,
        )
        audit.record("refuse_import", batch, by=batch.member)
