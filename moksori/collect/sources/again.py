"""Looking again at what we have: edits, and what the other side has deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_noop as _

from moksori.collect.records import Record
from moksori.collect.sources import shapes
from moksori.collect.sources.connector import Known, Page, Task
from moksori.collect.sources.reach import Reach, Trouble

AGAIN = 10  # looked at again in one visit
SUSPICIOUS = 5  # gone at once, and nothing left: more likely the site has changed

Look = Callable[[Known], Sequence[Record] | None]


def looked_again(
    task: Task, reach: Reach, cursor: dict[str, Any], look: Look
) -> Iterator[Page]:
    """One page of what `look` found of the next known ones; None means gone.

    Goes round: each visit takes the next few of the last weeks. Raises Trouble,
    and removes nothing, where everything seems to be gone.
    """
    known = task.known(shapes.whole(cursor.get("looked")), AGAIN)
    before = cursor.get("looked", 0)
    records: list[Record] = []
    gone: list[str] = []
    for one in known:
        if reach.is_over:
            break
        found = look(one)
        cursor["looked"] = one.id
        if found is None:
            gone.append(one.external_id)
        else:
            records += found
    else:
        if len(known) < AGAIN:
            cursor["looked"] = 0  # from the oldest again
    if len(gone) >= SUSPICIOUS and not records:
        raise Trouble(
            _("All posts seem to be gone at once. Nothing was removed; look yourself.")
        )
    if known or cursor.get("looked", 0) != before:
        yield Page(tuple(records), dict(cursor), gone=tuple(gone))
