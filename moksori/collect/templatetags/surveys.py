"""Filters of the pages of surveys."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from moksori.collect.questionnaires.building.labels import PURPOSES
from moksori.collect.questionnaires.building.screen import Screen
from moksori.collect.questionnaires.definition import SCALES, Type
from moksori.collect.questionnaires.reading import Problem

register = template.Library()


@register.filter
def id_at(problem: Problem, screen: Screen) -> str:
    """The id of the page or question in which a problem lies."""
    parts = problem.path.split(".")
    if len(parts) < 2 or parts[0] != "pages":
        return ""
    page = screen.draft["pages"][int(parts[1])]
    if len(parts) > 3 and parts[2] == "questions":
        return str(page["questions"][int(parts[3])]["id"])
    return str(page["id"])


@register.filter
def place_in(problem: Problem, screen: Screen) -> str:
    """The field of the open form in which a problem lies, as the form calls it."""
    rest = problem.path.removeprefix(f"{screen.open_path}.").split(".")
    if len(rest) > 1 and rest[0] in ("options", "rows") and rest[1].isdecimal():
        n = int(rest[1]) + 1
        if rest[0] == "rows":
            return _("Row {n}").format(n=n)
        return _("Answer {n}").format(n=n)
    names = {
        "text": _("Question"),
        "title": _("Heading"),
        "show": pgettext("problem", "Rule"),
        "least": _("At least so many"),
        "most": _("At most so many"),
        "total": _("Points to share out"),
    }
    return names.get(rest[0], "")


@register.filter
def add_text(text: str, more: object) -> str:
    return f"{text}{more}"


@register.filter
def as_field(value: Any) -> str:
    """A number as a field has it, in every language with a point."""
    if value is None or value is True or value is False:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


@register.filter
def scale_end(type: str, end: str) -> str:
    """The end that a scale has when nothing else is said."""
    ends = SCALES.get(Type(type))
    return str(ends[0 if end == "low" else 1]) if ends else ""


@register.filter
def is_purpose(purpose: str) -> bool:
    return purpose in PURPOSES


@register.filter
def is_in(id: str, listed: list[tuple[Any, ...]]) -> bool:
    return any(one[0] == id for one in listed)
