from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from moksori.collect.answers import Kind, State
from moksori.collect.records import Record, prepared, without_secrets
from moksori.collect.rows import Outcome, channel_of, language_of, records, scored
from moksori.collect.tables import read_table
from moksori.collect.tables.dates import SEOUL, Order, day_order, moment
from moksori.collect.tables.mapping import Mapping, ScoreColumn
from moksori.collect.tables.scores import missing_state, scale_of, score
from moksori.collect.tables.suggest import suggest, suggest_mapping
from moksori.collect.tables.table import Row
from moksori.collect.tests.corpus import CASES
from moksori.collect.tests.files import csv_bytes, reviews


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026. 3. 1. 오후 3:04", "2026-03-01T15:04:00"),
        ("2026. 3. 1. 오전 12:04", "2026-03-01T00:04:00"),
        ("2026.03.01", "2026-03-01T00:00:00"),
        ("2026-03-01", "2026-03-01T00:00:00"),
        ("2026/03/01 3:04:05 오후 GMT+9", "2026-03-01T15:04:05"),
        ("2026년 3월 1일 (일) 15시 4분", "2026-03-01T15:04:00"),
        ("03/01/2026", "2026-03-01T00:00:00"),
        ("3/1/26 3:04 PM", "2026-03-01T15:04:00"),
        ("Mar 1, 2026 3:04 PM", "2026-03-01T15:04:00"),
        ("Sun, 01 Mar 2026 15:04:00 +0900", "2026-03-01T15:04:00"),
        ("20260301", "2026-03-01T00:00:00"),
        ("20260301150405", "2026-03-01T15:04:05"),
        (20260301, "2026-03-01T00:00:00"),
        (46082.5, "2026-03-01T12:00:00"),
        ("46082", "2026-03-01T00:00:00"),
        (1772345040, "2026-03-01T15:04:00"),
        ("1772345040000", "2026-03-01T15:04:00"),
        ("2026-03-01T06:04:00Z", "2026-03-01T15:04:00"),
        ("2026-03-01T15:04:00+09:00", "2026-03-01T15:04:00"),
    ],
)
def test_dates_are_read_in_many_styles(written: str | float, meant: str) -> None:
    found = moment(written)
    assert found is not None
    assert found.astimezone(SEOUL).replace(tzinfo=None).isoformat() == meant


@pytest.mark.parametrize(
    "written", ["", "어제", "12345", "2026-13-40", "0", 7, True, None, "9999-01-01"]
)
def test_what_is_no_date_is_not_guessed(written: object) -> None:
    assert moment(written) is None  # type: ignore[arg-type]


def test_one_clear_date_settles_the_whole_column() -> None:
    assert day_order(["03/04/2026", "25/12/2026"]) == (Order.DMY, True)
    assert day_order(["03/04/2026", "12/25/2026"]) == (Order.MDY, True)
    assert day_order(["03/04/2026"]) == (Order.MDY, False)
    assert day_order(["26.03.31"])[0] == Order.YMD
    assert day_order(["2026-03-01"])[1]


@pytest.mark.parametrize(
    ("written", "value", "high"),
    [
        ("★★★★☆", 4, 5),
        ("4/5", 4, 5),
        ("8점", 8, None),
        ("80%", 80, None),
        ("매우 만족", 5, 5),
        ("Strongly disagree", 1, 5),
        ("4,5", 4.5, None),
        (7, 7, None),
    ],
)
def test_scores_are_read_as_people_write_them(
    written: str | float, value: float, high: float | None
) -> None:
    found = score(written)
    assert found is not None
    assert (found.value, found.high) == (value, high)


def test_scales_are_found_from_what_occurs() -> None:
    def scale(*values: str) -> tuple[float, float]:
        return scale_of([found for value in values if (found := score(value))])

    assert scale("1", "5", "3") == (1, 5)
    assert scale("0", "10", "7") == (0, 10)
    assert scale("1", "7", "6") == (1, 7)
    assert scale("1", "10", "9") == (1, 10)
    assert scale("30%", "90%") == (0, 100)
    assert scale("1", "2", "3", "4", "5", "4", "3", "99") == (1, 5)


def test_missing_answers_keep_their_reason() -> None:
    assert missing_state("{question_not_shown}") == State.NOT_SHOWN
    assert missing_state("해당 없음") == State.NOT_APPLICABLE
    assert missing_state("-99") == State.SKIPPED
    answer, trouble = scored("무응답", ScoreColumn("q", Kind.NPS))
    assert answer is not None
    assert answer.state == State.SKIPPED
    assert trouble is None


def test_words_for_channels_and_languages_are_known() -> None:
    assert channel_of("전화") == "phone"
    assert channel_of("Postal mail") == "post"
    assert channel_of("달나라") == ""
    assert language_of("한국어") == "ko"
    assert language_of("en-US") == "en"


def _mapping(tmp_path: Path, content: bytes) -> Mapping:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    return suggest_mapping(read_table(path))


def test_a_mapping_is_suggested_from_names_and_values(tmp_path: Path) -> None:
    mapping = _mapping(tmp_path, csv_bytes(reviews(60)))

    assert mapping.external_id == "접수번호"
    assert mapping.date == "접수일"
    assert mapping.texts == ("의견",)
    assert mapping.scores == (ScoreColumn("추천점수", Kind.NPS, 0, 10),)
    assert (mapping.product, mapping.region) == ("제품", "지역")


