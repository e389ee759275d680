"""Who has a complaint open: later steps know, and say so here when they start."""

from __future__ import annotations

from collections.abc import Callable, Collection

Check = Callable[[Collection[int]], set[int]]
_checks: dict[str, Check] = {}


def register_complaints(name: str, check: Check) -> None:
    """`check` gets numbers of customers and answers with those who wait for us."""
    _checks[name] = check


def with_open_complaint(customers: Collection[int]) -> set[int]:
    """Those of these customers whom nobody has got back to yet."""
    if not customers:
        return set()
    return set().union(*(check(customers) for check in _checks.values()))
