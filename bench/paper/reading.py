"""How well printed questionnaires are read: drawn, filled and scanned by dice.

python -m bench.paper.reading --pages 200 --seed 1000           to work with
python -m bench.paper.reading --pages 200 --seed 1000 --other   the second bench
python -m bench.paper.reading --pages 1000 --seed 13000000      to report

A seed is a sheet of up to three pages; the run ends with the sheet that makes the
pages full. Seeds below 1,000,000 are for tuning; sealed ones begin at 11,000,000 and
are looked at once, when the work is done (11,000,000 to 11,001,499 were).

A silent error is an answer that no person was asked about and that is not what the
writer meant; of two marks where one was asked for, any answer is one. Intervals:
Wilson, 95 %.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from math import sqrt
from multiprocessing import get_context
from time import perf_counter
from typing import Any

import cv2

from bench.paper import other, other_forms, real
from bench.paper.pages import MOST, Page, made, read, results
from bench.paper.rivals import RULES
from moksori.collect.paper.layout import Kind
from moksori.collect.paper.reading.readings import Outcome

SEALED = 11_000_000
TUNING = 1_000_000
PLAIN = "tick/cross with a pen"
TOGETHER = ("all, sheet together", f"{PLAIN}, sheet together")
GROUPS = ("grey", "copy", "1-bit", "fax", "phone")


@dataclass
class Tally:
    """Answers asked for, sent to a person, and silently wrong."""

    answers: int = 0
    reviewed: int = 0
    wrong: int = 0

    def add(self, *, reviewed: bool, wrong: bool) -> None:
        self.answers += 1
        self.reviewed += reviewed
        self.wrong += wrong

    @property
    def taken(self) -> int:
        return self.answers - self.reviewed


@dataclass
class Bench:
    """What came out of all pages."""

    pages: Counter[str] = field(default_factory=Counter)
    failed: list[Page] = field(default_factory=list)
    ours: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    styles: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    sheets: int = 0
    rivals: dict[tuple[str, str], Tally] = field(
        default_factory=lambda: defaultdict(Tally)
    )
    errors: list[str] = field(default_factory=list)
    written: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, page: Page) -> None:
        self.pages[page.group] += 1
        self.seconds += page.seconds
        if page.reading.outcome != Outcome.READ:
            self.failed.append(page)
            return
        groups = [page.group, "all"] + [PLAIN] * page.plain
        for one in results(page, page.reading):
            for group in groups:
                self.ours[group].add(reviewed=one.reviewed, wrong=one.wrong)
            self.styles[one.how].add(reviewed=one.reviewed, wrong=one.wrong)
            self._add_rivals(page, one.field, groups)
        for one in results(page, page.together):
            for group in ["all", PLAIN][: 1 + page.plain]:
                tally = self.ours[f"{group}, sheet together"]
                tally.add(reviewed=one.reviewed, wrong=one.wrong)
        for how, reading in (("alone", page.reading), ("together", page.together)):
            self.errors += [
                f"{page.seed} {page.capture}, {page.style}, {page.pen}: "
                f"{one.field} {one.how} ({how})"
                for one in results(page, reading)
                if one.wrong
            ]
        self._add_words(page)

    def _add_rivals(self, page: Page, name: str, groups: list[str]) -> None:
        truth = page.truths[name]
        for rule in RULES:
            codes = page.rivals[rule][name]
            for group in groups:
                wrong = codes is not None and (
                    truth.how == "double" or set(codes) != set(truth.codes)
                )
                self.rivals[rule, group].add(reviewed=codes is None, wrong=wrong)

    def _add_words(self, page: Page) -> None:
        for one in page.layout.fields:
            if one.kind == Kind.TEXT and (seen := page.reading.field(one.id)):
                self.written[page.truths[one.id].written, seen.has_ink] += 1


def interval(count: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if of == 0:
        return 0.0, 1.0
    z, share = 1.96, count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def line(name: str, tally: Tally) -> str:
    low, high = interval(tally.wrong, tally.taken)
    few, many = interval(tally.reviewed, tally.answers)
    share = tally.wrong / max(1, tally.taken)
    review = tally.reviewed / max(1, tally.answers)
    return (
        f"| {name} | {tally.answers:,} | {100 * review:.1f} % "
        f"({100 * few:.1f}–{100 * many:.1f}) | {tally.wrong} of {tally.taken:,} | "
        f"{1e4 * share:.1f} ({1e4 * low:.1f}–{1e4 * high:.1f}) |"
    )


def report(bench: Bench, wall: float) -> Iterator[str]:
    count = sum(bench.pages.values())
    low, high = interval(len(bench.failed), count)
    yield (
        f"Pages: {count:,} of {bench.sheets:,} sheets; not read: {len(bench.failed)} "
        f"({100 * low:.2f}–{100 * high:.2f} %); "
        f"{1000 * bench.seconds / count:.0f} ms of computing a page to read; "
        f"{count / wall:.1f} pages/s with drawing them; "
        f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB at most."
    )
    yield ""
    yield "| pages | answers | review | silently wrong | per 10,000 (95 %) |"
    yield "| --- | --- | --- | --- | --- |"
    for group in (*GROUPS, "all", PLAIN, *TOGETHER):
        name = f"{group} ({bench.pages[group]})" if group in GROUPS else group
        yield line(name, bench.ours[group])
    yield ""
    yield "| filled in how | answers | review | silently wrong | per 10,000 (95 %) |"
    yield "| --- | --- | --- | --- | --- |"
    for how in sorted(bench.styles):
        yield line(how, bench.styles[how])
    yield ""
    yield "| rule of | answers | review | silently wrong | per 10,000 (95 %) |"
    yield "| --- | --- | --- | --- | --- |"
    for rule in RULES:
        for group in ("all", PLAIN):
            yield line(f"{rule}, {group}", bench.rivals[rule, group])
    yield ""
    words = bench.written
    yield (
        f"Handwriting: {words[True, False]} of "
        f"{words[True, False] + words[True, True]} missed, {words[False, True]} of "
        f"{words[False, True] + words[False, False]} seen where there was none."
    )
    for page in bench.failed:
        why = page.reading.why or ""
        yield f"not read: {page.seed} {page.capture} {page.reading.outcome} {why}"
    yield from (f"wrong: {one}" for one in bench.errors)


def run(first: int, pages: int, processes: int, make: Any) -> Iterator[Bench]:
    """The bench so far, after about every hundred pages and at the end."""
    bench = Bench()
    shown = 0
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        reading = partial(read, make=make)
        while (done := sum(bench.pages.values())) < pages:
            # As many sheets as are surely needed: none is read that is not counted.
            count = max(1, (pages - done) // MOST)
            start = first + bench.sheets
            for sheet in pool.map(reading, range(start, start + count), chunksize=2):
                bench.sheets += 1
                for page in sheet:
                    bench.add(page)
                if sum(bench.pages.values()) - shown >= 100:
                    shown = sum(bench.pages.values())
                    yield bench
    yield bench


def prepare(*, other_bench: bool) -> None:
    """Print the forms once, for all processes that are forked from here."""
    if other_bench:
        for number in range(other_forms.COUNT):
            other_forms.printed(number)
        return
    for number in range(len(real.VARIANTS)):
        real.printed(number)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1_000)
    parser.add_argument("--other", action="store_true")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    logging.disable(logging.INFO)
    first = given.seed
    if first < SEALED and first + given.pages > TUNING:
        parser.error("seeds from 1,000,000 on are not for tuning")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    prepare(other_bench=given.other)
    make = other.made if given.other else made
    start = perf_counter()
    kind = "sealed" if first >= SEALED else "tuning"
    for bench in run(first, given.pages, given.processes, make):
        last = first + bench.sheets - 1
        print(f"\nSeeds {first:,}–{last:,} ({kind})")
        print("\n".join(report(bench, perf_counter() - start)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
