"""How pages of asking write numbers and languages: `{% load asking %}`."""

from __future__ import annotations

from django import template

from moksori.collect.asking.addresses import shown_phone
from moksori.collect.questionnaires.words import SPOKEN

register = template.Library()
register.filter("phone", shown_phone)


@register.filter
def spoken(code: str) -> str:
    """The name of a language in that language; its code where none is known."""
    return SPOKEN.get(code, code)
