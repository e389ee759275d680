"""Files that must not break anything, each with what is expected of it.

Every file is made here, so that the corpus needs no binary in the repository.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
import pyarrow as pa
from pyarrow import parquet

from moksori.collect.tests.files import HEADER, csv_bytes, reviews


@dataclass(frozen=True)
class Case:
    """A file, and either how many feedbacks come of it or what is said in English."""

    make: Callable[[], bytes]
    name: str = "의견.csv"
    added: int | None = None
    refused: int = 0
    flagged: int = 0
    says: str = ""  # part of the English message when the file is refused
    says_ko: str = ""
    text: str = ""  # occurs in a stored feedback


def empty() -> bytes:
    return b""


def blank() -> bytes:
    return b"\xef\xbb\xbf\r\n \r\n"


def header_only() -> bytes:
    return csv_bytes([])


def cp949() -> bytes:
    return csv_bytes(reviews(30), encoding="cp949")


def cp949_rare() -> bytes:
    rows = [("1", "2026-03-01", "똠얌꿍이 펲시보다 쀍뚫어요", 5, "제품", "서울")]
    return csv_bytes(rows, encoding="cp949")


def cp949_at_the_end() -> bytes:
    rows = [(f"R{n}", "2026-03-01", f"plain ascii text number {n}", 5, "p", "r")
            for n in range(3_000)]  # fmt: skip
    rows.append(("last", "2026-03-01", "마지막에만 한글이 있습니다", 5, "p", "r"))
    return csv_bytes(rows, header=("id", "date", "text", "nps", "product", "region"),
                     encoding="cp949")  # fmt: skip


def utf_16_with_bom() -> bytes:
    return csv_bytes(reviews(30)).decode().replace(",", "\t").encode("utf-16")


def utf_16_without_bom() -> bytes:
    return csv_bytes(reviews(30)).decode().encode("utf-16-le")


def utf_8_with_bom() -> bytes:
    return csv_bytes(reviews(30), encoding="utf-8-sig")


def decomposed() -> bytes:
    return unicodedata.normalize("NFD", csv_bytes(reviews(3)).decode()).encode()


def damaged_utf_8() -> bytes:
    return csv_bytes(reviews(300)) + b"R-x,2026-03-01,\xec\x98 broken,5,p,r\n"


def broken_quotes_in_one_row() -> bytes:
    good = csv_bytes(reviews(20)).decode().splitlines(keepends=True)
    good.insert(5, 'Q-1,2026-03-01,"열린 따옴표,5,제품,서울\r\n')
    good.insert(8, 'Q-2,2026-03-01,"닫는 "따옴표",5,제품,서울\r\n')
    return "".join(good).encode()


def quote_never_closed() -> bytes:
    tail = 'Q-1,2026-03-01,"열린 따옴표,5,제품,서울\n' + "가,나,다,1,라,마\n" * 50
    return csv_bytes(reviews(20)) + tail.encode()


def quotes_with_newlines() -> bytes:
    rows = [("1", "2026-03-01", '첫 줄\n둘째 줄, "인용" 있음', 5, "제품", "서울")]
    return csv_bytes(rows)


def ten_thousand_columns() -> bytes:
    header = [f"c{n}" for n in range(10_000)]
    return csv_bytes([["x"] * 10_000], header=header)


def cell_of_5_mb() -> bytes:
    return csv_bytes([("1", "2026-03-01", "가" * 5_000_000, 5, "제품", "서울")])


def line_of_20_mb() -> bytes:
    return b"text\n" + b"a" * 20_000_000


def dates_in_five_styles() -> bytes:
    dates = ["2026. 3. 1. 오후 3:04", "2026-03-01", "2026/03/01 15:04:05", "20260301"]
    dates += ["2026년 3월 1일 (일) 15시 4분", "Mar 1, 2026 3:04 PM", "1772345040"]
    rows = [(f"R-{n}", at, f"날짜 모양 {n}번", 5, "제품", "서울")
            for n, at in enumerate(dates)]  # fmt: skip
    return csv_bytes(rows)


def duplicate_headers() -> bytes:
    rows = [("2026-03-01", "좋아요 정말로", "왜냐하면 빨라서", 5, 4)]
    return csv_bytes(rows, header=("날짜", "의견", "의견", "점수", "점수"))


def xlsx_grid_bomb() -> bytes:
    return _patched(lambda s: s.replace('<row r="2"', '<row r="1048576"')
                    .replace('r="A2"', 'r="XFD1048576"'))  # fmt: skip


def xlsx_dimension_lie() -> bytes:
    return _patched(lambda s: s.replace("A1:A2", "A1:XFD1048576"))


def xlsx_zip_bomb() -> bytes:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>' * 6_000_000
    return _patched(lambda s: s.replace("<sheetData>", f"<sheetData>{rows}"))


def xlsx_packed_tight() -> bytes:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>' * 400_000
    return _patched(lambda s: s.replace("<sheetData>", f"<sheetData>{rows}"))


def _patched(change: Callable[[str], str]) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "의견", "배송이 늦었어요"
    plain = io.BytesIO()
    book.save(plain)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(plain) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            new.writestr(name, content)
    return out.getvalue()


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["고객 의견 현황"])
    sheet.append([])
    for row in [HEADER, *reviews(30)]:
        sheet.append(list(row))
    book.create_sheet("빈 시트")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods() -> bytes:
    cells = [("의견", "점수"), ("배송이 늦었어요", "2"), ("친절했어요", "5")]
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in cells
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def cut_xlsx() -> bytes:
    return xlsx()[:3_000]


def locked_xlsx() -> bytes:
    # An OLE file with the stream that Excel writes when a password is set.
    return (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
            + "EncryptedPackage".encode("utf-16-le") + bytes(2000))  # fmt: skip


def _random(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311 - the same every time


def picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + _random(5_000)


def program() -> bytes:
    return b"\x7fELF" + _random(5_000)


def noise() -> bytes:
    return _random(50_000)


def web_page() -> bytes:
    return "<html><table><tr><td>의견</td></tr></table></html>".encode("cp949")


def zip_of_csv() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../의견.csv", header_only())
    return out.getvalue()


def gzip_bomb() -> bytes:
    return gzip.compress(bytes(120_000_000))


def gzipped() -> bytes:
    return gzip.compress(csv_bytes(reviews(30)))


def only_emoji() -> bytes:
    rows = [
        (str(n), "2026-03-01", "😡👎" * (n + 1), n, "제품", "서울") for n in range(8)
    ]
    return csv_bytes(rows)


def one_row() -> bytes:
    return csv_bytes(reviews(1))


def languages_mixed() -> bytes:
    rows = [("1", "2026-03-01", "배송 was too late です 谢谢", 5, "제품", "서울")]
    return csv_bytes(rows)


def scores_out_of_scale() -> bytes:
    rows = [*reviews(30), ("R-a", "2026-03-01", "점수가 커요", 99, "제품", "서울")]
    return csv_bytes(
        [*rows, ("R-b", "2026-03-01", "점수가 작아요", -5, "제품", "서울")]
    )


def rows_too_long() -> bytes:
    return csv_bytes(reviews(20)) + "R-x,2026-03-01,쉼표, 있음,5,제품,서울\n".encode()


def no_text_at_all() -> bytes:
    rows = [(n, n * 2, n * 3) for n in range(100)]
    return csv_bytes(rows, header=("a", "b", "c"))


def parquet_file() -> bytes:
    rows = reviews(30)
    table = pa.table({name: [str(row[at]) for row in rows]
                      for at, name in enumerate(HEADER)})  # fmt: skip
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def cut_parquet() -> bytes:
    return parquet_file()[:800]


def json_lines() -> bytes:
    rows = [dict(zip(HEADER, row, strict=True)) for row in reviews(30)]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def json_with_a_broken_line() -> bytes:
    return json_lines() + b'\n{"broken": \n'


def json_deep() -> bytes:
    return b'{"text": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


def nul_bytes() -> bytes:
    return csv_bytes(reviews(200)).replace(b"R-7,", b"R-7\x00,")


CASES: dict[str, Case] = {
    "empty": Case(empty, says="empty", says_ko="비어"),
    "blank": Case(blank, says="empty", says_ko="비어"),
    "header only": Case(header_only, says="no rows", says_ko="행이 없습니다"),
    "cp949": Case(cp949, added=30, text="배송이 늦었어요"),
    "cp949 beyond euc-kr": Case(cp949_rare, added=1, text="똠얌꿍이 펲시보다"),
    "cp949 in the last line": Case(cp949_at_the_end, added=3_001, text="마지막에만"),
    "utf-16 with bom": Case(utf_16_with_bom, added=30, text="배송이"),
    "utf-16 without bom": Case(utf_16_without_bom, added=30, text="배송이"),
    "utf-8 with bom": Case(utf_8_with_bom, added=30, text="배송이"),
    "decomposed hangul": Case(decomposed, added=3, text="배송이 늦었어요"),
    "damaged utf-8": Case(damaged_utf_8, added=301, text="broken"),
    "broken quotes": Case(broken_quotes_in_one_row, added=20, refused=2),
    "quote never closed": Case(quote_never_closed, says="line 22", says_ko="22번째"),
    "quotes with newlines": Case(quotes_with_newlines, added=1, text="둘째 줄"),
    "10,000 columns": Case(ten_thousand_columns, says="10000 col", says_ko="10000개"),
    "cell of 5 MB": Case(cell_of_5_mb, says="line 2 is longer", says_ko="2번째"),
    "line of 20 MB": Case(line_of_20_mb, says="longer than", says_ko="깁니다"),
    "dates in many styles": Case(dates_in_five_styles, added=7),
    "duplicate headers": Case(duplicate_headers, added=1, text="왜냐하면"),
    "xlsx": Case(xlsx, "의견.xlsx", added=30, text="배송이"),
    "ods": Case(ods, "의견.ods", added=2, text="배송이"),
    "xlsx renamed .csv": Case(xlsx, added=30),
    "xlsx grid bomb": Case(
        xlsx_grid_bomb, "a.xlsx", says="spread over", says_ko="흩어져"
    ),
    "xlsx dimension lie": Case(xlsx_dimension_lie, "a.xlsx", added=1),
    "xlsx zip bomb": Case(xlsx_zip_bomb, "a.xlsx", says="at most", says_ko="MB까지"),
    "cut xlsx": Case(cut_xlsx, "a.xlsx", says="damaged", says_ko="손상"),
    "locked xlsx": Case(locked_xlsx, "a.xlsx", says="password", says_ko="암호"),
    "picture as csv": Case(picture, says="PNG", says_ko="PNG"),
    "program as csv": Case(program, says="ELF", says_ko="ELF"),
    "noise as csv": Case(noise, says="not a text file", says_ko="글자 파일이 아닙니다"),
    "web page as xls": Case(web_page, "a.xls", says="web page", says_ko="웹 페이지"),
    "zip of csv": Case(zip_of_csv, "a.zip", says="ZIP", says_ko="ZIP"),
    "xlsx packed tight": Case(
        xlsx_packed_tight, "a.xlsx", says="times as large", says_ko="배라서"
    ),
    "gzip bomb": Case(gzip_bomb, "a.csv.gz", says="suspiciously", says_ko="수상"),
    "gzipped": Case(gzipped, "a.csv.gz", added=30),
    "only emoji": Case(only_emoji, added=8, text="😡"),
    "one row": Case(one_row, added=1),
    "languages mixed": Case(languages_mixed, added=1, text="です"),
    "scores out of scale": Case(scores_out_of_scale, added=32, flagged=2),
    "rows too long": Case(rows_too_long, added=20, refused=1),
    "no words": Case(no_text_at_all, says="which column", says_ko="어느 열"),
    "parquet": Case(parquet_file, "a.parquet", added=30, text="배송이"),
    "cut parquet": Case(cut_parquet, "a.parquet", says="damaged", says_ko="손상"),
    "json lines": Case(json_lines, "a.jsonl", added=30, text="배송이"),
    "json with a broken line": Case(json_with_a_broken_line, added=30, refused=1),
    "deep json": Case(json_deep, "a.jsonl", says="JSON", says_ko="JSON"),
    "nul bytes": Case(nul_bytes, added=200),
}
