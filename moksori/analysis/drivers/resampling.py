"""Rows drawn anew: what a bootstrap needs, cheap also for a hundred thousand rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from moksori.analysis.drivers.subsets import Floats

MOST_KINDS = 1_000
GROUPS = 400
LEFT_OUT = 100


@dataclass(frozen=True, slots=True)
class Resampling:
    """Which rows come again how often.

    `parts` (g, u) says how much of each kind of row a group holds, weights included,
    and `noisy` the same times a standard normal number for each row. `draws` (b, g)
    count how often a group is in a resample: the first is the table itself, then come
    the resamples, then, if asked for, the table without one part of the rows each.
    `members` (g, r) lists the kinds of row in each group, −1 where it is shorter; None
    where each kind is its own group.
    """

    parts: Any
    noisy: Any
    noise: Floats
    draws: Floats
    members: NDArray[np.int64] | None


def resampling(
    rows: Floats,
    weight: Floats,
    *,
    resamples: int,
    noise: int,
    rng: np.random.Generator,
) -> Resampling:
    """Resamples of a table of `rows` (u,) alike rows of `weight` each.

    Up to a thousand kinds of row: the bootstrap (Efron 1979), by multinomial counts of
    the kinds. Beyond: rows are dealt at random into 400 groups and the groups are drawn
    (random groups, Wolter 2007), which is as good for smooth statistics and hundreds of
    times cheaper.
    """
    if len(rows) <= MOST_KINDS:
        return _of_kinds(rows, weight, resamples, noise, rng)
    return _of_groups(rows, weight, resamples, noise, rng)


def _of_kinds(
    rows: Floats, weight: Floats, resamples: int, noise: int, rng: np.random.Generator
) -> Resampling:
    n = int(rows.sum())
    drawn = rng.multinomial(n, rows / n, size=resamples)
    kind = np.repeat(np.arange(len(rows)), rows.astype(np.int64))
    away = np.zeros((min(LEFT_OUT, n), len(rows)))
    np.add.at(away, (rng.permutation(np.arange(n) % len(away)), kind), 1.0)
    each = csr_array(np.diag(weight))
    return Resampling(
        parts=each,
        noisy=each,
        noise=rng.standard_normal((noise, len(rows))) * np.sqrt(rows),
        draws=np.concatenate([rows[None], drawn, rows - away]),
        members=None,
    )


def _of_groups(
    rows: Floats, weight: Floats, resamples: int, noise: int, rng: np.random.Generator
) -> Resampling:
    n = int(rows.sum())
    kind = np.repeat(np.arange(len(rows)), rows.astype(np.int64))
    long = -(-n // GROUPS)
    dealt = np.full(long * GROUPS, -1, dtype=np.int64)
    dealt[:n] = rng.permutation(kind)
    # Dealt like cards, so that groups differ by one row at most.
    members = dealt.reshape(long, GROUPS).T
    group, place = np.nonzero(members >= 0)
    held = members[group, place]
    shape = (GROUPS, len(rows))
    drawn = rng.multinomial(GROUPS, np.full(GROUPS, 1 / GROUPS), size=resamples)
    away = (np.arange(GROUPS) % LEFT_OUT) == np.arange(LEFT_OUT)[:, None]
    stirred = weight[held] * rng.standard_normal(n)
    return Resampling(
        parts=csr_array((weight[held], (group, held)), shape=shape),
        noisy=csr_array((stirred, (group, held)), shape=shape),
        noise=rng.standard_normal((noise, GROUPS)),
        draws=np.concatenate([np.ones((1, GROUPS)), drawn, 1.0 - away]),
        members=members,
    )


def products(both: Floats, weight: Floats, again: Resampling) -> Floats:
    """Per group, the sums of products (g, k, k) of weighted columns (u, k)."""
    if again.members is None:
        held = both[:, None, :]
        heavy = held * weight[:, None, None]
    else:
        held = both[again.members]
        heavy = (
            held * np.where(again.members >= 0, weight[again.members], 0.0)[..., None]
        )
    return np.asarray(np.matmul(np.swapaxes(heavy, 1, 2), held))
