"""How a clause feels is told for Korean and English, and plainness stays near zero."""

import csv
from pathlib import Path

import numpy as np
import pytest

from moksori.analysis.sentiment import hashed, load_sentiment

REVIEWS = Path(__file__).parent / "reviews.csv"


def felt(*texts: str) -> list[float]:
    return load_sentiment().predict(list(texts)).tolist()


def test_real_film_reviews_are_told_good_from_bad() -> None:
    """The 200 reviews (CC0) were never trained on; chance would be 0.5."""
    with REVIEWS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    truth = np.array([int(row["rating"]) >= 9 for row in rows])
    found = load_sentiment().predict([row["review"] for row in rows]) > 0
    assert (found == truth).mean() >= 0.8


@pytest.mark.parametrize(
    "text",
    [
        "배송이 너무 늦어요",
        "포장이 엉망",
        "아쉽네요",
        "재미없다",
        "안 좋아요",
        "좋지 않아요",
        "상담원이 전화를 안 받아요",
        "not good",
        "I am not happy with the service",
        "They refused to refund my money",
        "the delivery was late",
        "😡",
    ],
)
def test_blame_is_negative(text: str) -> None:
    assert felt(text)[0] < -0.35


@pytest.mark.parametrize(
    "text",
    [
        "친절해서 좋았어요",
        "나쁘지 않아요",
        "최고!",
        "문제 없이 잘 됩니다",
        "easy to use",
        "no problem at all",
        "The staff were wonderful",
        "👍",
    ],
)
def test_praise_is_positive(text: str) -> None:
    assert felt(text)[0] > 0.35


@pytest.mark.parametrize(
    "text",
    [
        "어제 주문했습니다",
        "보통이에요",
        "I called on Monday",
        "I received a letter from the bank.",
        "",
        "12,000",
        "XX/XX/XXXX",
        "[phone]",
    ],
)
def test_what_feels_nothing_stays_near_zero(text: str) -> None:
    assert abs(felt(text)[0]) < 0.35


def test_scores_are_bounded_and_ordered() -> None:
    worst, best = felt("최악이에요 다시는 안 써요", "최고예요 정말 감사합니다")
    assert -1 <= worst < 0 < best <= 1


def test_the_neighbours_in_a_batch_make_no_difference() -> None:
    texts = ["좋아요", "", "not good", "그냥 그래요", "a b c"]
    assert felt(*texts) == [felt(text)[0] for text in texts]


def test_long_runs_of_one_letter_count_as_three() -> None:
    short, long = hashed(["ㅋㅋㅋ"]), hashed(["ㅋ" * 40])
    assert np.array_equal(np.sort(short[0]), np.sort(long[0]))


def test_every_text_has_its_own_count_of_features() -> None:
    bins, counts = hashed(["", "a", "두 낱말"])
    assert counts[0] <= 3
    assert counts.sum() == len(bins)
    assert len(counts) == 3
