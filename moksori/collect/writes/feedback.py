"""Feedback that arrives one by one or in small lists, from programs and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import TooLarge, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.collect.models import Feedback, Source
from moksori.collect.records import Prepared, Record, prepared
from moksori.collect.writes.store import Store, Stored

MOST = 1_000  # records in one call


@dataclass(frozen=True, slots=True)
class Added:
    """What came of a list of records; `ids` is in the order of the records."""

    added: int
    revised: int
    unchanged: int
    ids: tuple[int, ...]


def add_feedback(record: Record, *, source: Source, by: Member | None) -> Feedback:
    """Store one feedback, or the new version of one; the same again changes nothing.

    Raises NotAllowed without the ability to import, UserError for an empty record.
    """
    ids = add_many([record], source=source, by=by).ids
    return Feedback.objects.get(pk=ids[0])


@transaction.atomic
def add_many(records: Sequence[Record], *, source: Source, by: Member | None) -> Added:
    """As `add_feedback`, all of them or none. `by` None means the system itself."""
    if by is not None:
        by.must(Ability.IMPORT, source)
    if len(records) > MOST:
        raise TooLarge(
            _("Send at most {most} at once; these are {count}.").format(
                most=MOST, count=len(records)
            )
        )
    ready = [_ready(number, record) for number, record in enumerate(records, 1)]
    stored = _stored(Store(source), ready)
    if stored.added or stored.revised:
        audit.record(
            "add_feedback",
            source,
            by=by,
            added=stored.added,
            revised=stored.revised,
        )
    return Added(
        added=stored.added,
        revised=stored.revised,
        unchanged=stored.unchanged + stored.repeated,
        ids=tuple(stored.ids[one.external_id] for one in ready),
    )


def _stored(store: Store, ready: list[Prepared]) -> Stored:
    whole = Stored()
    for start in range(0, len(ready), 500):
        part = store.put(ready[start : start + 500])
        whole.added += part.added
        whole.revised += part.revised
        whole.unchanged += part.unchanged
        whole.repeated += part.repeated
        whole.ids |= part.ids
    return whole


def _ready(number: int, record: Record) -> Prepared:
    if record.is_blank:
        raise UserError(
            _("Feedback {number} says nothing. Give it a text or a score.").format(
                number=number
            ),
            field=f"{number - 1}",
        )
    if record.occurred_at is None and not record.external_id:
        # Two customers may say the same on different days: the moment tells them apart.
        record = replace(record, occurred_at=timezone.now())
    return prepared(record)
