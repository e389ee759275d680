"""Questionnaires printed: one rendering makes the pages and says where things stand.

`form_of` lays a questionnaire out once; `stamped` makes as many sheets of it as are
wanted, each with its own codes.
"""

from moksori.collect.paper.printing.options import Options, Paper, options_from
from moksori.collect.paper.printing.remarks import Remark, Why, on_paper, remark_from
from moksori.collect.paper.printing.rendering import Printed, form_of
from moksori.collect.paper.printing.stamping import (
    MOST_PAGES_AT_ONCE,
    MOST_SHEETS,
    Copy,
    stamped,
)

__all__ = [
    "MOST_PAGES_AT_ONCE",
    "MOST_SHEETS",
    "Copy",
    "Options",
    "Paper",
    "Printed",
    "Remark",
    "Why",
    "form_of",
    "on_paper",
    "options_from",
    "remark_from",
    "stamped",
]
