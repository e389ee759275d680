"""What scikit-learn expects of an estimator, asked of each of ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from moksori.analysis.customers.churn import Churn
from moksori.analysis.drivers.importance import Drivers
from moksori.analysis.emerging import Emerging
from moksori.analysis.estimator import Estimator
from moksori.analysis.segments.microsegments import MicroSegments
from moksori.analysis.themes import Themes

ESTIMATORS = [Themes, Emerging]
TAUGHT = [Drivers, MicroSegments, Churn]  # by an outcome beside the rows
EVERY = [*ESTIMATORS, *TAUGHT]


def learned(one: Estimator, vectors: NDArray[np.float32]) -> Any:
    """Fitted; what looks for news needs to know when each was said."""
    days = np.arange(len(vectors)) % 90
    beside = {"days": days} if isinstance(one, Emerging) else {}
    return one.fit(vectors, **beside)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    rng = np.random.default_rng(3)
    centres = np.linalg.qr(rng.normal(size=(32, 32)))[0][:5]
    rows = centres[np.repeat(np.arange(5), 60)] + 0.1 * rng.normal(size=(300, 32))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32)


@pytest.mark.parametrize("kind", EVERY)
def test_settings_are_kept_as_they_were_given(kind: type[Estimator]) -> None:
    for name, value in kind().get_params().items():
        again = kind(**{name: value})
        assert getattr(again, name) is value


@pytest.mark.parametrize("kind", EVERY)
def test_a_copy_made_of_its_settings_is_the_same(kind: type[Estimator]) -> None:
    one = kind()
    other = kind(**one.get_params(deep=True))

    assert other.get_params() == one.get_params()
    assert other.set_params(**one.get_params()) is other


@pytest.mark.parametrize("kind", EVERY)
def test_a_setting_that_does_not_exist_is_refused(kind: type[Estimator]) -> None:
    with pytest.raises(ValueError, match="colour"):
        kind().set_params(colour="blue")


@pytest.mark.parametrize("kind", EVERY)
def test_it_says_what_it_was_told(kind: type[Estimator]) -> None:
    assert repr(kind()) == f"{kind.__name__}()"


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_learning_returns_itself_and_changes_no_setting_and_no_input(
    kind: type[Estimator], vectors: NDArray[np.float32]
) -> None:
    one, before = kind(), vectors.copy()
    settings = one.get_params()
    nothing = {name for name in vars(one) if name.endswith("_")}

    assert learned(one, vectors) is one

    assert nothing == set()
    assert one.get_params() == settings
    assert np.array_equal(vectors, before)
    assert one.labels_.shape == (300,)  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_what_was_learned_before_is_forgotten(
    kind: type[Estimator], vectors: NDArray[np.float32]
) -> None:
    fresh = learned(kind(), vectors)
    again = learned(learned(kind(), vectors[:100]), vectors)

    assert np.array_equal(fresh.labels_, again.labels_)


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_the_same_input_gives_the_same_labels(
    kind: type[Estimator], vectors: NDArray[np.float32]
) -> None:
    one, other = learned(kind(), vectors), learned(kind(), vectors)

    assert np.array_equal(one.labels_, other.labels_)


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_little_to_learn_from_is_learned_as_nothing(
    kind: type[Estimator], count: int, vectors: NDArray[np.float32]
) -> None:
    assert learned(kind(), vectors[:count]).labels_.tolist() == [-1] * count


@pytest.fixture(scope="module")
def outcome() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(5)
    rows = rng.integers(0, 4, size=(600, 3)).astype(np.float64)
    left = rng.random(600) < 0.1 + 0.5 * (rows[:, 0] == 3)
    return rows, left.astype(np.float64)


@pytest.mark.parametrize("kind", TAUGHT)
def test_learning_an_outcome_changes_nothing_but_what_was_learned(
    kind: type[Any], outcome: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> None:
    one, before = kind(), [part.copy() for part in outcome]
    settings = one.get_params()

    assert one.fit(*outcome) is one

    assert one.get_params() == settings
    assert all(map(np.array_equal, outcome, before))
    assert [name for name in vars(kind()) if name.endswith("_")] == []


@pytest.mark.parametrize("kind", TAUGHT)
def test_the_same_outcome_teaches_the_same_however_often(
    kind: type[Any], outcome: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> None:
    rows, left = outcome
    fresh = learned_things(kind().fit(rows, left))
    again = learned_things(kind().fit(rows[:300], left[:300]).fit(rows, left))

    assert fresh == again


def learned_things(one: Estimator) -> str:
    """What it learned, in full."""
    found = {name: value for name, value in vars(one).items() if name.endswith("_")}
    with np.printoptions(threshold=100_000, precision=12):
        return repr(found)


def test_texts_may_be_given_instead_of_vectors() -> None:
    said = [
        "배송이 늦어요",
        "the parcel came late",
        "화면이 멈춰요",
        "the screen froze",
    ]
    texts = [f"{one} {turn}" for turn in range(30) for one in said]

    labels = Themes(min_size=5).fit_predict(texts)

    assert len(labels) == len(texts)
    assert len(set(labels[labels >= 0].tolist())) >= 2


@pytest.mark.parametrize("kind", [Themes, Emerging])
def test_one_string_is_no_list_of_texts(kind: type[Any]) -> None:
    options = {"days": [1]} if kind is Emerging else {}

    with pytest.raises(TypeError, match="not one string"):
        kind().fit("배송이 늦어요", **options)


def test_one_string_is_refused_where_a_theme_is_asked_for() -> None:
    themes = Themes().fit(np.eye(40, 16, dtype=np.float32))

    with pytest.raises(TypeError, match="not one string"):
        themes.predict("배송이 늦어요")
