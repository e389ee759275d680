"""A file becomes findings, a table, JSON and a page that stands alone."""

import gzip
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import translation
from pytest_django import Settings

from moksori.base.errors import UserError
from moksori.collect.tables import read_table
from moksori.understand import report
from moksori.understand.cli import analyze
from moksori.understand.report import Findings, render
from moksori.understand.report.reading import Columns

SUBJECTS = {
    "배송": ("배송이", "배송은", "배송도", "이번 배송이", "또 배송이", "배송"),
    "포장": ("포장이", "포장은", "포장도", "이번 포장이", "또 포장이", "포장"),
    "상담원": (
        "상담원이",
        "상담원은",
        "상담원도",
        "이번 상담원이",
        "또 상담원이",
        "상담원",
    ),
}
SAID = {
    "배송": (
        "너무 늦어요",
        "사흘이나 늦었습니다",
        "또 지연됐네요 실망",
        "늦어서 짜증나요",
    ),
    "포장": (
        "다 찢어졌어요",
        "뜯긴 채 왔습니다",
        "터져서 실망이에요",
        "찢어져서 속상해요",
    ),
    "상담원": (
        "친절해서 좋아요",
        "친절하고 빨라요",
        "정말 친절했습니다",
        "친절해서 감사해요",
    ),
}


def rows() -> list[str]:
    """Three subjects over twenty weeks; the south complains about parcels alone."""
    start = date(2026, 1, 5)
    found = []
    for number in range(288):
        subject = tuple(SUBJECTS)[number % 3]
        at = number // 3
        said = f"{SUBJECTS[subject][at % 6]} {SAID[subject][at // 6 % 4]}"
        score = 9 if subject == "상담원" else 2
        region = "남부" if subject == "포장" else ("북부", "중부")[number % 2]
        day = start + timedelta(days=number % 140)
        found.append(f"{day},{said},{score},{region}")
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
    assert any(word in name for name in names for word in ("배송", "늦음", "지연"))
    assert any("포장" in name for name in names)
    assert not any("상담원" in name for name in names)
    for pain in found.pains:
        assert pain.subject.reach.low < pain.subject.reach.value
        assert 1 <= pain.severity.value <= 5
        assert pain.rank_low <= pain.rank <= pain.rank_high
        assert pain.subject.quotes


def test_a_pain_point_says_what_hurts_and_one_says_it_below(found: Findings) -> None:
    hurts = [pain.subject.hurt_ko for pain in found.pains]

    assert any(said.startswith("포장이 찢어짐") for said in hurts)
    assert all(pain.subject.quotes for pain in found.pains)
    assert not any(subject.hurt_ko for subject in found.strengths)


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

    assert 1 in {cell.differs for cell in south.cells}


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


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UserError, match=r"nowhere\.csv"):
        run("nowhere.csv")


def few_rows(path: Path, count: int) -> Path:
    said = [row.split(",", 1)[1] for row in rows()[:count]]
    path.write_text("의견,점수,지역\n" + "\n".join(said), encoding="cp949")
    return path


@pytest.mark.parametrize("count", [1, 5, 30])
def test_few_rows_say_why_there_is_no_order_and_what_can_be_said(
    tmp_path: Path, count: int
) -> None:
    result = run(str(few_rows(tmp_path / "few.csv", count)), "--language", "en")

    assert result.exit_code == 0
    assert "from 30 complaints about the same thing" in result.stdout
    assert "Complaints, in the order of the file" in result.stdout
    assert "배송이 너무 늦어요" in result.stdout
    for name in ("Mean score", "Sentiment", "Feedback with a complaint"):
        assert re.search(rf"{name} .*n {count}\b", result.stdout)


def test_few_rows_make_a_page_with_their_words_and_complaints(tmp_path: Path) -> None:
    few = few_rows(tmp_path / "few.csv", 30)
    said = report.read(read_table(few), Columns())
    with translation.override("en"):
        html = render.page(report.analyse(said, on_progress=lambda _: None))

    assert "What customers said" in html
    assert "What hurts customers most" not in html
    assert "Words of complaints" in html
    assert html.count("<blockquote>") >= 10


