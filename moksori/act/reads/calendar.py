"""What stands in a member's calendar: cases, actions and promises that are due."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from moksori.act.reads.actions import ActionLine
from moksori.act.reads.my_work import Line as Work
from moksori.act.reads.my_work import my_work
from moksori.act.reads.promises import PromiseLine
from moksori.base.people.models import Member
from moksori.base.web.text import mask_words
from moksori.share.channels.calendar.entries import Entry

QUOTE = 60


def due_entries(member: Member) -> Iterator[Entry]:
    """Everything of the member that has a deadline, late things included."""
    work = my_work(by=member)
    lines: list[Work] = [*work.cases, *work.actions, *work.promises]
    for line in lines:
        if line.due is None:
            continue
        yield Entry(
            key=f"{line.kind}-{line.id}",
            title=_title(line),
            day=line.due,
            path=reverse(f"act:{line.kind}", args=[line.id]),
        )


def _title(line: Work) -> str:
    if isinstance(line, ActionLine):
        return _("Due: %(title)s") % {"title": line.title}
    if isinstance(line, PromiseLine):
        return _("Promised: “%(quote)s”") % {"quote": _short(line.text)}
    return _("Get back to: “%(quote)s”") % {"quote": _short(line.quote)}


def _short(words: str) -> str:
    quote = " ".join(mask_words(words).split())
    return quote if len(quote) <= QUOTE else f"{quote[: QUOTE - 1].rstrip()}…"
