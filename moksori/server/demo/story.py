"""The demo from beginning to end."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from moksori.server.demo import feedback
from moksori.server.demo.people import found_company


def load_demo(*, tell: Callable[[str], None]) -> None:
    company = found_company()
    feedback.load(
        feedback.exports(timezone.localdate()),
        company.units,
        by=company.people["haneul"],
        tell=tell,
    )
