"""Reading everything with another encoder, before themes are learned with it."""

from __future__ import annotations

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from moksori.analysis.duplicates import text_key
from moksori.analysis.encoder import load_encoder
from moksori.analysis.encoders import Encoder, EncoderGoneError, label
from moksori.analysis.neighbours import unit
from moksori.analysis.topical import topical
from moksori.base.warehouse import outbox
from moksori.base.warehouse.models import Cursor
from moksori.understand.models import Mention, TextVector, Theme, ThemeRun
from moksori.understand.placing.vectors import topical_vectors
from moksori.understand.reads.encoders import (
    READER,
    SLICE,
    encoder_named,
    is_read,
    last_run,
    position,
    topic,
    wanted_encoder,
)

OF_EACH = 100
FORGOTTEN = 500
Row = NDArray[np.float32]


def embed_pending() -> bool:
    """Keep the vectors of the next mentions; False when nothing is left to be read.

    Nothing is done twice or lost when the worker dies: vectors are kept as they come,
    and the cursor moves after them.
    """
    encoder = wanted_encoder()
    if not encoder.is_slow:
        return False
    with outbox.reading(READER) as is_ours:
        return is_ours and _embed_next(encoder)


def _embed_next(encoder: Encoder) -> bool:
    rows = Mention.objects.filter(pk__gt=position(encoder)).order_by("pk")
    columns = ("pk", "feedback__text", "start", "end")
    part = list(rows.values_list(*columns)[:SLICE])
    if not part:
        return False
    topical_vectors([text[start:end] for _, text, start, end in part], encoder)
    Cursor.objects.update_or_create(
        name=READER, topic=topic(encoder), defaults={"position": part[-1][0]}
    )
    return True


def left_behind() -> list[int]:
    """Affiliates whose themes should now be learned with another encoder.

    With the wanted one, once everything is read; with the shipped one until then, if
    nobody can encode for their themes any more.
    """
    wanted = wanted_encoder()
    newest = ThemeRun.objects.order_by("unit_id", "number")
    used = dict(newest.values_list("unit_id", "encoder"))
    behind = [pk for pk, named in used.items() if named != label(wanted)]
    if not behind:
        _forget_others(wanted)
    if is_read(wanted):
        return behind
    return [pk for pk in behind if _is_gone(used[pk])]


def _is_gone(named: str) -> bool:
    try:
        encoder_named(named)
    except EncoderGoneError:
        return True
    return False


def encoder_to_learn_with(affiliate: int) -> Encoder:
    """The wanted encoder once everything is read; until then the one that was used.

    At first, and where that one is gone, the shipped one: it needs no preparation.
    """
    wanted = wanted_encoder()
    run = last_run(affiliate)
    if is_read(wanted) and (run is not None or not wanted.is_slow):
        return wanted
    try:
        return encoder_named(run.encoder) if run else load_encoder()
    except EncoderGoneError:
        return load_encoder()


def forget_unsaid() -> int:
    """Delete kept vectors of words that nobody says any more: feedback was erased.

    One that is needed after all, for an example say, is made again.
    """
    if not TextVector.objects.exists():
        return 0
    said: set[int] = set()
    rows = Mention.objects.order_by("pk").values_list("feedback__text", "start", "end")
    for text, start, end in rows.iterator(SLICE):
        said.add(text_key(topical(text[start:end])))
    lost = [
        pk
        for pk, key in TextVector.objects.values_list("pk", "key").iterator(SLICE)
        if key not in said
    ]
    for at in range(0, len(lost), FORGOTTEN):
        TextVector.objects.filter(pk__in=lost[at : at + FORGOTTEN]).delete()
    return len(lost)


def carried_centers(affiliate: int, encoder: Encoder) -> dict[int, Row]:
    """Where the affiliate's themes are in the space of this encoder, by their ids.

    Themes learned with another one are where their mentions are; those without any
    cannot be recognised, and are left out.
    """
    run = last_run(affiliate)
    themes = list(Theme.objects.filter(unit_id=affiliate).order_by("pk"))
    if run is not None and run.encoder != label(encoder):
        found = {theme.pk: _middle(theme, encoder) for theme in themes}
        return {pk: row for pk, row in found.items() if row.any()}
    stored = {t.pk: np.frombuffer(bytes(t.center), np.float32) for t in themes}
    # A theme put away under another encoder has a centre of another width.
    return {pk: row for pk, row in stored.items() if len(row) == encoder.dims}


def _middle(theme: Theme, encoder: Encoder) -> Row:
    told = theme.definition
    # What a merged theme held is elsewhere now; some of it was noted as typical.
    named = [*told.get("sample", ()), *told.get("mentions", ())]
    inside = Q(theme__parent=theme) if theme.is_group else Q(theme=theme)
    inside = Q(pk__in=named) if named else inside
    rows = Mention.objects.filter(inside).order_by("-confidence", "pk")
    columns = ("feedback__text", "start", "end")
    texts = [text[a:b] for text, a, b in rows.values_list(*columns)[:OF_EACH]]
    texts += told.get("examples", [])
    sums = topical_vectors(texts, encoder).sum(axis=0, keepdims=True)
    return np.asarray(unit(sums)[0], np.float32)


def _forget_others(encoder: Encoder) -> None:
    """Delete what was kept for encoders that no theme is placed with any more."""
    Cursor.objects.filter(name=READER).exclude(topic=topic(encoder)).delete()
    others = TextVector.objects.exclude(encoder=label(encoder))
    while ids := list(others.values_list("pk", flat=True)[:FORGOTTEN]):
        TextVector.objects.filter(pk__in=ids).delete()
