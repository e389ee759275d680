"""The people one can be in demo mode."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from moksori.base.people.reads import demo_people

register = template.Library()


@register.inclusion_tag("people/_demo_people.html", takes_context=True)
def demo_sign_in(context: dict[str, Any]) -> dict[str, Any]:
    """Five buttons on the sign-in page; nothing outside demo mode."""
    people = demo_people() if settings.MOKSORI_DEMO else []
    return {"people": people, "request": context.get("request")}
