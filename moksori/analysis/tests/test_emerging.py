"""What is new is found, a campaign is named as one, and chance finds nothing."""

import numpy as np
import pytest
from numpy.typing import NDArray

from moksori.analysis.emerging import Emerging

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

DAYS = 182
NAMES = ("배송", "결제", "상담", "포장", "환불", "매장", "앱", "쿠폰", "색상", "크기")
SAYS = ("{} 때문에 {}날 화가 났어요", "{}에서 {}번이나 불편을 겪었습니다")


def around(center: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    rows = center + 0.9 * rng.normal(size=(count, len(center))) / np.sqrt(len(center))
    found = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found.astype(np.float32)


def other(count: int, seed: int) -> tuple[Vectors, Numbers, np.random.Generator]:
    """What fits no theme: sixty small subjects and much that is none, on any day."""
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(60, 64)).astype(np.float32)
    centers /= np.linalg.norm(centers, axis=1, keepdims=True)
    rows = [around(center, count // 120, rng) for center in centers]
    rows.append(around(np.zeros(64, np.float32), count - 60 * (count // 120), rng))
    return np.concatenate(rows), rng.integers(0, DAYS, count), rng


def planted(seed: int, *, new: int = 25) -> tuple[Vectors, Numbers, Numbers]:
    """Five thousand others, and a new subject in the last two weeks, mixed."""
    rows, days, rng = other(5_000, seed)
    center = rng.normal(size=64).astype(np.float32)
    center /= np.linalg.norm(center)
    rows = np.concatenate([rows, around(center, new, rng)])
    days = np.concatenate([days, rng.integers(DAYS - 14, DAYS, new)])
    mixed = rng.permutation(len(rows))
    return rows[mixed], days[mixed], np.flatnonzero(mixed >= 5_000)


@pytest.mark.parametrize("seed", range(4))
def test_a_new_subject_among_five_thousand_others_is_found(seed: int) -> None:
    rows, days, new = planted(seed)

    found = Emerging().fit(rows, days=days).found_

    assert len(found) == 1
    assert len(set(found[0].members.tolist()) & set(new.tolist())) >= 20
    assert len(found[0].members) <= 40
    assert found[0].growth > 5
    assert found[0].chance < 0.001
    assert not found[0].is_campaign


def test_worlds_without_news_stay_quiet() -> None:
    worlds = [other(1_500, seed)[:2] for seed in range(100, 120)]

    alarms = [bool(Emerging().fit(rows, days=days).found_) for rows, days in worlds]

    assert sum(alarms) <= 1


def test_the_same_texts_give_the_same_news() -> None:
    rows, days, _ = planted(5)

    first, second = (Emerging().fit(rows, days=days) for _ in range(2))

    assert first.threshold_ == second.threshold_
    assert [one.chance for one in first.found_] == [one.chance for one in second.found_]
    assert np.array_equal(first.labels_, second.labels_)


def test_two_new_subjects_are_two() -> None:
    rows, days, rng = other(2_000, 9)
    for _ in range(2):
        center = rng.normal(size=64).astype(np.float32)
        new = around(center / np.linalg.norm(center), 30, rng)
        rows = np.concatenate([rows, new])
        days = np.concatenate([days, rng.integers(DAYS - 10, DAYS, 30)])

    labels = Emerging().fit(rows, days=days).labels_

    assert len(set(labels[2_000:2_030].tolist())) <= 2
    assert (labels[2_000:2_030] == labels[2_000]).mean() > 0.8
    assert (labels[2_030:] == labels[-1]).mean() > 0.8
    assert labels[2_000] != labels[-1]


def test_one_person_who_says_it_forty_times_is_no_news() -> None:
    rows, days, new = planted(6, new=40)
    authors = np.arange(len(rows))
    authors[new] = -1

    assert Emerging().fit(rows, days=days, authors=authors).found_ == []


def test_a_theme_that_grows_as_a_whole_is_no_new_subject_in_it() -> None:
    rows, days, rng = other(3_000, 7)
    within = np.where(np.arange(3_000) < 1_500, 4, -1)
    days[:1_500] = rng.integers(DAYS - 60, DAYS, 1_500)

    assert Emerging().fit(rows, days=days, within=within).found_ == []


def test_a_new_subject_within_a_theme_names_the_theme() -> None:
    rows, days, new = planted(8)
    within = np.arange(len(rows)) % 3
    within[new] = 2

    found = Emerging().fit(rows, days=days, within=within).found_

    assert [one.within for one in found] == [2]


def test_one_text_in_many_copies_is_a_campaign_and_no_subject() -> None:
    rng = np.random.default_rng(1)
    texts = [
        SAYS[number % 2].format(NAMES[number % 10], number) for number in range(600)
    ]
    days = rng.integers(0, DAYS, 600).tolist()
    call = "새 요금제를 당장 철회하고 이전 가격으로 되돌려 주실 것을 강력히 요구합니다"
    texts += [f"{call}{'!' * (number % 5)}" for number in range(50)]
    days += rng.integers(DAYS - 7, DAYS, 50).tolist()

    found = Emerging().fit(texts, days=days).found_

    assert [one.is_campaign for one in found] == [True]
    assert found[0].copies == 49
    assert set(found[0].members.tolist()) == set(range(600, 650))


def test_what_is_always_copied_is_no_campaign() -> None:
    rng = np.random.default_rng(2)
    texts = ["좋아요"] * 400 + [f"{name}이 별로예요" for name in NAMES] * 40

    assert Emerging().fit(texts, days=rng.integers(0, DAYS, 800)).found_ == []


@pytest.mark.parametrize("count", [0, 1, 5])
def test_few_texts_have_no_news(count: int) -> None:
    assert Emerging().fit(["배송이 늦어요"] * count, days=[1] * count).found_ == []


def test_texts_without_days_are_refused() -> None:
    with pytest.raises(ValueError, match="a day for each"):
        Emerging().fit(["배송이 늦어요"] * 3, days=[1, 2])


def test_a_day_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        Emerging().fit(np.eye(3, dtype=np.float32), days=[1, np.nan, 2])


def test_of_very_many_only_a_sample_is_compared() -> None:
    texts = ["배송이 늦어요"] * 3_000
    found = Emerging(sample=500).fit(texts, days=np.arange(3_000) % 180)

    assert found.found_ == []
    assert found.labels_.shape == (3_000,)


def test_settings_are_kept_as_scikit_learn_expects() -> None:
    assert repr(Emerging(least=9)) == "Emerging(least=9)"
