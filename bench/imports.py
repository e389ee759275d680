"""How long a CSV of a million rows takes to import, with how much memory, and how fast
the pages of feedback are afterwards.

python bench/imports.py [rows]     on the embedded database, in a folder of its own
"""
# ruff: noqa: PLC0415 - Django is imported once its folder is chosen

from __future__ import annotations

import csv
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
PIECES = (
    "배송이 예정보다 늦었어요",
    "상담원이 친절하게 설명해 줬습니다",
    "앱이 자꾸 멈춰서 결제를 못 했어요",
    "가격은 조금 비싸지만 품질은 만족합니다",
    "the refund took three weeks and nobody answered my calls",
    "환불 절차가 너무 복잡하고 답변이 없어요",
    "포장이 뜯어진 채로 왔는데 교환은 빨랐어요",
    "great value, easy to set up",
)


def write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            (
                "접수번호",
                "접수일시",
                "의견",
                "추천점수",
                "제품",
                "지역",
                "경로",
                "연령대",
            )
        )
        for n in range(ROWS):
            words = f"{PIECES[n % 8]}. {PIECES[n * 7 // 8 % 8]} {n}"
            at = f"2026-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}:00"
            product, region = f"제품 {n % 40}", f"지역 {n % 17}"
            age = f"{n % 6 + 1}0대"
            writer.writerow((f"V{n}", at, words, n % 11, product, region, "전화", age))


def megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def pages(unit: Any) -> dict[str, float]:
    """95th percentile of 40 answers, rendered, in milliseconds."""
    from django.test import Client

    from moksori.base.people import writes as people
    from moksori.base.people.roles import Role
    from moksori.collect.models import Feedback

    ada = people.add_member("ada@example.com", "Ada", unit=unit, by=None)
    people.give_role(ada, Role.ANALYST, unit=unit, by=None)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(ada)
    some = Feedback.objects.order_by("-id").values_list("id", "product_id")[0]
    addresses = {
        "list": "/collect/feedback/",
        "list, last 28 days": "/collect/feedback/?days=28",
        "list, one product": f"/collect/feedback/?product={some[1]}",
        "list, low scores": "/collect/feedback/?score=low",
        "list, page 100": "/collect/feedback/?page=100",
        "one feedback": f"/collect/feedback/{some[0]}/",
        "imports": "/collect/imports/",
    }
    return {name: p95(client, address) for name, address in addresses.items()}


def p95(client: Any, address: str) -> float:
    times = []
    for _turn in range(40):
        start = time.perf_counter()
        assert client.get(address).status_code == 200
        times.append(time.perf_counter() - start)
    return round(sorted(times)[37] * 1000)


def imported(source: Any, path: Path) -> dict[str, float]:
    from moksori.collect import writes
    from moksori.collect.writes.imports import begin

    start, cpu = time.perf_counter(), time.process_time()
    with path.open("rb") as file:
        batch = writes.stage_file(file, name="rows.csv", source=source, by=None)
    begin(batch, by=None)
    batch = writes.run_import(batch.pk)
    found = {
        "seconds": round(time.perf_counter() - start, 1),
        "cpu_parent": round(time.process_time() - cpu, 1),
        "added": batch.added,
        "unchanged": batch.unchanged,
        "refused": batch.refused,
    }
    print(json.dumps(found), file=sys.stderr)
    return found


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="moksori-bench-"))
    os.environ["MOKSORI_DATA_DIR"] = str(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "moksori.server.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from moksori.base.people.writes import add_unit
    from moksori.collect import writes
    from moksori.collect.models import Feedback

    call_command("migrate", verbosity=0)
    path = folder / "rows.csv"
    write_csv(path)
    unit = add_unit("한빛", by=None)
    source = writes.add_source("bench", unit=unit, by=None)
    found: dict[str, object] = {"rows": ROWS, "file_mb": path.stat().st_size / 1e6}
    found["first"] = imported(source, path)
    found["again"] = imported(source, path)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found["cpu_children"] = round(used.ru_utime + used.ru_stime, 1)
    found["peak_mb_parent"] = round(megabytes(resource.RUSAGE_SELF))
    found["peak_mb_child"] = round(megabytes(resource.RUSAGE_CHILDREN))
    found["database_mb"] = round(
        sum(f.stat().st_size for f in folder.glob("*.sqlite3*")) / 1e6
    )
    found["stored"] = Feedback.objects.count()
    found["pages_p95_ms"] = pages(unit)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
