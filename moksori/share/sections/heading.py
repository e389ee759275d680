"""What stands on top of an edition: title, subject, week, and why it was chosen."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moksori.base.web.text import is_korean, josa, number
from moksori.share.reads.remits import RemitCard
from moksori.share.sections import Asked, changes, findings, periods
from moksori.share.sections.blocks import Line, Part


def title(asked: Asked) -> str:
    """The promise of the first lines: changes only where there are some."""
    name = asked.member.name or asked.member.email
    if not findings.heard(asked):
        return _("Nothing was heard of %(name)s’s customers") % {"name": name}
    weeks = [pain.trend.window for pain, _change in changes.changes(asked)]
    if not weeks:
        return _("What %(name)s’s customers had to say") % {"name": name}
    return _("What has changed for %(name)s’s customers %(period)s") % {
        "name": name,
        "period": periods.last_weeks(asked, weeks[0]),
    }


def subject(parts: tuple[Part, ...]) -> str:
    """The gravest change, so that the list of mails already tells it."""
    for part in parts:
        for block in part.blocks:
            if isinstance(block, Line) and block.tone:
                return f"{block.title} {block.change}"
    return ""


def kicker(asked: Asked, minutes: int) -> str:
    length = ngettext("%(n)s minute to read", "%(n)s minutes to read", minutes)
    length = length % {"n": minutes}
    is_fresh = periods.is_fresh(asked)
    when = _week(timezone.localdate()) if is_fresh else periods.days(asked)
    return " · ".join((_("Moksori"), when, length))


def why(asked: Asked) -> str:
    """Why this reader sees this, and how much it stands on."""
    count = findings.heard(asked)
    if not count:
        return _chosen_for(asked.remit)
    basis = ngettext(
        "Found in %(n)s piece of feedback, %(days)s.",
        "Found in %(n)s pieces of feedback, %(days)s.",
        count,
    ) % {"n": number(count), "days": periods.days(asked)}
    ranges = _("Brackets hold 95% intervals.") if findings.pains(asked) else ""
    return f"{_chosen_for(asked.remit)} {basis} {ranges}".rstrip()


def _chosen_for(remit: RemitCard) -> str:
    if not remit.is_own:
        return _(
            "Chosen by where you work (%(things)s). Tell us for whom you work, and the "
            "choice gets better."
        ) % {"things": ", ".join(remit.things) or _("all that you may read")}
    whom = _quoted(remit.for_whom)
    if not remit.things:
        return _("Chosen because you work for %(whom)s.") % {"whom": whom}
    return _("Chosen because you work for %(whom)s (%(things)s).") % {
        "whom": whom,
        "things": _few(remit.things),
    }


def _quoted(sentence: str) -> str:
    """The reader's own words, with the particle that Korean wants after them."""
    bare = " ".join(sentence.split()).rstrip(" .")
    return josa(f"‘{bare}’", "을/를") if is_korean() else f"“{bare}”"


def _few(things: tuple[str, ...]) -> str:
    if len(things) <= 4:
        return ", ".join(things)
    return _("%(some)s and %(n)s more") % {
        "some": ", ".join(things[:3]),
        "n": len(things) - 3,
    }


def _week(today: date) -> str:
    """11월 셋째 주; week of 16 Nov."""
    monday = today - timedelta(days=today.weekday())
    if is_korean():
        # A week belongs to the month in which its Thursday lies (ISO 8601).
        thursday = monday + timedelta(days=3)
        nth = ("첫째", "둘째", "셋째", "넷째", "다섯째")[(thursday.day - 1) // 7]
        return f"{thursday.month}월 {nth} 주"
    return f"week of {monday.day} {monday:%b}"
