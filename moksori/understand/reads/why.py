"""Why a mention is in its theme, and what the next best theme would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from moksori.base.people.gate import one
from moksori.base.people.models import Member
from moksori.understand.models import Mention, Pin, Theme, affiliate_id
from moksori.understand.placing.place import ThemeSet
from moksori.understand.placing.sets import theme_vectors
from moksori.understand.reads.moves import rows_of, theme_set
from moksori.understand.reads.verbatims import Verbatim, said
from moksori.understand.writes.pins import key_of

NEAREST = 2
ASKED = 400


@dataclass(frozen=True, slots=True)
class Candidate:
    """A theme, and how near the mention is to it (cosine of meanings, −1 to 1)."""

    theme: int
    name: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Like:
    """Something said in the same theme, and how much alike it is (cosine)."""

    verbatim: Verbatim
    similarity: float


@dataclass(frozen=True, slots=True)
class Why:
    """Reasons for the place of a mention.

    `reason` is "pinned" (by whom and when), "word" (which one), "near" (to `like`) or
    "nowhere". `confidence` is the share of the theme's mentions that are less typical
    of it. `best` and `next` are the two nearest themes by meaning alone, `margin` how
    much nearer the first is. `is_pending`: the place has yet to follow what was taught.
    """

    mention: int
    theme: int | None
    name: str
    reason: str
    by: str
    at: datetime | None
    word: str
    like: tuple[Like, ...]
    confidence: float | None
    best: Candidate | None
    next: Candidate | None
    margin: float | None
    is_pending: bool


def mention_row(mention_id: int, *, by: Member) -> Mention:
    """The row behind the gate; NotFound for an outsider."""
    rows = Mention.objects.visible_to(by).select_related("feedback__unit", "theme")
    row: Mention = one(rows, pk=mention_id)
    return row


def why(mention: Mention | int, *, by: Member) -> Why:
    """Why this mention is where it is; NotFound for an outsider."""
    pk = mention.pk if isinstance(mention, Mention) else mention
    row = mention_row(pk, by=by)
    affiliate = affiliate_id(row.feedback.unit.path)
    text = row.feedback.text[row.start : row.end]
    found = theme_set(affiliate)
    vectors = theme_vectors([text], affiliate)
    ((now, _),) = found.place([text], vectors)
    nearest = candidates(found, vectors)[0]
    reason, pin, word = _reason(found, row, text, affiliate)
    first, second = [*nearest, None, None][:2]
    return Why(
        mention=row.pk,
        theme=row.theme_id,
        name=row.theme.name if row.theme else "",
        reason=reason,
        by=pin.correction.by.name if pin and pin.correction.by else "",
        at=pin.correction.at if pin else None,
        word=word,
        like=_like(found, row, vectors, affiliate, by=by),
        confidence=row.confidence,
        best=first,
        next=second,
        margin=first.similarity - second.similarity if first and second else None,
        is_pending=now != row.theme_id,
    )


def _reason(
    found: ThemeSet, row: Mention, text: str, affiliate: int
) -> tuple[str, Pin | None, str]:
    is_pinned, _ = found.rules.pinned(text)
    if is_pinned:
        pins = Pin.objects.filter(unit_id=affiliate, key=key_of(row))
        return "pinned", pins.select_related("correction__by").first(), ""
    worded = found.rules.worded(text)
    if worded:
        return "word", None, worded[0]
    return ("near" if row.theme_id else "nowhere"), None, ""


def candidates(
    found: ThemeSet, vectors: NDArray[np.float32], *, most: int = 2
) -> list[list[Candidate]]:
    """The nearest themes in use of each row, nearest first, by meaning alone."""
    near = found.open_cosines(vectors)
    heirs = [found.rules.heir(int(owner)) for owner in found.owners]
    themes = sorted({pk for pk in heirs if pk})
    if not themes:
        return [[] for _ in range(len(vectors))]
    columns = [[at for at, pk in enumerate(heirs) if pk == one] for one in themes]
    best = np.stack([near[:, at].max(axis=1) for at in columns], axis=1)
    names = {
        theme.pk: theme.name
        for theme in Theme.objects.filter(pk__in=themes).defer("center", "anchors")
    }
    order = np.argsort(-best, axis=1, kind="stable")[:, :most]
    return [
        [
            Candidate(themes[at], names.get(themes[at], ""), float(best[row, at]))
            for at in chosen
            if best[row, at] > -2
        ]
        for row, chosen in enumerate(order.tolist())
    ]


def _like(
    found: ThemeSet,
    row: Mention,
    vectors: NDArray[np.float32],
    affiliate: int,
    *,
    by: Member,
) -> tuple[Like, ...]:
    """The nearest others of its theme among the most typical that may be read."""
    if row.theme_id is None or not vectors.any():
        return ()
    rows = Mention.objects.visible_to(by).filter(theme_id=row.theme_id)
    rows = rows.exclude(pk=row.pk).exclude(confidence=None)
    if row.key is not None:
        rows = rows.exclude(key=row.key)
    ids = list(rows.order_by("-confidence", "pk").values_list("pk", flat=True)[:ASKED])
    others = rows_of(ids)
    texts = [other.text for other in others]
    if not texts:
        return ()
    near = found.points(theme_vectors(texts, affiliate)) @ found.points(vectors)[0]
    chosen = _different(texts, np.argsort(-near, kind="stable").tolist())
    words = said([others[at].id for at in chosen], by=by)
    return tuple(
        Like(words[others[at].id], float(near[at]))
        for at in chosen
        if others[at].id in words
    )


def _different(texts: Sequence[str], order: Sequence[int]) -> list[int]:
    """The first ones of an order that say different words."""
    chosen: dict[str, int] = {}
    for at in order:
        chosen.setdefault(" ".join(texts[at].split()), at)
        if len(chosen) == NEAREST:
            break
    return list(chosen.values())