def test_the_mean_of_few_scores_stays_on_its_scale(tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("의견,점수\n늦어요,1\n좋아요,10\n", encoding="utf-8")

    found = report.analyse(
        report.read(read_table(few), Columns()), on_progress=lambda _: None
    )

    assert found.score is not None
    assert (found.score.low, found.score.high) == (1, 10)
    assert found.sentiment is not None
    assert -1 <= found.sentiment.low <= found.sentiment.high <= 1


def test_every_number_of_a_pain_point_has_its_interval_and_method(file: Path) -> None:
    said = run(str(file), "--language", "en").stdout

    share, severity, feeling = r"\d+\.\d–\d+\.\d", r"\d\.\d–\d\.\d", r"[−+]\d\.\d\d"
    assert re.search(rf"{share} +{severity} +{feeling} … {feeling}", said)
    assert "severity and sentiment Student's t" in said
    assert "90% of 2,000 draws" in said


@pytest.mark.parametrize(
    ("options", "setting", "expected"),
    [
        ([], "", "의견"),
        ([], "en", "Feedback with a complaint"),
        (["--language", "ko"], "en", "불편을 말한 의견"),
    ],
    ids=["most texts decide", "the setting decides", "the option decides"],
)
def test_the_language_is_chosen(
    file: Path,
    settings: Settings,
    options: list[str],
    setting: str,
    expected: str,
) -> None:
    settings.MOKSORI_LANGUAGE_CHOSEN = bool(setting)
    settings.LANGUAGE_CODE = setting or "en"

    assert expected in run(str(file), *options).stdout


def test_english_texts_are_told_about_in_english(tmp_path: Path) -> None:
    path = tmp_path / "said.csv"
    path.write_text("comment\n" + "The delivery was late again.\n" * 3)

    result = run(str(path))

    assert "Words of complaints: " in result.stdout
    assert "Reading" in result.stderr


def test_a_report_for_a_folder_that_is_not_there_is_refused_before_the_work(
    file: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="missing"):
        run(str(file), "--out", str(tmp_path / "missing" / "report.html"))


def test_a_place_that_takes_no_file_is_refused(tmp_path: Path) -> None:
    few = few_rows(tmp_path / "few.csv", 3)

    with pytest.raises(UserError, match="full"):
        run(str(few), "--out", "/dev/full")


def test_a_column_of_ten_thousand_values_compares_nothing_and_says_so(
    tmp_path: Path,
) -> None:
    path = tmp_path / "many.csv"
    said = [f"배송이 늦어요,{number}" for number in range(10_000)]
    path.write_text("의견,번호\n" + "\n".join(said), encoding="utf-8")

    result = run(str(path), "--text", "의견", "--by", "번호", "--language", "en")

    assert "10,000 smaller groups are not shown" in result.stdout


def test_a_packed_file_keeps_its_name(file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "의견.csv.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))

    assert run(str(packed)).stdout.startswith("의견.csv.gz")


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_closed_pipe_is_no_failure(file: Path, options: list[str]) -> None:
    with started(str(file), *options) as process:
        assert process.stdout is not None
        process.stdout.close()
        said = process.stderr.read() if process.stderr else b""

    assert process.returncode == 0
    assert b"Traceback" not in said
    assert b"Exception" not in said


@pytest.fixture
def heard() -> Iterator[None]:
    """What a shell starts in the background inherits that interrupts are ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_an_interruption_ends_with_a_word(file: Path, tmp_path: Path) -> None:
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    long = tmp_path / "long.csv"  # enough not to be done before the signal comes
    long.write_text("\n".join([head, *rows * 40]), encoding="utf-8")
    with started(str(long)) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()

    assert process.returncode == 130
    assert "멈췄습니다" in said.decode()
    assert b"Traceback" not in said


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "moksori", "analyze", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


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
