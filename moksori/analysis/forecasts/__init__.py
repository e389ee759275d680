"""What comes next: forecasts with the error they made so far, and sums that add up."""

from moksori.analysis.forecasts.backtest import Backtest, Tried, rolled
from moksori.analysis.forecasts.choose import Forecast, forecast
from moksori.analysis.forecasts.errors import mase, mase_over_all, scale_of
from moksori.analysis.forecasts.hierarchy import Coherent, reconciled, summing
from moksori.analysis.forecasts.methods import (
    METHODS,
    Ahead,
    ets,
    seasonal_naive,
    theta,
)

__all__ = [
    "METHODS",
    "Ahead",
    "Backtest",
    "Coherent",
    "Forecast",
    "Tried",
    "ets",
    "forecast",
    "mase",
    "mase_over_all",
    "reconciled",
    "rolled",
    "scale_of",
    "seasonal_naive",
    "summing",
    "theta",
]
