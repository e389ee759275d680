"""Importing into a source and undoing one of its imports take turns.

Row by row they would not disturb each other. But a row that a new file repeats while an
older import is being undone would count as already here and be gone a moment later.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from moksori.base.errors import Conflict
from moksori.collect.models import Batch, Source

State = Batch.State


def keep_apart(source_id: int, *busy: str) -> None:
    """Lock the source until the transaction ends; Conflict if an import is `busy`."""
    Source.objects.select_for_update().get(pk=source_id)
    if not Batch.objects.filter(source_id=source_id, state__in=busy).exists():
        return
    if State.UNDOING in busy:
        raise Conflict(
            _("An import of this source is being undone. Try again when that is done.")
        )
    raise Conflict(
        _("A file of this source is being imported. Undo when that is done.")
    )
