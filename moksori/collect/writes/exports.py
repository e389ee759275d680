"""Feedback taken out as a file: with a reason, and remembered."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from moksori.base.audit import writes as audit
from moksori.base.errors import TooLarge, UserError
from moksori.base.people.models import Member
from moksori.base.people.roles import Ability
from moksori.base.storable import one_line
from moksori.collect.models import Export
from moksori.collect.out import sheets
from moksori.collect.reads.feedback import FeedbackFilters, matching

MOST = {
    Export.Format.CSV: 500_000,
    Export.Format.XLSX: 100_000,
    Export.Format.PARQUET: 500_000,
}
SHORTEST_REASON = 5


@dataclass(frozen=True, slots=True)
class Made:
    """An export and its file, read from the start; who closes it deletes it."""

    export: Export
    file: IO[bytes]


def make_export(
    filters: FeedbackFilters, *, form: str, reason: str, by: Member
) -> Made:
    """What the member may see and the filters leave, as a file.

    Raises UserError without a reason or without feedback, TooLarge for too much of it.
    """
    by.must(Ability.READ)
    reason = _good_reason(reason)
    if form not in MOST:
        raise UserError(_("Choose one of the formats."), field="form")
    most = MOST[Export.Format(form)]
    rows = matching(filters, by=by).order_by("-occurred_at", "-id")
    if rows[: most + 1].count() > most:
        raise TooLarge(
            _("This format takes at most {most} feedbacks. Narrow them down.").format(
                most=f"{most:,}"
            ),
            field="form",
        )
    # It has no name on the disk: nothing is left of it when it is closed.
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller sends it
    try:
        count = sheets.write(form, rows, file)
        if not count:
            raise UserError(_("No feedback fits these conditions."))
        export = _noted(filters, form, reason, count, file, by)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Made(export, file)


@transaction.atomic
def _noted(
    filters: FeedbackFilters,
    form: str,
    reason: str,
    count: int,
    file: IO[bytes],
    by: Member,
) -> Export:
    """Before a byte leaves: who took what, and why."""
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(1_000_000):
        digest.update(part)
    export = Export.objects.create(
        unit_id=by.unit_id,
        member=by,
        reason=reason,
        filters={name: value for name, value in filters if value},
        format=form,
        rows=count,
        size=file.tell(),
        digest=digest.hexdigest(),
    )
    audit.record("export_feedback", export, by=by, rows=count, format=form)
    return export


def _good_reason(reason: str) -> str:
    reason = one_line(reason, field="reason")
    if len(reason) < SHORTEST_REASON:
        raise UserError(
            _("Say in a few words what you need the file for."), field="reason"
        )
    if len(reason) > 300:
        raise UserError(_("A reason has at most 300 characters."), field="reason")
    return reason
