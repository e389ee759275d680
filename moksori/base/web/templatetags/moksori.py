"""Tags and filters of Moksori's pages: see /styleguide for each with its look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from moksori.base.web import charts, estimates, icons, notes, states, text, words

register = template.Library()

Context = dict[str, Any]


# --- words and numbers ---------------------------------------------------------


@register.filter(is_safe=True)
def josa(word: Any, pair: str) -> str:
    """`{{ name|josa:"이/가" }}`: the particle in Korean, the bare word in English."""
    return text.josa(str(word), pair) if text.is_korean() else str(word)


@register.filter
def number(value: float | None, places: int = 0) -> str:
    return "–" if value is None else text.number(value, places)


@register.filter
def share(value: float | None, places: int = 1) -> str:
    return "–" if value is None else text.share(value, places)


@register.filter
def points(value: float | None, places: int = 1) -> str:
    return "–" if value is None else text.points(value, places)


@register.filter
def approx(value: float | None) -> str:
    return "–" if value is None else text.approx(value)


@register.filter
def day(moment: date | datetime | None) -> SafeString | str:
    """11월 18일 (수), as `<time>`."""
    if moment is None:
        return "–"
    return _time(moment, text.day(moment))


@register.filter
def short_day(moment: date | datetime | None) -> SafeString | str:
    return "–" if moment is None else _time(moment, text.short_day(moment))


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    return "–" if at is None else _time(at, text.moment(at))


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """3분 전; the full time in the title."""
    if at is None:
        return "–"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        text.moment(at),
        text.ago(at),
    )


def _time(moment: date | datetime, shown: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), shown)


# --- words of customers ----------------------------------------------------------


@register.filter
def marked(content: str, spans: Iterable[Any] = ()) -> SafeString:
    """`{{ text|marked:spans }}`: spans marked, masks named, everything else escaped."""
    return words.marked(content, spans)


@register.inclusion_tag("web/_verbatim.html")
def quote(content: str, spans: Iterable[Any] = (), **about: Any) -> Context:
    """A verbatim: `note`, `source`, `at`, `where`, `url`; `tone` hurt, thanks, neutral.

    Not called "verbatim", which is Django's own.
    """
    return {"words": words.marked(content, spans), **about}


# --- numbers with their doubt ----------------------------------------------------


@register.inclusion_tag("web/_estimate.html")
def estimate(
    est: estimates.Estimated | None,
    kind: str = "share",
    size: str = "",
    scale: float | Sequence[float] | None = None,
    **options: Any,
) -> Context:
    """An Estimate: value, interval, n, whisker (`scale` top, or ends), method.

    `kind`: share, points, score, change, count. `size="large"`. `tone` of the whisker.
    `method=False` in rows, where one explanation serves all. `of`: what n counts.
    """
    if est is None:
        return {"shown": None}
    return {
        "shown": estimates.shown(est, kind),
        "size": size,
        "whisker": _whisker(est, scale, options.get("tone", "hurt")),
        "of": options.get("of", ""),
        "method": options.get("method", True),
        "n": options.get("n", True),
    }


def _whisker(
    est: estimates.Estimated, scale: float | Sequence[float] | None, tone: str
) -> SafeString | str:
    if scale is None:
        return ""
    ends = (0.0, float(scale)) if isinstance(scale, int | float) else tuple(scale)
    drawn = charts.whisker(est, scale=(ends[0], ends[1]), tone=tone)
    return mark_safe(drawn)  # noqa: S308 - numbers only


@register.simple_tag
def whisker(
    est: estimates.Estimated, top: float, bottom: float = 0.0, tone: str = "hurt"
) -> SafeString:
    drawn = charts.whisker(est, scale=(bottom, top), tone=tone)
    return mark_safe(drawn)  # noqa: S308 - numbers only


@register.simple_tag
def sparkline(
    values: Sequence[float | None], tone: str = "quiet", title: str = ""
) -> SafeString:
    return mark_safe(charts.sparkline(values, tone=tone, title=title))  # noqa: S308


@register.simple_tag
def chart(drawn: charts.Chart) -> SafeString:
    """A Chart of `charts.line_chart` or `charts.bar_chart`, with its table."""
    return mark_safe(drawn.html())  # noqa: S308 - escaped where it is drawn


@register.inclusion_tag("web/_sentiment.html")
def sentiment(negative: float, neutral: float, positive: float) -> Context:
    """Counts of unhappy, neutral and happy as a bar with its words."""
    parts = [
        charts.Part(_("unhappy"), negative or 0, "hurt"),
        charts.Part(_("neither"), neutral or 0, "quiet"),
        charts.Part(_("happy"), positive or 0, "good"),
    ]
    total = sum(part.count for part in parts)
    return {
        "drawn": mark_safe(charts.stacked(parts, title="")),  # noqa: S308
        "parts": [(p.label, p.count / total if total else 0, p.tone) for p in parts],
        "total": total,
    }


# --- small pieces ------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> SafeString:
    return icons.icon(name)


@register.simple_tag
def state(key: str, label: str = "") -> SafeString:
    """`{% state pain_point.state %}`: the word, in its tone."""
    found = states.state(key)
    return format_html(
        '<span class="state {}">{}</span>', found.tone, label or found.label
    )


@register.inclusion_tag("web/_empty.html")
def empty(sentence: str, url: str = "", button: str = "", note: str = "") -> Context:
    """One sentence, one button."""
    return {"sentence": sentence, "url": url, "button": button, "note": note}


@register.inclusion_tag("web/_progress.html")
def progress(done: float, total: float, label: str = "", note: str = "") -> Context:
    part = min(max(done / total, 0), 1) if total else 0
    return {
        "done": done,
        "total": total,
        "percent": f"{part * 100:.0f}%",
        "label": label or _("Progress"),
        "note": note,
    }


@register.inclusion_tag("web/_timeline.html")
def timeline(events: Iterable[Any]) -> Context:
    """Things with `at`, `what` and perhaps `who`, `detail`, `tone` (hurt, good)."""
    return {"events": events}


@register.inclusion_tag("web/_pages.html", takes_context=True)
def pages(context: Context, page: Page[Any], of: str = "") -> Context:
    """Previous and next, keeping the filters in the address."""
    return {
        "page": page,
        "of": of,
        "previous": page.has_previous()
        and with_query(context, page=page.previous_page_number()),
        "next": page.has_next() and with_query(context, page=page.next_page_number()),
    }


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """This address with some parameters changed; None or "" removes one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else request.path


@register.filter
def undo_address(message: Message) -> str:
    return notes.undo_address(message)


# --- forms -----------------------------------------------------------------------


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_long_choice(field: BoundField) -> bool:
    """Whether so much can be chosen that the list is folded away at first."""
    widget = field.field.widget
    return isinstance(widget, CheckboxSelectMultiple) and len(list(widget.choices)) > 12


@register.filter
def error_count(form: Form) -> int:
    return sum(len(errors) for errors in form.errors.values())
