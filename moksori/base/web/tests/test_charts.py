"""Charts say their values as text, draw their doubt, and escape every label."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest
from django.utils import translation

from moksori.base.web import charts
from moksori.base.web.charts import Bar, Event, Part, Point, Series
from moksori.base.web.charts.figure import interval
from moksori.base.web.charts.svg import shortened, ticks

ATTACK = '"><script>alert(1)</script>'


@dataclass
class Sample:
    value: float
    low: float
    high: float


def a_line(**options: object) -> charts.Chart:
    points = [Point(f"w{n}", n / 100, n / 100 - 0.01, n / 100 + 0.01, 40) for n in
              range(3, 9)]  # fmt: skip
    return charts.line_chart("Torn boxes", [Series("ours", points)], **options)  # type: ignore[arg-type]


def drawings() -> list[str]:
    line = a_line(events=[Event(2, ATTACK)], note=ATTACK)
    named = charts.line_chart(
        ATTACK,
        [Series(ATTACK, [Point(ATTACK, 0.1)]), Series("b", [Point("x", None)])],
    )
    bars = charts.bar_chart(ATTACK, [Bar(ATTACK, 0.2, 0.1, 0.3, 9)], first=ATTACK)
    return [
        *(svg for chart in (line, named, bars) for svg in (chart.wide, chart.narrow)),
        charts.sparkline([1, None, 3], title=ATTACK),
        charts.whisker(Sample(0.1, 0.05, 0.2), scale=(0, 1), title=ATTACK),
        charts.stacked([Part(ATTACK, 3, "good"), Part("b", 1, "quiet")], title=ATTACK),
    ]


@pytest.mark.parametrize("drawn", drawings())
def test_every_drawing_is_well_formed_named_and_harmless(drawn: str) -> None:
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own drawing
    assert root.get("role") == "img"
    assert root[0].tag.endswith("title")
    assert "<script" not in drawn
    assert "style=" not in drawn
    assert not re.search(r"\b(nan|inf)\b", drawn)


def test_labels_and_notes_are_escaped_in_figure_and_table() -> None:
    chart = charts.bar_chart(ATTACK, [Bar(ATTACK, 0.2)], note=ATTACK, first=ATTACK)
    assert "<script" not in chart.html()


def test_a_chart_stands_beside_the_same_numbers_as_a_table() -> None:
    with translation.override("en"):
        chart = a_line()
    assert chart.header == ("When", "ours", "95% interval", "n")
    assert chart.rows[0] == ("w3", "3.0%", "2.0–4.0", "40")
    assert "<details" in chart.html()


def test_a_gap_is_a_gap_and_not_a_line_through_it() -> None:
    drawn = charts.sparkline([1, 2, None, 3, 4])
    assert drawn.count("<path") == 2


def test_nothing_known_is_an_empty_drawing() -> None:
    assert "<path" not in charts.sparkline([None, None])
    assert "<svg" in charts.line_chart("none", []).wide
    assert "<svg" in charts.bar_chart("none", []).wide


def test_an_interval_beyond_the_scale_ends_in_an_arrow() -> None:
    inside = charts.whisker(Sample(0.1, 0.05, 0.2), scale=(0, 0.3))
    beyond = charts.whisker(Sample(0.1, 0.05, 0.9), scale=(0, 0.3))
    assert beyond.count("<path") == inside.count("<path") + 1


def test_decoration_without_a_title_is_hidden_from_who_listens() -> None:
    assert 'aria-hidden="true"' in charts.sparkline([1, 2])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 8.2, [0, 5, 10]),
        (0, 0.099, [0, 0.05, 0.1]),
        (-0.06, 0.02, [-0.1, -0.05, 0, 0.05]),
        (0, 0, [0, 0.05, 0.1]),
        (0, float("nan"), [0, 1]),
    ],
)
def test_ticks_are_round_and_hold_everything(
    low: float, high: float, expected: list[float]
) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_two_marks_never_read_the_same() -> None:
    assert ticks(0, 2, least=1.0) == [0, 1, 2]


def test_an_interval_with_signs_is_not_written_with_a_dash() -> None:
    with translation.override("ko"):
        assert interval(-0.041, -0.016, "points") == "−4.1 ~ −1.6"
    with translation.override("en"):
        assert interval(-0.041, 0.016, "points") == "−4.1 to +1.6"
        assert interval(0.071, 0.099, "share") == "7.1–9.9"


def test_an_interval_without_ends_is_said_in_words() -> None:
    with translation.override("ko"):
        assert interval(float("-inf"), float("inf"), "share") == "구간을 알 수 없음"
    with translation.override("en"):
        assert interval(0.1, float("inf"), "share") == "interval unknown"


def test_a_label_that_does_not_fit_ends_in_an_ellipsis() -> None:
    assert shortened("수도권 새벽배송 고객", 60).endswith("…")
    assert shortened("짧다", 60) == "짧다"
