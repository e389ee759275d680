"""Addresses that the whole company knows: found or added, and locked to decide."""

from __future__ import annotations

from collections.abc import Iterable

from moksori.collect.asking.addresses import digests
from moksori.collect.models import Address


def addresses_of(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Address]:
    """The row of each (kind, plain address); those that nobody knew are added."""
    wanted = {(kind, plain): digests(plain) for kind, plain in pairs if plain}
    every = {digest for hashes in wanted.values() for digest in hashes}
    known = {row.digest: row for row in Address.objects.filter(digest__in=every)}
    fresh = [
        Address(kind=kind, digest=hashes[0])
        for (kind, _plain), hashes in wanted.items()
        if not any(digest in known for digest in hashes)
    ]
    if fresh:
        # In one order, so that two who add some of the same never wait for each other.
        fresh.sort(key=lambda row: row.digest)
        Address.objects.bulk_create(fresh, ignore_conflicts=True)
        made = Address.objects.filter(digest__in=[row.digest for row in fresh])
        known |= {row.digest: row for row in made}
    found = {}
    for key, hashes in wanted.items():
        row = next(known[digest] for digest in hashes if digest in known)
        if row.digest != hashes[0]:  # by a secret key that is used no more
            row.digest = hashes[0]
            row.save(update_fields=["digest"])
        found[key] = row
    return found


def lock_addresses(numbers: set[int]) -> None:
    """From here to the end of the transaction nobody else decides about these people.

    In the order of their numbers, so that two who lock some of the same never wait for
    each other. The embedded database has one writer anyway.
    """
    rows = Address.objects.select_for_update().filter(pk__in=numbers).order_by("pk")
    list(rows.values_list("pk", flat=True))
