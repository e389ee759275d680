"""How pages say what a webhook told."""

from __future__ import annotations

from django import template

from moksori.collect.out.events import said

register = template.Library()
register.filter("topic", said)
