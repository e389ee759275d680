"""One series against control series: Bayesian structural time series.

Brodersen, Gallusser, Koehler, Remy and Scott (2015), "Inferring causal impact using
Bayesian structural time-series models", Annals of Applied Statistics 9(1), by the
package bsts-causalimpact with the settings of R's CausalImpact: its own default of two
expected controls instead of three makes a false proof of R's second example.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moksori.analysis.estimate import Estimate

Floats = NDArray[np.float64]
METHOD = "Bayesian structural time series with control series"
ASSUMED = (
    "The relation to the control series before would have gone on.",
    "The action did not reach the control series.",
)
EXPECTED_CONTROLS = 3
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Impact:
    """The mean effect a period and the whole of it, with posterior intervals.

    `sd` is the posterior deviation of the mean effect, `p` the tail-area probability.
    `expected`, `low` and `high` are what would have been, one for each period after
    the start.
    """

    mean: Estimate
    total: Estimate
    sd: float
    p: float
    expected: Floats
    low: Floats
    high: Floats


def impact(
    series: NDArray[Any],
    controls: NDArray[Any] | None,
    start: int,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    level: float = 0.95,
) -> Impact:
    """The effect on `series` from `start` on, against `controls` (k, periods).

    The controls must not have been reached by the action. Raises ValueError for
    missing values, a series that does not move before the start, fewer than four
    periods before, or none after.
    """
    y, x = _checked(series, controls, start)
    from causal_impact import CausalImpact  # noqa: PLC0415 – a compiled sampler

    table = np.column_stack([y, *x]) if len(x) else y[:, None]
    options = {
        "expected_model_size": EXPECTED_CONTROLS,
        "niter": draws,
        "seed": seed,
    }
    found = CausalImpact(
        table, [0, start - 1], [start, y.size - 1], model_args=options, alpha=1 - level
    )._results
    after = y.size - start

    def estimate(value: float, low: float, high: float) -> Estimate:
        return Estimate(
            float(value), float(low), float(high), y.size, METHOD, level, ASSUMED
        )

    total = float(found.cumulative_effect_total)
    return Impact(
        mean=estimate(found.point_effect_mean, found.ci_lower, found.ci_upper),
        total=estimate(total, found.ci_lower * after, found.ci_upper * after),
        sd=float(found.average_effect_sd),
        p=float(found.p_value),
        expected=np.asarray(found.predictions_mean, dtype=np.float64),
        low=np.asarray(found.predictions_lower, dtype=np.float64),
        high=np.asarray(found.predictions_upper, dtype=np.float64),
    )


def _checked(
    series: NDArray[Any], controls: NDArray[Any] | None, start: int
) -> tuple[Floats, Floats]:
    y = np.asarray(series, dtype=np.float64)
    x = np.empty((0, y.size)) if controls is None else np.asarray(controls, dtype=float)
    if y.ndim != 1 or x.ndim != 2 or x.shape[1] != y.size:
        raise ValueError("A series (periods) and controls (k, periods) are needed.")
    if not np.isfinite(y).all() or not np.isfinite(x).all():
        raise ValueError("Every series needs a value in every period.")
    if not 4 <= start < y.size:
        raise ValueError("Four periods before the start are needed, and one after.")
    if np.ptp(y[:start]) == 0:
        raise ValueError("The series does not move before the start.")
    # A control that stood still before tells nothing, and cannot be scaled.
    return y, x[np.ptp(x[:, :start], axis=1) > 0]
