"""What was said of danger, law, self-harm and urgency: each one, never a mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.utils import timezone

from moksori.analysis.flags import FLAGS, flag_names
from moksori.base.people.models import Member
from moksori.understand.models import Mention
from moksori.understand.reads.verbatims import Verbatim, said

ON_A_PAGE = 30
RECENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Alarm:
    """A mention that raises flags, gravest first."""

    mention: int
    flags: tuple[str, ...]
    words: Verbatim


@dataclass(frozen=True, slots=True)
class Recent:
    """Mentions with each flag in the last seven days, gravest first; none with 0."""

    total: int
    by_flag: tuple[tuple[str, int], ...]


def alarms(
    *, by: Member, flag: str = "", days: int | None = None, page: int | str | None = 1
) -> Page[Alarm]:
    """A page of what this member may read, newest first; of one flag, or of any."""
    rows = _flagged(by=by, days=days)
    if flag in FLAGS:
        rows = rows.annotate(raised=F("flags").bitand(FLAGS[flag])).filter(raised__gt=0)
    ids = rows.order_by("-day", "-id").values_list("pk", "flags")
    asked = Paginator(ids, ON_A_PAGE).get_page(page)
    shown = list(_alarms(dict(asked.object_list), by=by))
    return Page(shown, asked.number, asked.paginator)  # type: ignore[arg-type]


def recent_alarms(*, by: Member) -> Recent:
    """What the last seven days brought."""
    raised = list(
        _flagged(by=by, days=RECENT_DAYS).order_by().values_list("flags", flat=True)
    )
    counts = ((name, sum(1 for f in raised if f & bit)) for name, bit in FLAGS.items())
    return Recent(len(raised), tuple((name, n) for name, n in counts if n))


def _flagged(*, by: Member, days: int | None) -> QuerySet[Mention]:
    rows: QuerySet[Mention] = Mention.objects.visible_to(by).filter(flags__gt=0)
    if days is None:
        return rows
    return rows.filter(day__gt=timezone.localdate() - timedelta(days=days))


def _alarms(flags: dict[int, int], *, by: Member) -> Iterator[Alarm]:
    for mention, words in said(flags, by=by).items():
        yield Alarm(mention, flag_names(flags[mention]), words)
