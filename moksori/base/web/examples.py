"""Realistic content for the styleguide, labelled as examples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moksori.base.web.charts import (
    Bar,
    Chart,
    Event,
    Point,
    Series,
    bar_chart,
    line_chart,
)
from moksori.base.web.filters import Bar as FilterBar
from moksori.base.web.filters import Filter, filter_bar
from moksori.base.web.text import is_korean, short_day


@dataclass(frozen=True, slots=True)
class Sample:
    """An estimate as the analysis gives it."""

    value: float
    low: float
    high: float
    n: int
    method: str = "Wilson score interval"
    level: float = 0.95
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A pain point as a list shows it."""

    title: str
    segment: str
    quote: str
    reach: Sample
    severity: float
    weeks: tuple[float, ...]
    tone: str
    state: str
    owner: str


def context(request: HttpRequest) -> dict[str, Any]:
    text, span = _verbatim()
    form = ExampleForm({"owner": "", "email": "haneul", "note": "", "agree": ""})
    form.is_valid()
    return {
        "rows": rows(),
        "bar": bar(request),
        "verbatim": text,
        "spans": [span],
        "reach": rows()[0].reach,
        "effect": Sample(
            -0.029, -0.041, -0.016, 4812, "Difference in differences", 0.95, ()
        ),
        "effect_scale": (-0.06, 0.02),
        "score": Sample(4.1, 3.9, 4.3, 1204, "Bootstrap"),
        "line": line(),
        "bars": bars(),
        "events": events(),
        "form": form,
        "fresh": ExampleForm(),
        "page_obj": pages(),
        "states": STATES,
        "now": timezone.now(),
        "past": timezone.now() - timedelta(hours=3),
        "day_words": ("포장", "환불", "서울", "앱", "Excel", "B2B", "11", "2024"),
    }


STATES = (
    "triaged", "acting", "verifying", "proven", "not_proven", "too_early",
    "reopened", "worse", "unowned", "overdue", "running", "failed",
)  # fmt: skip


def rows() -> list[Row]:
    up = (2.9, 2.9, 3.1, 3.1, 3.3, 3.5, 3.5, 3.8, 4.2, 4.7, 5.0, 5.4)
    flat = (3.2, 3.1, 3.1, 3.2, 3.1, 3.0, 3.1, 3.1, 3.0, 3.1, 3.0, 3.1)
    down = (5.2, 5.2, 5.0, 5.1, 4.9, 4.5, 4.1, 3.8, 3.6, 3.5, 3.3, 3.2)
    ko = is_korean()
    said = _rows_ko() if ko else _rows_en()
    numbers = (
        (Sample(0.084, 0.071, 0.099, 1204), 4.1, up, "hurt", "reopened"),
        (Sample(0.059, 0.048, 0.072, 1204), 4.6, up, "hurt", "acting"),
        (Sample(0.047, 0.037, 0.059, 1204), 3.9, flat, "quiet", "unowned"),
        (Sample(0.031, 0.023, 0.041, 1204), 4.4, down, "good", "proven"),
    )
    found = []
    for words, figures in zip(said, numbers, strict=True):
        title, segment, quote, owner = words
        reach, severity, weeks, tone, state = figures
        found.append(
            Row(title, segment, quote, reach, severity, weeks, tone, state, owner)
        )
    return found


def _rows_ko() -> list[tuple[str, str, str, str]]:
    return [
        ("포장이 뜯긴 채 도착", "수도권 · 새벽배송",
         "배송은 빨랐는데 상자가 다 뜯어져서 왔어요. 선물이었는데", "물류 · 박서연"),
        ("결제 직전에 앱이 꺼짐", "안드로이드 13",
         "카드 고르고 결제 누르면 그냥 꺼져요 세 번째예요", "앱 · 이준호"),
        ("상담 연결까지 너무 오래", "60대 이상",
         "전화하면 기계만 나오고 사람하고 말할 수가 없네요", ""),
        ("환불이 약속한 날에 안 됨", "",
         "사흘이면 된다더니 이 주일째 아무 말이 없습니다", "정산 · 김도윤"),
    ]  # fmt: skip


def _rows_en() -> list[tuple[str, str, str, str]]:
    return [
        ("Arrives with the box torn open", "Greater Seoul · overnight",
         "Delivery was quick, but the box came all torn. It was a gift",
         "Logistics · Seoyeon Park"),
        ("App closes just before payment", "Android 13",
         "I choose the card, press pay and it closes. Third time", "App · Junho"),
        ("Too long until somebody answers", "60 and older",
         "All I get on the phone is a machine, never a person", ""),
        ("Refund not on the promised day", "",
         "Three days, they said. Two weeks now, and not a word", "Billing · Doyun Kim"),
    ]  # fmt: skip


