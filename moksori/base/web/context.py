"""What every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from moksori.base.people.models import Member, Unit
from moksori.base.web.navigation import navigation

THEME_COOKIE = "moksori_theme"
THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell.steps`, `shell.where`, `shell.theme`: read only by pages that show it."""
    return {
        "shell": {
            "steps": SimpleLazyObject(lambda: navigation(request)),
            "where": SimpleLazyObject(lambda: where(request)),
            "theme": chosen_theme(request),
            "is_demo": settings.MOKSORI_DEMO,
        }
    }


def chosen_theme(request: HttpRequest) -> str:
    """ "light", "dark", or "" to follow the device."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def where(request: HttpRequest) -> str:
    """Organisation and unit of the member: 한빛그룹 · 미디어."""
    member = getattr(request, "user", None)
    if not isinstance(member, Member) or member.unit is None:
        return ""
    ids = member.unit.ancestor_ids()
    if not ids or ids[0] == member.unit_id:
        return member.unit.name
    top = Unit.objects.filter(pk=ids[0]).first()
    return f"{top.name} · {member.unit.name}" if top else member.unit.name
