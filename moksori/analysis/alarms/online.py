"""Many questions, one after the other for ever, and few false answers: LORD++."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, isfinite, log, sqrt
from typing import Any

RATE = 0.05


def share_of(position: int, even: int = 0) -> float:
    """The part of the wealth that the test at `position` (from 1) may spend.

    Javanmard and Montanari (2018), equation 31, with the constant of onlineFDR. With
    `even`, half of it spread evenly over that many tests, half of the rest over as many
    again, and so on: a sequence that never increases and sums to one, as LORD++ asks.
    """
    if even:
        return 0.5 ** min(1 + (position - 1) // even, 1000) / even
    return 0.07720838 * log(max(position, 2)) / (position * exp(sqrt(log(position))))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a test may risk, and whether `p` is a discovery (`p` ≤ `level`)."""

    p: float
    level: float
    is_discovery: bool


@dataclass(slots=True)
class Lord:
    """LORD++ (Ramdas, Yang, Wainwright, Jordan 2017), as R's onlineFDR computes it.

    At most `rate` of all discoveries, over all series and weeks, are false ones (for
    independent tests of what is not so). `wealth` is w0, what may be spent before the
    first discovery (None: a tenth of `rate`, R's default); `even` chooses the sequence
    (see `share_of`; 0: R's default). The state is `tested` and `discoveries` (positions
    from 1); `state()` and `resumed` keep it between weeks.
    Raises ValueError for a rate outside 0–1, a wealth outside 0…rate, and a p outside
    0–1 or that is no number.
    """

    rate: float = RATE
    wealth: float | None = None
    even: int = 0
    tested: int = 0
    discoveries: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not 0 < self.rate <= 1:
            raise ValueError("The rate must lie between 0 and 1.")
        if not 0 <= self.start <= self.rate:
            raise ValueError("The wealth must lie between 0 and the rate.")

    @property
    def start(self) -> float:
        return self.rate / 10 if self.wealth is None else self.wealth

    @property
    def level(self) -> float:
        """What the next test may risk."""
        at = self.tested + 1
        level = self.start * share_of(at, self.even)
        for i, found in enumerate(self.discoveries):
            gain = self.rate - self.start if i == 0 else self.rate
            level += gain * share_of(at - found, self.even)
        return level

    def test(self, p: float) -> Decision:
        """Spend on one test; a discovery earns for the next ones."""
        if not (isfinite(p) and 0 <= p <= 1):
            raise ValueError("A p-value must lie between 0 and 1.")
        level = self.level
        self.tested += 1
        if p <= level:
            self.discoveries.append(self.tested)
        return Decision(p, level, p <= level)

    def test_all(self, chances: Iterable[float]) -> list[Decision]:
        return [self.test(float(p)) for p in chances]

    def state(self) -> dict[str, Any]:
        """What must be kept to go on next week; fits into JSON."""
        return {
            "rate": self.rate,
            "wealth": self.wealth,
            "even": self.even,
            "tested": self.tested,
            "discoveries": list(self.discoveries),
        }

    @classmethod
    def resumed(cls, state: Mapping[str, Any]) -> Lord:
        return cls(
            rate=float(state.get("rate", RATE)),
            wealth=state.get("wealth"),
            even=int(state.get("even", 0)),
            tested=int(state.get("tested", 0)),
            discoveries=[int(one) for one in state.get("discoveries", ())],
        )
