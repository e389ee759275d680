"""A file becomes findings, a table, JSON and a page that stands alone."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from moksori.base.errors import UserError
from moksori.collect.tables import read_table
from moksori.understand import report
from moksori.understand.cli import analyze
from moksori.understand.report import Findings, render
from moksori.understand.report.reading import Columns

LATE = (
    "배송이 너무 늦어요",
    "배송이 사흘이나 늦었습니다",
    "배송 지연 때문에 화가 나네요",
    "새벽배송이 오후에 왔어요 최악",
    "배송이 또 늦게 왔다 실망",
    "배송 느려서 짜증나요",
)
TORN = (
    "포장이 다 찢어져서 왔어요",
    "포장 상자가 뜯긴 채 도착",
    "포장이 엉망이라 실망입니다",
    "상자 포장이 찌그러져 있었어요",
    "포장 상태가 최악이네요",
    "포장이 터져서 내용물이 샜어요",
)
KIND = (
    "상담원이 친절해서 좋았어요",
    "상담원 친절하고 좋네요",
    "친절한 상담원 감사합니다",
    "상담원이 정말 친절해요",
    "상담원 친절 최고예요",
    "상담원분 친절하시네요",
)
WAYS = ("", " 정말", " 진짜로", " 이번에도", " 오늘", " 지난주", " 아침에", " 또")


def rows() -> list[str]:
    """Three subjects over twenty weeks; the south complains about parcels alone."""
    start = date(2026, 1, 5)
    found = []
    for number in range(48 * 6):
        kind = number % 3
        said = (LATE, TORN, KIND)[kind][number // 3 % 6] + WAYS[number // 18 % 8]
        score = 9 if kind == 2 else 2
        region = "남부" if kind == 1 else ("북부", "중부")[number % 2]
        day = start + timedelta(days=number % 140)
        found.append(f"{day},{said} {number // 40},{score},{region}")
    return found


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("file") / "의견.csv"
    path.write_text("날짜,의견,점수,지역\n" + "\n".join(rows()), encoding="utf-8-sig")
    return path


@pytest.fixture(scope="module")
def found(file: Path) -> Findings:
    said = report.read(read_table(file), Columns(by=("지역",)))
    return report.analyse(said, on_progress=lambda _: None)


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(analyze, arguments, input=stdin, catch_exceptions=False)


def test_what_customers_complain_about_is_ranked_with_its_numbers(
    found: Findings,
) -> None:
    names = [pain.subject.ko for pain in found.pains]

    assert found.total == 288
    assert any("배송" in name for name in names)
    assert any("포장" in name or "상자" in name for name in names)
    assert not any("상담원" in name for name in names)
    for pain in found.pains:
        assert pain.subject.reach.low < pain.subject.reach.value
        assert 1 <= pain.severity.value <= 5
        assert pain.rank_low <= pain.rank <= pain.rank_high
        assert pain.subject.quotes


def test_what_customers_praise_is_a_strength(found: Findings) -> None:
    said = [quote.text for subject in found.strengths for quote in subject.quotes]

    assert said
    assert all("상담원" in text for text in said)


def test_a_quote_marks_the_meant_span_within_the_feedback(found: Findings) -> None:
    quote = found.pains[0].subject.quotes[0]
    start, end = quote.spans[0]

    assert 0 <= start < end <= len(quote.text)
    assert quote.day is not None


def test_a_group_that_complains_clearly_more_is_marked(found: Findings) -> None:
    comparison = found.comparisons[0]
    south = next(group for group in comparison.groups if group.value == "남부")

    assert {cell.differs for cell in south.cells} >= {1}


def test_the_page_stands_alone(found: Findings) -> None:
    with translation.override("ko"):
        html = render.page(found)

    assert "<script" not in html
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import""", html)
    assert "배송" in html
    assert "<mark>" in html


def test_the_page_exists_in_english(found: Findings) -> None:
    with translation.override("en"):
        html = render.page(found)

    assert '<html lang="en">' in html
    assert "What hurts customers most" in html


def test_customers_cannot_write_html_into_the_page(tmp_path: Path) -> None:
    nasty = tmp_path / "<b>x.csv"
    rude = [row.replace("배송", "배송<script>alert(1)</script>") for row in rows()]
    nasty.write_text("날짜,의견,점수,지역\n" + "\n".join(rude), encoding="utf-8")
    said = report.read(read_table(nasty), Columns(by=("지역",)))

    html = render.page(report.analyse(said, on_progress=lambda _: None))

    assert "<script" not in html
    assert "<b>x" not in html


def test_the_table_goes_to_standard_output_and_progress_to_the_other(
    file: Path,
) -> None:
    result = run(str(file), "--language", "ko")

    assert result.exit_code == 0
    assert "배송" in result.stdout
    assert "배송" not in result.stderr


def test_machines_get_json_from_standard_input(file: Path) -> None:
    result = run("-", "--json", stdin=file.read_bytes())

    answer = json.loads(result.stdout)
    assert answer["format"] == 1
    assert answer["total"] == 288
    assert answer["pains"][0]["subject"]["reach"]["method"] == "Wilson score interval"


def test_a_report_is_written_where_asked(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"

    run(str(file), "--out", str(out), "--by", "지역", "--language", "ko")

    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_same_file_gives_the_same_findings(file: Path, found: Findings) -> None:
    said = report.read(read_table(file), Columns(by=("지역",)))

    assert report.analyse(said, on_progress=lambda _: None) == found


@pytest.mark.parametrize("option", ["--text", "--date", "--score", "--by"])
def test_a_column_that_is_not_there_is_named(file: Path, option: str) -> None:
    with pytest.raises(UserError, match="nowhere"):
        run(str(file), option, "nowhere")


def test_a_handful_of_rows_says_that_nothing_is_ranked(tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("날짜,의견\n" + "2026-01-05,배송이 늦어요\n" * 2, encoding="utf-8")

    result = run(str(few), "--language", "en")

    assert result.exit_code == 0
    assert "Nothing was complained about often enough" in result.stdout


@pytest.mark.parametrize(
    "content",
    ["", "의견,점수\n", "의견,점수\n,5\n,4\n", "점수\n5\n4\n3\n"],
    ids=["empty", "header only", "no words", "no column of words"],
)
def test_a_file_without_words_says_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(UserError) as refused:
        run(str(path))

    assert str(refused.value)


def test_only_emoji_is_no_reason_to_fall_over(tmp_path: Path) -> None:
    path = tmp_path / "emoji.csv"
    path.write_text("의견,점수\n" + "😀😀,5\n😡,1\n" * 40, encoding="utf-8")

    assert run(str(path), "--text", "의견").exit_code == 0
