"""Every text marked for translation is gathered, by whatever name it was marked."""

from __future__ import annotations

import ast
import gettext
from pathlib import Path

import pytest

from tools.translations import KOREAN, NAMES, PACKAGE

MARKS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy",
         "pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}  # fmt: skip


def _names(path: Path) -> set[str]:
    """By which names a module marks its texts."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and (node.module == "django.utils.translation")
        ):
            found |= {one.asname or one.name for one in node.names
                      if one.name in MARKS}  # fmt: skip
    return found


def test_texts_are_gathered_by_every_name_under_which_they_are_marked() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]
    used = set().union(*map(_names, modules))

    assert {"_", "_now", "_p"} <= used
    assert used <= NAMES


@pytest.mark.parametrize(
    "text",
    [
        "There is no questionnaire in this file.",
        "“{path}” is no path; it starts with /.",
        "Rows of “{file}” that were not taken: {count}",
        "Point your phone’s camera here",
    ],
)
def test_what_is_said_at_once_is_said_in_korean(text: str) -> None:
    with KOREAN.with_suffix(".mo").open("rb") as file:
        korean = gettext.GNUTranslations(file)

    assert korean.gettext(text) != text
