"""JSON of any shape is read by an example of it."""

from __future__ import annotations

from typing import Any

import pytest

from moksori.collect.sources.webhook import shape
from moksori.collect.tables.mapping import Mapping, ScoreColumn
from moksori.collect.tables.messages import Unreadable

REVIEW = {
    "event": "review.created",
    "review": {
        "id": "rv-81",
        "created_at": "2026-03-01T10:00:00+09:00",
        "rating": 2,
        "comment": {"text": "배송이 너무 늦어요. 전화도 안 받네요."},
        "tags": ["배송", "전화"],
        "product": {"name": "필름 A"},
    },
}
FORM = {
    "form": "f1",
    "answers": [
        {"question": "왜요?", "text": "포장이 찢어져서 왔어요."},
        {"question": "또?", "text": "환불이 느려요."},
    ],
}


def test_values_stand_under_their_paths() -> None:
    (found,) = shape.items(REVIEW)

    assert found["review.comment.text"].startswith("배송")  # type: ignore[union-attr]
    assert found["review.tags"] == "배송, 전화"
    assert found["review.rating"] == 2


def test_an_example_suggests_what_its_values_mean() -> None:
    mapping = shape.suggested(REVIEW, "")

    assert mapping.texts == ("review.comment.text",)
    assert [score.column for score in mapping.scores] == ["review.rating"]
    assert mapping.external_id == "review.id"
    assert mapping.date == "review.created_at"


def test_a_list_inside_is_found_and_what_is_beside_it_stays() -> None:
    batch = {"sent": "2026-03-01", "data": {"items": [{"t": "하나"}, {"t": "둘"}]}}

    assert shape.list_places(batch) == ["data.items"]
    assert shape.suggested_list(batch) == "data.items"
    assert shape.items(batch, "data.items") == [
        {"t": "하나", "../sent": "2026-03-01"},
        {"t": "둘", "../sent": "2026-03-01"},
    ]


def test_answers_of_one_form_are_one_feedback() -> None:
    (found,) = shape.items(FORM)

    assert found["answers[].text"] == "포장이 찢어져서 왔어요.\n환불이 느려요."


MAPPING = Mapping(texts=("t",), scores=(ScoreColumn("s", low=1, high=5),), date="at")


def test_the_same_payload_again_has_the_same_identity() -> None:
    first, again, other = (
        shape.outcomes({"t": text, "at": "2026-03-01"}, MAPPING)[0].record
        for text in ("하나", "하나", "둘")
    )

    assert first is not None
    assert again is not None
    assert other is not None
    assert first.external_id == again.external_id != other.external_id


def test_what_is_wrong_with_one_of_a_list_is_told_of_that_one() -> None:
    good, bad = shape.outcomes(
        [{"t": "하나", "at": "2026-03-01"}, {"t": "둘", "at": "bald"}], MAPPING
    )

    assert good.record is not None
    assert bad.record is None
    assert "bald" in str(bad.troubles[0].message)


def test_values_that_are_missing_are_no_error() -> None:
    (found,) = shape.outcomes({"t": "하나", "at": "2026-03-01"}, MAPPING)

    assert found.record is not None
    assert len(found.record.answers) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"1", b'"text"', b"[" * 100_000, b'{"a": NaN}', b"\xff\xfe{}",
     b'{"a":' * 60 + b"1" + b"}" * 60],
)  # fmt: skip
def test_what_is_no_json_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(Unreadable):
        shape.read_json(body)


def test_older_systems_send_cp949_whatever_they_say() -> None:
    found = shape.read_json('{"t": "똠방각하 펲시"}'.encode("cp949"))

    assert found == {"t": "똠방각하 펲시"}


@pytest.mark.parametrize("payload", [{}, [], [[]], [1, 2], {"items": []}])
def test_nothing_to_read_is_said(payload: Any) -> None:
    try:
        found = shape.outcomes(payload, MAPPING, "items")
    except Unreadable:
        return
    assert all(one.record is None for one in found)


def test_too_many_at_once_are_refused() -> None:
    with pytest.raises(Unreadable):
        shape.items([{"t": "x"}] * 1_001)


def test_thousands_of_values_and_endless_names_are_cut() -> None:
    wide = {f"v{n}": n for n in range(5_000)} | {"x" * 5_000: "y"}

    (found,) = shape.items(wide)

    assert len(found) == 1_000
    assert all(len(name) <= 120 for name in found)


def test_an_empty_value_takes_nothing_away_from_those_before_it() -> None:
    payload = {"replies": [{"text": "불이 안 켜져요"}, {"text": ""}, {"text": None}]}
    assert shape.flat(payload) == {"replies[].text": "불이 안 켜져요"}


@pytest.mark.parametrize("value", ["rating", "created_at"])
def test_a_number_of_hundreds_of_digits_is_no_score_and_no_date(value: str) -> None:
    example = {"id": "a1", "comment": "불이 안 켜져요 정말로", "rating": 3,
               "created_at": "2026-03-01T10:00:00Z"}  # fmt: skip
    mapping = shape.suggested(example, "")
    [found] = shape.outcomes({**example, value: 10**400}, mapping)
    assert found.troubles