def test_line_numbers_and_names_of_people_are_not_taken(tmp_path: Path) -> None:
    rows = [
        (
            n,
            f"김{n}수",
            f"010-0000-{n:04}",
            f"상담이 {n}번 끊겼어요",
            "남" if n % 2 else "여",
        )
        for n in range(1, 40)
    ]
    header = ("번호", "이름", "연락처", "문의 내용", "성별")
    mapping = _mapping(tmp_path, csv_bytes(rows, header=header))

    assert mapping.external_id is None
    assert mapping.texts == ("문의 내용",)
    assert mapping.attributes == ("성별",)


def test_replies_of_the_company_are_not_customers_words(tmp_path: Path) -> None:
    rows = [(f"환불이 늦어요 {n}", f"고객님 죄송합니다 {n}") for n in range(40)]
    mapping = _mapping(tmp_path, csv_bytes(rows, header=("문의내용", "답변내용")))

    assert mapping.texts == ("문의내용",)


def test_tool_output_above_the_header_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"Archive: x.zip\n  inflating: x.csv\n" + csv_bytes(reviews(9)))
    table = read_table(path)

    assert table.columns[0] == "접수번호"
    assert table.head(1)[0].number == 4
    assert len(list(table.rows())) == 9


def test_three_header_rows_of_a_survey_tool_are_one(tmp_path: Path) -> None:
    rows = [
        ("무엇이\n불편했나요?", "추천하시겠어요?"),
        ('{"ImportId":"QID1"}', '{"ImportId":"QID2"}'),
        ("너무 느려요", "3"),
        ("좋았어요", "9"),
    ]
    path = tmp_path / "x.csv"
    path.write_bytes(csv_bytes(rows, header=("Q1", "Q2")))
    assert [row.cells for row in read_table(path).rows()] == [
        ["너무 느려요", "3"],
        ["좋았어요", "9"],
    ]


def test_numbers_above_numbers_are_no_header(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    path.write_text("별로예요\t27\n좋아요\t3\n그냥 그래요\t5\n", encoding="utf-8")
    table = read_table(path)

    assert table.columns == ["column 1", "column 2"]
    assert len(list(table.rows())) == 3


def test_batches_hold_everything_once(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(csv_bytes(reviews(1_001)))
    table = read_table(path)
    sizes = [len(batch) for batch in table.batches(400)]

    assert sizes == [400, 400, 201]


def test_a_stream_is_read_without_a_name(tmp_path: Path) -> None:
    class Pipe:
        def __init__(self, content: bytes) -> None:
            self.content = content

        def read(self, size: int, /) -> bytes:
            part, self.content = self.content[:10], self.content[10:]
            return part

    table = read_table(Pipe(csv_bytes(reviews(20))), name="-")
    path = table.path
    assert len(list(table.rows())) == 20
    del table
    assert not path.exists()


def test_the_same_row_has_the_same_identity(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(csv_bytes([row[1:] for row in reviews(3)], header=list("abcde")))
    table = read_table(path)
    mapping = Mapping(texts=("b",))

    def ids() -> list[str]:
        return [_id(outcome) for _number, outcome in records(table, mapping)]

    assert ids() == ids()
    assert len(set(ids())) == 3


def _id(outcome: Outcome) -> str:
    assert outcome.record is not None
    return prepared(outcome.record).external_id


@pytest.mark.parametrize(
    "secret",
    ["900101-1234567", "9001011234567", "4111-1111-1111-1111", "3782-822463-10005"],
)
def test_evidence_keeps_no_registration_or_card_number(secret: str) -> None:
    kept = without_secrets({"메모": f"제 번호는 {secret} 입니다", "n": [secret]})
    assert secret not in str(kept)


def test_no_part_of_a_stored_record_keeps_a_registration_number() -> None:
    secret = "900101-1234567"
    record = Record(
        answers=(),
        external_id=secret,
        customer=secret,
        account=f"계정 {secret}",
        consent={"by": secret},
        attributes={secret: "값"},
        metadata={"n": [{"id": secret}], secret: 1},
    )
    row = prepared(record)
    assert secret not in str(row)
    other = prepared(replace(record, external_id="900102-1234567"))
    assert other.external_id != row.external_id


def test_other_metadata_is_another_version() -> None:
    record = Record(answers=(), external_id="1", metadata={"a": 1})
    other = prepared(replace(record, metadata={"a": 2}))
    assert prepared(record).fingerprint != other.fingerprint
    assert prepared(record).fingerprint == prepared(record).fingerprint


def test_evidence_keeps_dates_and_phone_numbers() -> None:
    row = {"at": "2026-01-01 00:00:00", "tel": "010-1234-5678"}
    assert without_secrets(row) == row


@pytest.mark.parametrize("name", ["xlsx", "parquet", "json lines", "gzipped"])
def test_every_format_gives_the_same_mapping(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    path = tmp_path / case.name
    path.write_bytes(case.make())
    mapping = suggest_mapping(read_table(path))

    assert mapping.external_id == "접수번호"
    assert mapping.texts == ("의견",)
    assert mapping.date == "접수일"


def test_words_are_words_though_most_wrote_none() -> None:
    rows = [("없음", "배송")] * 900 + [
        (f"배송이 {n}일 늦었어요", "결제") for n in range(90)
    ]
    mapping = suggest(
        ["기타 의견", "문의 유형"],
        [Row(n, list(cells)) for n, cells in enumerate(rows)],
    )
    assert mapping.texts == ("기타 의견",)
