"""Forecast errors as published, to the printed digits."""

from __future__ import annotations

import numpy as np

from moksori.analysis.forecasts import mase, seasonal_naive

# Quarterly beer production in Australia, 1992 Q1 to 2010 Q2 (R fpp2::ausbeer).
BEER = (
    443, 410, 420, 532, 433, 421, 410, 512, 449, 381, 423, 531, 426, 408, 416, 520,
    409, 398, 398, 507, 432, 398, 406, 526, 428, 397, 403, 517, 435, 383, 424, 521,
    421, 402, 414, 500, 451, 380, 416, 492, 428, 408, 406, 506, 435, 380, 421, 490,
    435, 390, 412, 454, 416, 403, 408, 482, 438, 386, 405, 491, 427, 383, 394, 473,
    420, 390, 410, 488, 415, 398, 419, 488, 414, 374,
)  # fmt: skip


def test_the_errors_of_beer_are_those_of_hyndman_and_athanasopoulos():
    """Forecasting: Principles and Practice (2018), 3.4: mean, naive, seasonal naive."""
    known, came = np.array(BEER[:64], float), np.array(BEER[64:], float)
    ahead = {
        "mean": np.full(10, known.mean()),
        "naive": seasonal_naive(known, 10, 1).value,
        "seasonal": seasonal_naive(known, 10, 4).value,
    }

    errors = {name: came - value for name, value in ahead.items()}
    found = {
        name: (
            round(float(np.sqrt((error**2).mean())), 2),
            round(float(np.abs(error).mean()), 2),
            round(float(np.abs(error / came).mean() * 100), 2),
            round(mase(came, ahead[name], known, season=4), 2),
        )
        for name, error in errors.items()
    }

    assert found == {
        "mean": (38.45, 34.83, 8.28, 2.44),
        "naive": (62.69, 57.40, 14.18, 4.01),
        "seasonal": (14.31, 13.40, 3.17, 0.94),
    }
