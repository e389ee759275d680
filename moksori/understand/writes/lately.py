"""What was said lately in an affiliate, as columns to look for news in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from moksori.understand.models import Mention
from moksori.understand.reads.window import unit_ids_of

WEEKS = 26
FEWER_WEEKS = 8
IN_NO_THEME = 10_000
IN_THEMES = 6_000
READ = 5_000
# Nine tenths of a theme's own words lie nearer to it: what fits as badly may be new.
LOOSE = 0.1

_COLUMNS = (
    "id", "feedback_id", "day", "theme_id", "confidence", "language",
    "feedback__text", "start", "end",
)  # fmt: skip


@dataclass(slots=True)
class Said:
    """Mentions side by side; `themes` are −1 where they fit none, or hardly one."""

    ids: list[int] = field(default_factory=list)
    feedback: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    themes: list[int] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, row: tuple[Any, ...]) -> None:
        pk, feedback, day, theme, sure, language, text, start, end = row
        is_free = theme is None or (sure is not None and sure < LOOSE)
        self.ids.append(pk)
        self.feedback.append(feedback)
        self.days.append(day.toordinal())
        self.themes.append(-1 if is_free else theme)
        self.languages.append(language)
        self.texts.append(text[start:end])


def mentions_of(affiliate: int) -> QuerySet[Mention]:
    return Mention.objects.filter(feedback__unit_id__in=unit_ids_of(affiliate))


def newest_mention(affiliate: int) -> date | None:
    found = mentions_of(affiliate).aggregate(day=Max("day"))["day"]
    return found if isinstance(found, date) else None


def said_lately(affiliate: int, newest: date) -> Said:
    """What fits no theme, or hardly one, and a part of the rest, of half a year.

    Where so much fits none that comparing each with each would take long: of the last
    eight weeks, and if need be evenly fewer.
    """
    found = Said()
    rows = mentions_of(affiliate).filter(day__gt=newest - timedelta(weeks=WEEKS))
    fits_none = Q(theme=None) | Q(confidence__lt=LOOSE)
    free = rows.filter(fits_none)
    if free.count() > IN_NO_THEME:
        free = free.filter(day__gt=newest - timedelta(weeks=FEWER_WEEKS))
    for some, most in (
        (free, IN_NO_THEME),
        (rows.exclude(fits_none), IN_THEMES),
    ):
        for row in _evenly(some, most):
            found.add(row)
    return found


def _evenly(rows: QuerySet[Mention], most: int) -> Iterator[tuple[Any, ...]]:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    chosen = ids[:: -(-len(ids) // most) or 1]
    for start in range(0, len(chosen), 1_000):
        part = Mention.objects.filter(pk__in=chosen[start : start + 1_000])
        yield from part.order_by("pk").values_list(*_COLUMNS)


def said_since(affiliate: int, first: date, *, most: int) -> Iterator[Said]:
    """Everything since a day, newest first, in pieces; at most so many mentions."""
    rows = mentions_of(affiliate).filter(day__gte=first).order_by("-day", "-pk")
    found = Said()
    for row in rows.values_list(*_COLUMNS)[:most].iterator(chunk_size=READ):
        found.add(row)
        if len(found) == READ:
            yield found
            found = Said()
    if len(found):
        yield found
