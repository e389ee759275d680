"""Customers whom we still owe an answer."""

from __future__ import annotations

from collections.abc import Collection

from moksori.act.models import Case


def customers_waiting(customers: Collection[int]) -> set[int]:
    """Those of these customers with a case that nobody has answered yet."""
    owed = Case.objects.filter(
        feedback__customer__in=customers,
        status__in=(Case.Status.OPEN, Case.Status.WAITING),
    )
    found = owed.values_list("feedback__customer_id", flat=True)
    return {pk for pk in found if pk is not None}
