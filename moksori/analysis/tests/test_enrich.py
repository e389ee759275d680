"""A batch of feedback becomes a batch of mentions, the same on every engine."""

import csv
import pickle
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from moksori.analysis.enrich import INPUT, OUTPUT, Enricher, enrich, enrich_table
from moksori.analysis.kind import KINDS

REVIEWS = Path(__file__).parent / "reviews.csv"


def batch(*texts: str | None) -> pa.RecordBatch:
    ids = pa.array(range(100, 100 + len(texts)), type=pa.int64())
    return pa.RecordBatch.from_arrays([ids, pa.array(texts, pa.string())], schema=INPUT)


def reviews() -> pa.Table:
    with REVIEWS.open(encoding="utf-8", newline="") as file:
        texts = [row["review"] for row in csv.DictReader(file)]
    return pa.table({"feedback": range(len(texts)), "text": texts}, schema=INPUT)


def test_one_review_with_two_opinions_gives_two_mentions() -> None:
    rows = enrich(batch("배송은 빨랐는데 포장이 엉망")).to_pylist()
    assert [row["text"] for row in rows] == ["배송은 빨랐는데", "포장이 엉망"]
    assert [row["kind"] for row in rows] == ["praise", "complaint"]
    assert [row["position"] for row in rows] == [0, 1]
    assert {row["feedback"] for row in rows} == {100}
    assert {row["language"] for row in rows} == {"ko"}
    assert rows[0]["sentiment"] > 0 > rows[1]["sentiment"]


def test_the_result_has_the_promised_columns() -> None:
    result = enrich(batch("좋아요", "The app keeps crashing"))
    assert result.schema == OUTPUT
    rows = result.to_pylist()
    assert all(row["kind"] in KINDS for row in rows)
    assert all(-1 <= row["sentiment"] <= 1 for row in rows)
    vectors = np.vstack([np.frombuffer(row["vector"], np.float16) for row in rows])
    assert vectors.shape == (2, 256)
    assert np.allclose(np.linalg.norm(vectors.astype(np.float32), axis=1), 1, atol=0.01)


def test_spans_point_into_the_masked_text() -> None:
    text = "환불해 주세요. 제 번호는 010-1234-5678이고 계속 기다렸는데 연락이 없어요"
    masked = text.replace("010-1234-5678", "[phone]")
    rows = enrich(batch(text)).to_pylist()
    assert len(rows) > 1
    assert [masked[row["start"] : row["end"]] for row in rows] == [
        row["text"] for row in rows
    ]
    assert not any("1234" in row["text"] for row in rows)


def test_spans_point_into_composed_text() -> None:
    text = "목소리가 작아요. 화면이 어두워요"
    rows = enrich(batch(unicodedata.normalize("NFD", text))).to_pylist()
    assert [text[row["start"] : row["end"]] for row in rows] == [
        "목소리가 작아요.",
        "화면이 어두워요",
    ]


def test_empty_and_missing_texts_have_no_mentions() -> None:
    result = enrich(batch("", None, "   ", "\n"))
    assert result.num_rows == 0
    assert result.schema == OUTPUT


def test_an_empty_batch_is_fine() -> None:
    assert enrich(batch()).num_rows == 0


def test_only_emoji_is_one_mention_with_a_feeling() -> None:
    rows = enrich(batch("😡😡😡")).to_pylist()
    assert len(rows) == 1
    assert rows[0]["sentiment"] < 0
    assert rows[0]["language"] == "und"


def test_mixed_languages_are_told_clause_by_clause() -> None:
    rows = enrich(batch("배송이 너무 늦어요. The staff were kind though")).to_pylist()
    assert [row["language"] for row in rows] == ["ko", "en"]


@pytest.mark.parametrize("batch_rows", [1, 7, 64])
def test_batching_and_threads_change_nothing(batch_rows: int) -> None:
    table = reviews()
    whole = enrich_table(table, threads=1, batch_rows=1_000)
    parts = enrich_table(table, threads=3, batch_rows=batch_rows)
    assert parts.combine_chunks().equals(whole.combine_chunks())


def test_progress_is_told_in_rows() -> None:
    heard: list[int] = []
    enrich_table(reviews(), batch_rows=80, on_progress=heard.append)
    assert heard == [80, 160, 200]


def test_a_table_may_carry_other_columns_and_narrower_types() -> None:
    table = pa.table(
        {
            "text": ["좋아요", "싫어요"],
            "extra": [1, 2],
            "feedback": pa.array([1, 2], pa.int32()),
        }
    )
    assert enrich_table(table).column("feedback").to_pylist() == [1, 2]


def test_a_huge_text_is_handled() -> None:
    result = enrich(batch("배송이 늦어요. " * 100_000))
    assert 1 <= result.num_rows <= 40


def test_the_function_for_workers_can_be_shipped_to_them() -> None:
    assert pickle.loads(pickle.dumps(enrich)) is enrich  # noqa: S301
    assert Enricher()(batch("좋아요")).equals(enrich(batch("좋아요")))
