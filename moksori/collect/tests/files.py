"""Files to import in tests, and the shortest way to import them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from moksori.base.people.models import Member
from moksori.collect import writes
from moksori.collect.models import Batch, Source
from moksori.collect.writes.imports import begin

HEADER = ("접수번호", "접수일", "의견", "추천점수", "제품", "지역")


def csv_bytes(
    rows: Iterable[Sequence[object]],
    header: Sequence[object] = HEADER,
    encoding: str = "utf-8",
) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([header, *rows])
    return out.getvalue().encode(encoding)


def reviews(count: int, start: int = 1) -> list[tuple[object, ...]]:
    return [
        (
            f"R-{n}",
            f"2026-03-{n % 28 + 1:02} 10:{n % 60:02}",
            f"배송이 늦었어요. 주문한 지 {n}일이나 지났네요",
            n % 11,
            f"제품 {n % 3}",
            "서울" if n % 2 else "부산",
        )
        for n in range(start, start + count)
    ]


def stage(content: bytes, source: Source, by: Member, name: str = "의견.csv") -> Batch:
    return writes.stage_file(io.BytesIO(content), name=name, source=source, by=by)


def imported(
    content: bytes, source: Source, by: Member, name: str = "의견.csv"
) -> Batch:
    """The file imported at once, in this process."""
    batch = stage(content, source, by, name)
    begin(batch, by=by)
    return writes.run_import(batch.pk)
