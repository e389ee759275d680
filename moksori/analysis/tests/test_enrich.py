"""A batch of feedback becomes a batch of mentions, the same on every engine."""

import csv
import pickle
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from moksori.analysis.enrich import INPUT, OUTPUT, Enricher, enrich, enrich_table
from moksori.analysis.flags import FIRE
from moksori.analysis.kind import KINDS
from moksori.analysis.masking import mask

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


def test_what_is_dangerous_is_flagged_where_it_is_said() -> None:
    rows = enrich(batch("배송은 빨랐는데 충전기에서 불이 났어요")).to_pylist()
    assert [row["flags"] for row in rows] == [0, FIRE]


def test_two_halves_feel_apart() -> None:
    for text in (
        "상담은 친절했고 배송은 늦었어요",
        "맛은 좋았지만 직원이 불친절했어요",
        "The room was clean but the staff were rude",
    ):
        good, bad = enrich(batch(text)).to_pylist()
        assert good["sentiment"] > 0.35, text
        assert bad["sentiment"] < -0.35, text


STRANGE = {
    "one word": "배송",
    "one letter": "a",
    "jamo": "ㅠㅠㅠㅠ",
    "a lot of jamo": "ㅋ" * 20_000,
    "signs": "!!!???...",
    "markup": "<div onclick='x()'><p>배송이 <b>늦어요</b></p></div>",
    "broken markup": "<<<p>><script>alert(1)</scr" * 50,
    "code": "def f(x):\n    return {'a': [x, None]}  # SELECT * FROM t; DROP TABLE t",
    "JSON": '{"a": {"b": [1, 2, {"c": null}]}}' * 40,
    "spam": "BUY NOW!!! 카톡 문의 👉👉👉 https://a.example/?x=1 무료 100% " * 200,
    "Japanese": "配送がとても遅かったです。でも商品は良いです。",
    "Chinese": "送货很慢，但是质量很好。",
    "Arabic": "التوصيل متأخر جدا لكن المنتج جيد",
    "Russian": "Доставка опоздала, но товар хороший.",
    "Thai": "จัดส่งช้ามากแต่สินค้าดี",
    "mixed": "배송 was 너무 late でも OK 很好",
    "long without blanks": "가나다라마바사" * 7_000,
    "long with blanks": "배송이 늦어서 정말 화가 났는데 " * 2_500,
    "long and alike": "a" * 50_000,
    "only dots": "." * 50_000,
    "only blanks within": "늦어요" + " " * 50_000 + "느려요",
    "only breaks": "늦어요" + "\n" * 50_000 + "느려요",
    "joined signs": "👨‍👩‍👧‍👦" * 500,
    "marks without a letter": "\u0301" * 500,
    "nul and other controls": "늦\x00어\x1b[31m요\u200b\u202e",
    "digits": "1234567890 " * 500,
    "denial without end": "not " * 5_000,
    "lists": "1. " * 3_000,
}


@pytest.mark.parametrize("name", STRANGE)
def test_nothing_strange_breaks_it(name: str) -> None:
    masked = mask(STRANGE[name]).text
    found = enrich(batch(STRANGE[name]))
    assert found.schema == OUTPUT
    rows = found.to_pylist()
    assert 1 <= len(rows) <= 40
    for row in rows:
        assert masked[row["start"] : row["end"]] == row["text"]
        assert row["kind"] in KINDS
        assert -1 <= row["sentiment"] <= 1
        assert np.isfinite(np.frombuffer(row["vector"], np.float16)).all()
    starts = [row["start"] for row in rows]
    assert starts == sorted(starts)


@pytest.mark.parametrize("name", ["jamo", "Japanese", "Arabic", "code", "digits"])
def test_what_it_cannot_read_raises_no_alarm(name: str) -> None:
    rows = enrich(batch(STRANGE[name])).to_pylist()
    assert not any(row["flags"] for row in rows)
    if name not in ("jamo", "code"):
        assert not any(row["kind"] == "complaint" for row in rows)


def test_the_same_text_a_hundred_thousand_times_says_the_same() -> None:
    one = enrich(batch("배송은 빨랐는데 포장이 엉망")).drop_columns(["feedback"])
    n = 100_000
    many = pa.table(
        {"feedback": range(n), "text": ["배송은 빨랐는데 포장이 엉망"] * n},
        schema=INPUT,
    )
    found = enrich_table(many)
    assert found.num_rows == n * one.num_rows
    for column in ("text", "sentiment", "kind", "flags", "vector"):
        assert set(found.column(column).unique().to_pylist()) == set(
            one.column(column).to_pylist()
        )


def test_the_function_for_workers_can_be_shipped_to_them() -> None:
    assert pickle.loads(pickle.dumps(enrich)) is enrich  # noqa: S301
    assert Enricher()(batch("좋아요")).equals(enrich(batch("좋아요")))
