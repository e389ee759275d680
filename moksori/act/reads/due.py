"""The section of an edition with what the reader has taken on and is due."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.act.reads.actions import ActionLine
from moksori.act.reads.my_work import Line as Work
from moksori.act.reads.my_work import my_work
from moksori.act.reads.promises import PromiseLine
from moksori.base.web import text
from moksori.share.sections import Asked
from moksori.share.sections.blocks import Line, Part, Tone

KEY = "due"
AHEAD = timedelta(days=7)


def compose(asked: Asked) -> Part | None:
    """The three most urgent of what is late or due within a week."""
    soon = timezone.localdate() + AHEAD
    work = my_work(by=asked.member)
    urgent = [line for line in work.today if line.due is not None and line.due <= soon]
    if not urgent:
        return None
    return Part(KEY, _("Waits for you"), tuple(_line(each) for each in urgent))


def _line(line: Work) -> Line:
    late = line.days_late > 0
    return Line(
        title=_title(line),
        change=_deadline(line),
        tone=(Tone.HURT if late else Tone.PLAIN).value,
        path=reverse(f"act:{line.kind}", args=[line.id]),
    )


def _title(line: Work) -> str:
    if isinstance(line, ActionLine):
        return line.title
    if isinstance(line, PromiseLine):
        return _("Promised: “%(quote)s”") % {"quote": _short(line.text)}
    return _("Get back to: “%(quote)s”") % {"quote": _short(line.quote)}


def _short(words: str) -> str:
    quote = text.mask_words(words)
    return quote if len(quote) <= 60 else quote[:59].rstrip() + "…"


def _deadline(line: Work) -> str:
    if line.days_late:
        return ngettext("%(n)s day late", "%(n)s days late", line.days_late) % {
            "n": line.days_late
        }
    return _("by %(day)s") % {"day": text.day(line.due)} if line.due else ""
