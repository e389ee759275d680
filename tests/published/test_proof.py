"""Effects of actions: what papers and the reference programs print."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from math import ceil, log
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri

from moksori.analysis.proof.interrupted import Series, interrupted
from moksori.analysis.proof.panel import Measure, Panel
from moksori.analysis.proof.prove import prove
from moksori.analysis.proof.staggered import Against, staggered
from moksori.analysis.proof.structural import impact
from moksori.analysis.proof.synthetic import Kind, Synthetic, synthetic
from moksori.analysis.verdict import Verdict

DATA = Path(__file__).parent / "data"
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def smoking() -> tuple[Floats, NDArray[np.bool_]]:
    """Packs of cigarettes a head, 39 states, 1970 to 2000; California is treated.

    From the R package synthdid (BSD-3-Clause); the law, Proposition 99, is of 1989.
    """
    with (DATA / "prop99.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    states = sorted({row["State"] for row in rows})
    packs = np.zeros((len(states), 31))
    for row in rows:
        at = states.index(row["State"]), int(row["Year"]) - 1970
        packs[at] = float(row["PacksPerCapita"])
    return packs, np.array([state == "California" for state in states])


@pytest.fixture(scope="module")
def law(smoking: tuple[Floats, NDArray[np.bool_]]) -> dict[Kind, Synthetic]:
    return {kind: synthetic(*smoking, 19, kind=kind) for kind in Kind}


def test_proposition_99(law: dict[Kind, Synthetic]) -> None:
    """Arkhangelsky et al. (2021), table 1: −15.6, −19.6, −27.3; digits of synthdid."""
    assert round(law[Kind.SDID].value, 4) == -15.6038
    assert round(law[Kind.CONTROL].value, 4) == -19.6197
    assert round(law[Kind.DID].value, 4) == -27.3491


def test_proposition_99_has_the_placebo_errors_of_the_paper(
    law: dict[Kind, Synthetic],
) -> None:
    """Table 1 gives 8.4, 9.9 and 17.7, each from a few hundred random placebos.

    All 38 placebos, each once, are what those draws vary around.
    """
    assert law[Kind.SDID].se == pytest.approx(8.4, abs=1.1)
    assert law[Kind.CONTROL].se == pytest.approx(9.9, abs=1.1)
    assert law[Kind.DID].se == pytest.approx(17.7, abs=1.1)


def test_proposition_99_is_third_among_39_states_by_synthetic_control(
    law: dict[Kind, Synthetic],
) -> None:
    """A rank p of 3/39: the effect alone does not prove the law."""
    assert law[Kind.CONTROL].rank_p == pytest.approx(3 / 39)


def test_proposition_99_is_not_called_proven(
    smoking: tuple[Floats, NDArray[np.bool_]],
) -> None:
    packs, treated = smoking
    starts = np.where(treated, 19.0, np.inf)

    found = prove(Panel(packs, starts, measure=Measure.MEAN))

    assert found.choice.method is not None
    assert found.choice.method.value == "synthetic"
    assert found.verdict is Verdict.NOT_PROVEN
    assert found.estimate is not None
    assert round(found.estimate.value, 1) == -15.6


def test_the_example_of_causalimpact() -> None:
    """Brodersen et al. (2015) and the vignette of R's CausalImpact, `set.seed(1)`.

    Printed: average effect 11 [9.8, 11], cumulative 316 [294, 336], p = 0.00. The data
    are those of R, drawn anew by its generator.
    """
    control, series = _vignette()
    assert series[:3] == pytest.approx([105.2950, 105.8943, 106.6209], abs=1e-4)
    assert control[:3] == pytest.approx([88.21513, 88.48415, 87.87684], abs=1e-5)

    found = impact(series, control[None], 70)

    assert round(found.mean.value) == 11
    assert (round(found.mean.low, 1), round(found.mean.high)) == (9.8, 11)
    assert found.total.value == pytest.approx(316, abs=3)
    assert found.total.low == pytest.approx(294, abs=3)
    assert found.total.high == pytest.approx(336, abs=3)
    assert found.p <= 0.002


def test_the_arma_series_of_tfcausalimpact() -> None:
    """R's summary: 0.89 (0.3) [0.27, 1.5], cumulative 26.67 [7.99, 44.4], p .003.

    Series from github.com/WillianFuks/tfcausalimpact (Apache-2.0), one added from
    period 70 on as there.
    """
    with (DATA / "causalimpact_arma.csv").open(encoding="utf-8") as file:
        rows = [(float(row["X"]), float(row["y"])) for row in csv.DictReader(file)]
    control, series = np.array(rows).T
    series[70:] += 1

    found = impact(series, control[None], 70)

    assert found.mean.value == pytest.approx(0.89, abs=0.03)
    assert found.sd == pytest.approx(0.3, abs=0.03)
    assert found.mean.low == pytest.approx(0.27, abs=0.06)
    assert found.mean.high == pytest.approx(1.5, abs=0.1)
    assert found.total.value == pytest.approx(26.67, abs=1)
    assert found.p <= 0.006


@pytest.mark.parametrize("against", list(Against))
def test_staggered_starts_agree_with_diff_diff(against: Against) -> None:
    """Callaway and Sant'Anna (2021) without covariates, to nine digits, errors too."""
    from diff_diff import CallawaySantAnna, generate_staggered_data

    frame = generate_staggered_data(n_units=60, seed=3)
    table = frame.pivot(index="unit", columns="period", values="outcome").to_numpy()
    starts = frame.groupby("unit").first_treat.first().to_numpy(dtype=float)
    group = {Against.NEVER: "never_treated", Against.NOT_YET: "not_yet_treated"}
    theirs = CallawaySantAnna(control_group=group[against]).fit(
        frame, "outcome", "unit", "period", "first_treat"
    )

    ours = staggered(table, np.where(starts > 0, starts, np.inf), against=against)

    overall = ours.overall()
    assert overall.value == pytest.approx(theirs.overall_att, abs=1e-9)
    assert (overall.high - overall.low) / 2 / 1.959964 == pytest.approx(
        theirs.overall_se, rel=1e-6
    )
    for cell in ours.cells:
        one = theirs.group_time_effects[(int(cell.group), int(cell.time))]
        assert cell.value == pytest.approx(one["effect"], abs=1e-9)
        assert cell.se == pytest.approx(one["se"], abs=1e-9)


