"""Columns of a file: as numbers, words and days, with the row of what does not fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from moksori.base.errors import UserError
from moksori.collect.columns import Columns, columns_of, in_order, read_file

FILE = """score,region,day
9,서울,2026-03-01
4/5,부산 ,2026/3/2
,,
해당없음,서울,2026.03.04
"""


@pytest.fixture
def read(tmp_path: Path) -> Columns:
    path = tmp_path / "visits.csv"
    path.write_text(FILE, "utf-8")
    return columns_of(read_file(str(path)), ["score", "region", "day"])


def test_cells_are_read_as_people_write_them(read: Columns) -> None:
    assert read.numbers("score") == pytest.approx([9, 4, np.nan], nan_ok=True)
    assert read.words("region") == ["서울", "부산", "서울"]
    assert read.days("day") == [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 4)]
    assert not read.is_numeric("region")


def test_what_does_not_fit_is_told_with_its_row(read: Columns) -> None:
    with pytest.raises(UserError, match="2"):
        read.numbers("region")
    with pytest.raises(UserError, match="서울"):
        read.days("region")


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text(FILE, "utf-8")

    with pytest.raises(UserError, match="score, region, day"):
        columns_of(read_file(str(path)), ["scores"])


def test_a_file_without_rows_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("score,region\n", "utf-8")

    with pytest.raises(UserError):
        columns_of(read_file(str(path)), ["score"])


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1,234", "12,345,678.5", "-9"], [1234, 12345678.5, -9]),
        (["1,234", "3,5"], [1.234, 3.5]),
        (["1e-05", "2.5E+3"], [1e-5, 2500]),
    ],
)
def test_large_and_tiny_numbers_are_read_as_bookkeepers_and_machines_write_them(
    cells: list[str], numbers: list[float]
) -> None:
    columns = Columns({"sold": list(cells)}, [2, 3, 4][: len(cells)], 0)

    assert columns.numbers("sold") == pytest.approx(numbers)


def test_a_number_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(UserError):
        Columns({"sold": ["1e999"]}, [2], 0).numbers("sold")


def test_wave_nine_comes_before_wave_ten() -> None:
    waves = ["wave 10", "wave 9", "2026-01", "2025-12"]

    assert sorted(waves, key=in_order) == ["2025-12", "2026-01", "wave 9", "wave 10"]
