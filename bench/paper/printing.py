"""How exact printed forms are, and how fast sheets are stamped.

python -m bench.paper.printing [sheets]      1,000 of two pages unless told
"""
# ruff: noqa: PLC0415 - Django is set up first

from __future__ import annotations

import os
import platform
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Laid:
    """One variant: how long it took, and how far boxes are from their places."""

    name: str
    pages: int
    boxes: int
    seconds: float
    kilobytes: float
    worst: float  # mm, over all four edges of all boxes
    typical: float


def main() -> None:
    sheets = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moksori.server.settings")
    os.environ.setdefault("MOKSORI_DATA_DIR", tempfile.mkdtemp())
    import django

    django.setup()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print("variant         pages boxes  s to lay out    kB  worst mm  median mm")
    for one in map(laid, variants()):
        print(f"{one.name:15} {one.pages:5} {one.boxes:5} {one.seconds:13.2f} "
              f"{one.kilobytes:5.0f} {one.worst:9.3f} {one.typical:10.3f}")  # fmt: skip
    stamp(sheets)


def variants() -> list[tuple[str, Any, str]]:
    from moksori.collect.paper.printing import Options, Paper

    return [
        ("A4 ko", Options(), "ko"),
        ("A4 ko two", Options(columns=2), "ko"),
        ("Letter en two", Options(Paper.LETTER, columns=2), "en"),
        ("A4 ko large", Options(is_large=True), "ko"),
        ("Letter en large", Options(Paper.LETTER, is_large=True), "en"),
    ]


def laid(variant: tuple[str, Any, str]) -> Laid:
    from statistics import median

    from moksori.collect.paper.printing import form_of
    from moksori.collect.paper.printing.tests.drawn import outline, picture
    from moksori.collect.questionnaires.reading import questionnaire_from
    from moksori.collect.tests.surveys import EVERYTHING

    name, options, language = variant
    started = time.perf_counter()
    form = form_of(questionnaire_from(EVERYTHING), options, language)
    seconds = time.perf_counter() - started
    apart = []
    for page in range(1, form.layout.pages + 1):
        image = picture(form.pdf, page)
        for field in form.layout.on(page):
            for box in field.boxes:
                found, said = outline(image, box.rect), box.rect
                apart += [abs(found.x - said.x), abs(found.y - said.y),
                          abs(found.right - said.right),
                          abs(found.bottom - said.bottom)]  # fmt: skip
    return Laid(
        name, form.layout.pages, len(apart) // 4, seconds, len(form.pdf) / 1e3,
        max(apart), median(apart),
    )  # fmt: skip


def stamp(sheets: int) -> None:
    import pypdfium2
    import zxingcpp

    from moksori.collect.paper.codes import code_from, new_key
    from moksori.collect.paper.printing import Copy, Options, form_of, stamped
    from moksori.collect.questionnaires.reading import questionnaire_from
    from moksori.collect.tests.surveys import EVERYTHING

    form = form_of(questionnaire_from(EVERYTHING), Options(columns=2), "ko")
    secret, key = os.urandom(32), new_key(6)
    copies = [Copy(new_key(8), f"손님 {n} 님께 드립니다.") for n in range(sheets)]
    cpu, wall = time.process_time(), time.perf_counter()
    pdf = stamped(form.pdf, form.layout, secret, key, copies)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    pages = sheets * form.layout.pages
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{sheets:,} sheets of {form.layout.pages} pages: {wall:.1f} s ({cpu:.1f} s of "
        f"one core), {pages / wall:,.0f} pages/s, {len(pdf) / sheets / 1e3:.1f} kB a "
        f"sheet; the whole run took at most {most:.0f} MB"
    )
    document = pypdfium2.PdfDocument(pdf)
    asked = range(0, pages, max(1, pages // 200))
    right = 0
    for n in asked:
        image = document[n].render(scale=150 / 72, grayscale=True).to_numpy()
        codes = [code_from(one.text) for one in zxingcpp.read_barcodes(image)]
        sheet, page = divmod(n, form.layout.pages)
        right += any(
            one is not None
            and one.is_ours(secret)
            and (one.sheet, one.page) == (copies[sheet].key, page + 1)
            for one in codes
        )
    document.close()
    print(f"codes read at 150 dpi: {right} of {len(asked)}")


if __name__ == "__main__":
    main()