def test_an_interrupted_series_is_what_a_quasi_poisson_model_gives() -> None:
    """The model of Bernal et al. (2017), against statsmodels' GLM with scale X²."""
    import statsmodels.api as sm

    random = np.random.default_rng(1)
    at = np.arange(59)
    people = random.uniform(3.6e5, 3.7e5, 59)
    rate = np.exp(-6.2 + 0.005 * at - 0.12 * (at >= 36) + 0.05 * np.sin(at * np.pi / 6))
    cases = random.poisson(people * rate * random.gamma(50, 1 / 50, 59)).astype(float)
    season = [f(2 * np.pi * k * at / 12) for k in (1, 2) for f in (np.sin, np.cos)]
    x = np.column_stack([np.ones(59), at, at >= 36, *season])
    family = sm.families.Poisson()
    theirs = sm.GLM(cases, x, family=family, offset=np.log(people)).fit(scale="X2")

    ours = interrupted(Series(cases, people), 36, period=12, harmonics=2)

    found = list(ours.coefficients.values())
    assert [one.value for one in found] == pytest.approx(theirs.params, rel=1e-7)
    assert [one.se for one in found] == pytest.approx(theirs.bse, rel=1e-7)
    assert ours.dispersion == pytest.approx(theirs.scale, rel=1e-7)
    assert ours.ratio().value == pytest.approx(np.exp(theirs.params[2]), rel=1e-7)


def _vignette() -> tuple[Floats, Floats]:
    """x1 <- 100 + arima.sim(list(ar = .999), 100); y <- 1.2 x1 + rnorm; + 10."""
    normal = _normals(1)
    warm = 1 + ceil(6 / log(1 / 0.999))
    walk, last = np.zeros(warm + 100), 0.0
    for at in range(warm + 100):
        last = 0.999 * last + next(normal)
        walk[at] = last
    control = 100 + walk[warm:]
    series = 1.2 * control + np.array([next(normal) for _ in range(100)])
    series[70:] += 10
    return control, series


def _normals(seed: int) -> Iterator[float]:
    """R's rnorm: Mersenne Twister, seeded as R does, by inversion."""
    state = seed
    for _ in range(51):
        state = (69069 * state + 1) % 2**32
    key = []
    for _ in range(624):
        state = (69069 * state + 1) % 2**32
        key.append(state)
    twister = np.random.MT19937()
    inside = twister.state
    inside["state"] = {"key": np.array(key, dtype=np.uint32), "pos": 624}
    twister.state = inside

    def uniform() -> float:
        return int(twister.random_raw()) * 2.3283064365386963e-10

    while True:
        high = int(134217728 * uniform())
        yield float(ndtri((high + uniform()) / 134217728))