def bar(request: HttpRequest) -> FilterBar:
    return filter_bar(
        request.GET,
        [
            Filter("period", _("Period"), [("28", _("last 28 days")),
                   ("90", _("last 90 days")), ("365", _("last year"))], "28"),
            Filter("unit", _("Unit"), [("", _("all")), ("media", _("Media")),
                   ("finance", _("Finance"))]),
            Filter("state", _("State"), [("", _("any")), ("open", _("open")),
                   ("proven", _("proven"))]),
            Filter("words", _("With the words")),
        ],
    )  # fmt: skip


def _verbatim() -> tuple[str, tuple[int, int]]:
    if is_korean():
        text = (
            "배송은 빨랐는데 상자가 다 뜯어져서 왔어요. 선물이었는데 정말 "
            "속상하네요. 연락 주세요 [phone] 꼭이요."
        )
        span = "상자가 다 뜯어져서"
    else:
        text = (
            "Delivery was quick, but the box came all torn. It was a gift. "
            "Please call me, [phone], soon."
        )
        span = "the box came all torn"
    start = text.index(span)
    return text, (start, start + len(span))


def line() -> Chart:
    today = timezone.localdate()
    values = (5.1, 5.4, 5.2, 5.9, 6.1, 6.0, 6.8, 7.1, 5.2, 4.6, 4.1, None, 3.7, 3.4)
    others = (5.0, 5.1, 5.3, 5.2, 5.4, 5.5, 5.3, 5.6, 5.5, 5.4, 5.6, 5.5, 5.7, 5.6)
    labels = [short_day(today - timedelta(weeks=13 - at)) for at in range(14)]
    own = [
        Point(label, v and v / 100, v and v / 100 - 0.009, v and v / 100 + 0.011, 400)
        for label, v in zip(labels, values, strict=True)
    ]
    rest = [Point(a, v / 100, n=900) for a, v in zip(labels, others, strict=True)]
    return line_chart(
        _("Fewer torn boxes since the new padding"),
        [
            Series(_("three centres"), own, "good"),
            Series(_("others"), rest, "quiet", is_dashed=True),
        ],
        events=[Event(7, _("new padding"))],
        note=_("Share of answers, by week. The band is the 95% interval. An example."),
    )


def bars() -> Chart:
    words = (
        (_("Greater Seoul, overnight"), 0.084, 0.071, 0.099, 1204, "hurt"),
        (_("Other cities"), 0.052, 0.041, 0.066, 1530, "ink"),
        (_("Countryside"), 0.047, 0.028, 0.078, 312, "ink"),
        (_("Islands"), 0.031, 0.009, 0.102, 64, "ink"),
    )
    return bar_chart(
        _("Where boxes arrive torn"),
        [Bar(*each) for each in words],
        note=_("Share of answers with 95% interval. An example."),
        first=_("Region"),
    )


def events() -> list[dict[str, Any]]:
    now = timezone.now()
    said = (
        (40, _("Found in overnight deliveries"), "", ""),
        (33, _("Thicker padding in three centres"), _("Seoyeon Park"), "done"),
        (12, _("Proven: 2.9 points fewer than elsewhere"), "", "good"),
        (1, _("Came back in Pyeongtaek"), "", "hurt"),
    )
    return [
        {"at": now - timedelta(days=days), "what": what, "who": who, "tone": tone}
        for days, what, who, tone in said
    ]


def pages() -> Page[int]:
    return Paginator(range(12_340), 50).page(3)


class ExampleForm(forms.Form):
    """Every kind of field."""

    owner = forms.ChoiceField(
        label=gettext_lazy("Who takes care of it?"),
        choices=[("", "–"), ("1", "박서연"), ("2", "이준호")],
        help_text=gettext_lazy("They get a message today."),
    )
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    due = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    size = forms.ChoiceField(
        label=gettext_lazy("How large is it?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("s", gettext_lazy("a day")), ("m", gettext_lazy("a week"))],
    )
    note = forms.CharField(
        label=gettext_lazy("What should change?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    file = forms.FileField(label=gettext_lazy("A file"), required=False)
    agree = forms.BooleanField(
        label=gettext_lazy("Tell the customer when it is done"), required=False
    )
