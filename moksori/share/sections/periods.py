"""Which days a number of an edition is about, as short as can be said."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.base.web.text import day, is_korean
from moksori.share.sections import Asked

FRESH_DAYS = 14
_WEEKS = (4, 12, 52)


def is_fresh(asked: Asked) -> bool:
    """Whether "the last weeks" of the feedback are the last weeks of the reader."""
    return (timezone.localdate() - asked.until).days <= FRESH_DAYS


def days(asked: Asked) -> str:
    return span_of_days(asked.since, asked.until, today=timezone.localdate())


def window(asked: Asked) -> str:
    """The whole period of the edition: "in the last 12 weeks", "since Nov 2024".

    Its exact days stand once, on top of the edition.
    """
    if not is_fresh(asked):
        return days(asked)
    weeks, rest = divmod((asked.until - asked.since).days + 1, 7)
    if not rest and weeks in _WEEKS:
        return last_weeks(asked, weeks)
    return _("since %(month)s") % {"month": _month(asked.since)}


def _month(at: date) -> str:
    is_this_year = at.year == timezone.localdate().year
    if is_korean():
        return f"{at.month}월" if is_this_year else f"{at.year}년 {at.month}월"
    return f"{at:%b}" if is_this_year else f"{at:%b %Y}"


def last_weeks(asked: Asked, weeks: int) -> str:
    """The newest weeks of feedback; with their last day when that is long ago."""
    if is_fresh(asked):
        text = ngettext("in the last week", "in the last %(n)s weeks", weeks)
        return text % {"n": weeks}
    text = ngettext(
        "in the week up to %(day)s", "in the %(n)s weeks up to %(day)s", weeks
    )
    return text % {"n": weeks, "day": day(asked.until)}


def span_of_days(since: date, until: date, *, today: date) -> str:
    """2020년 3월 1일–28일; the year only when it is not this one."""
    if is_korean():
        return _span_ko(since, until, today)
    return _span_en(since, until, today)


def _span_ko(since: date, until: date, today: date) -> str:
    year = "" if since.year == until.year == today.year else f"{since.year}년 "
    first = f"{year}{since.month}월 {since.day}일"
    if since.year != until.year:
        return f"{first}–{until.year}년 {until.month}월 {until.day}일"
    month = "" if since.month == until.month else f"{until.month}월 "
    return f"{first}–{month}{until.day}일"


def _span_en(since: date, until: date, today: date) -> str:
    year = "" if since.year == until.year == today.year else f" {until.year}"
    last = f"{until.day} {until:%b}{year}"
    if since.year != until.year:
        return f"{since.day} {since:%b} {since.year} – {last}"
    month = "" if since.month == until.month else f" {since:%b}"
    return f"{since.day}{month} – {last}"
