"""Chance that can be repeated: the same seed gives the same order, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Protocol, TypeVar

from moksori.collect.questionnaires.definition import (
    Option,
    Page,
    Questionnaire,
    Variant,
)
from moksori.collect.questionnaires.expressions import names


class Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Named)


def chance(seed: int, *parts: str) -> float:
    """A number from 0 to 1 that belongs to a seed and a name."""
    told = "\x1f".join((str(seed), *parts)).encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=6).digest()) / 2**48


def shuffled(options: Sequence[Option], seed: int, scope: str) -> tuple[Option, ...]:
    """In the order of a seed; "other", "none of these" and the anchored ones stay.

    Sorted by chance and not swapped, so that an option that is added, or hidden, moves
    none of the others.
    """
    free = iter(_by_chance([one for one in options if _is_free(one)], seed, scope))
    return tuple(next(free) if _is_free(one) else one for one in options)


def shuffled_in_runs(
    things: Sequence[T], fixed: Collection[str], seed: int, scope: str
) -> tuple[T, ...]:
    """In the order of a seed, but none across one that stays where it is."""
    found: list[T] = []
    run: list[T] = []
    for one in things:
        if one.id in fixed:
            found += [*_by_chance(run, seed, scope), one]
            run = []
        else:
            run.append(one)
    return (*found, *_by_chance(run, seed, scope))


def fixed_pages(q: Questionnaire) -> set[str]:
    """The pages that cannot move, because a rule ties them to others."""
    fixed = {go.to for page in q.pages for go in page.go}
    for page in q.pages:
        own = {question.id for question in page.questions}
        asked = set(_asked(page)) - own
        if asked or page.go or page.loop or page.show is not None:
            fixed.add(page.id)
        fixed |= {found.id for name in asked if (found := q.page_of(name))}
    return fixed


def variant_of(variants: Sequence[Variant], seed: int) -> str:
    """The arm of the test that a seed falls into; "" without a test."""
    whole = sum(one.share for one in variants)
    left = chance(seed, "variant") * whole
    for one in variants:
        left -= one.share
        if left < 0:
            return one.id
    return variants[-1].id if variants else ""


def _is_free(option: Option) -> bool:
    return not (option.is_anchored or option.is_other or option.is_exclusive)


def _asked(page: Page) -> list[str]:
    rules = [page.show, *(go.when for go in page.go)]
    for question in page.questions:
        rules.append(question.show)
        rules += [one.show for one in (*question.options, *question.rows)]
    asked = [name for rule in rules for name in names(rule)]
    return [*asked, page.loop.over] if page.loop else asked


def _by_chance(things: Sequence[T], seed: int, scope: str) -> list[T]:
    return sorted(things, key=lambda one: chance(seed, scope, one.id))
