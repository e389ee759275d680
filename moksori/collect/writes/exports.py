"""Feedback taken out as a file: with a reason, and remembered.

A small file is made while its reader waits, a large one by the worker.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from typing import IO, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import TooLarge, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import one_line
from moksori.collect.models import Export, Feedback
from moksori.collect.out import sheets
from moksori.collect.reads.feedback import FeedbackFilters, matching

MOST = {
    Export.Format.CSV: 500_000,
    Export.Format.XLSX: 100_000,
    Export.Format.PARQUET: 500_000,
}
AT_ONCE = 3_000  # rows; more are made by the worker
SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class Made:
    """An export and its file, read from the start; who closes it deletes it."""

    export: Export
    file: IO[bytes]


def make_export(
    filters: FeedbackFilters, *, form: str, reason: str, by: Member
) -> Made:
    """What the member may see and the filters leave, as a file, made at once.

    Raises UserError and TooLarge as `ask` does.
    """
    asked = ask(filters, form=form, reason=reason, by=by)
    # It has no name on the disk: nothing is left of it when it is closed.
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller sends it
    try:
        count = sheets.write(form, asked.found, file)
        export = _noted(asked, count, file, by)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Made(export, file)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody may have as a file, and how many rows that is."""

    filters: FeedbackFilters
    form: str
    reason: str
    rows: int
    found: QuerySet[Feedback]

    @property
    def is_large(self) -> bool:
        return self.rows > AT_ONCE

    def row(self, by: Member, **facts: Any) -> Export:
        return Export(
            unit_id=by.unit_id,
            member=by,
            reason=self.reason,
            filters={name: value for name, value in self.filters if value},
            format=self.form,
            **facts,
        )


def ask(filters: FeedbackFilters, *, form: str, reason: str, by: Member) -> Asked:
    """Look whether a file may be made, before anything is.

    Raises UserError without a reason or without feedback, TooLarge for too much of it.
    """
    by.must(Ability.READ)
    reason = _good_reason(reason)
    if form not in MOST:
        raise UserError(_("Choose one of the formats."), field="form")
    most = MOST[Export.Format(form)]
    found = feedback_for(filters, by=by)
    count = found[: most + 1].count()
    if count > most:
        raise TooLarge(
            _("This format takes at most {most} feedbacks. Narrow them down.").format(
                most=f"{most:,}"
            ),
            field="form",
        )
    if not count:
        raise UserError(_("No feedback fits these conditions."))
    return Asked(filters, form, reason, count, found)


def feedback_for(filters: FeedbackFilters, *, by: Member) -> QuerySet[Feedback]:
    return matching(filters, by=by).order_by("-occurred_at", "-id")


@transaction.atomic
def _noted(asked: Asked, count: int, file: IO[bytes], by: Member) -> Export:
    """Before a byte leaves: who took what, and why."""
    size, digest = weighed(file)
    export = asked.row(by, rows=count, size=size, digest=digest)
    export.save()
    audit.record("export_feedback", export, by=by, rows=count, format=asked.form)
    return export


def weighed(file: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256 of the whole file."""
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(1_000_000):
        digest.update(part)
    return file.tell(), digest.hexdigest()


def _good_reason(reason: str) -> str:
    reason = one_line(reason, field="reason")
    if len(reason) < SHORTEST_REASON:
        raise UserError(
            _("Say in a few words what you need the file for."), field="reason"
        )
    if len(reason) > 300:
        raise UserError(_("A reason has at most 300 characters."), field="reason")
    return reason
