"""Themes: found, repeated exactly, stable under assignment, and matched later."""

import numpy as np
import pytest
from numpy.typing import NDArray

from moksori.analysis.communities import NO_THEME
from moksori.analysis.themes import Themes, match_themes
from moksori.analysis.topical import topical

Vectors = NDArray[np.float32]
KINDS, EACH = 8, 60


def planted(seed: int = 0, noise: float = 0.5) -> tuple[Vectors, NDArray[np.int64]]:
    """Eight subjects around a common direction, in 64 dimensions."""
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(64, 64)))[0][:KINDS]
    kinds = np.repeat(np.arange(KINDS), EACH)
    rows = centres[kinds] + 0.3 + noise * rng.normal(size=(len(kinds), 64)) / 8
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float32), kinds


def test_planted_subjects_are_found() -> None:
    vectors, kinds = planted()

    themes = Themes().fit(vectors)

    pairs = set(zip(themes.labels_.tolist(), kinds.tolist(), strict=True))
    assert len({pair for pair in pairs if pair[0] != NO_THEME}) == KINDS
    assert (themes.labels_ == NO_THEME).mean() < 0.05
    assert themes.centers_.shape == (KINDS, 64)
    assert np.allclose(np.linalg.norm(themes.centers_, axis=1), 1, atol=1e-4)


def test_the_same_vectors_give_the_same_themes() -> None:
    vectors, _ = planted()

    first, second = Themes().fit(vectors), Themes().fit(vectors)

    assert np.array_equal(first.labels_, second.labels_)
    assert np.array_equal(first.centers_, second.centers_)


def test_learned_texts_are_assigned_where_they_were_learned() -> None:
    vectors, _ = planted()
    themes = Themes().fit(vectors)

    labels, confidence = themes.assign(vectors)

    assert (labels == themes.labels_).mean() > 0.95
    assert np.array_equal(confidence, themes.confidence_)


def test_identical_texts_share_a_theme() -> None:
    vectors, _ = planted(noise=1.2)
    twice = np.repeat(vectors, 2, axis=0)

    labels = Themes().fit(twice).labels_

    assert np.array_equal(labels[::2], labels[1::2])


def test_one_sentence_said_by_very_many_is_a_theme() -> None:
    late, torn = "배송이 너무 늦어요", "포장이 찢어져서 왔어요"
    themes = Themes().fit([late] * 5_000 + [torn] * 40 + ["좋아요"] * 3)

    assert np.bincount(themes.labels_ + 1).tolist() == [3, 5_000, 40]
    assert themes.predict([torn, "비행기가 멋져요"]).tolist() == [1, -1]
    assert Themes().fit([late] * 30).predict([late]).tolist() == [0]


def test_nothing_is_learned_from_nothing() -> None:
    assert Themes().fit([]).predict([]).tolist() == []


def test_what_resembles_nothing_learned_gets_no_theme_and_no_confidence() -> None:
    vectors, _ = planted()
    themes = Themes().fit(vectors)

    labels, confidence = themes.assign(np.vstack([-vectors[:1], 0 * vectors[:1]]))

    assert labels.tolist() == [NO_THEME, NO_THEME]
    assert confidence.tolist() == [0, 0]


def test_a_stored_estimator_assigns_as_before() -> None:
    vectors, _ = planted()
    themes = Themes().fit(vectors)

    again = Themes.from_state(themes.state())

    assert np.array_equal(again.predict(vectors), themes.predict(vectors))
    assert np.array_equal(again.groups_, themes.groups_)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_handful_of_texts_has_no_themes(count: int) -> None:
    themes = Themes().fit(planted()[0][:count])

    assert themes.labels_.tolist() == [NO_THEME] * count
    assert themes.centers_.shape == (0, 64)


def test_learning_from_a_sample_still_assigns_everything() -> None:
    vectors, _ = planted()

    themes = Themes(sample=300).fit(vectors)

    assert len(themes.labels_) == len(vectors)
    assert (themes.labels_ >= 0).mean() > 0.9


def test_themes_keep_their_identity_when_learned_again() -> None:
    vectors, kinds = planted()
    old = Themes().fit(vectors)
    rng = np.random.default_rng(1)
    some = rng.permutation(len(vectors))[:400]
    new = Themes().fit(vectors[some])

    match = match_themes(old.centers_, new.centers_)

    kind_of_old = {t: kinds[old.labels_ == t][0] for t in range(len(old.centers_))}
    kind_of_new = {t: kinds[some][new.labels_ == t][0] for t in range(len(match))}
    assert len(match) == KINDS
    assert all(kind_of_new[n] == kind_of_old[o] for n, o in match.items())


def test_a_new_subject_continues_no_old_one() -> None:
    old = np.eye(4, 6, dtype=np.float32)
    new = np.vstack([old[1], np.eye(6, dtype=np.float32)[5]])

    assert match_themes(old, new) == {0: 1}


def test_numbers_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Themes().fit(np.full((3, 4), np.nan, np.float32))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("진짜 최고!! ㅋㅋㅋ", ""),
        ("결말이 너무 허무하네요ㅠㅠ", "결말이 허무하"),
        ("Very good, 10/10", ""),
        ("The delivery was late...", "delivery was late"),
    ],
)
def test_only_what_names_a_subject_is_left(said: str, left: str) -> None:
    assert topical(said) == left
