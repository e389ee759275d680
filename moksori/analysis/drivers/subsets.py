"""What every subset of predictors explains, and each one's fair part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_NOTHING_LEFT = 1e-9


def unexplained(
    gram: Floats, cross: Floats, target: Floats, groups: Sequence[int]
) -> Floats:
    """The covariance of the outcome with each response, beyond every subset.

    `gram` (b, p, p) holds covariances of p standardised predictors, `cross` (b, p, q)
    theirs with q responses of which the first is the outcome, `target` (b, q) those of
    the outcome with the responses; b are replicates. `groups` says how many columns,
    side by side, each of the k predictors has (a factor has several). The answer is
    (b, 2^k, q): subset number s holds predictor j when bit k−1−j of s is set.

    All subsets are halved at once, one predictor after the other: without it (its row
    is dropped) and with it (it is swept out, Goodnight 1979), so that 2^12 subsets
    cost about as much as a dozen regressions. A column that others leave nothing of
    adds nothing.
    """
    state = (gram[:, None], cross[:, None], target[:, None])
    for columns in groups:
        kept = swept = state
        kept = (kept[0][..., columns:, columns:], kept[1][..., columns:, :], kept[2])
        for _ in range(columns):
            swept = _swept(*swept)
        state = tuple(  # type: ignore[assignment]
            # Interleaved, so that later predictors stand for lower bits.
            np.stack([out, into], axis=2).reshape(
                len(out), 2 * out.shape[1], *out.shape[2:]
            )
            for out, into in zip(kept, swept, strict=True)
        )
    return state[2]


def _swept(
    gram: Floats, cross: Floats, target: Floats
) -> tuple[Floats, Floats, Floats]:
    """The same beyond the first column, which is left out of the answer."""
    pivot = gram[..., :1, :1]
    usable = pivot > _NOTHING_LEFT
    beside = gram[..., 1:, :1]
    slope = np.where(usable, beside / np.where(usable, pivot, 1.0), 0.0)
    first = cross[..., :1, :]
    tied = np.where(
        usable[..., 0], first[..., 0, :1] / np.where(usable, pivot, 1.0)[..., 0], 0.0
    )
    return (
        gram[..., 1:, 1:] - slope * gram[..., :1, 1:],
        cross[..., 1:, :] - slope * first,
        target - tied * first[..., 0, :],
    )


def fair_parts(values: Floats) -> Floats:
    """Shapley values (b, k) of what subsets are worth (b, 2^k), in the order above.

    Each predictor gets its mean gain over all orders in which predictors could come
    in (Shapley 1953): of R² this is LMG (Lindeman, Merenda and Gold 1980) and general
    dominance (Budescu 1993). The parts add up to what all are worth together.
    """
    count = values.shape[1].bit_length() - 1
    cube = values.reshape(-1, *(2,) * count)
    weights = gain_weights(count)
    parts = [
        (np.take(cube, 1, axis=at + 1) - np.take(cube, 0, axis=at + 1)).reshape(
            len(cube), -1
        )
        @ weights
        for at in range(count)
    ]
    return np.stack(parts, axis=1)


def gain_weights(count: int) -> Floats:
    """How much the gain over each subset of the `count` − 1 others weighs."""
    sizes = _sizes(count - 1)
    return np.array([1 / (count * comb(count - 1, size)) for size in sizes])


def _sizes(count: int) -> list[int]:
    return [number.bit_count() for number in range(2**count)]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which subsets to look at, and what to make of what they are worth.

    `members` (s, k) says who is in each subset; `weights` (k, s) times what the
    subsets are worth are the fair parts; `newcomer` (s,) times what one more predictor
    would gain over each subset is the fair part of that one.
    """

    members: NDArray[np.bool_]
    weights: Floats
    newcomer: Floats


def every_subset(count: int) -> Plan:
    """All 2^count subsets."""
    numbers = np.arange(2**count)
    members = (numbers[:, None] >> np.arange(count - 1, -1, -1)) & 1 == 1
    sizes = members.sum(axis=1)
    gains = np.array([1 / (count * comb(count - 1, s)) for s in range(count)] + [0.0])
    weights = np.where(members.T, gains[sizes - 1], -gains[sizes])
    return Plan(members, weights, gain_weights(count + 1))


def sampled_subsets(count: int, *, orders: int, seed: int) -> Plan:
    """Those of a sample of orders, each taken forwards and backwards.

    The backward twin lowers the error of sampling (Mitchell et al. 2022).
    """
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(count) for _ in range(orders)]
    drawn += [order[::-1] for order in drawn]
    rank = np.argsort(np.array(drawn), axis=1)
    inside = rank[:, None, :] < np.arange(count + 1)[None, :, None]
    members, number = np.unique(inside.reshape(-1, count), axis=0, return_inverse=True)
    number = number.reshape(len(drawn), count + 1)
    weights, newcomer = np.zeros((count, len(members))), np.zeros(len(members))
    np.add.at(newcomer, number, 1 / number.size)
    for order, row in zip(drawn, number, strict=True):
        np.add.at(weights, (order, row[1:]), 1 / len(drawn))
        np.add.at(weights, (order, row[:-1]), -1 / len(drawn))
    return Plan(members, weights, newcomer)
