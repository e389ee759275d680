"""Scores on pages: as they were given, coloured by what they mean."""

from __future__ import annotations

from django import template

from moksori.collect import given
from moksori.collect.answers import Answer

register = template.Library()


@register.filter
def as_given(answer: Answer) -> str:
    """`{{ answer|as_given }}`: 2 / 5."""
    return given.as_given(answer)


@register.filter
def tone(answer: Answer) -> str:
    """The class that colours the score; "" for one in the middle, or without trust."""
    return given.tone(answer.score_0_10)
