"""Charts as SVG text: values in, a drawing with its table out.

Ink and one colour, labels on the marks, the interval always drawn. Everything is
attributes and classes, so a strict content policy is content, and colours hold without
a stylesheet. Pages, mails and standalone reports use the same functions.
"""

from moksori.base.web.charts.bars import Bar, bar_chart
from moksori.base.web.charts.figure import FORMATS, Chart
from moksori.base.web.charts.lines import line_chart
from moksori.base.web.charts.marks import Part, sparkline, stacked, whisker
from moksori.base.web.charts.plot import Event, Point, Series

__all__ = [
    "FORMATS",
    "Bar",
    "Chart",
    "Event",
    "Part",
    "Point",
    "Series",
    "bar_chart",
    "line_chart",
    "sparkline",
    "stacked",
    "whisker",
]
