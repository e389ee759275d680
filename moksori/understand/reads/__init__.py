"""Questions about themes, pain points and what customers said."""

from moksori.understand.reads.pain_page import PainPage, Week, pain_point
from moksori.understand.reads.pains import (
    PainLine,
    PainList,
    pain_lines,
    pain_list,
    pain_point_row,
)
from moksori.understand.reads.panel import WeeklyPanel, weekly_panel
from moksori.understand.reads.places import Place, affiliates, newest_day, place
from moksori.understand.reads.search import Found, Hit, search
from moksori.understand.reads.themes import (
    ThemeLine,
    ThemeList,
    ThemePage,
    theme_lines,
    theme_list,
    theme_page,
    theme_row,
)
from moksori.understand.reads.verbatims import Verbatim, typical, verbatims
from moksori.understand.reads.window import Filters, Window

__all__ = [
    "Filters",
    "Found",
    "Hit",
    "PainLine",
    "PainList",
    "PainPage",
    "Place",
    "ThemeLine",
    "ThemeList",
    "ThemePage",
    "Verbatim",
    "Week",
    "WeeklyPanel",
    "Window",
    "affiliates",
    "newest_day",
    "pain_lines",
    "pain_list",
    "pain_point",
    "pain_point_row",
    "place",
    "search",
    "theme_lines",
    "theme_list",
    "theme_page",
    "theme_row",
    "typical",
    "verbatims",
    "weekly_panel",
]
