"""How much of what is counted is one text, copied; and lists in which copies fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, F, Min, QuerySet

from moksori.analysis.duplicates import folds, text_key
from moksori.analysis.emerging import SHORTEST
from moksori.base.people.models import Member
from moksori.understand.models import Mention
from moksori.understand.reads.verbatims import Verbatim
from moksori.understand.reads.window import Window

SAMPLE = 2_000
"""The newest mentions among which near-copies are looked for."""

MOST_KEYS = 200
LEAST = 10
SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Copies:
    """Of `mentions`, `largest` are one text and its copies; `texts` count each once.

    `sentence` is that text. Near-copies (a typo, another greeting) are looked for among
    the newest two thousand mentions and the two hundred texts with the most copies.
    """

    mentions: int
    texts: int
    largest: int
    sentence: str

    @property
    def matters(self) -> bool:
        """Whether the count would mislead without saying so."""
        return self.largest >= LEAST and self.largest >= SHARE * self.mentions


def copies_of(rows: QuerySet[Mention]) -> Copies | None:
    """How these mentions repeat each other; None where hardly any does.

    Short words ("good!") are left out: people say them alike without copying.
    """
    long = _long(rows)
    repeated = (
        long.values("key")
        .annotate(n=Count("pk"), first=Min("pk"))
        .filter(n__gt=1)
        .order_by("-n", "key")
    )
    top = list(repeated.values_list("key", "n", "first")[:MOST_KEYS])
    if not top:
        return None
    counts = {key: n for key, n, _ in top if key is not None}
    said = _said(Mention.objects.filter(pk__in=[first for *_, first in top]))
    said |= _said(long.order_by("-day", "-pk")[:SAMPLE])
    groups = _sizes(said, counts)
    size, sentence = max(groups.values(), key=lambda one: one[0])
    mentions = rows.count()
    more = sum(n - 1 for n in counts.values())
    near = len(said) - len(groups)
    found = Copies(mentions, mentions - more - near, size, sentence)
    return found if found.matters else None


def folded(
    found: Sequence[Verbatim], among: QuerySet[Mention], *, limit: int
) -> list[Verbatim]:
    """The first of each text, with how many further copies of it there are.

    The same words are counted among all these mentions, near-copies in the list.
    """
    spans = [one.span or one.text for one in found]
    groups = folds(spans, shortest=SHORTEST).tolist()
    first: dict[int, Verbatim] = {}
    keys: dict[int, set[int]] = {}
    for group, one, span in zip(groups, found, spans, strict=True):
        first.setdefault(group, one)
        if len(span) >= SHORTEST:
            keys.setdefault(group, set()).add(text_key(span))
    shown = list(first)[:limit]
    wanted = set().union(*(keys.get(group, set()) for group in shown))
    counted = _long(among).filter(key__in=wanted).values("key")
    counts = dict(counted.annotate(n=Count("pk")).values_list("key", "n"))
    out = []
    for group in shown:
        same = sum(counts.get(key, 1) for key in keys.get(group, ()))
        out.append(replace(first[group], copies=max(same - 1, 0)))
    return out


def mentions_about(
    theme: int, *, by: Member, window: Window | None = None, kind: str = ""
) -> QuerySet[Mention]:
    """The mentions of a theme that this member may read."""
    rows: QuerySet[Mention] = Mention.objects.visible_to(by).filter(theme=theme)
    if kind:
        rows = rows.filter(kind=kind)
    if window is not None and not window.is_open:
        rows = rows.filter(day__gte=window.since, day__lte=window.until)
    return rows


def _long(rows: QuerySet[Mention]) -> QuerySet[Mention]:
    return rows.order_by().exclude(key=None).filter(end__gte=F("start") + SHORTEST)


def _sizes(said: dict[int, str], counts: dict[int, int]) -> dict[int, tuple[int, str]]:
    """How many mentions each text has with its near-copies, and its words."""
    groups: dict[int, tuple[int, str]] = {}
    numbers = folds(list(said.values()), shortest=SHORTEST).tolist()
    for group, (key, text) in zip(numbers, said.items(), strict=True):
        size, first = groups.get(group, (0, text))
        groups[group] = size + counts.get(key, 1), first
    return groups


def _said(rows: QuerySet[Mention]) -> dict[int, str]:
    """The words behind each key."""
    columns = ("key", "feedback__text", "start", "end")
    return {
        key: text[start:end]
        for key, text, start, end in rows.values_list(*columns)
        if key is not None
    }
